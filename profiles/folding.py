"""Text as people look for it: without case and without accents. The database folds names in the same way."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and an accent.
_WHOLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
# What parts words: whatever is no letter or digit in ASCII, and the punctuation of the other blocks.
_BETWEEN = re.compile("[^a-z0-9\u00c0-\u1fff\u2c00-\u2dff\u3040-\U0010ffff]+")
LONGEST_WORD = 64
"""Letters of a word by which it is found."""


def fold(text: str) -> str:
    """`Łukasz Ørsted-GARCÍA` becomes `lukasz orsted-garcia`; scripts without case or accents stay as they are."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().translate(_WHOLE)


def words(text: str) -> list[str]:
    """Its words, folded, in order, each once and cut to the length by which they are found: `José-Luis` has two."""
    found = (word[:LONGEST_WORD] for word in _BETWEEN.split(fold(text)) if word)
    return list(dict.fromkeys(found))
