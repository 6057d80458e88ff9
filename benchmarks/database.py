"""Databases of the benchmark's own, beside the one that DATABASE_URL names and never in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def server() -> str:
    """DATABASE_URL, which says where databases can be made; ends the run with one line when there is none."""
    return os.environ.get("DATABASE_URL") or sys.exit(
        "DATABASE_URL is missing. Run bin/bench, which starts a database."
    )


@contextmanager
def own_database(at: str, name: str, like: str | None = None) -> Iterator[str]:
    """Creates `<name>_<process id>`, empty or like another one of ours; yields its URL and drops it at the end.

    Nobody may be connected to the one it is made like. Ends the run with one line when the server refuses.
    """
    unique = f"{name}_{os.getpid()}"
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unique))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(unique))
    if like:
        create += sql.SQL(" TEMPLATE ") + sql.Identifier(urlsplit(like).path[1:])
    try:
        _tell(at, drop, create)
    except psycopg.Error as error:
        sys.exit(f"The benchmark could not make a database of its own: {error}")
    try:
        yield urlunsplit(urlsplit(at)._replace(path=f"/{unique}"))
    finally:
        _tell(at, drop)


def _tell(at: str, *statements: sql.Composable) -> None:
    with psycopg.connect(at, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
