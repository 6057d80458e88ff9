"""What the pages about one relationship, or one coach's, show before anything happens: what ends, what goes along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment
from coaching.access import End, HandOver, why_not_take_all
from coaching.actions import CoachingError, why_no_room
from coaching.candidates import Found, coachees_for, coaches_for, edit_access_url
from coaching.handover import why_not_hand_over
from coaching.models import Relationship
from profiles.models import Person, Role
from profiles.profile import Profile
from sessions_app.actions import sessions_ahead

NAMED = 20
"""How many relationships are listed by name."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A page that asks. `error` says why the last try changed nothing; `access_url` leads to where it is put right."""

    error: str = ""
    access_url: str = ""

    def refused(self, refusal: CoachingError) -> Self:
        """The same page with what was refused."""
        person = refusal.person
        url = edit_access_url(person.pk) if person and Role.COACH not in person.roles else ""
        return replace(self, error=str(refusal), access_url=url)


def chosen(values: Mapping[str, str], name: str) -> Person | None:
    """The person whose id was sent under that name, if there is one."""
    sent = values.get(name, "")
    return Person.objects.filter(pk=int(sent)).first() if sent.isascii() and sent.isdigit() and len(sent) < 19 else None


@dataclass(frozen=True, kw_only=True)
class Adding(Asking):
    """Looking for a coach of this person (`side` is coach) or for a coachee."""

    person: Person
    side: str
    found: Found
    picked: Person | None
    warning: str = ""
    """That the coach has no room; adding all the same is offered."""

    @classmethod
    def of(cls, profile: Profile, request: HttpRequest) -> Adding:
        """The page for `?as=coach|coachee&q=`."""
        person = Person.objects.get(pk=profile.person.pk)
        side = "coachee" if request.GET.get("as") == "coachee" else "coach"
        look = coaches_for if side == "coach" else coachees_for
        found = look(person, request.GET.get("q", ""), profile.now)
        return cls(person=person, side=side, found=found, picked=chosen(request.POST, "person"))

    @property
    def lacks_access(self) -> bool:
        """Whether this person cannot be given coachees at all."""
        return self.side == "coachee" and Role.COACH not in self.person.roles

    @property
    def own_access_url(self) -> str:
        """Where this person's coaching access is switched."""
        return edit_access_url(self.person.pk)

    @property
    def invite_url(self) -> str:
        """Where somebody who is not found is invited, and then added here."""
        here = "coachee" if self.side == "coach" else "coach"
        return f"{reverse('invite')}?{urlencode({'q': self.found.query, here: self.person.pk})}"

    def pair(self) -> dict[str, Person]:
        """Coach and coachee. Raises CoachingError when nobody was chosen."""
        if self.picked is None:
            raise CoachingError(_("Choose somebody from the list."))
        other = "coachee" if self.side == "coach" else "coach"
        return {self.side: self.picked, other: self.person}

    def warned(self, warning: str) -> Adding:
        """The same page, asking whether to add all the same."""
        return replace(self, warning=warning)


@dataclass(frozen=True, kw_only=True)
class Ending(Asking):
    """What ends with a relationship."""

    relationship: Relationship
    sessions: int
    assignments: int
    is_over: bool
    back: str

    @classmethod
    def of(cls, relationship: Relationship, request: HttpRequest, now: datetime) -> Self:
        """The numbers of this pair."""
        return cls(**_numbers(relationship, request.GET, now))

    @property
    def coach(self) -> Person:
        """The coach of the pair."""
        return self.relationship.coach

    @property
    def coachee(self) -> Person:
        """The coachee of the pair."""
        return self.relationship.coachee


def _numbers(relationship: Relationship, query: Mapping[str, str], now: datetime) -> dict:
    given = Assignment.objects.in_progress(now).filter(coach=relationship.coach, coachee=relationship.coachee)
    return {
        "relationship": relationship,
        "sessions": sessions_ahead([relationship.pk], now).count(),
        "assignments": given.count(),
        "is_over": relationship.ended_at is not None and relationship.ended_at <= now,
        "back": _back(relationship, query),
    }


