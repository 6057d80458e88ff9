"""A database connection with a deadline of our own: a frozen server cannot fire its statement timeout."""

from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout

PATIENCE = 7.0  # seconds; the server's own statement timeout of five comes first when it is alive


class BoundedConnection(psycopg.Connection):
    """Gives up on an answer after PATIENCE seconds, closes itself and raises OperationalError."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's, but never forever."""
        try:
            return super().wait(gen, interval=interval, timeout=timeout or PATIENCE)
        except _WaitTimeout as late:
            self.pgconn.finish()
            raise psycopg.OperationalError("the database did not answer in time") from late
