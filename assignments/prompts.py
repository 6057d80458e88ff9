"""Which prompt a coachee is asked, and when. Follows from what they answered; nothing is stored about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from assignments.reflections import Prompt, Reflection
from profiles.models import Draft, Person, Program, Subscription
from profiles.zones import local_day

A_WEEK = 7
"""Days between prompts where no program says otherwise."""
MOST = 100
"""Prompts of one library that are looked at: the first by their position."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt as it stands for one coachee: when they answered it last, and whether they have begun to."""

    pk: int
    text: str
    answered_at: datetime | None = None
    has_draft: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """What one coachee may be asked, by position, how often, and when they last submitted anything."""

    prompts: Sequence[Asked]
    days: int
    zone: str
    submitted_at: datetime | None

    def next(self) -> Asked | None:
        """Whose turn it is: one that was begun, then those never answered, then that answered least recently."""
        return min(self.prompts, key=_turn, default=None)

    def due(self, now: datetime) -> Asked | None:
        """The next one, unless something was submitted less than so many of the coachee's calendar days ago."""
        if self.submitted_at is not None:
            ago = local_day(now, self.zone) - local_day(self.submitted_at, self.zone)
            if ago.days < self.days:
                return None
        return self.next()


def due(coachee: Person, now: datetime) -> Prompt | None:
    """The prompt this coachee is asked now; None while nothing is due, or where prompts are not offered.

    Three queries. Whether they may write at all is `assignments.rules.may_reflect`'s to say.
    """
    found = library_of(coachee, now).due(now)
    return Prompt(pk=found.pk, text=found.text) if found else None


def library_of(coachee: Person, now: datetime) -> Library:
    """What the program of the subscription in force asks; the prompts for all programs where it has none of its own."""
    subscription = Subscription.objects.filter(coachee=coachee).covering(now).select_related("program").first()
    program = subscription.program if subscription else None
    days = program.prompt_days if program else A_WEEK
    past = Reflection.objects.filter(coachee=coachee, submitted_at__lte=now)
    submitted_at = past.order_by("-submitted_at", "-id").values_list("submitted_at", flat=True).first()
    prompts = list(_asked(coachee, program, past, now)) if days else []
    return Library(prompts, days, coachee.timezone, submitted_at)


def _turn(prompt: Asked) -> tuple[bool, bool, float]:
    """The smaller, the sooner; of equals `min` takes the first, which is that with the lower position."""
    at = prompt.answered_at
    return not prompt.has_draft, at is not None, at.timestamp() if at else 0.0


def _asked(coachee: Person, program: Program | None, past: QuerySet[Reflection], now: datetime) -> Iterable[Asked]:
    asked = Prompt.objects.asked(now)
    which = Q(program=None)
    if program is not None:
        which = Q(program=program) | Q(which & ~Exists(asked.filter(program=program)))
    answers = past.filter(asked=OuterRef("pk")).order_by().values("asked").annotate(last=Max("submitted_at"))
    key = Concat(Value("reflection:"), Cast(OuterRef("pk"), CharField()))
    rows = (
        asked.filter(which)
        .annotate(answered_at=Subquery(answers.values("last")))
        .annotate(has_draft=Exists(Draft.objects.filter(person=coachee, key=key)))
        .order_by("position", "pk")
    )
    for row in rows[:MOST]:
        yield Asked(row.pk, row.text, row.answered_at, row.has_draft)
