"""Actions taken, as the profile shows them: one query a page, folded, in sentences that fit the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject, Left
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activity.models import Event, EventKind
from activity.sentences import Deed, Reader, sentence
from assessments.models import BehaviorSurvey, Review360
from assignments.models import Assignment, Reflection, Resource, Response
from coaching.models import Message
from config.keyset import Cursor, Slice, cut
from config.text import first_line
from profiles.local_days import local_day_number
from profiles.models import Person
from profiles.sight import Sight
from sessions_app.models import MicroGoal, Takeaway

PAGE = 20
EXCERPT = 400
"""Letters of a text that are fetched for its first line."""
LONGEST_DAY = timedelta(hours=26)
"""No calendar day is longer, also where clocks go back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the feed."""

    key: str
    icon: str
    tone: str
    text: SafeString
    quote: str
    at: datetime


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
    coachee: Person, *, viewer: Person, sight: Sight, now: datetime, cursor: Cursor | None, reader: Reader
) -> Page:
    """A page of what the coachee did until now, newest first. One query, however long the history.

    Views of one resource on one of the viewer's days are one line, at the last of them.
    """
    zone = viewer.timezone
    events = Event.objects.filter(coachee=coachee, at__lte=now)
    if sight == Sight.COACH:
        events = events.for_coach(viewer)
    events = _folded(events, coachee, zone, now)
    if sight != Sight.STAFF:
        events = events.annotate(told=_told(sight, now)).select_related("coach")
    page = cut(events, key="at", cursor=cursor, size=PAGE)
    return Page(_days(page, ZoneInfo(zone), reader, now), older=page.onward, newer=page.back)


def _folded(events: QuerySet, coachee: Person, zone: str, now: datetime) -> QuerySet:
    """Of the views of one resource on one day only the last, with their number as `times`."""
    views = Event.objects.filter(coachee=coachee, topic_id=OuterRef("topic_id"), at__lte=now)
    same_day = views.annotate(day=local_day_number("at", zone, now)).filter(day=OuterRef("day"))
    later = same_day.filter(at__gte=OuterRef("at"), at__lt=OuterRef("at") + LONGEST_DAY).filter(
        Q(at__gt=OuterRef("at")) | Q(pk__gt=OuterRef("pk"))
    )
    earlier = same_day.filter(at__lte=OuterRef("at"), at__gt=OuterRef("at") - LONGEST_DAY)
    number = earlier.order_by().values("topic_id").annotate(number=Count("pk")).values("number")
    return (
        events.annotate(day=local_day_number("at", zone, now))
        .filter(Q(topic_id=None) | ~Exists(later))
        .annotate(times=Case(When(topic_id__isnull=False, then=Subquery(number)), default=Value(1)))
    )


def _told(sight: Sight, now: datetime) -> Case:
    """What a sentence needs of the deed's row, looked up for the rows of the page only."""
    own = sight == Sight.SELF
    shared = Q() if own else Q(shared_at__lte=now)
    text = Left("text", EXCERPT)
    private = Case(When(shared_at__lte=now, then=text), default=text if own else Value(""))
    rows = {
        EventKind.CLOSED_360: (Review360, Q(), {"by": "closed_by"}),
        EventKind.COMPLETED_SURVEY: (BehaviorSurvey, Q(), {"title": "title"}),
        EventKind.COMPLETED_ASSIGNMENT: (Assignment, Q(), {"title": "title", "archived": "archived_at"}),
        EventKind.RESPONDED_TO_ASSIGNMENT: (Response, Q(), {"title": "assignment__title", "text": text}),
        EventKind.SENT_MESSAGE: (Message, Q(), {"text": text}),
        EventKind.SHARED_MICRO_GOAL: (MicroGoal, shared, {"session": "session__starts_at", "text": text}),
        EventKind.SHARED_TAKEAWAY: (Takeaway, shared, {"session": "session__starts_at", "text": text}),
        EventKind.SUBMITTED_REFLECTION: (Reflection, Q(), {"title": Left("prompt", EXCERPT), "text": private}),
    }
    found = [
        When(kind=kind, then=Subquery(_one(model.objects.filter(condition, pk=OuterRef("object_id")), columns)))
        for kind, (model, condition, columns) in rows.items()
    ]
    resource = _one(Resource.objects.filter(pk=OuterRef("topic_id")), {"title": "title", "url": "url"})
    found.append(When(kind=EventKind.VIEWED_RESOURCE, then=Subquery(resource)))
    return Case(*found, default=None, output_field=JSONField())


def _one(rows: QuerySet, columns: dict) -> QuerySet:
    return rows.order_by().values(told=JSONObject(**columns))


def _days(page: Slice, zone: ZoneInfo, reader: Reader, now: datetime) -> list[Day]:
    today = now.astimezone(zone).date()
    days: dict[date, Day] = {}
    for event in page.rows:
        day = event.at.astimezone(zone).date()
        if day not in days:
            days[day] = Day(day_title(day, today), [])
        days[day].lines.append(_line(event, reader))
    return list(days.values())


def _line(event: Event, reader: Reader) -> Line:
    told = getattr(event, "told", None) or {}
    coach = event.coach if reader.reads_texts else None
    deed = Deed(event.kind, told, event.times, coach.first_name if coach else "")
    icon, tone = LOOKS[event.kind]
    return Line(event.kind, icon, tone, sentence(deed, reader), first_line(deed.quote(reader)), event.at)


def day_title(day: date, today: date) -> str:
    """How a day is called: Today, Yesterday, “Thursday 19 November”, with the year when it is another one."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    # Translators: a day as a heading; see Django's `date` filter. Thursday 19 November
    form = pgettext("date format", "l j F") if day.year == today.year else pgettext("date format", "l j F Y")
    return date_format(day, form)


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
