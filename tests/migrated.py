"""Databases at the newest migration without migrating each: the first one is kept as SQL below `.trellis/`.

Every process of a run, every site that tests break, and the next run start from that. It is made anew when a migration,
a library, Python or the database server is another one; what the models say beyond it Django adds by itself.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from config.embedded import programs
from config.local_services import locked

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".trellis" / "tests"
KEEPS = 4  # of older states, as of another branch
HERE, LOCK = "trellis_migrated_", 7_305_114


def fingerprint(version: str) -> str:
    """Of everything that decides what migrating makes of an empty database."""
    seen = hashlib.sha256(f"{sys.version}{version}".encode())
    for path in sorted([ROOT / "requirements.lock", *ROOT.glob("*/migrations/*.py")]):
        seen.update(f"{path.name}".encode() + path.read_bytes())
    return seen.hexdigest()[:16]


def fill(env: Mapping[str, str]) -> None:
    """Brings the empty database of this environment to the newest migration."""
    url = env["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        kept = FOLDER / f"{fingerprint(str(connection.info.server_version))}.sql"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with locked(FOLDER / "lock"):
        if kept.exists():
            quiet = ["--quiet", "--no-psqlrc", "--output", os.devnull, "--set", "ON_ERROR_STOP=1"]
            _run("psql", *quiet, "--single-transaction", "--file", kept, url)
            kept.touch()
            return
        command = [sys.executable, "manage.py", "migrate", "--no-input", "--skip-checks", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=dict(env), check=True)
        with suppress(subprocess.CalledProcessError):  # a server that is newer than pg_dump: then each one is migrated
            _keep(kept, url)


def _keep(kept: Path, url: str) -> None:
    beside = kept.with_suffix(".new")
    _run("pg_dump", "--no-owner", "--no-privileges", "--file", beside, url)
    lines = beside.read_text().splitlines(keepends=True)  # servers before 17 do not know this one
    beside.write_text("".join(line for line in lines if not line.startswith("SET transaction_timeout")))
    beside.rename(kept)
    for old in sorted(FOLDER.glob("*.sql"), key=lambda path: path.stat().st_mtime)[:-KEEPS]:
        old.unlink()


def _run(program: str, *arguments: str | Path) -> None:
    subprocess.run([programs() / program, *arguments], check=True, capture_output=True, text=True)


def template(env: Mapping[str, str]) -> str:
    """The name of a migrated database on the server of this environment, to make others from; makes it first."""
    with psycopg.connect(_of(env, "postgres"), autocommit=True) as server:
        name = HERE + fingerprint(str(server.info.server_version))
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until the connection is closed
        known = [found for (found,) in server.execute(KNOWN, [f"{HERE}%"]).fetchall()]
        if name not in known:
            for old in [f"{name}_new", *known[:-KEEPS]]:
                server.execute(f'DROP DATABASE IF EXISTS "{old}"')
            server.execute(f'CREATE DATABASE "{name}_new"')
            fill({**env, "DATABASE_URL": _of(env, f"{name}_new")})
            server.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


KNOWN = "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname NOT LIKE '%%\\_new' ORDER BY oid"


def _of(env: Mapping[str, str], database: str) -> str:
    """The address of another database of the same server."""
    return urlsplit(env["DATABASE_URL"])._replace(path=f"/{database}").geturl()
