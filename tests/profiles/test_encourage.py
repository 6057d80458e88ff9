"""Actions to encourage on the Overview."""

from __future__ import annotations

from datetime import date

import pytest

from activity.encouragement import engine
from profiles.models import Person, Program
from tests.make import (
    NOW,
    ago,
    ahead,
    make_message,
    make_rater,
    make_reflection,
    make_review,
    make_session,
    make_survey,
    make_view,
)
from tests.profiles.reading import hooks, words


@pytest.fixture
def busy(cast) -> None:
    """A survey late since the 19th, a manager asked twelve days ago, and a session in three days."""
    make_survey(coachee=cast.coachee, assigned_on=date(2026, 10, 29), due_on=date(2026, 11, 18))
    review = make_review(coachee=cast.coachee)
    make_rater(review=review, relationship="manager")
    make_rater(review=review, completed_at=ago(days=1))
    make_message(coach=cast.coach, coachee=cast.coachee)
    make_view(coachee=cast.coachee)
    make_reflection(coachee=cast.coachee, submitted_at=ago(days=9))
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=3))
    engine.sweep(NOW)


@pytest.mark.usefixtures("busy")
def test_the_overdue_survey_comes_first_then_the_oldest(cast, page_of):
    page = page_of(cast.coach, cast.coachee)
    assert hooks(page, "rule") == ["survey_overdue", "manager_360_pending", "reflections_unshared"]
    assert hooks(page, "upcoming") == ["goals_unshared", "resources_unviewed", "messages_silent"]
    assert "3 now" in words(page)


@pytest.mark.usefixtures("busy")
def test_each_says_why_and_when_it_clears(cast, page_of):
    said = words(page_of(cast.coach, cast.coachee))
    assert "Behavioral Change Survey is overdue “Delegation, spring” was due 18 Nov." in said
    assert "Survey Delegation, spring Due 18 Nov Open since Thu 19 Nov, 00:00 Goes away by itself when" in said
    assert "1 of 2 reviewers have answered." in said


def test_the_reason_names_the_days_that_the_program_sets(cast, page_of):
    Program.objects.update(messages_days=10)
    make_message(coach=cast.coach, coachee=cast.coachee, sent_at=ago(days=11))
    engine.sweep(NOW)
    said = words(page_of(cast.coach, cast.coachee))
    assert "No messages for 11 days" in said
    assert "Neither coach nor coachee has written for 10 days." in said


def test_a_title_cannot_turn_the_sentence_it_stands_in(cast, page_of):
    make_survey(coachee=cast.coachee, title="Spring\u202e", assigned_on=date(2026, 10, 29), due_on=date(2026, 11, 18))
    engine.sweep(NOW)
    assert "“Spring” was due 18 Nov." in words(page_of(cast.coach, cast.coachee))


@pytest.mark.usefixtures("busy")
def test_a_coachee_of_several_coaches_is_told_once(cast, page_of):
    page = page_of(cast.coachee, cast.coachee)
    assert hooks(page, "rule").count("survey_overdue") == 1
    assert hooks(page, "rule").count("reflections_unshared") == 1
    assert "You and your coach have not written" in words(page)
    assert "(Cornelia Cole)" in words(page)
    assert hooks(page_of(cast.co_coach, cast.coachee), "rule")[0] == "survey_overdue"
    assert "goals_unshared" not in hooks(page_of(cast.co_coach, cast.coachee), "upcoming")


@pytest.mark.usefixtures("busy")
def test_staff_see_that_but_not_why(cast, page_of):
    page = page_of(cast.delivery_manager, cast.coachee)
    assert hooks(page, "rule").count("survey_overdue") == 1
    assert "Delegation, spring" not in page
    assert "was due" not in page


def test_whoever_is_on_track_reads_so(cast, page_of):
    assert "On track" in words(page_of(cast.coach, cast.coachee))


@pytest.mark.usefixtures("busy")
def test_everything_has_its_moment(cast, page_of, clock):
    clock.move_to(ahead(days=1))
    assert "goals_unshared" in hooks(page_of(cast.coach, cast.coachee), "rule")
    clock.move_to(ahead(days=1, seconds=-1))
    assert "goals_unshared" not in hooks(page_of(cast.coach, cast.coachee), "rule")


def test_after_the_subscription_there_is_no_feed(cast, page_of, clock):
    Person.objects.get(pk=cast.coachee.pk).subscriptions.update(active_until=NOW)
    page = page_of(cast.coach, cast.coachee)
    assert "The subscription is over" in words(page)
    assert hooks(page, "rule") == hooks(page, "action") == []
