"""Reading pages in tests."""

import re
from html import unescape


def emails_in(page: str) -> list[str]:
    """The e-mail addresses of the rows of a list of coachees, in order."""
    return [unescape(email) for email in re.findall(r'data-coachee="([^"]+)"', page)]
