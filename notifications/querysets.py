"""Reading notices: what a person is shown, and which mails wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, OuterRef


class NotificationQuerySet(models.QuerySet):
    """Notices."""

    def shown_to(self, person: int | OuterRef) -> Self:
        """What this person (by id) finds under the bell."""
        return self.filter(person=person, in_product=True)

    def unread(self) -> Self:
        """Not seen yet."""
        return self.filter(in_product=True, read_at=None)

    def to_mail(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(by_mail=True, mailed_at=None, given_up_at=None)

    def due(self, now: datetime) -> Self:
        """To be sent now: not leased by a sender, and not waiting for another try. The longest waiting first."""
        return self.to_mail().filter(next_try_at__lte=now).order_by("next_try_at", "pk")

    def failed(self) -> Self:
        """Given up because the mail could not be sent; not those that were no longer wanted."""
        return self.filter(given_up_at__isnull=False).exclude(problem="")

    def try_again(self, now: datetime) -> int:
        """Has the failed ones among them sent again, with a day of tries like the first; how many."""
        return self.failed().update(given_up_at=None, problem="", attempts=0, next_try_at=now)

    def lease(self, now: datetime, length: timedelta, limit: int) -> list[int]:
        """Takes up to `limit` due rows for one sender until `now + length`, and counts the attempt; their ids."""
        ids = list(self.due(now).select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        self.model._default_manager.filter(pk__in=ids).update(next_try_at=now + length, attempts=F("attempts") + 1)
        return ids
