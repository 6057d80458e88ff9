"""Reminders that nobody's deed causes: a license or credential expires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from notifications.models import NoticeKind, Notification
from notifications.outbox import Notice, tell
from profiles.models import Credential
from profiles.zones import local_day

DAYS_BEFORE = (14, 60)
AT_ONCE = 1_000


def remind_of_credentials(now: datetime) -> int:
    """Tells holders 60 and 14 days before a credential expires, by their own calendar; returns how many were told.

    Once for each credential, day of expiry and distance: another day of expiry is told of again. Whoever comes late
    catches up with the nearest distance alone. Safe to repeat, and to run twice at once.
    """
    told, waiting = 0, _due(now)
    while batch := list(islice(waiting, AT_ONCE)):
        new = not_told(batch)
        tell(new, now)
        told += len(new)
    return told


def _due(now: datetime) -> Iterator[Notice]:
    """Everything within 60 days; the day before and after, for zones that are ahead of UTC or behind it."""
    today = now.date()
    near = Credential.objects.filter(
        expires_on__range=(today - timedelta(days=1), today + timedelta(days=max(DAYS_BEFORE) + 1)),
        person__is_active=True,
    )
    rows = near.order_by("pk").values_list("pk", "person", "person__timezone", "expires_on")
    for pk, person, zone, last in rows.iterator(chunk_size=AT_ONCE):
        left = (last - local_day(now, zone)).days if last else -1
        reached = [days for days in DAYS_BEFORE if 0 <= left <= days]
        if last and reached:
            days = min(reached)
            yield Notice(
                key=f"{NoticeKind.CREDENTIAL_EXPIRES}:{pk}:{person}:{last}:{days}",
                person=person,
                kind=NoticeKind.CREDENTIAL_EXPIRES,
                subject_id=pk,
                facts={"days": days, "expires_on": last.isoformat()},
            )


def not_told(notices: Iterable[Notice]) -> list[Notice]:
    """Those that were not told before."""
    by_key = {notice.key: notice for notice in notices}
    for key in Notification.objects.filter(key__in=by_key).values_list("key", flat=True):
        del by_key[key]
    return list(by_key.values())
