"""A second statement of the eight rules, as naive as can be: is it open at this instant, and since when?

It shares nothing with the rules but the container of facts. Slow on purpose: midnights are found by looking.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import ceil
from zoneinfo import ZoneInfo

from activity.encouragement.facts import Facts

DAY = timedelta(hours=24)
Open = dict[tuple[str, str | None], tuple[datetime, datetime]]


@cache
def midnight(day: date, zone: str) -> datetime:
    """The first minute whose clock shows this day or a later one, looking minute by minute."""
    tz = ZoneInfo(zone)
    instant = datetime.combine(day, time(), UTC) - timedelta(hours=27)
    while instant.astimezone(tz).date() < day:
        instant += timedelta(minutes=30)
    instant -= timedelta(minutes=30)
    while instant.astimezone(tz).date() < day:
        instant += timedelta(minutes=1)
    return instant


def known(instant: datetime | None, at: datetime) -> datetime | None:
    """What is dated later than `at` has not happened yet."""
    return instant if instant and instant <= at else None


def naive(facts: Facts, at: datetime) -> Open:
    """What is open at `at`: (rule, subject) to (since, until), as of that instant."""
    result: Open = {}
    for starts, ends, settings in facts.subscriptions:
        active_from = max(starts, facts.started_at)
        active_until = min(ends, known(facts.ended_at, at) or ends)
        if not active_from <= at < active_until:
            continue
        found: Open = {}
        reviews(facts, at, found, active_until)
        surveys(facts, at, found, active_until)
        for rule, series, days in (
            ("resources_unviewed", facts.views, settings.resources_days),
            ("messages_silent", facts.messages, settings.messages_days),
            ("reflections_unshared", facts.reflections, settings.reflections_days),
        ):
            last = max([one for one in series if one <= at], default=active_from)
            found[rule, None] = (max(last, active_from) + days * DAY, active_until)
        sessions(facts, at, found, active_until, settings)
        for key, (since, until) in found.items():
            since = max(since, active_from)
            if since <= at < until and key[0] not in settings.rules_off:
                result[key] = (since, until)
    return result


def reviews(facts: Facts, at: datetime, found: Open, active_until: datetime) -> None:
    for review in facts.reviews:
        in_yet = known(review.completed_at, at) or known(review.closed_at, at)
        asked_at = review.invited_at or review.enrolled_at
        if asked_at <= at and review.enrolled_at <= at and not in_yet:
            found["manager_360_pending", review.ref] = (asked_at, active_until)


def surveys(facts: Facts, at: datetime, found: Open, active_until: datetime) -> None:
    assigned = [one for one in facts.surveys if midnight(one.assigned_on, facts.zone) <= at]
    if not assigned:
        return
    recent = max(assigned, key=lambda one: (one.assigned_on, one.ref))
    if known(recent.completed_at, at):
        return
    half = ceil((recent.due_on - recent.assigned_on).days / 2)
    late = midnight(recent.due_on + timedelta(days=1), facts.zone)
    found["survey_halfway", recent.ref] = (
        midnight(recent.assigned_on + timedelta(days=half), facts.zone),
        min(late, active_until),
    )
    found["survey_overdue", recent.ref] = (late, active_until)


def sessions(facts: Facts, at: datetime, found: Open, active_until: datetime, settings) -> None:
    for one in facts.sessions:
        off = one.status == "cancelled" and (one.cancelled_at is None or one.cancelled_at <= at)
        marked = known(one.marked_at, at) if one.status in ("occurred", "did_not_occur") else None
        if not off and not marked and not known(one.goal_shared_at, at):
            found["goals_unshared", one.ref] = (
                one.starts_at - settings.goals_days * DAY,
                min(one.starts_at, active_until),
            )
    occurred = [one for one in facts.sessions if one.status == "occurred" and known(one.marked_at, at)]
    if occurred:
        recent = max(occurred, key=lambda one: (one.starts_at, one.ref))
        if not known(recent.takeaway_shared_at, at):
            found["takeaways_unshared", recent.ref] = (
                recent.marked_at + settings.takeaways_days * DAY,
                active_until,
            )
