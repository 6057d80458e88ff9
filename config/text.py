"""What people write, made fit to show: Markdown without anything dangerous, and first lines."""

from __future__ import annotations

import re

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "s", "ul"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
# An image would tell its host who reads the text, so there are none.
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # embeddings, overrides, isolates


def _heading_opens(*_args: object) -> str:
    return "<p><strong>"


def _heading_closes(*_args: object) -> str:
    return "</strong></p>\n"


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    # A heading of somebody's text is no heading of the page.
    made.renderer.rules.update(heading_open=_heading_opens, heading_close=_heading_closes)  # type: ignore[attr-defined]
    return made


def _chat() -> MarkdownIt:
    """Bold, italic, lists, code, links: what fits into a bubble. All else stays as it was typed."""
    made = MarkdownIt("zero", {"html": False, "breaks": True, "linkify": True})
    made.enable(["list", "fence", "newline", "escape", "backticks", "emphasis", "link"])
    made.enable(["linkify", "fragments_join"])
    # An address begins with https://; “report.docs” or somebody's e-mail address is none.
    made.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr]  # it is installed
    return made


_BEGINNING = 400
_SIGN = re.compile(r"[*_`\[\\~#>&|<]|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
"""What Markdown may begin with. Most texts have none, and drawing takes longer than looking."""
_MARKDOWN = _markdown()
_CHAT, _UNLINKED = _chat(), _chat().disable(["link", "linkify"])
_MOST_LINKS = 400
"""What might begin a link. Finding links takes time by the square of their number: 2,500 took two seconds."""
_CHAT_TAGS = {"a", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
_REL = "noopener noreferrer nofollow"


def render_markdown(text: str) -> SafeString:
    """The text as HTML: CommonMark with tables, single line breaks kept, no raw HTML, no images, safe links only."""
    return _cleaned(_MARKDOWN, text, _TAGS)


def render_message(text: str) -> SafeString:
    """A message as HTML: bold, italic, lists, code and links, line breaks kept; bare https addresses become links."""
    many = text.count("[") + text.count(":") > _MOST_LINKS
    return _cleaned(_UNLINKED if many else _CHAT, text, _CHAT_TAGS)


def _cleaned(markdown: MarkdownIt, text: str, tags: set[str]) -> SafeString:
    if not text.strip():
        return SafeString("")
    attributes = {tag: names for tag, names in _ATTRIBUTES.items() if tag in tags}
    html = nh3.clean(markdown.render(text), tags=tags, attributes=attributes, url_schemes=_SCHEMES, link_rel=_REL)
    return SafeString(html.strip())  # noqa: S308, cleaned just above


def first_line(text: str, length: int = 140) -> str:
    """The first line that says something, cut at a word with an ellipsis when it has more than `length` characters."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    if len(line) <= length:
        return line
    cut = line[:length].rsplit(" ", 1)[0] if " " in line[length // 2 : length] else line[:length]
    return cut.rstrip(" ,;:.") + "…"


def plain_first_line(text: str, length: int = 140) -> str:
    """The first line as it reads once its Markdown is drawn: “**Yes**, [this](…)” is “Yes, this”. Cut as `first_line`.

    Only the first `_BEGINNING` letters are looked at. A text of nothing but signs stays as it was typed.
    """
    beginning = text.lstrip()[:_BEGINNING]
    if not _SIGN.search(beginning):
        return first_line(text, length)
    drawn = (first_line(_words(token), length) for token in _MARKDOWN.parse(beginning))
    return next((line for line in drawn if line), "") or first_line(text, length)


def _words(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content
    broken = ("softbreak", "hardbreak")
    return "".join("\n" if one.type in broken else one.content for one in token.children or ())


def unturned(text: str) -> str:
    """The text without the marks that would turn the direction of the sentence it stands in (UAX #9, 2.1 to 2.5)."""
    return text.translate(_TURNING)


def one_line(text: str) -> str:
    """The text without line breaks, other control characters, or marks that turn the direction of what follows."""
    seen = "".join(letter if letter.isprintable() else " " for letter in unturned(text))
    return " ".join(seen.split())


def web_address(url: str) -> str:
    """The address when it leads to the web, else nothing, so that no other scheme becomes a link."""
    return url if url.startswith(("https://", "http://")) else ""
