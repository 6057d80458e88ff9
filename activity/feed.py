"""Actions taken, as the profile shows them: one query a page, folded, in sentences that fit the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Count, Exists, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject, Left
from django.utils.dateformat import format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activity.models import Event, EventKind
from activity.sentences import Deed, Reader, sentence
from assessments.models import BehaviorSurvey, Review360
from assignments.models import Assignment, Reflection, Resource, Response
from coaching.models import Message
from config.keyset import Cursor, Slice, after, sliced
from config.prepared import Prepared
from profiles.local_days import local_day_number, offset_changes
from profiles.models import Person
from profiles.sight import Sight
from sessions_app.models import MicroGoal, Takeaway

PAGE = 12
EXCERPT = 400
"""Letters of a text that are fetched for its first line."""
LONGEST_DAY = timedelta(hours=26)
"""No calendar day is longer, also where clocks go back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the feed; `at` is the instant in ISO 8601, `time` the time of day, both in the viewer's zone.

    `reflection` is the id of the one that is quoted, 0 where none is. `edited` says that what was written is not as it
    was when it was shared.
    """

    key: str
    icon: str
    tone: str
    text: SafeString
    quote: str
    at: str
    time: str
    reflection: int = 0
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one calendar day of the reader's."""

    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the feed with the places of the older and the newer one (see `config.keyset.link`)."""

    days: list[Day]
    older: str
    newer: str


def actions_taken(
    coachee: Person,
    *,
    viewer: Person,
    sight: Sight,
    now: datetime,
    cursor: Cursor | None,
    reader: Reader,
    kind: str = "",
) -> Page:
    """A page of what the coachee did until now, of one kind or of all, newest first. One query, however long it is.

    Views of one resource on one of the viewer's days are one line, at the last of them.
    """
    changes, offsets = offset_changes(viewer.timezone, now.year + 1)
    values: dict[str, Any] = {"coachee": coachee.pk, "now": now, "changes": changes, "offsets": offsets}
    if cursor is not None:
        values |= {"at": cursor.at, "pk": cursor.pk}
    if kind:
        values["kind"] = kind
    back = cursor.back if cursor else None
    if sight == Sight.STAFF:
        found = _KINDS_ONLY.rows(sight, back, bool(kind), None, **values)
    else:
        values["viewer"] = viewer.pk
        # To admins it is all the same which organization's resources they look at: the query does not ask for theirs.
        belongs = viewer.organization_id is not None and not viewer.is_staff
        if belongs:
            values["organization"] = viewer.organization_id
        looks = (viewer.is_staff, belongs)
        found = _TOLD.rows(sight, back, bool(kind), looks, **values)
    page = sliced(found, key="at", cursor=cursor, size=PAGE)
    return Page(_days(page, ZoneInfo(viewer.timezone), reader, now), older=page.onward, newer=page.back)


def _events(
    sight: Sight,
    back: bool | None,
    of_kind: bool,
    looks: tuple[bool, bool] | None,
    *,
    coachee: int,
    now: datetime,
    at: datetime | None = None,
    pk: int = 0,
    kind: str = "",
    **others: Any,
) -> QuerySet:
    """The events of a page. `others` are the zone's changes of offset and, where texts are read, who looks.

    `looks` says of those whether they are an admin and whether they have an organization.
    """
    events: Any = Event.objects.filter(coachee=coachee, at__lte=now)
    if of_kind:
        events = events.filter(kind=kind)
    if sight == Sight.COACH:
        events = events.for_coach(others["viewer"])
    events = _folded(events, coachee, now, others["changes"], others["offsets"])
    if looks:
        reader = Person(pk=others["viewer"], organization_id=others.get("organization"), is_superuser=looks[0])
        reader.roles = frozenset()
        events = events.annotate(told=_told(sight, reader, now))
    return after(events, key="at", cursor=Cursor(at, pk, bool(back)) if at else None, size=PAGE)


def _folded(events: QuerySet, coachee: int, now: datetime, changes: str, offsets: str) -> QuerySet:
    """Of the views of one resource on one day only the last, with their number as `times`."""
    day = local_day_number("at", changes, offsets)
    views = Event.objects.filter(coachee=coachee, topic_id=OuterRef("topic_id"), at__lte=now)
    same_day = views.annotate(day=day).filter(day=OuterRef("day"))
    later = same_day.filter(at__gte=OuterRef("at"), at__lt=OuterRef("at") + LONGEST_DAY).filter(
        Q(at__gt=OuterRef("at")) | Q(pk__gt=OuterRef("pk"))
    )
    earlier = same_day.filter(at__lte=OuterRef("at"), at__gt=OuterRef("at") - LONGEST_DAY)
    number = earlier.order_by().values("topic_id").annotate(number=Count("pk")).values("number")
    return (
        events.annotate(day=day)
        .filter(Q(topic_id=None) | ~Exists(later))
        .annotate(times=Case(When(topic_id__isnull=False, then=Subquery(number)), default=Value(1)))
    )


def _told(sight: Sight, reader: Person, now: datetime) -> Case:
    """What a sentence needs of the deed's row, looked up for the rows of the page only."""
    shared = Q() if sight == Sight.SELF else Q(shared_at__lte=now)
    text = Left("text", EXCERPT)
    edited = _whether(edited_at__lte=now)
    session = {
        "pk": "session_id",
        "session": "session__starts_at",
        "ahead": _whether(session__status="scheduled", session__ends_at__gt=now),
        "text": text,
        "edited": edited,
    }
    rows: dict[str, tuple[Any, Q, dict[str, Any]]] = {
        EventKind.CLOSED_360: (Review360, Q(), {"by": "closed_by"}),
        EventKind.COMPLETED_SURVEY: (BehaviorSurvey, Q(), {"title": "title"}),
        EventKind.COMPLETED_ASSIGNMENT: (Assignment, Q(), {"pk": "pk", "title": "title"}),
        EventKind.RESPONDED_TO_ASSIGNMENT: (
            Response,
            Q(),
            {"pk": "assignment_id", "title": "assignment__title", "text": text, "edited": edited},
        ),
        EventKind.SENT_MESSAGE: (Message, Q(), {"text": text}),
        EventKind.SHARED_MICRO_GOAL: (MicroGoal, shared, session),
        EventKind.SHARED_TAKEAWAY: (Takeaway, shared, session),
        EventKind.SUBMITTED_REFLECTION: (Reflection, Q(), _told_of_reflection(sight == Sight.SELF, now)),
    }
    found = [
        When(kind=kind, then=Subquery(_one(model.objects.filter(condition, pk=OuterRef("object_id")), columns)))
        for kind, (model, condition, columns) in rows.items()
    ]
    visible = Resource.objects.visible_to(reader, now).filter(pk=OuterRef("topic_id"))
    resource = _one(visible, {"pk": "pk", "title": "title", "url": "url"})
    found.append(When(kind=EventKind.VIEWED_RESOURCE, then=Subquery(resource)))
    return Case(*found, default=None, output_field=JSONField())


