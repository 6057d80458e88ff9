"""What changed from one text to the next, in pieces that a page shows as kept, taken out and put in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 600
"""In one changed passage; comparing takes time by the square of their number. Of longer ones whole lines are shown."""
_WORDS = re.compile(r"\S+[^\S\n]*|\n|[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage that was `kept`, taken `out` or put `in`."""

    what: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces in reading order: `kept` and `out` together are the text before, `kept` and `in` the text after."""
    return _joined(_by_line(before.splitlines(keepends=True), after.splitlines(keepends=True)))


def _by_line(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for what, first, last, start, end in SequenceMatcher(None, before, after).get_opcodes():
        out, put = "".join(before[first:last]), "".join(after[start:end])
        if what == "equal":
            yield Piece("kept", out)
        else:
            yield from _by_word(out, put)


def _by_word(out: str, put: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(out), _WORDS.findall(put)
    if not before or not after or max(len(before), len(after)) > MOST_WORDS:
        yield from (Piece("out", out), Piece("in", put))
        return
    for what, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("kept", "".join(before[first:last]))
        else:
            yield from (Piece("out", "".join(before[first:last])), Piece("in", "".join(after[start:end])))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one kind become one piece; empty ones go."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.text and found and found[-1].what == piece.what:
            found[-1] = Piece(piece.what, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found
