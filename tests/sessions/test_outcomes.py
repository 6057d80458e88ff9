"""Marking what became of a session: by its coach, once it is over; what follows from it follows at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from activity.encouragement import engine
from coaching.models import Relationship
from profiles.actions import RefusedError
from profiles.versions import ChangedMeanwhileError
from sessions_app.models import Session, SessionChange
from sessions_app.outcomes import Verdict, mark, mark_together
from tests.make import NOW, ago, ahead, make_person, make_relationship, make_session
from tests.make_sessions import make_meeting, make_seat
from tests.profiles.reading import hooks, section, words

pytestmark = pytest.mark.django_db


def over(cast, **fields) -> Session:
    """One that nobody has marked."""
    return make_session(coach=cast.coach, coachee=cast.coachee, **{"starts_at": ago(days=1), **fields})


@pytest.fixture
def send(client, cast, clock):
    """`send(session, status="occurred")`: what the coach's form answers."""

    def post(session: Session, who=None, path: str = "outcome", **fields):
        client.force_login(who or cast.coach)
        return client.post(f"/sessions/{session.pk}/{path}/", {"version": session.version, **fields})

    return post


def outcome_of(session: Session) -> tuple:
    session.refresh_from_db()
    return session.status, session.reason, session.marked_at, session.version


def test_an_ended_session_is_marked_where_it_stands(cast, send, page_of):
    session = over(cast)
    assert "Did it take place?" in section(page_of(cast.coach, cast.coachee), "last-session")
    answer = send(session, status="occurred", next=f"/people/{cast.coachee.pk}/")
    assert answer["Location"] == f"/people/{cast.coachee.pk}/"
    assert outcome_of(session) == ("occurred", "", NOW, 1)
    card = section(page_of(cast.coach, cast.coachee), "last-session")
    assert "Last session Occurred" in card
    assert "Marked Sat 21 Nov" in card
    assert "Did it take place?" not in card


def test_a_takeaway_is_wanted_two_days_later_and_not_once_it_did_not_occur(cast, send, clock, page_of):
    session = over(cast)
    engine.sweep(NOW)
    send(session, status="occurred")
    clock.shift(timedelta(days=2))
    assert "takeaways_unshared" in hooks(page_of(cast.coach, cast.coachee), "rule")
    session.refresh_from_db()
    send(session, status="did_not_occur", reason="coachee_emergency")
    assert "takeaways_unshared" not in hooks(page_of(cast.coach, cast.coachee), "rule")
    changes = engine.sweep(NOW + timedelta(days=2))
    assert (changes.opened, changes.cleared) == (0, 0)


def test_the_month_counts_what_occurred_and_what_the_coachee_missed(cast, send, page_of):
    session = over(cast)
    for status, reason, used in (
        ("occurred", "", 1),
        ("did_not_occur", "coach_missed", 0),
        ("did_not_occur", "coachee_missed", 1),
        ("did_not_occur", "other", 0),
    ):
        send(session, status=status, reason=reason)
        session.refresh_from_db()
        assert Session.objects.counting().filter(coachee=cast.coachee).count() == used
        assert f"{used} of 2 used" in words(page_of(cast.coach, cast.coachee)), (status, reason)


def test_changing_it_later_leaves_a_trace(cast, send, client, clock):
    session = over(cast)
    send(session, status="did_not_occur", reason="coachee_missed")
    clock.shift(timedelta(hours=5))
    session.refresh_from_db()
    send(session, status="did_not_occur", reason="coachee_emergency")
    assert outcome_of(session) == ("did_not_occur", "coachee_emergency", NOW, 2)  # the same outcome, as of then
    send(session, status="occurred", reason="other")
    assert outcome_of(session) == ("occurred", "", NOW + timedelta(hours=5), 3)
    trace = SessionChange.objects.filter(session=session).values_list("what", "status", "reason", "by")
    assert list(trace) == [
        ("marked", "did_not_occur", "coachee_missed", cast.coach.pk),
        ("marked", "did_not_occur", "coachee_emergency", cast.coach.pk),
        ("marked", "occurred", "", cast.coach.pk),
    ]
    page = words(client.get(f"/sessions/{session.pk}/outcome/").text)
    assert "Marked “Occurred” Sat 21 Nov, 18:00 by you; before: “Didn’t occur · Coachee’s emergency”" in page
    assert "Marked “Didn’t occur · Coachee missed it” Sat 21 Nov, 13:00 by you What" not in page


def test_a_double_click_marks_once(cast, send):
    session = over(cast)
    for _time in range(3):
        assert send(session, status="occurred").status_code == 302
    assert outcome_of(session) == ("occurred", "", NOW, 1)
    assert SessionChange.objects.count() == 1


