"""bin/bench [--coachees N] [--json FILE] [--real FOLDER] [--quick]"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.database import own_database, server

SETTINGS = "benchmarks.settings"


def main() -> None:
    """Makes a database of its own, runs everything in it, prints tables and writes the JSON."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was made is removed
    at = server()
    with tempfile.TemporaryDirectory() as static, own_database(at, "bench") as url:
        as_in_production(url, static)
        prepare()
        with own_database(at, "bench_empty", like=url) as empty:
            from benchmarks.run import run

            results = run(options, datetime.now(UTC), partial(own_database, at, "bench_import", like=empty))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


def arguments() -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Runs the benchmarks and prints a table.")
    parser.add_argument("--coachees", type=int, help="how many to generate (default: 20,000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="an import folder to take in as well")
    parser.add_argument("--quick", action="store_true", help="a small run that shows that everything works")
    options = parser.parse_args()
    options.coachees = options.coachees or (100 if options.quick else 20_000)
    options.people = 2_000 if options.quick else 200_000
    options.times = 5 if options.quick else 200
    if options.coachees < 1:
        parser.error("--coachees takes a number from 1")
    if options.real and not options.real.is_dir():
        parser.error(f"{options.real} is not a folder")
    return options


def as_in_production(url: str, static: str) -> None:
    """The environment of everything that follows: no DEBUG, plain HTTP on loopback."""
    os.environ.update(
        DATABASE_URL=url,
        DJANGO_SETTINGS_MODULE=SETTINGS,
        STATIC_ROOT=static,
        DEBUG="0",
        DEMO="0",
        BASE_URL="http://127.0.0.1",
        ALLOWED_HOSTS="127.0.0.1",
    )
    os.environ.pop("SENTRY_DSN", None)


def prepare() -> None:
    """Tables and static files; leaves no connection behind."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    connection.close()


if __name__ == "__main__":
    main()
