"""evaluate_encouragements [--at ISO] [--json]: what is open, or bring what is stored up to date."""

import json
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from activity.encouragement import engine
from profiles.models import Person


class Command(BaseCommand):
    help = "Prints what there is to encourage at an instant (--at), or brings the stored encouragements up to date."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--at", metavar="ISO", help="an instant with an offset; answers from the facts, writes nothing"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line, sorted")

    def handle(self, *args, at: str | None, json: bool, **options) -> None:
        if at is None:
            now = timezone.now()
            self._bring_up_to_date(now, self.stderr if json else self.stdout)
            if not json:
                return
        else:
            now = _instant(at)
        rows = sorted(_open_at(now), key=_order)
        for row in rows:
            self.stdout.write(_line(row) if json else _sentence(row))
        if not json:
            self.stderr.write(f"{len(rows)} open at {now.isoformat()}")

    def _bring_up_to_date(self, now: datetime, out) -> None:
        changes = engine.drain(now)
        swept = engine.sweep(now)
        out.write(
            f"opened {changes.opened + swept.opened}, cleared {changes.cleared + swept.cleared}, stayed {swept.stayed}"
        )


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--at: {text!r} is not an ISO 8601 instant, such as 2026-11-19T10:00:00Z") from None
    if at.tzinfo is None:
        raise CommandError(f"--at: {text!r} has no offset; write one, such as {text}Z or {text}+01:00")
    return at


def _open_at(at: datetime) -> Iterator[dict]:
    people = dict(Person.objects.values_list("pk", "email"))
    for coach, coachee, zone, window in engine.open_at(at):
        local = ZoneInfo(zone)
        yield {
            "rule": window.rule,
            "coach": people[coach],
            "coachee": people[coachee],
            "subject": window.subject,
            "since": window.since.astimezone(local).isoformat(),
            "until": window.until.astimezone(local).isoformat(),
        }


def _order(row: dict) -> tuple:
    """By coachee, coach, rule, subject, by code point; no subject comes first."""
    return row["coachee"], row["coach"], row["rule"], row["subject"] is not None, row["subject"] or "", row["since"]


def _line(row: dict) -> str:
    return json.dumps(row, ensure_ascii=False)


def _sentence(row: dict) -> str:
    subject = f" ({row['subject']})" if row["subject"] else ""
    return f"{row['coachee']} with {row['coach']}: {row['rule']}{subject}, since {row['since']} until {row['until']}"
