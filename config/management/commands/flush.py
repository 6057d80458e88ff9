"""`flush`: Django's own, which pytest-django calls between tests that commit."""

from typing import Any

from django.core.management.commands import flush

from config.audit import history_may_go


class Command(flush.Command):
    """Empties every table, the history of changes included, which the database otherwise keeps for good."""

    def handle(self, **options: Any) -> None:
        """Asks first, as Django does."""
        with history_may_go():
            super().handle(**options)
