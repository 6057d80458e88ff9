"""`flush`: Django's own, which pytest-django calls between tests that commit."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import OperationalError

from config.audit import history_may_go

TRIES = 20


class Command(flush.Command):
    """Empties every table, the history of changes included, which the database otherwise keeps for good."""

    def handle(self, **options: Any) -> None:
        """Asks first, as Django does.

        Emptying takes all tables for itself, so that whoever is at work may stand in the way: each try waits for the
        database's own deadline, then the next one begins. Raises CommandError when nothing helps.
        """
        for number in range(1, TRIES + 1):
            try:
                with history_may_go():
                    return super().handle(**options)
            except CommandError as error:
                if number == TRIES or not _somebody_was_in_the_way(error):
                    raise
                options = {**options, "interactive": False}  # the answer was yes
        return None


def _somebody_was_in_the_way(error: CommandError) -> bool:
    """True for deadlock_detected and lock_not_available (PostgreSQL's appendix A)."""
    cause = error.__cause__
    return isinstance(cause, OperationalError) and getattr(cause.__cause__, "sqlstate", "") in ("40P01", "55P03")
