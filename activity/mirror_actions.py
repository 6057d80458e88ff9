"""The coachee says that something to encourage does not concern them; it stays open, and the coach reads why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from activity.models import Encouragement, NotRelevant
from activity.querysets import EncouragementQuerySet
from coaching.models import Relationship
from profiles.actions import RefusedError, lock_people
from profiles.models import OF_THE_COACHEE
from profiles.versions import ChangedMeanwhileError


def reason_given(encouragement: Encouragement) -> str:
    """Why it is not relevant, as it was said; nothing where it was not."""
    return NotRelevant.objects.filter(encouragement=encouragement).values_list("reason", flat=True).first() or ""


def say_not_relevant(*, encouragement: Encouragement, reason: str, shown: str, now: datetime) -> None:
    """Keeps the reason, or changes it. `shown` is the one that was shown before.

    What is about the coachee alone every current coach has a row of, and the reason hangs on each. Raises RefusedError
    when the item has cleared by now, ChangedMeanwhileError when another tab gave another reason.
    """
    with transaction.atomic():
        lock_people([encouragement.coachee_id])
        rows = list(_same(encouragement, now))
        if not rows:
            raise RefusedError(_("This has cleared by itself. There is nothing left to say about it."))
        said = NotRelevant.objects.filter(encouragement=encouragement).first()
        if said and said.reason not in (shown, reason):
            raise ChangedMeanwhileError(_("You gave another reason in the meantime."), said)
        for row in rows:
            words = {"coachee_id": row.coachee_id, "reason": reason, "said_at": now}
            NotRelevant.objects.update_or_create(encouragement=row, defaults=words)


def take_back_not_relevant(*, encouragement: Encouragement, now: datetime) -> bool:
    """Forgets the reason, on every coach's row; tells whether there was one."""
    with transaction.atomic():
        lock_people([encouragement.coachee_id])
        return NotRelevant.objects.filter(encouragement__in=_same(encouragement, now)).delete()[0] > 0


def _same(encouragement: Encouragement, now: datetime) -> EncouragementQuerySet:
    """Open rows that say the same about this coachee: for what belongs to a relationship that one row."""
    running = Relationship.objects.running(now).filter(coachee=encouragement.coachee_id)
    of_the_coachee = Q(rule=encouragement.rule, subject=encouragement.subject, rule__in=OF_THE_COACHEE)
    alike = Q(pk=encouragement.pk) | of_the_coachee
    return Encouragement.objects.open(now).filter(alike, relationship__in=running, coachee=encouragement.coachee_id)
