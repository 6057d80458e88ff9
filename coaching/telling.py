"""What coach and coachee are told when a relationship begins, ends or is handed over. Within the verb's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from coaching.models import Relationship
from notifications.models import NoticeKind
from notifications.outbox import Notice, tell


def tell_of_beginning(relationships: Iterable[Relationship], now: datetime) -> None:
    """Tells both of each pair."""
    tell(_both(relationships, NoticeKind.COACH_ASSIGNED, NoticeKind.COACHEE_ASSIGNED), now)


def tell_of_end(relationships: Iterable[Relationship], now: datetime) -> None:
    """Tells both of each pair."""
    tell(_both(relationships, NoticeKind.COACH_REMOVED, NoticeKind.COACHEE_REMOVED), now)


def tell_of_handover(spells: Iterable[tuple[Relationship, Relationship]], now: datetime) -> None:
    """Tells three people of each: the former coach, the new one, and the coachee, to whom it is one thing."""
    notices = []
    for former, new in spells:
        notices.append(_notice(NoticeKind.COACHEE_REMOVED, former, former.coach_id, former.coachee_id))
        notices.append(_notice(NoticeKind.COACHEE_ASSIGNED, new, new.coach_id, new.coachee_id))
        notices.append(
            _notice(NoticeKind.COACH_CHANGED, new, new.coachee_id, new.coach_id, {"former": former.coach_id})
        )
    tell(notices, now)


def _both(relationships: Iterable[Relationship], to_coachee: NoticeKind, to_coach: NoticeKind) -> Iterator[Notice]:
    for one in relationships:
        yield _notice(to_coachee, one, one.coachee_id, one.coach_id)
        yield _notice(to_coach, one, one.coach_id, one.coachee_id)


def _notice(
    kind: NoticeKind, relationship: Relationship, person: int, about: int, facts: dict[str, int] | None = None
) -> Notice:
    # A relationship begins and ends once, so its id makes the key.
    key = f"{kind}:{relationship.pk}:{person}"
    return Notice(key, person, kind, about=about, subject_id=relationship.pk, facts=facts or {})
