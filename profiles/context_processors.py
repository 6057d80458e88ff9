"""What the bar on every page needs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

ADMINISTERED = (
    ("invitations", lambda: _("Invitations")),
    ("relationships-to-review", lambda: _("To review")),
)
"""What admins have besides, by the name of its URL."""


@dataclass(frozen=True)
class NavigationItem:
    """A link in the bar. `current` is “page” on that very page, “true” within its part of the site, else empty."""

    label: str
    url: str
    current: str = ""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The main links of a signed-in viewer; nobody else has any."""
    viewer = getattr(request, "user", None)
    if viewer is None or not viewer.is_authenticated:
        return {"navigation": []}
    items = [_item(request, _("Today"), reverse("today"))]
    own = viewer.get_absolute_url()
    if "coachee" in viewer.roles:
        items.append(_item(request, _("Your profile"), own))
    if "coach" in viewer.roles:
        somebody = request.path.startswith("/people/") and not request.path.startswith(own)
        items.append(_item(request, _("Your coachees"), reverse("coachees"), within=somebody))
    if viewer.is_staff:
        items += [_item(request, label(), reverse(name)) for name, label in ADMINISTERED]
    return {"navigation": items}


def _item(request: HttpRequest, label: str, url: str, within: bool = False) -> NavigationItem:
    if request.path == url:
        return NavigationItem(label, url, "page")
    below = within or (url != "/" and request.path.startswith(url))
    return NavigationItem(label, url, "true" if below else "")
