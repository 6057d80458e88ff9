"""`manage.py demo_data`: adds the demo's people to an installation that does not have them."""

from __future__ import annotations

from argparse import ArgumentParser

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from activity.models import Event, Heartbeat
from assignments.default_prompts import add_default_prompts
from assignments.models import Prompt
from config.audit import history_may_go, note_command
from interchange.demo.build import make_demo
from interchange.demo.rows import ORDER
from interchange.demo.world import DOMAIN
from notifications.models import Notification
from profiles.models import Person


class Command(BaseCommand):
    help = "Adds demo people and months of history, unless they are there already. Works with DEMO=1 only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove everything and everybody first")
        parser.add_argument("--seed", type=int, default=1, help="another seed, other histories (default: 1)")

    def handle(self, *, reset: bool, seed: int, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Demo data is for demos. Set DEMO=1 if this installation is one.")
        with transaction.atomic():
            note_command("demo_data")
            if reset:
                remove_everything()
            elif Person.objects.filter(email__endswith=f"@{DOMAIN}").exists():
                self.stderr.write("The demo people are there already; nothing to do (--reset begins again).")
                return
            written = make_demo(timezone.now(), seed)
        people = written[Person._meta.label]
        events = Event.objects.filter(coachee__email__endswith=f"@{DOMAIN}").count()
        self.stderr.write(f"Made {people} people with {events} actions taken. Addresses end in @{DOMAIN}.")


def remove_everything() -> None:
    """Empties every table of the product, and with the people their sessions on the site."""
    models: tuple[type[Model], ...] = (*ORDER, Notification, Heartbeat)
    models = (*models, *pghistory.core.event_models())
    tables = ", ".join(f'"{model._meta.db_table}"' for model in models)
    with history_may_go(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no foreign key waiting to be checked
        cursor.execute(f"TRUNCATE {tables}, django_session RESTART IDENTITY CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    add_default_prompts(Prompt)  # which came with the installation, not with the demo
