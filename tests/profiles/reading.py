"""Finding things in a page."""

import re
from html import unescape


def hooks(html: str, name: str) -> list[str]:
    """The values of `data-<name>` in their order."""
    return re.findall(rf'data-{name}="([^"]*)"', html)


def words(html: str) -> str:
    """The text without markup, each run of white space as one space."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def section(html: str, name: str) -> str:
    """The words of the card with that `data-section`."""
    return words(html.split(f'data-section="{name}"', 1)[1].split("</section>", 1)[0])


def fact(html: str, key: str) -> str:
    """The words of a basic fact."""
    return words(re.search(rf'data-fact="{key}"[^>]*>(.*?)</dd>', html, re.S)[1])


def lines(html: str) -> list[str]:
    """The words of each action taken."""
    return [words(found) for found in re.findall(r'<li data-action="[^"]*">(.*?)</li>', html, re.S)]


def link(html: str, label: str) -> str:
    """The query string behind a link of a pager, such as Older; empty when there is none."""
    found = re.search(rf'<a class="btn[^"]*" href="([^"]*)">(?:<svg.*?</svg>)?{label}', html)
    return unescape(found[1]) if found else ""
