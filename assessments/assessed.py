"""The Assessments tab: a coachee's surveys and 360 reviews.

The coachee and their coaches read titles and reasons; staff see kinds, states and dates, and nothing that somebody
wrote. Raters have no name here for anybody; how many of each group answered is the coachee's to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, Exists, Max, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from assessments.models import BehaviorSurvey, Rater, Review360
from assessments.querysets import ReviewQuerySet, SurveyQuerySet
from config.keyset import Cursor, cut, link, read_cursor
from profiles.days import short_day
from profiles.given import due
from profiles.profile import Profile
from profiles.zones import local_day

PAGE = 10


@dataclass(frozen=True, slots=True)
class Assessed:
    """A survey or a review, ready to show. `facts` are labels with values; what is not for the viewer is not in it."""

    pk: int
    title: str
    pill: str
    tone: str
    when: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    quote: str = ""
    """Why a review was closed, in somebody's words."""
    no_report: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the two lists: what the program calls it, its rows, and links to the pages beside."""

    label: str
    items: list[Assessed]
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class Assessments:
    """Both lists."""

    surveys: Listed
    reviews: Listed


def assessments_of(profile: Profile, query: QueryDict) -> Assessments:
    """The newest surveys and reviews, each list with pages of its own. Three queries, two without reviews."""
    return Assessments(_surveys(profile, query), _reviews(profile, query))


def _cursor(query: QueryDict, name: str) -> Cursor | None:
    """The cursor of one of the lists on the page: its parameters begin with the list's name."""
    own = QueryDict(mutable=True)
    own.update({key: query.get(f"{name}-{key}", "") for key in ("before", "after")})
    return read_cursor(own)


def _page_link(place: str, name: str) -> str:
    return link(f"{name}-{place}" if place else "")


def _visible(profile: Profile, rows: SurveyQuerySet | ReviewQuerySet) -> QuerySet:
    """Those of this coachee. Staff, for whom `visible_to` has none, are told kinds, states and dates all the same."""
    shown = rows.visible_to(profile.viewer, profile.now) if profile.reads_texts else rows
    return shown.filter(coachee=profile.person.pk)


def _surveys(profile: Profile, query: QueryDict) -> Listed:
    today = local_day(profile.now, profile.person.timezone)
    rows = _visible(profile, BehaviorSurvey.objects.filter(assigned_on__lte=today))
    page = cut(rows, key="assigned_on", cursor=_cursor(query, "surveys"), size=PAGE)
    items = [_survey(profile, row) for row in page.rows]
    return Listed(profile.survey_label, items, _page_link(page.onward, "surveys"), _page_link(page.back, "surveys"))


def _survey(profile: Profile, row: BehaviorSurvey) -> Assessed:
    today = local_day(profile.now, profile.person.timezone)
    completed = row.completed_at if row.completed_at and row.completed_at <= profile.now else None
    pill, tone = due(row.due_on, today)
    if completed:
        pill, tone = _("Completed %(day)s") % {"day": _day(completed, profile)}, "leaf"
    assigned = _("Assigned %(day)s") % {"day": short_day(row.assigned_on, today)}
    title = row.title if profile.reads_texts else ""
    return Assessed(
        pk=row.pk,
        title=title or assigned,
        pill=pill,
        tone=tone,
        when=([assigned] if title else [])
        + ([_("Due %(day)s") % {"day": short_day(row.due_on, today)}] if completed else []),
        no_report=bool(completed) and profile.reads_texts,
    )


def _reviews(profile: Profile, query: QueryDict) -> Listed:
    rows = _visible(profile, Review360.objects.filter(enrolled_at__lte=profile.now))
    if profile.reads_texts:
        rows = _counted(rows, profile.now)
    page = cut(rows, key="enrolled_at", cursor=_cursor(query, "reviews"), size=PAGE)
    groups = _groups(profile, page.rows)
    items = [_review(profile, row, groups.get(row.pk, [])) for row in page.rows]
    return Listed(profile.review_label, items, _page_link(page.onward, "reviews"), _page_link(page.back, "reviews"))


