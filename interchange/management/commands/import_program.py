"""`import_program DIR [--dry-run]`: reads a folder of CSV files, all of it or nothing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from interchange.importing import FolderError, Imported, bring_up_to_date, import_folder, not_read
from interchange.problems import MOST, ImportRefusedError


class Command(BaseCommand):
    """Prints a count per file; problems go to standard error, one a line."""

    help = "Imports a folder of CSV files (docs/import.md): all of it in one transaction, or nothing. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and whether to write."""
        parser.add_argument("folder", metavar="DIR", type=Path, help="folder with people.csv and further files")
        parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")

    def handle(self, *, folder: Path, dry_run: bool, **_options: object) -> None:
        """Exit status 1 when there are problems; nothing is written then."""
        now = timezone.now()
        try:
            imported = import_folder(folder, now, self._progress(), dry_run=dry_run)
        except ImportRefusedError as refused:
            self._end_progress()
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(_summary(refused)) from None
        except FolderError as wrong:
            self._end_progress()
            raise CommandError(_("%(what)s Nothing was written.") % {"what": wrong}) from None
        except KeyboardInterrupt:
            self._end_progress()
            raise CommandError(_("Stopped. Nothing was written."), returncode=130) from None
        self._end_progress()
        for one in imported:
            self.stdout.write(_line(one))
        for name in not_read(folder):
            self.stderr.write(_("%(file)s is none of the files of an import and was not read.") % {"file": name})
        if dry_run:
            self.stdout.write(_("Dry run: nothing was written."))
        elif not bring_up_to_date(now):
            self.stderr.write(_("What there is to encourage follows within a minute, when the database has time."))

    def _progress(self):
        """Says on a terminal how far it is; says nothing in a pipe or a log."""
        self.on_terminal = sys.stderr.isatty()

        def progress(name: str, count: int) -> None:
            if self.on_terminal:
                sys.stderr.write(f"\r\033[K{name}: {count:,}")
                sys.stderr.flush()

        return progress

    def _end_progress(self) -> None:
        if self.on_terminal:
            sys.stderr.write("\r\033[K")


def _line(one: Imported) -> str:
    counts = {"file": one.file, "rows": one.rows, "new": one.new, "changed": one.changed}
    return _("%(file)s: %(rows)d rows, %(new)d new, %(changed)d changed") % counts


def _summary(refused: ImportRefusedError) -> str:
    count = len(refused.problems)
    if refused.more:
        return _("These are the first %(count)d problems; there are more. Nothing was written.") % {"count": MOST}
    return _("%(count)d to put right. Nothing was written.") % {"count": count}
