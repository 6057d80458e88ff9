"""The same thread from several sides at once: each deed once, and either order of two makes sense."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.http import Http404

from activity.models import Event
from assignments.giving import archive
from assignments.models import Assignment, Response
from assignments.thread_actions import NotNowError, edit_response, mark_done, reopen, respond
from coaching.handover import hand_over
from notifications.models import Notification
from profiles.once import new_form_id
from profiles.versions import ChangedMeanwhileError
from tests.make import NOW, make_assignment, make_response

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each answered; a failure is an answer, too."""
    start, answers = Barrier(len(deeds)), {}

    def once(number: int) -> None:
        start.wait()
        try:
            answers[number] = deeds[number]()
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [Thread(target=once, args=[number]) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(deeds))]


@pytest.fixture
def given(cast) -> Assignment:
    """What Maya gave to Amara."""
    return make_assignment(coach=cast.coach, coachee=cast.coachee)


def test_one_form_in_many_tabs_is_one_response(cast, given):
    sent = {"given": given, "by": cast.coachee, "now": NOW, "form_id": new_form_id(cast.coachee), "text": "Once"}
    made = at_once(*[lambda: respond(**sent, done=True).pk] * 8)
    assert set(made) == {Response.objects.get().pk}
    assert Event.objects.count() == 2
    assert Notification.objects.count() == 1


def test_both_at_the_same_instant_are_two_lines(cast, given):
    """They are told apart by when they came, and nothing that two people wrote at once may get lost."""
    sent = {"given": given, "now": NOW, "form_id": "", "text": "Me first"}
    answers = at_once(*[lambda who=who: respond(**sent, by=who).pk for who in (cast.coach, cast.coachee)] * 3)
    assert all(isinstance(one, int) for one in answers), answers
    assert Response.objects.count() == 6


def test_done_many_times_is_done_once(cast, given):
    assert at_once(*[lambda: mark_done(given=given, by=cast.coachee, now=NOW)] * 6).count(True) == 1
    assert Event.objects.count() == 1
    assert at_once(*[lambda: reopen(given=given, by=cast.coachee, now=NOW)] * 6).count(True) == 1
    assert Event.objects.count() == 0


def test_a_response_waits_for_the_archive_and_is_refused(cast, given):
    """The coach has archived and not committed yet: who responds now must not slip in behind."""
    answers: list[object] = []

    def answer() -> None:
        answers.extend(at_once(lambda: respond(given=given, by=cast.coachee, now=NOW, form_id="", text="Done")))

    responding = Thread(target=answer)
    with transaction.atomic():
        archive(assignment=given, now=NOW)
        responding.start()
        while responding.is_alive() and not somebody_waits():
            responding.join(0.05)
    responding.join()
    assert isinstance(answers[0], NotNowError), answers
    assert not Response.objects.exists()


def somebody_waits() -> bool:
    """Whether another transaction waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


def test_a_response_and_the_archive_at_once_are_one_after_the_other(cast, given):
    """Whichever is first is whole, and what comes after it knows."""
    archived, responded = at_once(
        lambda: archive(assignment=given, now=NOW),
        lambda: respond(given=given, by=cast.coachee, now=NOW, form_id="", text="Done", done=True),
    )
    given.refresh_from_db()
    assert archived is True
    if isinstance(responded, Response):
        assert given.completed_at == NOW, "it came first, whole"
    else:
        assert isinstance(responded, NotNowError), responded
        assert (given.completed_at, Response.objects.count(), Event.objects.count()) == (None, 0, 0)


def test_the_coach_who_hands_over_meanwhile_writes_nothing_into_it(cast, given):
    moved, answered = at_once(
        lambda: hand_over(relationship=cast.relationship, to=cast.stranger_coach, by=cast.admin, now=NOW),
        lambda: respond(given=given, by=cast.coach, now=NOW, form_id="", text="Late"),
    )
    assert moved.coach == cast.stranger_coach
    assert isinstance(answered, Response | Http404)
    assert {one.coach_id for one in Response.objects.all()} <= {cast.stranger_coach.pk}


def test_of_many_windows_one_saves_an_edit(cast, given):
    made = make_response(assignment=given, responded_at=NOW)

    def edit(number: int) -> Callable[[], object]:
        return lambda: edit_response(response=made, by=cast.coachee, now=NOW, version=0, text=f"Window {number}")

    saved = at_once(*map(edit, range(5)))
    assert saved.count(True) == 1
    assert sum(isinstance(one, ChangedMeanwhileError) for one in saved) == 4
