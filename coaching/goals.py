"""Goals as coach and coachee see them: what is in progress and what was, the way there, and everything that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coaching.goal_words import percent, sentences
from coaching.models import Goal, GoalChange, Milestone
from config.keyset import Cursor, Slice, cut, link
from config.text import render_markdown
from profiles.charts import LineChart, Point, line_chart
from profiles.days import short_day
from profiles.models import Person
from profiles.profile import Profile
from profiles.zones import local_day

IN_PROGRESS, CLOSED, HISTORY = 10, 5, 20
"""How many goals, closed goals and changes a page shows at a time."""
LATEST = 3
"""How many changes stand under a goal of the tab."""
POINTS = 200
"""How many updates of progress are drawn: the newest."""
ON_OVERVIEW = 3
TICKS = (0, 25, 50, 75, 100)
STATES = (Goal.State.ACTIVE, Goal.State.ACHIEVED, Goal.State.LET_GO)


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone: when it is due or was reached, and by whom, in words."""

    pk: int
    title: str
    reached: bool
    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the history: what was done in sentences, when, what was said about it, and a text that was replaced."""

    pk: int
    at: datetime
    sentences: list[SafeString]
    comment: str
    replaced: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A goal, ready to show. Closed goals of the tab come without milestones, chart and history."""

    pk: int
    url: str
    title: str
    why: SafeString
    state: str
    pill: str
    tone: str
    progress: int
    set_by: str
    set_at: datetime
    closed_at: datetime | None
    reason: str
    steps: list[Step]
    chart: LineChart | None
    history: list[Change]
    older: str = ""
    newer: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is in progress, so that it can be worked on."""
        return self.state == Goal.State.ACTIVE

    @property
    def done(self) -> int:
        """How many milestones were reached."""
        return sum(step.reached for step in self.steps)


@dataclass(frozen=True, slots=True)
class GoalList:
    """Goals of one state, with links to further pages."""

    state: str
    goals: list[Shown]
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class GoalsPage:
    """The tab: what is in progress, what was achieved, what was let go; or a page of one of these."""

    lists: list[GoalList]
    alone: str
    """The state that this page is about, when it is about one."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever set."""
        return not self.alone and not any(one.goals or one.newer for one in self.lists)


def goals_page(profile: Profile, asked: str | None, cursor: Cursor | None) -> GoalsPage:
    """The goals in progress, then those achieved and let go; of one state when it is asked for. Six queries at most."""
    states = [state for state in STATES if state == asked] or list(STATES)
    alone = states[0] if len(states) == 1 else ""
    visible = _visible(profile).filter(coachee=profile.person.pk).select_related("set_by")
    found = {state: _cut(visible, state, cursor, alone=bool(alone)) for state in states}
    whole = found[Goal.State.ACTIVE].rows if Goal.State.ACTIVE in found else []
    details = _details(profile, whole)
    lists = []
    for state, page in found.items():
        goals = [details.shown(goal) if goal in whole else _shown(profile, goal) for goal in page.rows]
        kept = {"state": state.value} if alone or state != Goal.State.ACTIVE else {}
        lists.append(GoalList(state, goals, link(page.onward, **kept), link(page.back, **kept)))
    return GoalsPage(lists, alone)


def _cut(visible: QuerySet[Goal], state: Goal.State, cursor: Cursor | None, *, alone: bool) -> Slice:
    """A page of those in one state; where they stand under the goals in progress, the newest few."""
    if alone or state == Goal.State.ACTIVE:
        return cut(visible.filter(state=state), key="set_at", cursor=cursor, size=IN_PROGRESS)
    return cut(visible.filter(state=state), key="set_at", cursor=None, size=CLOSED)


def goal_page(profile: Profile, goal: Goal, cursor: Cursor | None) -> Shown:
    """One goal with all its history, page by page. Three queries."""
    details = _details(profile, [goal], histories=False)
    page = cut(goal.changes.select_related("by"), key="at", cursor=cursor, size=HISTORY)
    details.histories[goal.pk] = page.rows
    return details.shown(goal, older=link(page.onward), newer=link(page.back))


def on_overview(profile: Profile) -> list[Shown]:
    """The newest goals in progress, for the Overview. One query."""
    rows = _visible(profile).filter(coachee=profile.person.pk, state=Goal.State.ACTIVE).select_related("set_by")
    return [_shown(profile, goal) for goal in rows.order_by("-set_at", "-pk")[:ON_OVERVIEW]]


def _visible(profile: Profile) -> QuerySet[Goal]:
    return Goal.objects.visible_to(profile.viewer, profile.now)


