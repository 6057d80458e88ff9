"""Basic information: what each fact says, and “Not set” where nothing is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from profiles.models import Person, Subscription
from tests.make import H, ago, ahead, make_rater, make_review, make_session
from tests.profiles.reading import fact, hooks, words

KEYS = [
    *("position", "timezone", "language", "subscription", "delivery-manager", "package", "program"),
    *("sessions-per-month", "complimentary-call", "flash", "group-module", "review-360"),
]


def test_every_fact_has_its_words(cast, page_of):
    page = page_of(cast.coach, cast.coachee)
    assert {key: fact(page, key) for key in KEYS} == {
        "position": "Engineering Manager",
        "timezone": "Africa/Lagos",
        "language": "English",
        "subscription": "1 Mar 2026 – 28 Feb 2027",
        "delivery-manager": "Inés Robles",
        "package": "Leader 12",
        "program": "New managers",
        "sessions-per-month": "2 0 of 2 used this month 0 of 2 used this month. They do not roll over.",
        "complimentary-call": "Available",
        "flash": "Included",
        "group-module": "Delegation, cohort 3",
        "review-360": "Not enrolled",
    }


@pytest.mark.parametrize("who", ["coach", "coachee", "delivery_manager", "admin"])
def test_what_is_missing_reads_not_set(cast, page_of, who):
    Person.objects.filter(pk=cast.coachee.pk).update(position="", language="")
    if who != "delivery_manager":
        Subscription.objects.filter(coachee=cast.coachee).delete()
    page = page_of(getattr(cast, who), cast.coachee)
    assert hooks(page, "fact") == KEYS
    assert fact(page, "position") == fact(page, "language") == "Not set"
    if who != "delivery_manager":
        unset = [key for key in KEYS if fact(page, key) == "Not set"]
        assert unset == [key for key in KEYS if key not in ("timezone", "review-360")]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "status"),
    [
        (date(2026, 12, 1), date(2027, 2, 1), "Onboarding"),
        (date(2026, 11, 21), date(2026, 11, 21), "Active"),
        (date(2026, 1, 1), date(2026, 11, 20), "Past"),
    ],
)
def test_facts_are_shown_whatever_the_status_and_the_feed_to_the_active(cast, page_of, starts_on, ends_on, status):
    subscription = Subscription.objects.get(coachee=cast.coachee)
    subscription.starts_on, subscription.ends_on = starts_on, ends_on
    subscription.active_from = datetime(starts_on.year, starts_on.month, starts_on.day, tzinfo=UTC)
    subscription.active_until = datetime(ends_on.year, ends_on.month, ends_on.day, 23, 59, tzinfo=UTC)
    subscription.save()
    page = page_of(cast.coach, cast.coachee)
    assert f"Amara Okafor {status}" in words(page)
    assert fact(page, "package") == "Leader 12"
    assert ("Actions taken" in words(page)) == (status == "Active")


def test_this_months_sessions_count_across_coaches_in_the_coachees_month(cast, page_of):
    lagos_midnight = datetime(2026, 10, 31, 23, tzinfo=UTC)  # the first of November in Lagos
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=lagos_midnight, status="occurred")
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=datetime(2026, 10, 31, 21, tzinfo=UTC))
    make_session(coach=cast.coach, coachee=cast.coachee, kind="flash")
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=4), status="cancelled")
    assert "1 of 2 used this month" in fact(page_of(cast.coach, cast.coachee), "sessions-per-month")


@pytest.mark.parametrize(
    ("status", "when", "reason", "said"),
    [
        ("scheduled", ahead(days=1), "", "Booked"),
        ("occurred", ago(days=9), "", "Used"),
        ("did_not_occur", ago(days=9), "coachee_missed", "Used"),
        ("did_not_occur", ago(days=9), "coach_missed", "Available"),
        ("cancelled", ago(days=9), "", "Available"),
    ],
)
def test_the_complimentary_call_is_one_per_coach(cast, page_of, status, when, reason, said):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_session(**pair, kind="complimentary", starts_at=when, status=status, reason=reason)
    assert fact(page_of(cast.coach, cast.coachee), "complimentary-call") == said
    assert fact(page_of(cast.co_coach, cast.coachee), "complimentary-call") == "Available"
    assert fact(page_of(cast.coachee, cast.coachee), "complimentary-call") == said


def test_a_former_coachs_complimentary_call_is_not_the_one_with_the_coach_of_now(cast, page_of):
    pair = {"coach": cast.former_coach, "coachee": cast.coachee}
    make_session(**pair, kind="complimentary", starts_at=ago(days=90), status="occurred")
    for viewer in (cast.coach, cast.coachee, cast.admin):
        assert fact(page_of(viewer, cast.coachee), "complimentary-call") == "Available"


@pytest.mark.parametrize(
    ("hours", "reason", "used"),
    [
        (23, "", 1),
        (24, "", 0),
        (1, "coachee_emergency", 0),
        (1, "coach_emergency", 0),
        (1, "other", 0),
        (1, "coachee_missed", 1),
    ],
)
def test_a_late_cancellation_counts_unless_it_is_excused(cast, page_of, hours, reason, used):
    at = ago(days=2)
    make_session(
        coach=cast.coach,
        coachee=cast.coachee,
        starts_at=at,
        status="cancelled",
        cancelled_by="coachee",
        cancelled_at=at - hours * H,
        reason=reason,
    )
    assert f"{used} of 2 used this month" in fact(page_of(cast.coachee, cast.coachee), "sessions-per-month")


def test_the_360_tells_how_many_answered_and_whether_the_manager_did(cast, page_of):
    review = make_review(coachee=cast.coachee)
    for _number in range(3):
        make_rater(review=review, completed_at=ago(days=1))
    make_rater(review=review, completed_at=ahead(days=1))
    manager = make_rater(review=review, relationship="manager")
    said = "Collecting 3 of 5 Manager not yet"
    assert fact(page_of(cast.delivery_manager, cast.coachee), "review-360") == said
    type(manager).objects.filter(pk=manager.pk).update(completed_at=ago(days=3))
    assert fact(page_of(cast.coach, cast.coachee), "review-360") == "Collecting 4 of 5 Manager answered on 18 Nov"


def test_a_closed_360_has_a_report_for_those_who_may_read_it(cast, page_of):
    make_review(coachee=cast.coachee, closed_at=ago(days=1), closed_by="admin", close_reason="SECRET")
    assert fact(page_of(cast.coach, cast.coachee), "review-360") == "Closed on 20 Nov Report not available"
    page = page_of(cast.delivery_manager, cast.coachee)
    assert fact(page, "review-360") == "Closed on 20 Nov"
    assert "SECRET" not in page


def test_a_program_names_things_its_own_way(cast, page_of):
    program = Subscription.objects.get(coachee=cast.coachee).program
    type(program).objects.filter(pk=program.pk).update(review_label="Mirror", survey_label="Pulse")
    make_review(coachee=cast.coachee, enrolled_at=ago(hours=1))
    page = words(page_of(cast.coach, cast.coachee))
    assert "Enrolled in the Mirror" in page
    assert "Mirror Collecting" in page


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Africa/Lagos", "13:00 in Lagos, same time as you"),
        ("Asia/Kathmandu", "17:45 in Kathmandu, 4 h 45 min ahead of you"),
        ("America/St_Johns", "08:30 in St Johns, 4 h 30 min behind you"),
        ("Pacific/Auckland", "Sun 01:00 in Auckland, 12 h ahead of you"),
        ("UTC", "12:00 in UTC, 1 h behind you"),
    ],
)
def test_the_head_tells_the_time_there(cast, page_of, zone, said):
    Person.objects.filter(pk=cast.coachee.pk).update(timezone=zone)
    assert f"Northwind Logistics {said}" in words(page_of(cast.coach, cast.coachee))
