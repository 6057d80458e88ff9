"""What coach and coachee do with goals. One transaction each; every change leaves a row in the goal's history.

Nothing here is a fact that encouragements follow from: goals shared for a session are micro goals. Verbs about one goal
take turns by its row, so that its progress is always the newest of its history.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from coaching.models import Goal, GoalChange, Milestone
from profiles.actions import RefusedError, lock_people
from profiles.models import Person
from profiles.versions import ChangedMeanwhileError

TWICE = timedelta(minutes=10)
"""The same words from the same person within this time are one deed sent twice."""
MOST_MILESTONES = 50

Kind = GoalChange.Kind
State = Goal.State


def set_goal(*, coachee_id: int, by: Person, now: datetime, title: str, why: str, target_on: date | None) -> Goal:
    """A new goal in progress of this coachee. The same one sent twice by one person is one, also both at once."""
    words = {"title": title, "why": why, "target_on": target_on}
    with transaction.atomic():
        lock_people([coachee_id])
        since = {"set_by": by, "set_at__gt": now - TWICE, "state": State.ACTIVE}
        if found := Goal.objects.filter(coachee=coachee_id, **words, **since).first():
            return found
        goal = Goal.objects.create(coachee_id=coachee_id, set_by=by, set_at=now, **words)
        GoalChange.objects.create(goal=goal, kind=Kind.SET, by=by, at=now, progress=0)
    return goal


def edit_goal(
    *, goal: Goal, by: Person, now: datetime, version: int, title: str, why: str, target_on: date | None
) -> bool:
    """Changes the words and the date; tells whether anything was different.

    `version` is the one that was shown. Fields that were left as shown take what somebody else made of them since.
    Raises ChangedMeanwhileError when both changed the same field, RefusedError when the goal is closed.
    """
    wanted: dict[str, Any] = {"title": title, "why": why, "target_on": target_on}
    with transaction.atomic():
        current = _in_progress(goal)
        if current.version != version:
            if not _differences(current, wanted):
                return False
            wanted = _merged(current, version, wanted)
        if not (changed := _differences(current, wanted)):
            return False
        for name, value in wanted.items():
            setattr(current, name, value)
        current.version += 1
        current.save(update_fields=[*wanted, "version"])
        _note(current, Kind.EDITED, by, now, changed=changed)
    return True


def _merged(current: Goal, version: int, wanted: dict[str, Any]) -> dict[str, Any]:
    """Both edits in one. Each edit is one version and one row of history, which knows what was shown."""
    known = 0 <= version < current.version
    edits = current.changes.filter(kind=Kind.EDITED)[: current.version - version] if known else []
    shown: dict[str, str] = {}
    for edit in edits:  # the newest first, so that the oldest has the last word
        shown.update({name: before for name, (before, _after) in edit.changed.items()})
    merged = {
        name: getattr(current, name) if _text(value) == shown.get(name) else value for name, value in wanted.items()
    }
    if not known or _differences(current, {name: merged[name] for name in shown}):
        raise ChangedMeanwhileError(_edited(current, Kind.EDITED), current, merged)
    return merged


def update_progress(*, goal: Goal, by: Person, now: datetime, shown: int, progress: int, comment: str) -> bool:
    """Sets the progress (0 to 100) with a comment; tells whether it was new. A comment alone is kept, too.

    `shown` is the progress that was shown. Raises ChangedMeanwhileError when it is another by now, RefusedError when
    the goal is closed.
    """
    with transaction.atomic():
        current = _in_progress(goal)
        if progress == current.progress and (not comment or _said(current, by, now, progress, comment)):
            return False
        if current.progress != shown:
            raise ChangedMeanwhileError(_edited(current, Kind.PROGRESSED), current)
        _set_progress(current, progress)
        changed = {"progress": [str(shown), str(progress)]}
        _note(current, Kind.PROGRESSED, by, now, changed=changed, progress=progress, comment=comment)
    return True


def add_milestone(*, goal: Goal, by: Person, now: datetime, title: str, due_on: date | None) -> Milestone:
    """A new step on the way. The same one sent twice by one person is one. Raises RefusedError at the fiftieth."""
    with transaction.atomic():
        current = _in_progress(goal)
        since = now - TWICE
        added = current.changes.filter(kind=Kind.MILESTONE_ADDED, by=by, at__gt=since, changed__milestone=title)
        same = current.milestones.filter(title=title, due_on=due_on, added_at__gt=since).first()
        if same and added.exists():
            return same
        if current.milestones.count() >= MOST_MILESTONES:
            raise RefusedError(_("A goal has room for %(most)s milestones.") % {"most": MOST_MILESTONES})
        milestone = Milestone.objects.create(goal=current, title=title, due_on=due_on, added_at=now)
        _note(current, Kind.MILESTONE_ADDED, by, now, changed={"milestone": title, "due_on": ["", _text(due_on)]})
    return milestone


def edit_milestone(
    *, milestone: Milestone, by: Person, now: datetime, shown: list[str], title: str, due_on: date | None
) -> bool:
    """Changes the words and the date; tells whether anything was different.

    `shown` are `words_of` the milestone as it was shown. Raises ChangedMeanwhileError when it was edited since,
    RefusedError when it was removed or the goal is closed.
    """
    with transaction.atomic():
        current = _milestone(milestone)
        changed = _differences(current, {"title": title, "due_on": due_on})
        if not changed:
            return False
        if words_of(current) != shown:
            raise ChangedMeanwhileError(_edited(current.goal, Kind.MILESTONE_EDITED), current)
        before = current.title
        current.title, current.due_on = title, due_on
        current.save(update_fields=["title", "due_on"])
        _note(current.goal, Kind.MILESTONE_EDITED, by, now, changed={"milestone": before, **changed})
    return True


def remove_milestone(*, milestone: Milestone, by: Person, now: datetime) -> None:
    """Takes the milestone away; its title stays in the history. Raises RefusedError where `edit_milestone` does."""
    with transaction.atomic():
        current = _milestone(milestone)
        current.delete()
        _note(current.goal, Kind.MILESTONE_REMOVED, by, now, changed={"milestone": current.title})


def reach_milestone(*, milestone: Milestone, by: Person, now: datetime) -> bool:
    """Marks it as reached, by whom; twice is harmless. Raises RefusedError where `edit_milestone` does."""
    return _mark_milestone(milestone, by, now, reached=True)


def reopen_milestone(*, milestone: Milestone, by: Person, now: datetime) -> bool:
    """Takes the mark back; twice is harmless. Raises RefusedError where `edit_milestone` does."""
    return _mark_milestone(milestone, by, now, reached=False)


def achieve_goal(*, goal: Goal, by: Person, now: datetime, reason: str) -> bool:
    """Closes the goal as achieved, at 100 percent, with what there is to say about it, if anything.

    Twice is harmless. Raises RefusedError when it was let go.
    """
    with transaction.atomic():
        current = _locked(goal)
        if current.state == State.ACHIEVED:
            return False
        _refuse_closed(current)
        changed = {"progress": [str(current.progress), "100"]} if current.progress != 100 else {}
        _set_progress(current, 100)
        _move(current, State.ACHIEVED, now, reason)
        progress = 100 if changed else None
        _note(current, Kind.ACHIEVED, by, now, changed=changed, progress=progress, comment=reason)
    return True


def let_go_of_goal(*, goal: Goal, by: Person, now: datetime, reason: str) -> bool:
    """Closes the goal with a reason; twice is harmless. Raises RefusedError when it was achieved."""
    with transaction.atomic():
        current = _locked(goal)
        if current.state == State.LET_GO:
            return False
        _refuse_closed(current)
        _move(current, State.LET_GO, now, reason)
        _note(current, Kind.LET_GO, by, now, comment=reason)
    return True


def reopen_goal(*, goal: Goal, by: Person, now: datetime) -> bool:
    """Puts the goal back in progress, with the progress from before it was achieved; twice is harmless."""
    with transaction.atomic():
        current = _locked(goal)
        if current.state == State.ACTIVE:
            return False
        before = None
        if current.state == State.ACHIEVED and (closing := current.changes.filter(kind=Kind.ACHIEVED).first()):
            before = next((int(text) for text in closing.changed.get("progress", [])[:1]), None)
        if before is not None:
            _set_progress(current, before)
        _move(current, State.ACTIVE, None, "")
        changed = {} if before is None else {"progress": ["100", str(before)]}
        _note(current, Kind.REOPENED, by, now, changed=changed, progress=before)
    return True


def words_of(milestone: Milestone) -> list[str]:
    """The milestone's words and date, to tell whether they are still those that somebody saw."""
    return [milestone.title, _text(milestone.due_on)]


