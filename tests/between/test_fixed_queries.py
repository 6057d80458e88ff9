"""Every page of the time between sessions takes as many queries for thirty of everything as for one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.encouragement import engine
from activity.models import Encouragement
from assignments.models import Assignment, Reflection, Resource
from profiles.models import Person
from sessions_app.models import Session
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    H,
    make_assignment,
    make_message,
    make_micro_goal,
    make_reflection,
    make_resource,
    make_response,
    make_session,
    make_survey,
    make_takeaway,
    make_view,
)
from tests.make_between import (
    make_answer,
    make_article,
    make_draft,
    make_message_file,
    make_not_relevant,
    make_prompt,
    make_response_file,
    make_suggestion,
    make_template,
)

MINUTE = timedelta(minutes=1)
ADDRESSES = (
    "/",
    "/messages/",
    "/people/{coachee}/",
    "/people/{coachee}/activity/",
    "/people/{coachee}/assignments/",
    "/people/{coachee}/messages/?with={coach}",
    "/people/{coachee}/reflections/",
    "/people/{coachee}/sessions/",
    "/assignments/{assignment}/",
    "/library/",
    "/library/?q=a",
    "/library/{resource}/",
    "/reflections/{reflection}/",
)
OF_THE_COACH = (
    "/assignments/?only=unread",
    "/assignments/{assignment}/edit/",
    "/assignments/new/",
    "/assignments/templates/",
    "/library/?show=yours",
    "/library/new/",
    "/library/{resource}/suggest/",
)
OF_THE_COACHEE = (
    "/library/?show=suggested",
    "/people/{coachee}/reflections/?state=private",
    "/people/{coachee}/seen-by/coach-{coach}/",
    "/people/{coachee}/seen-by/staff/",
    "/reflections/new/",
    "/reflections/{reflection}/edit/",
    "/sessions/{ahead}/goal/",
    "/sessions/{past}/takeaway/",
    "/encouragements/{item}/not-relevant/",
)


def more(cast: Cast, number: int) -> None:
    """One more of everything that these pages can list; what came first stays as it was."""
    pair, at = {"coach": cast.coach, "coachee": cast.coachee}, NOW - 20 * D - number * H
    message = make_message(**pair, sender="coach" if number % 2 else "coachee", sent_at=at)
    make_message_file(message=message)
    article = make_article(added_by=cast.coach, tags=[f"tag {number}"])
    make_suggestion(**pair, resource=article, suggested_at=at)
    make_view(coachee=cast.coachee, resource=article, viewed_at=at)
    given = make_assignment(**pair, assigned_at=at)
    given.resources.add(article)
    first = Assignment.objects.earliest("pk")
    first.resources.add(make_resource())
    make_response_file(response=make_response(assignment=first, responded_at=at))
    make_answer(assignment=first, responded_at=at + MINUTE)
    make_template(owner=cast.coach)
    for shared in (True, False):
        make_reflection(coachee=cast.coachee, prompt=f"{number} {shared}", shared=shared, submitted_at=at)
    make_draft(person=cast.coachee, key=f"reflection:{make_prompt(text=f'What of {number}?').pk}")
    met = make_session(**pair, starts_at=at - 2 * D, status="occurred")
    make_micro_goal(session=met, submitted_at=at - 3 * D)
    make_takeaway(session=met, submitted_at=at)
    make_session(**pair, starts_at=NOW + (5 + number) * D)
    make_survey(coachee=cast.coachee, title=f"Survey {number}")


def all_answered(cast: Cast) -> None:
    """All that there is to encourage, each with a reason why it is not relevant."""
    engine.sweep(NOW)
    for item in Encouragement.objects.open(NOW).filter(relationship=cast.relationship, not_relevant=None):
        make_not_relevant(encouragement=item)


def queries_of(cast: Cast, viewer: Person, address: str) -> tuple[int, int]:
    """How many queries a page takes, and its length; everybody opens it once before."""
    rows = {
        "coach": cast.coach,
        "coachee": cast.coachee,
        "assignment": Assignment.objects.earliest("pk"),
        "resource": Resource.objects.filter(kind="article").earliest("pk"),
        "reflection": Reflection.objects.filter(shared_at__isnull=False).earliest("pk"),
        "ahead": Session.objects.filter(coachee=cast.coachee, starts_at__gt=NOW).earliest("pk"),
        "past": Session.objects.filter(status="occurred").earliest("pk"),
        "item": Encouragement.objects.open(NOW).filter(relationship=cast.relationship).earliest("pk"),
    }
    path = address.format(**{name: row.pk for name, row in rows.items()})
    browser = Client()
    browser.force_login(viewer)
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    assert answer.status_code == 200, path
    return len(queries), len(answer.content)


@pytest.mark.usefixtures("clock")
def test_thirty_of_everything_take_as_many_queries_as_one(cast: Cast) -> None:
    make_session(coach=cast.coach, coachee=cast.other_coachee)
    places = [(who, address) for who in (cast.coach, cast.coachee) for address in ADDRESSES]
    places += [(cast.coach, address) for address in OF_THE_COACH]
    places += [(cast.coachee, address) for address in OF_THE_COACHEE]
    for number in range(2):
        more(cast, number)
    all_answered(cast)
    few = {place: queries_of(cast, *place) for place in places}
    for number in range(2, 30):
        more(cast, number)
    all_answered(cast)
    many = {place: queries_of(cast, *place) for place in places}
    differ = {(who.name, address): (few[who, address], many[who, address]) for who, address in places}
    assert {place: counts for place, counts in differ.items() if counts[0][0] != counts[1][0]} == {}
    longer = [place for place, (one, thirty) in differ.items() if thirty[1] > one[1]]
    assert len(longer) >= 22