@dataclass(frozen=True, slots=True)
class _Details:
    """What stands under goals: their milestones, updates of progress and changes, by goal."""

    profile: Profile
    steps: dict[int, list[Milestone]]
    points: dict[int, list[GoalChange]]
    histories: dict[int, list[GoalChange]]

    def shown(self, goal: Goal, older: str = "", newer: str = "") -> Shown:
        return _shown(
            self.profile,
            goal,
            steps=[_step(self.profile, one) for one in self.steps[goal.pk]],
            chart=_chart(self.profile, goal, self.points[goal.pk]),
            history=[_change(self.profile, one) for one in self.histories[goal.pk]],
            older=older,
            newer=newer,
        )


def _details(profile: Profile, goals: Iterable[Goal], *, histories: bool = True) -> _Details:
    pks = [goal.pk for goal in goals]
    changes = GoalChange.objects.filter(goal__in=pks)
    latest = _newest(changes, LATEST).select_related("by") if histories else ()
    drawn = _newest(changes.filter(progress__isnull=False), POINTS).only("goal", "at", "progress", "comment")
    milestones = Milestone.objects.filter(goal__in=pks).select_related("reached_by").order_by("due_on", "pk")
    return _Details(profile, _by_goal(milestones), _by_goal(drawn), _by_goal(latest))


def _newest(changes: QuerySet[GoalChange], number: int) -> QuerySet[GoalChange]:
    place = Window(RowNumber(), partition_by="goal", order_by=[F("at").desc(), F("pk").desc()])
    return changes.annotate(place=place).filter(place__lte=number)


def _by_goal(rows: Iterable) -> defaultdict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.goal_id].append(row)
    return found


def _shown(profile: Profile, goal: Goal, **details) -> Shown:
    pill, tone = _pill(profile, goal)
    return Shown(
        pk=goal.pk,
        url=reverse("goal", args=[goal.pk]),
        title=goal.title,
        why=render_markdown(goal.why),
        state=goal.state,
        pill=pill,
        tone=tone,
        progress=goal.progress,
        set_by=_name(profile, goal.set_by),
        set_at=goal.set_at,
        closed_at=goal.closed_at,
        reason=goal.close_reason,
        **{"steps": [], "chart": None, "history": [], **details},
    )


def _name(profile: Profile, person: Person) -> str:
    return _("You") if person == profile.viewer else person.name


def _day(profile: Profile, at: datetime) -> str:
    return short_day(local_day(at, profile.viewer.timezone), profile.today)


def _today_there(profile: Profile) -> date:
    """The day it is for the coachee, whose days target dates are."""
    return local_day(profile.now, profile.person.timezone)


def _pill(profile: Profile, goal: Goal) -> tuple[str, str]:
    """How it stands beside the title; a date that has passed is said calmly."""
    if goal.closed_at is not None:
        achieved = goal.state == Goal.State.ACHIEVED
        words = _("Achieved %(day)s") if achieved else _("Let go %(day)s")
        return words % {"day": _day(profile, goal.closed_at)}, "leaf" if achieved else "plain"
    if goal.target_on is None:
        return _("No target date"), "plain"
    today = _today_there(profile)
    words = _("Target was %(day)s") if goal.target_on < today else _("By %(day)s")
    return words % {"day": short_day(goal.target_on, today)}, "amber" if goal.target_on < today else "plain"


def _step(profile: Profile, row: Milestone) -> Step:
    today = _today_there(profile)
    late = row.reached_at is None and row.due_on is not None and row.due_on < today
    words = ""
    if row.reached_at and row.reached_by:
        named = {"day": _day(profile, row.reached_at), "name": _name(profile, row.reached_by)}
        words = _("Reached %(day)s · %(name)s") % named
    elif row.due_on:
        words = (_("was due %(day)s") if late else _("by %(day)s")) % {"day": short_day(row.due_on, today)}
    return Step(row.pk, row.title, row.reached_at is not None, words, late)


def _chart(profile: Profile, goal: Goal, rows: list[GoalChange]) -> LineChart | None:
    """Progress stays as it is until it is changed; one that never was changed needs no drawing."""
    if len(rows) < 2:
        return None
    points = [Point(row.at, row.progress or 0, percent(row.progress or 0), row.comment) for row in rows]
    return line_chart(
        points,
        low=0,
        high=100,
        ticks=[(value, percent(value)) for value in TICKS],
        zone=profile.viewer.timezone,
        today=profile.today,
        measure=_("Progress"),
        steps=True,
        until=goal.closed_at or profile.now,
    )


def _change(profile: Profile, row: GoalChange) -> Change:
    said = sentences(row, _name(profile, row.by), profile.today)
    before = row.changed.get("why", [""])[0]
    return Change(row.pk, row.at, said, row.comment, before)
