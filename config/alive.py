"""A container's health check: `python -m config.alive worker` (or beat) ends with 0 while its heartbeat is fresh.

Plain psycopg, since it runs every half minute and Django takes a second to load.
"""

import os
import sys

import psycopg

FRESH_SECONDS = 60


def is_alive(name: str, database_url: str) -> bool:
    """True when `name` left its heartbeat in the last minute, by the database's clock."""
    with psycopg.connect(database_url, connect_timeout=5, options="-c statement_timeout=3000") as connection:
        row = connection.execute(
            "SELECT at > now() - make_interval(secs => %s) FROM activity_heartbeat WHERE name = %s",
            [FRESH_SECONDS, name],
        ).fetchone()
    return bool(row and row[0])


if __name__ == "__main__":
    sys.exit(0 if is_alive(sys.argv[1], os.environ["DATABASE_URL"]) else 1)
