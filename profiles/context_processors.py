"""What the bar on every page needs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.backends import UNREAD_COUNTED
from profiles.models import Person

COACH, COACHEE, STAFF = {"coach"}, {"coachee"}, {"admin"}
ITEMS = (
    ("today", lambda: _("Today"), None),
    ("person", lambda: _("Your profile"), COACHEE),
    ("coachees", lambda: _("Your coachees"), COACH),
    ("sessions", lambda: _("Sessions"), COACH | COACHEE),
    ("assignments", lambda: _("Assignments"), COACH),
    ("person-reflections", lambda: _("Reflections"), COACHEE),
    ("library", lambda: _("Library"), COACH | COACHEE | STAFF),
    ("messages", lambda: _("Messages"), COACH | COACHEE),
    ("invitations", lambda: _("Invitations"), STAFF),
    ("relationships-to-review", lambda: _("To review"), STAFF),
)
"""The bar in order: the name of the URL, what it is called, and who has it (None: everybody)."""
OWN = {"person", "person-reflections"}
"""Those of them that are about the viewer."""


@dataclass(frozen=True)
class NavigationItem:
    """A link in the bar. `current` is “page” on that very page, “true” within its part of the site, else empty.

    `count` is how many unread things wait there, as words: “3”, “99+”, nothing for none. What has an `icon` is one on
    narrow screens, beside the bell: among the links, which scroll there, a count would be out of sight.
    """

    label: str
    url: str
    current: str = ""
    count: str = ""
    icon: str = ""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The main links of a signed-in viewer; nobody else has any."""
    viewer = getattr(request, "user", None)
    if viewer is None or not viewer.is_authenticated:
        return {"navigation": []}
    held = viewer.roles | (STAFF if viewer.is_staff else set())
    items = {name: (label(), _url(name, viewer)) for name, label, who in ITEMS if who is None or who & held}
    here = _current(request.path, {name: url for name, (_label, url) in items.items()}, viewer)
    return {
        "navigation": [
            NavigationItem(
                label,
                url,
                current=("page" if request.path == url else "true") if name == here else "",
                count=_count(viewer) if name == "messages" else "",
                icon="chat" if name == "messages" else "",
            )
            for name, (label, url) in items.items()
        ]
    }


def _url(name: str, viewer: Person) -> str:
    return reverse(name, args=[viewer.pk] if name in OWN else [])


def _current(path: str, urls: dict[str, str], viewer: Person) -> str:
    """The name of the item whose part of the site this is: the longest address that the path begins with."""
    own = viewer.get_absolute_url()
    if path.startswith(f"{own}messages/"):
        return "messages"
    if path.startswith(("/availability/", "/calendar/", "/hours/")):
        return "sessions"
    if path.startswith("/reflections/"):
        return "person-reflections"
    if path.startswith("/people/") and not path.startswith(own):
        return "coachees"
    begun = [name for name, url in urls.items() if path == url or (url != "/" and path.startswith(url))]
    return max(begun, key=lambda name: len(urls[name]), default="")


def _count(viewer: Person) -> str:
    unread = len(getattr(viewer, "unread_messages", ()))
    return f"{UNREAD_COUNTED - 1}+" if unread >= UNREAD_COUNTED else str(unread or "")
