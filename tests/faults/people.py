"""Fills the site that is broken: a coach with her coachee, and two admins, all signed in. Prints who they are."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from activity.encouragement import engine
from profiles.models import Person
from tests.make import make_coach, make_coachee, make_message, make_person


def session_of(person: Person) -> str:
    """The key of a session in which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "profiles.backends.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key


def main() -> None:
    """Amara has been silent for a while, so that there is something to encourage."""
    now = timezone.now()
    today = now.date()
    covered = {"starts_on": today - timedelta(days=90), "ends_on": today + timedelta(days=300)}
    coach = make_coach(email="maya@example.org", name="Maya Castellanos")
    started = {"started_at": now - timedelta(days=80)}
    coachee = make_coachee(email="amara@example.org", coach=coach, subscription=covered, **started)
    make_message(coach=coach, coachee=coachee, sender="coachee", text="Until soon.", sent_at=now - timedelta(days=40))
    lonely = make_coachee(email="nils@example.org", subscription=covered)
    admins = [make_person(email=f"admin{n}@example.org", roles=["admin"], password="a long password") for n in (1, 2)]
    engine.sweep(now)
    sessions = {one.email.split("@")[0]: session_of(one) for one in (coach, *admins)}
    ids = {"coach": coach.pk, "coachee": coachee.pk, "lonely": lonely.pk}
    sys.stdout.write(json.dumps({"sessions": sessions, **ids}))
