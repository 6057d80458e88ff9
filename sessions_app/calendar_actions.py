"""A person's private calendar address, and the address of a coach's own calendar: made, changed and removed."""

from __future__ import annotations

import re
from datetime import datetime

from django.core.signing import Signer
from django.db import transaction
from django.utils.crypto import constant_time_compare

from profiles.actions import lock_people
from profiles.models import Person
from sessions_app.feeds import CalendarFeed, new_nonce
from sessions_app.models import BusyTime, OutsideCalendar

_TOKEN = re.compile(r"([0-9]{1,18})-([A-Za-z0-9_-]{20,100})")


@transaction.atomic
def make_address(person: Person, now: datetime) -> CalendarFeed:
    """Gives the person a calendar address, another one than any before: those stop working."""
    lock_people([person.pk])
    feed, _made = CalendarFeed.objects.update_or_create(person=person, defaults={"nonce": new_nonce(), "made_at": now})
    return feed


def remove_address(person: Person) -> None:
    """Ends the person's calendar address. Without one nothing happens."""
    CalendarFeed.objects.filter(person=person).delete()


def token_of(feed: CalendarFeed) -> str:
    """What the address holds: the person's id and a signature over the nonce. Neither is kept anywhere."""
    return f"{feed.person_id}-{_signature(feed)}"


def feed_of(token: str) -> CalendarFeed | None:
    """The calendar address with this token, with its person; None for one made up, replaced or removed, and for
    somebody who may not sign in."""
    written = _TOKEN.fullmatch(token)
    if not written:
        return None
    feeds = CalendarFeed.objects.filter(person=int(written[1]), person__is_active=True)
    found = feeds.select_related("person").first()
    return found if found and constant_time_compare(_signature(found), written[2]) else None


def _signature(feed: CalendarFeed) -> str:
    return Signer(salt="sessions_app.calendar_feed").signature(f"{feed.person_id}:{feed.nonce}")


@transaction.atomic
def read_from(coach: Person, url: str, now: datetime) -> OutsideCalendar:
    """Has the calendar at this address read for busy times, at once and from then on; those of another one go."""
    lock_people([coach.pk])
    standing = OutsideCalendar.objects.filter(coach=coach)
    same = standing.filter(url=url).first()
    if same:
        standing.update(next_read_at=now)
        return same
    stop_reading(coach)
    return OutsideCalendar.objects.create(coach=coach, url=url, next_read_at=now)


@transaction.atomic
def stop_reading(coach: Person) -> None:
    """Forgets the address of the coach's own calendar, and the busy times read from it."""
    lock_people([coach.pk])
    OutsideCalendar.objects.filter(coach=coach).delete()
    BusyTime.objects.filter(coach=coach).delete()
