"""A database connection with a deadline of our own: a frozen server cannot fire its statement timeout.

And a pool that is back as soon as the database is: by default it tries ever more seldom, for up to five minutes.
"""

import threading
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout
from psycopg_pool import ConnectionPool, PoolTimeout

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


GIVES_UP_AFTER = 1.5  # seconds after which the pool begins anew, with tries at 0, 1 and 1.5


def try_again(pool: ConnectionPool) -> None:
    """For `reconnect_failed`. Who waits already would not be tried for again unless somebody else asks, so we do."""
    if pool.get_stats().get("requests_waiting"):
        threading.Thread(target=_ask_for_one, args=[pool], daemon=True).start()


def _ask_for_one(pool: ConnectionPool) -> None:
    with suppress(PoolTimeout), pool.connection(timeout=GIVES_UP_AFTER / 2):
        pass
