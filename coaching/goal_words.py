"""The history of a goal in sentences: who changed what. What people wrote is escaped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coaching.models import GoalChange
from profiles.days import short_day

Kind = GoalChange.Kind


def percent(number: int) -> str:
    """“60%”."""
    # Translators: a share, such as 60%
    return _("%(number)s%%") % {"number": number}


def sentences(change: GoalChange, who: str, today: date) -> list[SafeString]:
    """What this change was, a sentence for each thing that changed; `who` is a name or “You”."""
    if change.kind in (Kind.EDITED, Kind.MILESTONE_EDITED):
        said = _EDITS if change.kind == Kind.EDITED else _MILESTONE_EDITS
        changed = [name for name in said if name in change.changed]
        return [said[name](who, change, *_shown(name, change.changed[name], today)) for name in changed]
    return [_DEEDS[Kind(change.kind)](who, change, today)]


def _shown(name: str, pair: list[str], today: date) -> tuple[str, str]:
    before, after = (_day(text, today) if name.endswith("_on") else text for text in pair)
    return before, after


def _day(text: str, today: date) -> str:
    return short_day(date.fromisoformat(text), today) if text else ""


def _b(text: object) -> SafeString:
    return format_html("<b>{}</b>", text)


def _title(who: str, change: GoalChange, before: str, after: str) -> SafeString:
    return format_html(
        _("{who} changed the title from {before} to {after}."), who=who, before=_b(before), after=_b(after)
    )


def _why(who: str, change: GoalChange, before: str, after: str) -> SafeString:
    if not before:
        return format_html(_("{who} wrote why it matters."), who=who)
    if not after:
        return format_html(_("{who} removed why it matters."), who=who)
    return format_html(_("{who} changed why it matters."), who=who)


def _target(who: str, change: GoalChange, before: str, after: str) -> SafeString:
    if not before:
        return format_html(_("{who} set the target date to {after}."), who=who, after=after)
    if not after:
        return format_html(_("{who} removed the target date, {before}."), who=who, before=before)
    return format_html(
        _("{who} changed the target date from {before} to {after}."), who=who, before=before, after=after
    )


def _renamed(who: str, change: GoalChange, before: str, after: str) -> SafeString:
    words = _("{who} changed the milestone {before} to {after}.")
    return format_html(words, who=who, before=_b(before), after=_b(after))


def _moved(who: str, change: GoalChange, before: str, after: str) -> SafeString:
    named = {"who": who, "milestone": _b(change.changed.get("milestone", "")), "before": before, "after": after}
    if not before:
        return format_html(_("{who} set the date of {milestone} to {after}."), **named)
    if not after:
        return format_html(_("{who} removed the date of {milestone}, {before}."), **named)
    return format_html(_("{who} moved {milestone} from {before} to {after}."), **named)


_EDITS = {"title": _title, "why": _why, "target_on": _target}
_MILESTONE_EDITS = {"title": _renamed, "due_on": _moved}


def _progressed(who: str, change: GoalChange, today: date) -> SafeString:
    if "progress" not in change.changed:
        return format_html(_("{who} set progress to {after}."), who=who, after=percent(change.progress or 0))
    before, after = (percent(int(text)) for text in change.changed["progress"])
    if before == after:
        return format_html(_("{who} left progress at {after}."), who=who, after=after)
    return format_html(_("{who} changed progress from {before} to {after}."), who=who, before=before, after=after)


def _added(who: str, change: GoalChange, today: date) -> SafeString:
    milestone, day = _b(change.changed.get("milestone", "")), _day(change.changed.get("due_on", [""])[-1], today)
    if day:
        return format_html(_("{who} added the milestone {milestone}, by {day}."), who=who, milestone=milestone, day=day)
    return format_html(_("{who} added the milestone {milestone}."), who=who, milestone=milestone)


def _achieved(who: str, change: GoalChange, today: date) -> SafeString:
    if "progress" not in change.changed:
        return format_html(_("{who} marked the goal as achieved."), who=who)
    before = percent(int(change.changed["progress"][0]))
    return format_html(_("{who} marked the goal as achieved; progress was {before}."), who=who, before=before)


def _reopened(who: str, change: GoalChange, today: date) -> SafeString:
    if change.progress is None:
        return format_html(_("{who} reopened the goal."), who=who)
    return format_html(_("{who} reopened the goal at {percent}."), who=who, percent=percent(change.progress))


def _about(words: Callable[[], str]) -> Callable[[str, GoalChange, date], SafeString]:
    def said(who: str, change: GoalChange, today: date) -> SafeString:
        return format_html(words(), who=who, milestone=_b(change.changed.get("milestone", "")))

    return said


_DEEDS: dict[GoalChange.Kind, Callable[[str, GoalChange, date], SafeString]] = {
    Kind.SET: _about(lambda: _("{who} set this goal.")),
    Kind.PROGRESSED: _progressed,
    Kind.MILESTONE_ADDED: _added,
    Kind.MILESTONE_REMOVED: _about(lambda: _("{who} removed the milestone {milestone}.")),
    Kind.MILESTONE_REACHED: _about(lambda: _("{who} marked the milestone {milestone} as reached.")),
    Kind.MILESTONE_REOPENED: _about(lambda: _("{who} took back that the milestone {milestone} was reached.")),
    Kind.ACHIEVED: _achieved,
    Kind.LET_GO: _about(lambda: _("{who} let this goal go.")),
    Kind.REOPENED: _reopened,
}