def _locked(goal: Goal) -> Goal:
    return Goal.objects.select_for_update(no_key=True).get(pk=goal.pk)


def _in_progress(goal: Goal) -> Goal:
    current = _locked(goal)
    _refuse_closed(current)
    return current


def _refuse_closed(goal: Goal) -> None:
    if goal.state == State.ACHIEVED:
        raise RefusedError(_("This goal is achieved. Reopen it to change it."))
    if goal.state == State.LET_GO:
        raise RefusedError(_("This goal was let go. Reopen it to change it."))


def _milestone(milestone: Milestone) -> Milestone:
    goal = _in_progress(milestone.goal)
    found = goal.milestones.filter(pk=milestone.pk).first()
    if found is None:
        raise RefusedError(_("This milestone was removed."))
    return found


def _mark_milestone(milestone: Milestone, by: Person, now: datetime, *, reached: bool) -> bool:
    with transaction.atomic():
        current = _milestone(milestone)
        if (current.reached_at is not None) == reached:
            return False
        current.reached_at, current.reached_by = (now, by) if reached else (None, None)
        current.save(update_fields=["reached_at", "reached_by"])
        kind = Kind.MILESTONE_REACHED if reached else Kind.MILESTONE_REOPENED
        _note(current.goal, kind, by, now, changed={"milestone": current.title})
    return True


def _set_progress(goal: Goal, progress: int) -> None:
    Goal.objects.filter(pk=goal.pk).update(progress=progress)


def _move(goal: Goal, state: str, closed_at: datetime | None, reason: str) -> None:
    Goal.objects.filter(pk=goal.pk).update(state=state, closed_at=closed_at, close_reason=reason)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _differences(row: Any, wanted: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: [_text(getattr(row, name)), _text(value)] for name, value in wanted.items() if getattr(row, name) != value
    }


def _edited(goal: Goal, kind: str) -> str:
    """Who was faster, in a sentence."""
    last = goal.changes.filter(kind=kind).select_related("by").first()
    if last is None:
        return _("This changed while you had it open.")
    return _("%(name)s changed this while you had it open.") % {"name": last.by.name}


def _said(goal: Goal, by: Person, now: datetime, progress: int, comment: str) -> bool:
    last = goal.changes.filter(kind=Kind.PROGRESSED, by=by, at__gt=now - TWICE).first()
    return last is not None and (last.progress, last.comment) == (progress, comment)


def _note(goal: Goal, kind: str, by: Person, now: datetime, **what: Any) -> None:
    """One more row of the history, never before the last one: whoever waited for the goal read the clock earlier."""
    last = goal.changes.aggregate(at=Max("at"))["at"]
    GoalChange.objects.create(goal=goal, kind=kind, by=by, at=max(now, last) if last else now, **what)
