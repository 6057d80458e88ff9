"""Databases of the benchmark's own, beside the one that DATABASE_URL names and never in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextmanager
def own_database(name: str, like: str | None = None) -> Iterator[str]:
    """Creates `<name>_<process id>`, empty or like another one of ours; yields its URL and drops it at the end."""
    url = os.environ.get("DATABASE_URL") or sys.exit("DATABASE_URL is missing. Run bin/bench, which starts a database.")
    unique = f"{name}_{os.getpid()}"
    created, dropped = sql.SQL("CREATE DATABASE {}"), sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    if like:
        created += sql.SQL(" TEMPLATE ") + sql.Identifier(urlsplit(like).path[1:])
    try:
        _run(url, dropped.format(sql.Identifier(unique)), created.format(sql.Identifier(unique)))
    except psycopg.Error as error:
        sys.exit(f"The benchmark could not make a database of its own: {error}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{unique}"))
    finally:
        _run(url, dropped.format(sql.Identifier(unique)))


def _run(url: str, *statements: sql.Composable) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
