"""A coachee's Today: one clear next step, then the rest, each leading to where it is done."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.encouragement import engine
from assignments.models import Prompt, Suggestion
from coaching.models import Message
from profiles.models import Subscription
from tests.make import (
    NOW,
    H,
    ago,
    ahead,
    make_assignment,
    make_message,
    make_micro_goal,
    make_reflection,
    make_resource,
    make_session,
    make_survey,
    make_takeaway,
    make_view,
)
from tests.make_between import make_answer

TITLES = re.compile(r'<p class="date"><bdi>(.*?)</bdi>|<div class="what"><strong><a href="([^"]*)"><bdi>(.*?)</bdi>')


@pytest.fixture
def steps(client, clock, cast):
    """`steps()`: the titles on Amara's Today, the next step first."""

    def read() -> list[str]:
        client.force_login(cast.coachee)
        page = " ".join(client.get("/").content.decode().split())
        return [first or title for first, _url, title in TITLES.findall(page)]

    return read


@pytest.fixture
def quiet(cast) -> None:
    """Nothing to reflect on, so that only what a test makes is there."""
    Prompt.objects.update(retired_at=ago(days=1))


@pytest.fixture
def everything(cast) -> None:
    """One of each, none of it late or pressing."""
    Prompt.objects.update(retired_at=ago(days=1))
    Prompt.objects.create(text="Who helped you?")
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=5))
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=8), status="occurred")
    make_survey(coachee=cast.coachee, title="Listening", due_on=date(2026, 12, 1))
    make_assignment(coach=cast.coach, coachee=cast.coachee, title="Later", due_on=date(2026, 12, 9))
    sooner = make_assignment(coach=cast.coach, coachee=cast.coachee, title="Sooner", due_on=date(2026, 11, 24))
    make_message(coach=cast.coach, coachee=cast.coachee, sender="coach", sent_at=ago(hours=2))
    make_answer(assignment=sooner, text="Nice")
    suggest(cast, make_resource(title="Radical delegation"))


def suggest(cast, resource, **fields) -> Suggestion:
    fields = {"suggested_at": ago(days=2), "note": "For Monday", **fields}
    return Suggestion.objects.create(coach=cast.coach, coachee=cast.coachee, resource=resource, **fields)


ALL = [
    "A goal for your session with Maya Castellanos",
    "A takeaway from your session with Maya Castellanos",
    "Listening",
    "Sooner",
    "Later",
    "Who helped you?",
    "1 new message from Maya Castellanos",
    "Maya Castellanos answered you",
    "Radical delegation",
]


@pytest.mark.usefixtures("everything")
def test_the_usual_order(steps):
    assert steps() == ALL


@pytest.mark.usefixtures("everything")
def test_every_step_leads_to_where_it_is_done(client, clock, cast, steps):
    client.force_login(cast.coachee)
    page = client.get("/").content.decode()
    first = re.search(r'class="next-deed">\s*<a class="[^"]*btn-primary[^"]*" href="([^"]+)"', page)
    urls = [first[1], *(url for _first, url, _title in TITLES.findall(" ".join(page.split())) if url)]
    assert len(urls) == len(ALL)
    assert {client.get(url.replace("&amp;", "&")).status_code for url in urls} == {200}


@pytest.mark.usefixtures("quiet")
def test_what_is_late_comes_first_then_what_presses(cast, steps):
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=8), status="occurred")
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(hours=47))
    make_assignment(coach=cast.coach, coachee=cast.coachee, title="Today", due_on=date(2026, 11, 21))
    make_assignment(coach=cast.coach, coachee=cast.coachee, title="Late", due_on=date(2026, 11, 20))
    make_survey(coachee=cast.coachee, title="Overdue", due_on=date(2026, 11, 18))
    goal, takeaway = ALL[:2]
    assert steps() == ["Overdue", "Late", goal, "Today", takeaway]


@pytest.mark.usefixtures("quiet")
def test_a_day_is_the_coachees_own(cast, steps, clock):
    make_assignment(coach=cast.coach, coachee=cast.coachee, title="Homework", due_on=date(2026, 11, 21))
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(hours=40))
    goal = ALL[0]
    cast.coachee.timezone = "Pacific/Auckland"  # there it is the 22nd already
    cast.coachee.save()
    assert steps() == ["Homework", goal]
    cast.coachee.timezone = "America/Los_Angeles"
    cast.coachee.save()
    assert steps() == [goal, "Homework"]


@pytest.mark.usefixtures("everything")
def test_what_is_done_is_gone(cast, steps):
    session = cast.coachee.sessions_as_coachee.get(status="scheduled")
    make_micro_goal(session=session, shared=True)
    make_takeaway(session=cast.coachee.sessions_as_coachee.get(status="occurred"), shared=True)
    make_reflection(coachee=cast.coachee, submitted_at=ago(days=2))
    Message.objects.update(read_at=NOW)
    make_view(coachee=cast.coachee, resource=Suggestion.objects.get().resource, viewed_at=ago(days=1))
    assert steps() == ["Listening", "Sooner", "Later", "Maya Castellanos answered you"]


@pytest.mark.usefixtures("quiet")
def test_a_draft_is_to_be_continued(cast, client, clock):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=5))
    make_micro_goal(session=session, shared=False)
    client.force_login(cast.coachee)
    page = client.get("/").content.decode()
    assert "Continue your draft" in page
    assert "Your draft is not shared yet" in page


@pytest.mark.usefixtures("quiet")
def test_a_suggestion_opened_before_it_was_made_still_waits(cast, steps):
    resource = make_resource(title="Old friend")
    make_view(coachee=cast.coachee, resource=resource, viewed_at=ago(days=9))
    suggestion = suggest(cast, resource)
    schedule = "Schedule your next session"
    assert steps() == [schedule, "Old friend"]
    suggestion.withdrawn_at = NOW - H
    suggestion.save()
    assert steps() == [schedule]


@pytest.mark.usefixtures("quiet")
def test_the_next_session_is_to_be_scheduled_while_none_is_and_a_month_has_room(cast, steps, clock):
    assert steps() == ["Schedule your next session"]
    flash = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=5), kind="flash")
    assert "Schedule your next session" not in steps()
    flash.delete()
    Subscription.objects.filter(coachee=cast.coachee).update(sessions_per_month=0)
    assert steps() == []


@pytest.mark.usefixtures("everything")
def test_nobody_elses_steps(cast, client, clock):
    for other in (cast.other_coachee, cast.outsider):
        client.force_login(other)
        page = client.get("/").content.decode()
        assert not {"Sooner", "Later", "Listening", "Radical delegation"} & set(re.findall(r"<bdi>(.*?)</bdi>", page))


def test_what_the_coach_is_reminded_of_stands_there_too(cast, client, clock):
    make_survey(coachee=cast.coachee, assigned_on=date(2026, 10, 29), due_on=date(2026, 11, 18))
    engine.sweep(NOW)
    client.force_login(cast.coachee)
    page = " ".join(client.get("/").content.decode().split())
    assert "<li>Your Behavioral Change Survey is overdue</li>" in page


@pytest.mark.usefixtures("everything")
def test_the_same_queries_for_one_and_for_many(cast, client, clock):
    def count() -> int:
        client.force_login(cast.coachee)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    one = count()
    for number in range(12):
        given = make_assignment(coach=cast.co_coach, coachee=cast.coachee, due_on=date(2026, 12, 1))
        make_answer(assignment=given)
        make_message(coach=cast.co_coach, coachee=cast.coachee, sender="coach", sent_at=ago(hours=number + 1))
        suggest(cast, make_resource())
    assert count() == one
