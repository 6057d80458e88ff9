"""The list of people who never signed in, and what became of inviting them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.name_pages import NamePage, page_by_name
from profiles.invitation import Invitation
from profiles.invitations import AT_ONCE
from profiles.models import Person, Role
from profiles.querysets import PersonQuerySet
from profiles.search import people_matching

STATES: dict[str, str | Promise] = {
    "all": _("All"),
    "not-invited": _("Not invited"),
    "invited": _("Invited"),
    "expired": _("Expired"),
    "revoked": _("Revoked"),
}
TONES = {"not-invited": "amber", "invited": "sky", "expired": "rose", "revoked": "plain"}
LONGEST = 100
"""Letters of a search that are looked at."""
MOST_FOUND = 25
"""People a search shows, the best first."""


@dataclass(frozen=True)
class Choice:
    """One of the lists, with how many are on it."""

    label: str | Promise
    url: str
    current: bool
    count: int


@dataclass(frozen=True)
class Row:
    """A person and their latest invitation, if any."""

    person: Any
    state: str
    invitation: Invitation | None
    roles: list[str]

    @property
    def label(self) -> str | Promise:
        """The state in words."""
        return STATES[self.state]

    @property
    def tone(self) -> str:
        """Its colour."""
        return TONES[self.state]


@dataclass(frozen=True)
class Invited:
    """What the page shows. `following` is the link to the next page; `total` counts the chosen list without search."""

    rows: list[Row]
    choices: list[Choice]
    state: str
    search: str
    following: str
    first: str
    total: int
    more: bool
    """Whether the search matches more people than are shown."""

    @property
    def all_at_once(self) -> int:
        """How many of the chosen list are invited by one press."""
        return min(self.total, AT_ONCE)

    @property
    def can_invite_all(self) -> bool:
        """Whether there is a press for all of them: not for those who have an invitation that works."""
        return self.state in ("not-invited", "expired") and not self.search and self.total > len(self.rows)


def invited(query: QueryDict, now: datetime) -> Invited:
    """Reads the page that the query string asks for, in a fixed number of queries."""
    state, search = state_of(query), search_of(query)
    people = chosen(state, now).select_related("organization").with_roles()
    if search:
        best = list(people_matching(search, people, limit=MOST_FOUND + 1))
        page = NamePage(best[:MOST_FOUND], "", is_first=True)
    else:
        best, page = [], page_by_name(people, f"invited.{state}", query.get("after", ""))
    counts = _counts(now)
    kept = {"state": state, **({"q": search} if search else {})}
    return Invited(
        rows=_rows(page.people, now),
        choices=[
            Choice(label, "?" + urlencode({**kept, "state": key}), key == state, counts[key])
            for key, label in STATES.items()
        ],
        state=state,
        search=search,
        following="?" + urlencode({**kept, "after": page.following}) if page.following else "",
        first="" if page.is_first else "?" + urlencode(kept),
        total=counts[state],
        more=len(best) > MOST_FOUND,
    )


def state_of(query: QueryDict) -> str:
    """The list asked for; all of them when it is none of ours."""
    asked = query.get("state", "")
    return asked if asked in STATES else "all"


def search_of(query: QueryDict) -> str:
    """What was typed, cut to a sensible length."""
    return query.get("q", "").replace("\0", "").strip()[:LONGEST]


def chosen(state: str, now: datetime) -> PersonQuerySet:
    """People who never signed in, in this state."""
    people = Person.objects.never_signed_in()
    open_ones = Invitation.objects.open().filter(person=OuterRef("pk"))
    revoked = Exists(Invitation.objects.filter(person=OuterRef("pk"), revoked_at__isnull=False))
    if state == "invited":
        people = people.filter(Exists(open_ones.filter(expires_at__gt=now)))
    elif state == "expired":
        people = people.filter(Exists(open_ones.filter(expires_at__lte=now)))
    elif state == "revoked":
        people = people.filter(revoked, ~Exists(open_ones))
    elif state == "not-invited":
        people = people.filter(~revoked, ~Exists(open_ones))
    return people


def _counts(now: datetime) -> dict[str, int]:
    """How many are in each state. Two queries, over people who never signed in."""
    people = Person.objects.never_signed_in().order_by()
    works = FilteredRelation("invitations", condition=Q(invitations__accepted_at=None, invitations__revoked_at=None))
    found = people.annotate(works=works).aggregate(
        all=Count("pk"),
        invited=Count("works__pk", filter=Q(works__expires_at__gt=now)),
        expired=Count("works__pk", filter=Q(works__expires_at__lte=now)),
    )
    found["revoked"] = chosen("revoked", now).order_by().count()
    found["not-invited"] = found["all"] - found["invited"] - found["expired"] - found["revoked"]
    return found


def _rows(people: list, now: datetime) -> list[Row]:
    latest: dict[int, Invitation] = {}
    of_them = Invitation.objects.filter(person__in=[person.pk for person in people], accepted_at=None)
    for one in of_them.select_related("invited_by").order_by("invited_at", "pk"):
        latest[one.person_id] = one
    return [_row(person, latest.get(person.pk), now) for person in people]


def _row(person: Any, invitation: Invitation | None, now: datetime) -> Row:
    if invitation is None:
        state = "not-invited"
    elif invitation.revoked_at is not None:
        state = "revoked"
    else:
        state = "invited" if invitation.expires_at > now else "expired"
    return Row(person, state, invitation, [str(Role(role).label) for role in Role.values if role in person.roles])
