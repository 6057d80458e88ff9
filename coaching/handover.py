"""Moving coachees from one coach to another in one step.

The first spell ends and the second begins at the same instant. Goals are the coachee's and stay; open assignments go
along with what was answered. Messages, notes, micro goals and takeaways stay with the former pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.encouragement import engine
from activity.record import record
from assignments.models import Assignment, Response
from coaching.actions import CoachingError, already_coaches, close, why_not_coach
from coaching.models import Relationship
from coaching.telling import tell_of_end, tell_of_handover
from profiles.actions import lock_people, violates
from profiles.models import Person


def why_not_hand_over(relationship: Relationship, to: Person, now: datetime) -> str:
    """The sentence that says why this coachee cannot go to that coach; empty when they can."""
    if to.pk == relationship.coach_id:
        return _("%(name)s is the coach already.") % {"name": to.name}
    if to.pk == relationship.coachee_id:
        return _("%(name)s cannot be their own coach.") % {"name": to.name}
    if reason := why_not_coach(to):
        return reason
    if Relationship.objects.not_over(now).between(to, relationship.coachee).exists():
        return already_coaches(to, relationship.coachee)
    return ""


def hand_over(*, relationship: Relationship, to: Person, by: Person | None, now: datetime) -> Relationship:
    """Ends this relationship and begins that of the same coachee with another coach; tells the three.

    Sessions ahead with the former coach are cancelled. Returns the new relationship. Raises CoachingError when it has
    ended already, when `to` may not coach, is one of the two, or coaches this person already.
    """
    try:
        with transaction.atomic():
            lock_people([relationship.coach_id, relationship.coachee_id, to.pk])
            with engine.changing([relationship.coachee_id], now):
                found = Relationship.objects.not_over(now).filter(pk=relationship.pk).first()
                if found is None:
                    raise CoachingError(_("This relationship has ended already."))
                if reason := why_not_hand_over(found, to, now):
                    raise CoachingError(reason, None if to.pk == found.coachee_id else to)
                return move([found], to, by, now)[0]
    except IntegrityError as error:
        if violates(error, "one_running_relationship_per_pair", "relationship_started_once"):
            raise CoachingError(already_coaches(to, relationship.coachee), to) from error
        raise


def move(spells: Sequence[Relationship], to: Person, by: Person | None, now: datetime) -> list[Relationship]:
    """Moves these spells of one coach, which the caller has locked together with all the people; tells everybody.

    Where `to` coaches somebody already, the former spell only ends. Returns the spells that began.
    """
    coachees = {one.coachee_id for one in spells}
    running = Relationship.objects.not_over(now).filter(coach=to, coachee__in=coachees)
    taken = set(running.values_list("coachee", flat=True))
    moved = [one for one in spells if one.coachee_id not in taken]
    _move_assignments(spells[0].coach_id, coachees, to, now)
    close([one.pk for one in spells], by, now)
    begun = Relationship.objects.bulk_create(
        Relationship(coach=to, coachee_id=one.coachee_id, started_at=max(one.started_at, now), started_by=by)
        for one in moved
    )
    tell_of_handover(zip(moved, begun, strict=True), now)
    tell_of_end([one for one in spells if one.coachee_id in taken], now)
    return begun


def _move_assignments(coach_id: int, coachees: set[int], to: Person, now: datetime) -> None:
    """Those in progress, their responses, and the events that tell of them."""
    given = Assignment.objects.in_progress(now).filter(coach=coach_id, coachee__in=coachees)
    ids = list(given.values_list("pk", flat=True))
    assignments, responses = Assignment.objects.filter(pk__in=ids), Response.objects.filter(assignment__in=ids)
    assignments.update(coach=to)
    responses.update(coach=to)
    record("completed_assignment", assignments)
    record("responded_to_assignment", responses)
