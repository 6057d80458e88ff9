"""Reads a folder of CSV files into the database: all of it in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import Error as DatabaseProblem
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from activity.encouragement import engine
from coaching.models import Relationship
from config.audit import note_command
from interchange.checks import check
from interchange.files import FILES
from interchange.problems import ImportRefusedError
from interchange.sql import run
from interchange.staging import Progress, stage
from interchange.writing import Written, write

IMPORT_LOCK = 7_302  # advisory: two imports at once take turns
_MANY = 1_000  # so many new rows deserve fresh statistics before anything is asked about them


@dataclass(frozen=True)
class Imported:
    """What came of one file."""

    file: str
    rows: int
    new: int
    changed: int


class FolderError(Exception):
    """The import could not be tried or finished; nothing was written. `str()` is a sentence."""


def import_folder(folder: Path, now: datetime, progress: Progress, *, dry_run: bool = False) -> list[Imported]:
    """Imports the folder with the events that follow from it; tells what came of each file.

    The relationships concerned are queued for evaluation; `bring_up_to_date` does it at once, else the beat. With
    `dry_run` it does all of it but the last step, so that it refuses what an import would refuse, and leaves nothing
    behind. Raises ImportRefusedError with every problem, or FolderError.
    """
    try:
        if not folder.is_dir():
            raise FolderError(_("%(folder)s is not a folder.") % {"folder": folder})
        with transaction.atomic():
            imported = _import(folder, now, progress)
            transaction.set_rollback(dry_run)
    except OSError as wrong:
        raise FolderError(_("%(file)s cannot be read: %(reason)s.") % _named(wrong)) from wrong
    except DatabaseProblem as wrong:
        raise FolderError(_refusal(wrong)) from wrong
    return imported


def bring_up_to_date(now: datetime) -> bool:
    """Works out the encouragements of everybody concerned; False when the beat will have to, within a minute."""
    try:
        engine.drain(now)
    except (DatabaseProblem, KeyboardInterrupt):
        return False  # the import is in; what is left of the queue is not lost
    return True


def not_read(folder: Path) -> list[str]:
    """CSV files in the folder that are none of an import, most likely because of a slip in the name."""
    known = {file.name for file in FILES}
    return sorted(path.name for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.name not in known)


def _import(folder: Path, now: datetime, progress: Progress) -> list[Imported]:
    _take_the_time_it_needs()
    note_command("import_program")
    staged = stage(folder, progress)
    check(staged, now)
    if staged.problems:
        raise ImportRefusedError(staged.problems)
    written = write(set(staged.counts), now, lambda file: progress(file.name, staged.counts[file.name]))
    _note_statistics(written)
    touched = RawSQL("SELECT coachee FROM touched_coachees", [])
    engine.mark(Relationship.objects.filter(coachee__in=touched))
    run("SET CONSTRAINTS ALL IMMEDIATE")  # so that a dry run is refused by what would refuse the commit
    run("SET CONSTRAINTS ALL DEFERRED")
    return [
        Imported(name, staged.counts[name], written[name].new, written[name].changed)
        for name in (file.name for file in FILES)
        if name in written
    ]


def _take_the_time_it_needs() -> None:
    """The limits that keep pages and jobs short do not fit a long file. They hold again after the transaction."""
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        run(f"SET LOCAL {limit} = 0")
    run("SET LOCAL work_mem = '64MB'")
    run("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": IMPORT_LOCK})


def _note_statistics(written: dict[str, Written]) -> None:
    """Tells the planner about large changes, which it would otherwise learn of minutes later."""
    large = {file.table for file in FILES if file.name in written and written[file.name].new > _MANY}
    if large:
        for table in sorted({*large, "activity_event", "sessions_app_attendance"}):
            run(f"ANALYZE {table}")


def _named(wrong: OSError) -> dict[str, str]:
    return {"file": str(wrong.filename or _("a file")), "reason": wrong.strerror or str(wrong)}


def _refusal(wrong: DatabaseProblem) -> str:
    """What to say when the database says no, without the contents of any row."""
    if isinstance(wrong, IntegrityError):
        name = getattr(getattr(wrong.__cause__, "diag", None), "constraint_name", None) or ""
        return _("The database refused it: %(reason)s") % {"reason": _constraint_message(name)}
    if isinstance(wrong, OperationalError | InterfaceError):
        return _("The database is away or busy. Try again in a moment.")
    return _("The database could not take a value of these files (%(kind)s).") % {"kind": type(wrong).__name__}


def _constraint_message(name: str) -> str:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name and constraint.violation_error_message:
                return str(constraint.violation_error_message)
    return name or _("a rule of the database was broken.")
