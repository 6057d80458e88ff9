"""Who may be named in a coach's log of hours, and from when on hours count. Consent stands until it is withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import NoticeKind, Notification
from notifications.outbox import Notice, tell
from profiles.actions import RefusedError, lock_people
from profiles.days import full_day
from profiles.models import Person
from profiles.versions import save_version
from profiles.zones import local_day
from sessions_app.models import LogConsent, LogSettings

ASKED_ONCE_IN = timedelta(days=30)


def give_consent(*, coach: Person, coachee: Person, now: datetime) -> LogConsent:
    """The coachee agrees to be named in this coach's log; changes nothing where they had agreed."""
    with transaction.atomic():
        return _standing(coach, coachee, by=coachee, now=now)[0]


def record_consent(*, coach: Person, coachee: Person, now: datetime) -> LogConsent:
    """The coach notes that the coachee agreed on paper, and the coachee is told, for they may know otherwise."""
    with transaction.atomic():
        consent, is_new = _standing(coach, coachee, by=coach, now=now)
        if is_new:
            key = f"{NoticeKind.CONSENT_ASKED}:recorded:{consent.pk}:{coachee.pk}"
            facts = {"recorded": True}
            tell([Notice(key, coachee.pk, NoticeKind.CONSENT_ASKED, about=coach.pk, facts=facts)], now)
        return consent


def withdraw_consent(*, coach: Person, coachee: Person, now: datetime) -> bool:
    """The coachee is no longer named in the log from now on, or the coach leaves them off; whether they had agreed."""
    standing = LogConsent.objects.standing().filter(coach=coach, coachee=coachee)
    return bool(standing.update(withdrawn_at=now))


def ask_for_consent(*, coach: Person, coachee: Person, now: datetime) -> None:
    """Asks the coachee by mail and in the product whether they agree.

    Raises RefusedError when they have agreed, or were asked less than 30 days ago.
    """
    with transaction.atomic():
        lock_people([coach.pk, coachee.pk])
        if LogConsent.objects.standing().filter(coach=coach, coachee=coachee).exists():
            raise RefusedError(_("%(name)s has agreed already.") % {"name": coachee.name})
        asked = last_asked(coach, coachee)
        if asked and now < asked + ASKED_ONCE_IN:
            days = [full_day(local_day(at, coach.timezone)) for at in (asked, asked + ASKED_ONCE_IN)]
            words = {"name": coachee.first_name, "asked": days[0], "again": days[1]}
            raise RefusedError(_("You asked %(name)s on %(asked)s. You can ask again from %(again)s.") % words)
        key = f"{NoticeKind.CONSENT_ASKED}:{coach.pk}:{coachee.pk}:{now.timestamp():.0f}"
        tell([Notice(key, coachee.pk, NoticeKind.CONSENT_ASKED, about=coach.pk)], now)


def last_asked(coach: Person, coachee: Person) -> datetime | None:
    """When this coach last asked this coachee."""
    asked = Notification.objects.filter(person=coachee, kind=NoticeKind.CONSENT_ASKED, about=coach)
    return asked.exclude(facts__has_key="recorded").order_by("-created_at").values_list("created_at", flat=True).first()


def save_training(*, coach: Person, began_on: date | None, shown: int) -> None:
    """From when on the coach's hours count. Raises ChangedMeanwhileError when another tab was faster."""
    with transaction.atomic():
        row, _is_new = LogSettings.objects.get_or_create(coach=coach)
        save_version(row, shown, training_started_on=began_on)


def _standing(coach: Person, coachee: Person, *, by: Person, now: datetime) -> tuple[LogConsent, bool]:
    lock_people([coach.pk, coachee.pk])
    given = {"given_at": now, "recorded_by": by}
    return LogConsent.objects.get_or_create(coach=coach, coachee=coachee, withdrawn_at=None, defaults=given)
