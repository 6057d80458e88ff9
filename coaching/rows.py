"""What a coach reads about each coachee in a list: four queries, however many coachees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from activity.encouragement.words import WORDS, Context, label
from activity.models import Encouragement, Event, EventKind
from coaching.coachees import Entry
from profiles.models import Person, RuleKey, Subscription
from profiles.zones import month_of
from sessions_app.models import Session

NOW_IS = timedelta(minutes=1)
LONG_AGO = timedelta(days=60)
"""From then on the date says more than the number of days."""


@dataclass(frozen=True, slots=True)
class First:
    """The most urgent action to encourage, and how many more there are."""

    label: str
    tone: str
    more: int


@dataclass(frozen=True, slots=True)
class Done:
    """The last action taken: what kind, and when; `age` is `now`, `ago` or `long_ago`, as it is put in words."""

    label: str
    at: datetime
    age: str


@dataclass(frozen=True, slots=True)
class Row:
    """One coachee. `used` of `allowance` one-on-one sessions in the coachee's calendar month, None when not known."""

    person: Person
    organization: str
    status: str
    first: First | None
    done: Done | None
    next_session: datetime | None
    next_session_pk: int | None
    used: int
    allowance: int | None
    starts_on: date | None
    ended_on: date | None

    @property
    def about(self) -> str:
        """Position and organization, as far as they are known."""
        return " · ".join(filter(None, [self.person.position, self.organization]))


def rows_of(coach: Person, entries: Sequence[Entry], at: datetime) -> list[Row]:
    """The entries with their details as of `at`, as far as this coach may know them, in the same order.

    The entries must be of relationships of this coach that run. What a co-coach does with a coachee is left out,
    but for the allowance, which is the coachee's across all relationships.
    """
    people = {person.pk: person for person in _people(coach, entries, at)}
    firsts = _first_to_encourage(entries, Context(at, coach.timezone, with_titles=False))
    used = _used_this_month(list(people.values()), at)
    return [_row(entry, people[entry.coachee_id], firsts.get(entry.relationship_id), used, at) for entry in entries]


def _people(coach: Person, entries: Sequence[Entry], at: datetime) -> QuerySet[Person]:
    subscriptions = Subscription.objects.filter(coachee=OuterRef("pk"))
    events = Event.objects.for_coach(coach).filter(coachee=OuterRef("pk"), at__lte=at).newest_first()
    sessions = Session.objects.filter(coach=coach, coachee=OuterRef("pk")).upcoming(at)
    coming = JSONObject(starts_on=F("starts_on"), sessions=F("sessions_per_month"))
    return (
        Person.objects.filter(pk__in=[entry.coachee_id for entry in entries])
        .only("name", "email", "photo", "position", "timezone")
        .order_by()
        .annotate(
            done=events.values(found=JSONObject(kind=F("kind"), at=F("at")))[:1],
            next_session=sessions.values(found=JSONObject(pk=F("pk"), at=F("starts_at")))[:1],
            subscription=subscriptions.not_over(at).order_by("active_from").values(found=coming)[:1],
            ended_on=subscriptions.order_by("-active_from").values("ends_on")[:1],
        )
    )


def _first_to_encourage(entries: Sequence[Entry], context: Context) -> dict[int, First]:
    """By relationship: an overdue survey, else what has been open for longest."""
    opened: dict[int, list[Encouragement]] = defaultdict(list)
    ids = [entry.relationship_id for entry in entries]
    for encouragement in Encouragement.objects.open(context.now).filter(relationship__in=ids).order_by("since", "id"):
        opened[encouragement.relationship_id].append(encouragement)
    return {pk: _first(encouragements, context) for pk, encouragements in opened.items()}


def _first(encouragements: list[Encouragement], context: Context) -> First:
    first = min(encouragements, key=lambda encouragement: encouragement.rule != RuleKey.SURVEY_OVERDUE)
    return First(label(first.rule, first.facts, context), WORDS[first.rule].tone, len(encouragements) - 1)


def _used_this_month(people: Sequence[Person], at: datetime) -> dict[int, int]:
    """By coachee: sessions that count in the calendar month it is for them, with whichever coach."""
    months = {person.pk: month_of(at, person.timezone) for person in people}
    used = dict.fromkeys(months, 0)
    if not months:
        return used
    earliest, latest = min(first for first, _ in months.values()), max(end for _, end in months.values())
    counting = Session.objects.counting().filter(coachee__in=months, starts_at__gte=earliest, starts_at__lt=latest)
    for coachee_id, starts_at in counting.order_by().values_list("coachee", "starts_at"):
        first, end = months[coachee_id]
        used[coachee_id] += first <= starts_at < end
    return used


def _row(entry: Entry, person: Any, first: First | None, used: dict[int, int], at: datetime) -> Row:
    subscription = person.subscription or {}
    starts_on, meeting = subscription.get("starts_on"), person.next_session or {}
    return Row(
        person=person,
        organization=entry.organization,
        status=entry.status,
        first=first,
        done=_done(person.done, at),
        next_session=datetime.fromisoformat(meeting["at"]) if meeting else None,
        next_session_pk=meeting.get("pk"),
        used=used[person.pk],
        allowance=subscription.get("sessions") if entry.status == "active" else None,
        starts_on=date.fromisoformat(starts_on) if starts_on else None,
        ended_on=person.ended_on,
    )


def _done(found: dict | None, at: datetime) -> Done | None:
    if found is None:
        return None
    done_at = datetime.fromisoformat(found["at"])
    since = at - done_at
    age = "now" if since < NOW_IS else "ago" if since < LONG_AGO else "long_ago"
    return Done(str(EventKind(found["kind"]).label), done_at, age)
