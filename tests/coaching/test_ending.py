"""Ending relationships, one or many: sessions ahead are cancelled, both are told, and every permission is gone."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from activity.encouragement import engine
from assignments.models import Assignment
from coaching.actions import assign_coach, end_relationship, end_relationships
from coaching.models import Relationship
from notifications.models import Notification
from sessions_app.models import Attendance, Session
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    H,
    make_assignment,
    make_coach,
    make_coachee,
    make_message,
    make_relationship,
    make_session,
)
from tests.make_sessions import make_meeting, make_seat


def told() -> set[tuple[str, str, str]]:
    """Who was told of what about whom."""
    rows = Notification.objects.select_related("person", "about")
    return {(row.person.first_name, row.kind, row.about.first_name if row.about else "") for row in rows}


def test_both_are_told_of_the_beginning_each_in_their_own_words(cast: Cast) -> None:
    made = assign_coach(coach=cast.stranger_coach, coachee=cast.coachee, by=cast.admin, now=NOW)
    assert told() == {("Amara", "coach_assigned", "Stina"), ("Stina", "coachee_assigned", "Amara")}
    assert set(Notification.objects.values_list("subject_id", flat=True)) == {made.pk}
    assert all(row.by_mail and row.in_product for row in Notification.objects.all())


def test_both_are_told_of_the_end_once(cast: Cast) -> None:
    for _ in range(2):
        end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert told() == {("Amara", "coach_removed", "Maya"), ("Maya", "coachee_removed", "Amara")}
    assert Notification.objects.count() == 2


def test_what_is_ahead_of_the_pair_is_cancelled_and_nothing_else(cast: Cast) -> None:
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    ahead = make_session(**pair, starts_at=NOW + D)
    now_on = make_session(**pair, starts_at=NOW - H / 2)
    of_another = make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=NOW + 2 * D)
    with_another = make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=NOW + 3 * D)
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    ahead.refresh_from_db()
    assert (ahead.status, ahead.cancelled_at, ahead.cancelled_by) == ("cancelled", NOW, "admin")
    assert set(Session.objects.filter(status="scheduled")) == {now_on, of_another, with_another}
    assert set(Attendance.objects.values_list("session", flat=True)) == {now_on.pk, of_another.pk, with_another.pk}


def test_what_is_cancelled_is_told_of_and_leaves_a_trace(cast: Cast) -> None:
    ahead = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + D)
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert {("Amara", "session_cancelled", "Maya"), ("Maya", "session_cancelled", "Amara")} <= told()
    assert {row.facts["version"] for row in Notification.objects.filter(kind="session_cancelled")} == {1}
    change = ahead.changes.get()
    assert (change.what, change.status, change.by, change.at) == ("cancelled", "cancelled", cast.admin, NOW)


def test_a_group_nobody_is_left_in_is_called_off(cast: Cast) -> None:
    meeting = make_meeting(coach=cast.coach)
    make_seat(meeting=meeting, coachee=cast.coachee)
    make_seat(meeting=meeting, coachee=cast.other_coachee, seat=2)
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    meeting.refresh_from_db()
    assert (meeting.cancelled_at, Attendance.objects.filter(meeting=meeting).count()) == (None, 1)
    other = cast.coach.relationships_as_coach.get(coachee=cast.other_coachee)
    end_relationship(relationship=other, by=cast.admin, now=NOW)
    meeting.refresh_from_db()
    assert (meeting.cancelled_at, meeting.version, Attendance.objects.exists()) == (NOW, 1, False)


def test_in_a_group_only_this_seat_is_given_back(cast: Cast) -> None:
    times = {"coach": cast.coach, "kind": "group", "starts_at": NOW + D}
    leaving, staying = make_session(**times, coachee=cast.coachee, minutes=90), None
    staying = make_session(**times, coachee=cast.other_coachee, minutes=60)
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    held = Attendance.objects.get(meeting=leaving.meeting)
    assert (held.person, held.during.lower, held.during.upper) == (cast.coach, NOW + D, staying.ends_at)
    end_relationship(relationship=cast.coach.relationships_as_coach.get(coachee=cast.other_coachee), by=None, now=NOW)
    assert not Attendance.objects.exists()


def test_a_session_that_another_spell_of_the_pair_covers_stays(cast: Cast) -> None:
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW + 2 * D)
    make_relationship(coach=cast.coach, coachee=cast.coachee, started_at=NOW + 10 * D)
    later = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 12 * D)
    sooner = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + D)
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert list(Session.objects.filter(status="scheduled")) == [later]
    assert list(Session.objects.filter(status="cancelled")) == [sooner]


def test_open_assignments_stay_as_they_are(cast: Cast) -> None:
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert Assignment.objects.get(pk=given.pk).coach == cast.coach
    assert given in Assignment.objects.visible_to(cast.coachee, NOW).in_progress(NOW)
    assert given not in Assignment.objects.visible_to(cast.coach, NOW)


def test_many_end_in_one_step_with_as_many_queries_as_one(cast: Cast, django_assert_max_num_queries) -> None:
    def end(count: int) -> None:
        coach = make_coach()
        for number in range(count):
            coachee = make_coachee(coach=coach)
            make_session(coach=coach, coachee=coachee, starts_at=NOW + D + H * 2 * number)
        ids = [one.pk for one in Relationship.objects.filter(coach=coach)]
        with django_assert_max_num_queries(24):
            assert end_relationships(relationships=ids, by=cast.admin, now=NOW) == sorted(ids)

    end(1)
    end(30)
    assert Session.objects.filter(status="scheduled").count() == 0
    assert Notification.objects.filter(kind="coachee_removed").count() == 31


def test_a_sweep_after_ending_finds_nothing_to_do(cast: Cast) -> None:
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + D)
    make_message(coach=cast.coach, coachee=cast.coachee, sent_at=NOW - 9 * D)
    engine.sweep(NOW - H)
    assert cast.relationship.encouragements.filter(rule="goals_unshared", until__gt=NOW).exists()
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (0, 0)
    assert not cast.relationship.encouragements.filter(until__gt=NOW).exists()


def test_the_coach_is_shut_out_in_the_same_open_session(cast: Cast, client: Client, clock) -> None:
    client.force_login(cast.coach)
    make_message(coach=cast.coach, coachee=cast.coachee, text="between the two of us")
    pages = [reverse(name, args=[cast.coachee.pk]) for name in THEIRS]
    deeds = [reverse(name, args=[cast.relationship.pk]) for name in ("relationship-end", "relationship-handover")]
    assert {client.get(page).status_code for page in pages} == {200}
    assert {client.get(deed).status_code for deed in deeds} == {403}
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    answers = [client.get(page) for page in pages] + [client.post(page) for page in (*deeds, pages[0])]
    assert {answer.status_code for answer in answers} <= {404, 405}
    assert not [answer for answer in answers if "between the two" in answer.text]
    assert client.get(pages[0]).status_code == 404


THEIRS = ("person", "person-sessions", "person-assignments", "person-messages", "person-coaching")