def _back(relationship: Relationship, query: Mapping[str, str]) -> str:
    """To where one came from: the coach's tab, the list to review, else the coachee's tab."""
    origin = query.get("from", "")
    if origin == "review":
        return reverse("relationships-to-review")
    return reverse("person-coaching", args=[relationship.coach_id if origin == "coach" else relationship.coachee_id])


@dataclass(frozen=True, kw_only=True)
class HandingOver(Ending):
    """Looking for another coach; once chosen, what goes along."""

    found: Found
    to: Person | None
    why_not: str
    warning: str
    origin: str

    @classmethod
    def of(cls, relationship: Relationship, request: HttpRequest, now: datetime) -> Self:
        """The page for `?q=` or `?to=`."""
        to = chosen(request.POST, "to") or chosen(request.GET, "to")
        return cls(
            **_numbers(relationship, request.GET, now),
            found=coaches_for(relationship.coachee, request.GET.get("q", ""), now, leaving=relationship.coach),
            to=to,
            why_not=why_not_hand_over(relationship, to, now) if to else "",
            warning=why_no_room(to, 1, now) if to else "",
            origin=request.GET.get("from", ""),
        )

    def to_whom(self) -> Person:
        """The coach who was chosen. Raises CoachingError when nobody was."""
        if self.to is None:
            raise CoachingError(_("Choose another coach first."))
        return self.to


@dataclass(frozen=True, kw_only=True)
class AccessQuestion(Asking):
    """What is to become of the people a coach coaches, now that coaching access is to be turned off."""

    person: Person
    has_access: bool
    relationships: list[Relationship]
    count: int
    seen: str
    """Ids of the relationships that were asked about; when others run by then, the question is asked again."""
    sessions: int
    found: Found
    to: Person | None
    why_not: str
    warning: str
    joined: int
    """How many of them `to` coaches already."""
    then: str
    asked: frozenset[int] | None

    @classmethod
    def of(cls, profile: Profile, request: HttpRequest) -> AccessQuestion:
        """The page for `?q=` or `?to=`."""
        now, person = profile.now, Person.objects.get(pk=profile.person.pk)
        running = Relationship.objects.not_over(now).filter(coach=person).select_related("coachee")
        rows = list(running.order_by("coachee__name", "pk"))
        to = chosen(request.POST, "to") or chosen(request.GET, "to")
        joined = Relationship.objects.not_over(now).filter(coach=to, coachee__in=running.values("coachee")).count()
        return cls(
            person=person,
            has_access=Role.COACH in person.roles,
            relationships=rows[:NAMED],
            count=len(rows),
            seen=",".join(str(row.pk) for row in rows),
            sessions=sessions_ahead([row.pk for row in rows], now).count(),
            found=coaches_for(None, request.GET.get("q", ""), now, leaving=person),
            to=to,
            why_not=why_not_take_all(person, to, now) if to else "",
            warning=why_no_room(to, len(rows) - joined, now) if to else "",
            joined=joined if to else 0,
            then=request.POST.get("then", ""),
            asked=_ids(request.POST.get("seen", "")),
        )

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.relationships)

    @property
    def edit_url(self) -> str:
        """Where coaching access is switched."""
        return edit_access_url(self.person.pk)

    def answer(self) -> End | HandOver:
        """What was chosen. Raises CoachingError when nothing was."""
        if self.then == "end":
            return End()
        if self.then == "hand-over" and self.to:
            return HandOver(self.to)
        raise CoachingError(_("Choose what becomes of the people %(name)s coaches.") % {"name": self.person.name})


def _ids(text: str) -> frozenset[int]:
    """Ids with commas between; what is none is left out."""
    return frozenset(int(one) for one in text.split(",") if one.isascii() and one.isdigit() and len(one) < 19)