def test_two_tabs_are_told(cast, send):
    session = over(cast)
    send(session, status="did_not_occur", reason="other")
    late = send(session, status="occurred")
    assert late.status_code == 409
    assert "Marked now: Didn’t occur · Other" in words(late.text)
    assert outcome_of(session)[:2] == ("did_not_occur", "other")
    assert 'name="version" value="1"' in late.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"starts_at": ago(minutes=54)}, 403),
        ({"starts_at": ahead(days=1)}, 403),
        ({"status": "cancelled", "cancelled_at": ago(days=2)}, 403),
        ({"starts_at": ago(minutes=55)}, 302),
    ],
)
def test_only_what_has_ended_and_was_not_cancelled(cast, send, fields, status):
    session = over(cast, **fields)
    before = outcome_of(session)
    assert send(session, status="occurred").status_code == status
    assert (outcome_of(session) == before) == (status == 403)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Say whether it took place."),
        ({"status": "did_not_occur"}, "Say why it didn’t occur."),
        ({"status": "cancelled"}, "Select a valid choice"),
        ({"status": "did_not_occur", "reason": "bored"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_beside_it(cast, send, sent, says):
    session = over(cast)
    answer = send(session, **sent)
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert outcome_of(session)[0] == "scheduled"


def test_nobody_else_marks_it(cast, send):
    session = over(cast)
    for who, status in ((cast.coachee, 403), (cast.co_coach, 404), (cast.admin, 404), (cast.former_coach, 404)):
        assert send(session, who, status="occurred").status_code == status
    assert outcome_of(session)[0] == "scheduled"


def test_the_end_of_the_coaching_ends_marking_too(cast, clock):
    session = over(cast)
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    with pytest.raises(RefusedError):
        mark(session, status="occurred", reason="", by=cast.coach, now=NOW, shown=0)
    assert outcome_of(session)[0] == "scheduled"


def test_a_second_complimentary_session_is_refused_in_words(cast, clock):
    fields = {"kind": "complimentary", "booked_at": ago(days=20)}
    first = over(cast, starts_at=ago(days=9), status="did_not_occur", reason="coach_missed", **fields)
    over(cast, **fields)
    with pytest.raises(RefusedError, match="another complimentary session"):
        mark(first, status="occurred", reason="", by=cast.coach, now=NOW, shown=0)


@pytest.fixture
def group(cast):
    """Amara and Jonas had a session together."""
    meeting = make_meeting(coach=cast.coach, starts_at=ago(days=1))
    return [make_seat(meeting=meeting, coachee=one, seat=seat) for seat, one in enumerate(pair(cast), 1)]


def pair(cast) -> list:
    return [cast.coachee, cast.other_coachee]


def test_a_group_is_marked_person_by_person_in_one_go(cast, send, group):
    amaras, jonas = group
    said = {f"{amaras.pk}-outcome": "did_not_occur:coachee_missed", f"{jonas.pk}-outcome": ""}
    versions = {f"{one.pk}-version": 0 for one in group}
    answer = send(amaras, together="yes", everybody="yes", **said, **versions)
    assert answer.status_code == 302
    assert [outcome_of(one)[:2] for one in group] == [("did_not_occur", "coachee_missed"), ("occurred", "")]
    late = send(jonas, together="yes", **{**said, f"{jonas.pk}-outcome": "did_not_occur:other"}, **versions)
    assert late.status_code == 409
    assert "Saved now: Occurred" in words(late.text)
    assert outcome_of(jonas)[:2] == ("occurred", "")


def test_of_a_group_all_are_marked_or_none(cast, group):
    said = [Verdict(group[0], "occurred", "", 0), Verdict(group[1], "occurred", "", 5)]
    with pytest.raises(ChangedMeanwhileError):
        mark_together(said, by=cast.coach, now=NOW)
    assert {outcome_of(one)[0] for one in group} == {"scheduled"}


def test_of_a_group_nothing_said_is_asked_again(cast, send, group):
    answer = send(group[0], together="yes")
    assert answer.status_code == 422
    assert "Say of at least one person how it was." in words(answer.text)


def test_today_asks_and_takes_the_answer(cast, client, clock):
    session = over(cast)
    client.force_login(cast.coach)
    page = client.get("/").text
    assert f'action="/sessions/{session.pk}/outcome/"' in page
    assert 'name="next" value="/"' in page
    answer = client.post(f"/sessions/{session.pk}/outcome/", {"status": "occurred", "version": 0, "next": "/"})
    assert answer["Location"] == "/"
    assert [str(one) for one in get_messages(answer.wsgi_request)] == ["Your session with Amara is marked as occurred."]
    assert f'action="/sessions/{session.pk}/outcome/"' not in client.get("/").text


def test_nobody_is_led_elsewhere(cast, send):
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        session = over(cast, starts_at=ago(days=3) - timedelta(hours=len(elsewhere)))
        assert send(session, status="occurred", next=elsewhere)["Location"] == f"/people/{cast.coachee.pk}/"


def test_how_it_is_paid_for_is_said_with_a_trace(cast, send, client):
    session = over(cast)
    assert send(session, path="payment", payment="pro_bono").status_code == 302
    session.refresh_from_db()
    assert (session.payment, session.version) == ("pro_bono", 1)
    assert SessionChange.objects.get().payment == "pro_bono"
    session.version = 0
    late = send(session, path="payment", payment="barter")
    assert late.status_code == 409
    assert "It says now: Pro bono" in words(late.text)
    assert send(session, path="payment", payment="gold").status_code == 422
    assert send(session, cast.coachee, path="payment", payment="paid").status_code == 403


QUERIES = 4


@pytest.mark.parametrize("number", [1, 30])
def test_a_group_takes_the_same_number_of_queries(cast, client, clock, django_assert_num_queries, number):
    meeting = make_meeting(coach=cast.coach, starts_at=ago(days=1), capacity=40)
    session = make_seat(meeting=meeting, coachee=cast.coachee)
    for seat in range(2, number + 1):
        person = make_person(name=f"Person {seat}", roles=["coachee"])
        make_relationship(coach=cast.coach, coachee=person)
        make_seat(meeting=meeting, coachee=person, seat=seat)
    client.force_login(cast.coach)
    with django_assert_num_queries(QUERIES):
        assert client.get(f"/sessions/{session.pk}/outcome/").text.count('-outcome" id=') == number
