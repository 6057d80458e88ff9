"""What people write, made fit to show: Markdown without anything dangerous, and first lines."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

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


_MARKDOWN = _markdown()


def render_markdown(text: str) -> SafeString:
    """The text as HTML: CommonMark with tables, single line breaks kept, no raw HTML, no images, safe links only."""
    if not text.strip():
        return SafeString("")
    cleaned = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return SafeString(cleaned.strip())  # noqa: S308, cleaned just above


def first_line(text: str, length: int = 140) -> str:
    """The first line that says something, cut at a word with an ellipsis when it has more than `length` characters."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    if len(line) <= length:
        return line
    cut = line[:length].rsplit(" ", 1)[0] if " " in line[length // 2 : length] else line[:length]
    return cut.rstrip(" ,;:.") + "…"


def unturned(text: str) -> str:
    """The text without the marks that would turn the direction of the sentence it stands in (UAX #9, 2.1 to 2.5)."""
    return text.translate(_TURNING)


def web_address(url: str) -> str:
    """The address when it leads to the web, else nothing, so that no other scheme becomes a link."""
    return url if url.startswith(("https://", "http://")) else ""