def _counted(rows: QuerySet, now: datetime) -> QuerySet:
    managers = Rater.objects.filter(review=OuterRef("pk"), relationship=Rater.Relationship.MANAGER)
    by_manager = Q(raters__relationship=Rater.Relationship.MANAGER, raters__completed_at__lte=now)
    return rows.annotate(
        asked=Count("raters"),
        answered=Count("raters", filter=Q(raters__completed_at__lte=now)),
        has_manager=Exists(managers),
        manager_at=Max("raters__completed_at", filter=by_manager, output_field=DateTimeField()),
    )


def _groups(profile: Profile, rows: Sequence[Review360]) -> dict[int, list[tuple[str, str]]]:
    """How many of each group answered, by review: for the coachee, who asked them. At most one query."""
    if not profile.is_self or not rows:
        return {}
    raters = Rater.objects.filter(review__in=[row.pk for row in rows]).order_by()
    counted = raters.values("review", "relationship").annotate(
        asked=Count("pk"), answered=Count("pk", filter=Q(completed_at__lte=profile.now))
    )
    by_group = {(row["review"], row["relationship"]): row for row in counted}
    names = {
        Rater.Relationship.SELF: _("Yourself"),
        Rater.Relationship.MANAGER: _("Manager"),
        Rater.Relationship.PEER: _("Peers"),
        Rater.Relationship.DIRECT_REPORT: _("Direct reports"),
        Rater.Relationship.OTHER: _("Others"),
    }
    return {
        review.pk: [
            (name, _n_of_m(found["answered"], found["asked"]))
            for group, name in names.items()
            if (found := by_group.get((review.pk, group)))
        ]
        for review in rows
    }


def _n_of_m(answered: int, asked: int) -> str:
    return _("%(answered)d of %(asked)d answered") % {"answered": answered, "asked": asked}


def _review(profile: Profile, row: Any, groups: list[tuple[str, str]]) -> Assessed:
    today = local_day(profile.now, profile.person.timezone)
    closed = row.closed_at if row.closed_at and row.closed_at <= profile.now else None
    pill, tone = (_("Closed %(day)s") % {"day": _day(closed, profile)}, "leaf") if closed else (_("Collecting"), "sky")
    return Assessed(
        pk=row.pk,
        title=_("Enrolled %(day)s") % {"day": _day(row.enrolled_at, profile)},
        pill=pill,
        tone=tone,
        when=[_("Due %(day)s") % {"day": short_day(row.due_on, today)}],
        facts=_told(profile, row, bool(closed), groups) if profile.reads_texts else [],
        quote=row.close_reason if closed and profile.reads_texts else "",
        no_report=bool(closed) and profile.reads_texts,
    )


def _told(profile: Profile, row: Any, closed: bool, groups: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the coachee and their coaches read of a review."""
    found = [(_("Answers"), _n_of_m(row.answered, row.asked))]
    if row.manager_at:
        found.append((_("Manager"), _("Answered on %(day)s") % {"day": _day(row.manager_at, profile)}))
    elif row.has_manager:
        found.append((_("Manager"), _("Not yet")))
    else:
        found.append((_("Manager"), _("Not asked")))
    if closed and row.closed_by:
        found.append((_("Closed by"), _closed_by(profile, row.closed_by)))
    return found + [group for group in groups if group[0] != _("Manager")]


def _closed_by(profile: Profile, who: str) -> str:
    if who == Review360.ClosedBy.COACHEE:
        return _("You") if profile.is_self else profile.person.name
    return str(Review360.ClosedBy(who).label)


def _day(instant: datetime, profile: Profile) -> str:
    return short_day(local_day(instant, profile.viewer.timezone), profile.today)