def _told_of_reflection(own: bool, now: datetime) -> dict[str, Any]:
    """Others read the prompt, and the answer once it is shared."""
    text = Left("text", EXCERPT)
    return {
        "pk": "pk",
        "title": Left("prompt", EXCERPT),
        "text": Case(When(shared_at__lte=now, then=text), default=text if own else Value("")),
        "open": Value(True) if own else _whether(shared_at__lte=now),
        "edited": _whether(edited_at__lte=now, **({} if own else {"shared_at__lte": now})),
    }


def _whether(**so: Any) -> Case:
    return Case(When(**so, then=Value(True)), default=Value(False), output_field=BooleanField())


def _one(rows: QuerySet, columns: dict) -> QuerySet:
    return rows.order_by().values(told=JSONObject(**columns))


# One plan for all would read a whole history where somebody looks at their own: 130 ms instead of 2 with 50,000 events.
_KINDS_ONLY = Prepared(_events, ["pk", "kind", "at", "times"], plan_each_time=True)
_TOLD = Prepared(_events, ["pk", "kind", "at", "times", "coach__name", "told"], json=["told"], plan_each_time=True)


def _days(page: Slice, zone: ZoneInfo, reader: Reader, now: datetime) -> list[Day]:
    today = now.astimezone(zone).date()
    # Translators: a time of day; see Django's `date` filter. 14:42
    clock = pgettext("date format", "H:i")
    days: dict[date, Day] = {}
    for event in page.rows:
        local = event.at.astimezone(zone)
        if local.date() not in days:
            days[local.date()] = Day(day_title(local.date(), today), [])
        days[local.date()].lines.append(_line(event, reader, local, clock))
    return list(days.values())


def _line(event: Any, reader: Reader, local: datetime, clock: str) -> Line:
    """`event` is a row of `_TOLD` or `_KINDS_ONLY`."""
    told, coach = (event.told or {}, event.coach__name or "") if reader.reads_texts else ({}, "")
    deed = Deed(event.kind, told, event.times, coach.split(" ", 1)[0])
    icon, tone = LOOKS[event.kind]
    quote = deed.quote(reader)
    reflection = told["pk"] if quote and event.kind == EventKind.SUBMITTED_REFLECTION else 0
    return Line(
        key=event.kind,
        icon=icon,
        tone=tone,
        text=sentence(deed, reader),
        quote=quote,
        at=local.isoformat(),
        time=format(local, clock),
        reflection=reflection,
        edited=bool(told.get("edited")),
    )


def day_title(day: date, today: date) -> str:
    """How a day is called: Today, Yesterday, “Thursday 19 November”, with the year when it is another one."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    # Translators: a day as a heading; see Django's `date` filter. Thursday 19 November
    form = pgettext("date format", "l j F") if day.year == today.year else pgettext("date format", "l j F Y")
    return format(day, form)


LOOKS = {
    EventKind.ENROLLED_360: ("ring", "plain"),
    EventKind.CLOSED_360: ("ring", "leaf"),
    EventKind.COMPLETED_SURVEY: ("chart", "leaf"),
    EventKind.COMPLETED_ASSIGNMENT: ("check", "leaf"),
    EventKind.RESPONDED_TO_ASSIGNMENT: ("pen", "plain"),
    EventKind.VIEWED_RESOURCE: ("book", "plain"),
    EventKind.SENT_MESSAGE: ("chat", "plain"),
    EventKind.SHARED_MICRO_GOAL: ("goal", "leaf"),
    EventKind.SHARED_TAKEAWAY: ("takeaway", "leaf"),
    EventKind.SUBMITTED_REFLECTION: ("reflection", "plain"),
}
