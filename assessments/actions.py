"""Verbs on observations: written as a private draft, shared, acknowledged, commented. One transaction each.

Each asks `visible_to` within its own transaction, so that what ended a moment ago is over here as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from django.db import IntegrityError, transaction

from assessments.models import Observation, ObservationComment, Rating, RubricVersion
from coaching.models import Relationship
from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from profiles.actions import violates
from profiles.models import Person
from profiles.zones import local_day

SAME_COMMENT_WITHIN = timedelta(minutes=10)


class Outcome(Enum):
    """What became of saving or sharing a draft."""

    DONE = auto()
    CHANGED = auto()
    """It is no longer as its author was shown it: another window was faster."""
    SHARED = auto()
    """It was shared already and stays as it is."""
    EMPTY = auto()
    """There is nothing in it to share."""
    GONE = auto()
    """It is not there any more, or not for this person."""


@dataclass(frozen=True)
class Written:
    """What a coach wrote: `ratings` by component id, each the id of a level (None: not observed) and evidence."""

    observed_on: date
    setting: str
    strengths: str
    next_step: str
    ratings: dict[int, tuple[int | None, str]]

    def __bool__(self) -> bool:
        """Whether there is anything to share: a level or a text beyond where it was."""
        rated = any(level is not None or evidence.strip() for level, evidence in self.ratings.values())
        return rated or bool(self.strengths.strip() or self.next_step.strip())


def written_in(observation: Observation) -> Written:
    """What the observation holds now. One query."""
    return Written(
        observed_on=observation.observed_on,
        setting=observation.setting,
        strengths=observation.strengths,
        next_step=observation.next_step,
        ratings={
            component: (level, evidence)
            for component, level, evidence in observation.ratings.values_list("component", "level", "evidence")
        },
    )


def record_observation(
    *, coach: Person, coachee: int, version: RubricVersion, written: Written, form_key: UUID, now: datetime
) -> tuple[Observation, bool] | None:
    """Keeps a new private draft; with it True, or the draft this same form made before and False.

    None when the coach no longer coaches this person.
    """
    try:
        with transaction.atomic():
            running = Relationship.objects.running(now).filter(coach=coach, coachee=coachee)
            if running.locked().first() is None:
                return None
            made = Observation.objects.create(
                coach=coach, coachee_id=coachee, version=version, recorded_at=now, form_key=form_key, **_fields(written)
            )
            _rate(made, written)
    except IntegrityError as error:
        if not violates(error, "observation_written_once"):
            raise
        before = Observation.objects.visible_to(coach, now).filter(coachee=coachee)
        found = before.filter(coach=coach, form_key=form_key).first()
        return (found, False) if found else None
    return made, True


def save_draft(*, observation: int, by: Person, written: Written, revision: int, now: datetime) -> Outcome:
    """Replaces what the draft holds, if it is still as `by`, its author, was shown it (`revision`)."""
    with transaction.atomic():
        found = _locked(observation, by, now)
        if found is None:
            return Outcome.GONE
        if found.shared_at is not None:
            return Outcome.SHARED
        if written_in(found) == written:
            return Outcome.DONE
        if found.revision != revision:
            return Outcome.CHANGED
        Observation.objects.filter(pk=found.pk).update(revision=revision + 1, **_fields(written))
        _rate(found, written)
    return Outcome.DONE


def share(*, observation: int, by: Person, revision: int, now: datetime) -> Outcome:
    """Gives the draft to the coachee and every current coach, for good, and tells the coachee."""
    with transaction.atomic():
        found = _locked(observation, by, now)
        if found is None:
            return Outcome.GONE
        if found.shared_at is not None:
            return Outcome.SHARED
        if found.revision != revision:
            return Outcome.CHANGED
        if not written_in(found):
            return Outcome.EMPTY
        Observation.objects.filter(pk=found.pk).update(shared_at=now)
        tell([_shared_notice(found)], now)
    return Outcome.DONE


def discard_draft(*, observation: int, by: Person, now: datetime) -> Outcome:
    """Deletes the author's draft. What was shared stays."""
    with transaction.atomic():
        found = _locked(observation, by, now)
        if found is None:
            return Outcome.GONE
        if found.shared_at is not None:
            return Outcome.SHARED
        found.delete()
    return Outcome.DONE


def acknowledge(*, observation: Observation, by: Person, now: datetime) -> bool:
    """The coachee has read it: kept once, with when, and its author is told. Tells whether it was this call."""
    with transaction.atomic():
        unread = Observation.objects.visible_to(by, now).filter(pk=observation.pk, coachee=by, acknowledged_at=None)
        if not unread.update(acknowledged_at=now):
            return False
        _tell_author(observation, by, now)
    return True


def comment(*, observation: Observation, by: Person, text: str, now: datetime) -> ObservationComment | None:
    """Adds a comment; the author is told when it is the coachee's, once a day. None when `by` may not any more.

    The same words from the same person within minutes are one comment sent twice.
    """
    with transaction.atomic():
        visible = Observation.objects.visible_to(by, now).shared(now).filter(pk=observation.pk)
        if visible.select_for_update(no_key=True, of=("self",)).first() is None:
            return None
        last = observation.comments.filter(author=by).order_by("-written_at", "-pk").first()
        if last is not None and last.text == text and now - last.written_at < SAME_COMMENT_WITHIN:
            return last
        made = ObservationComment.objects.create(observation=observation, author=by, text=text, written_at=now)
        if by.pk == observation.coachee_id:
            _tell_author(observation, by, now)
    return made


def _locked(observation: int, by: Person, now: datetime) -> Observation | None:
    """The author's own observation, if they may still see it, locked until the transaction ends."""
    own = Observation.objects.visible_to(by, now).filter(pk=observation, coach=by)
    return own.select_for_update(no_key=True, of=("self",)).first()


def _fields(written: Written) -> dict:
    return {
        "observed_on": written.observed_on,
        "setting": written.setting,
        "strengths": written.strengths,
        "next_step": written.next_step,
    }


def _rate(observation: Observation, written: Written) -> None:
    Rating.objects.bulk_create(
        (
            Rating(observation=observation, component_id=component, level_id=level, evidence=evidence)
            for component, (level, evidence) in written.ratings.items()
        ),
        update_conflicts=True,
        unique_fields=["observation", "component"],
        update_fields=["level", "evidence"],
    )


def _shared_notice(observation: Observation) -> Notice:
    return Notice(
        key=f"{NoticeKind.OBSERVATION_SHARED}:{observation.pk}:{observation.coachee_id}",
        person=observation.coachee_id,
        kind=NoticeKind.OBSERVATION_SHARED,
        about=observation.coach_id,
        subject_id=observation.pk,
    )


def _tell_author(observation: Observation, by: Person, now: datetime) -> None:
    """Tells the coach who recorded it, once a day, as long as they coach this person."""
    running = Relationship.objects.running(now)
    if not running.filter(coach=observation.coach_id, coachee=observation.coachee_id).exists():
        return
    day = local_day(now, observation.coach.timezone)
    notice = Notice(
        key=f"{NoticeKind.OBSERVATION_ANSWERED}:{observation.pk}:{observation.coach_id}:{day}",
        person=observation.coach_id,
        kind=NoticeKind.OBSERVATION_ANSWERED,
        about=by.pk,
        subject_id=observation.pk,
    )
    tell([notice], now)
