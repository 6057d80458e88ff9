"""Who sees what of a profile; each text carries a marker of its own."""

from __future__ import annotations

import pytest

from activity.encouragement import engine
from coaching.models import Relationship
from profiles.models import Person
from tests.make import (
    NOW,
    ago,
    ahead,
    make_assignment,
    make_coach,
    make_coachee,
    make_credential,
    make_message,
    make_micro_goal,
    make_private_note,
    make_reflection,
    make_relationship,
    make_response,
    make_session,
    make_shared_note,
    make_survey,
    make_takeaway,
    make_view,
)

TABS = ("", "sessions/", "assignments/", "assignments/?state=completed", "messages/", "?state=completed")
NOBODYS = ("former_coach", "stranger_coach", "outsider_coach", "outsider", "other_coachee", "manager", "sponsor")
SHARED = {
    "§sharedgoal§",
    "§sharedtake§",
    "§sharednote§",
    "§sharedrefl§",
    "§letter§",
    "§task§",
    "§todo§",
    "§done§",
    "§answer§",
}
DRAFTS = {"§draftgoal§", "§drafttake§", "§draftrefl§"}
PRIVATE = {"§privatenote§"}
OTHERS = {"§cogoal§", "§conote§", "§coprivate§", "§coletter§", "§cotask§"}


@pytest.fixture
def marked(cast) -> None:
    """Amara's history with Maya, and her co-coach's with her."""
    pair, others = ({"coach": coach, "coachee": cast.coachee} for coach in (cast.coach, cast.co_coach))
    last = make_session(**pair, starts_at=ago(days=2), status="occurred")
    make_takeaway(session=last, text="§drafttake§", shared=False)
    make_shared_note(session=last, text="§sharednote§")
    make_private_note(session=last, text="§privatenote§")
    make_takeaway(session=make_session(**pair, starts_at=ago(days=9), status="occurred"), text="§sharedtake§")
    make_micro_goal(session=make_session(**pair, starts_at=ahead(days=1)), text="§sharedgoal§")
    make_micro_goal(session=make_session(**pair, starts_at=ahead(days=2)), text="§draftgoal§", shared=False)
    make_message(**pair, text="§letter§")
    make_response(assignment=make_assignment(**pair, title="§task§", instructions="§todo§"), text="§answer§")
    make_assignment(**pair, title="§done§", completed_at=ago(days=1))
    make_reflection(coachee=cast.coachee, text="§sharedrefl§")
    make_reflection(coachee=cast.coachee, text="§draftrefl§", shared=False, submitted_at=ago(days=2))
    make_survey(coachee=cast.coachee, title="§surveytitle§", due_on=ago(days=1).date())
    make_view(coachee=cast.coachee)
    theirs = make_session(**others, starts_at=ago(days=1), status="occurred")
    make_shared_note(session=theirs, text="§conote§")
    make_private_note(session=theirs, text="§coprivate§")
    make_micro_goal(session=make_session(**others, starts_at=ahead(days=4)), text="§cogoal§")
    make_message(**others, text="§coletter§")
    make_assignment(**others, title="§cotask§", completed_at=ago(days=1))
    engine.sweep(NOW)


def found(page_of, viewer, person) -> set[str]:
    """The markers on any of the pages."""
    pages = "".join(page_of(viewer, person, tab) for tab in TABS)
    return {marker for marker in SHARED | DRAFTS | PRIVATE | OTHERS if marker in pages}


@pytest.mark.usefixtures("marked")
def test_a_coach_reads_their_own_and_what_is_shared(cast, page_of):
    assert found(page_of, cast.coach, cast.coachee) == SHARED | PRIVATE


@pytest.mark.usefixtures("marked")
def test_a_coachee_reads_all_but_private_notes(cast, page_of):
    read = found(page_of, cast.coachee, cast.coachee)
    for coach in (cast.coach, cast.co_coach):
        conversation = page_of(cast.coachee, cast.coachee, f"messages/?with={coach.pk}")
        read |= {letter for letter in ("§letter§", "§coletter§") if letter in conversation}
    assert read == SHARED | DRAFTS | OTHERS - {"§coprivate§"}


@pytest.mark.usefixtures("marked")
def test_a_co_coach_reads_nothing_of_the_other_coach(cast, page_of):
    assert found(page_of, cast.co_coach, cast.coachee) == {"§sharedrefl§"} | OTHERS


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("who", ["delivery_manager", "admin", "superuser"])
def test_staff_see_facts_kinds_and_dates(cast, page_of, client, who):
    page = page_of(getattr(cast, who), cast.coachee)
    assert not [one for one in SHARED | DRAFTS | PRIVATE | OTHERS | {"§surveytitle§"} if one in page]
    assert 'data-rule="survey_overdue"' in page
    assert "Leader 12" in page
    for tab in ("sessions/", "assignments/", "messages/"):
        assert client.get(f"/people/{cast.coachee.pk}/{tab}").status_code == 404
        assert f"/people/{cast.coachee.pk}/{tab}" not in page


@pytest.mark.usefixtures("marked", "clock")
@pytest.mark.parametrize("who", [*NOBODYS, "other_delivery_manager"])
@pytest.mark.parametrize("tab", ["", "sessions/", "assignments/", "messages/"])
def test_nobody_else_may_know(cast, client, who, tab):
    client.force_login(getattr(cast, who))
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get(f"/people/{cast.coachee.pk}/{tab}", headers=headers)
        assert response.status_code == 404
        assert b"Amara" not in response.content


@pytest.mark.parametrize("tab", ["", "sessions/", "assignments/", "messages/"])
def test_signed_out_people_are_asked_who_they_are(cast, client, tab):
    response = client.get(f"/people/{cast.coachee.pk}/{tab}")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.usefixtures("marked")
def test_the_end_of_a_relationship_ends_everything_at_once(cast, page_of, client):
    page_of(cast.coach, cast.coachee)
    Relationship.objects.filter(coach=cast.coach).update(ended_at=NOW)
    for tab in TABS:
        assert client.get(f"/people/{cast.coachee.pk}/{tab}").status_code == 404
    assert found(page_of, cast.coachee, cast.coachee) >= SHARED - {"§letter§"}


def test_a_relationship_that_has_yet_to_begin_opens_nothing(cast, client, clock):
    Relationship.objects.filter(coach=cast.coach).update(started_at=ahead(seconds=1))
    client.force_login(cast.coach)
    assert client.get(f"/people/{cast.coachee.pk}/").status_code == 404


def test_whoever_is_several_has_the_widest_sight(cast, page_of):
    cast.coach.role_grants.create(role="admin")
    make_message(coach=cast.coach, coachee=cast.coachee, text="§letter§")
    assert "§letter§" in page_of(cast.coach, cast.coachee)


def test_people_who_are_no_coachees_have_a_page_of_their_own(cast, page_of, client):
    for viewer in (cast.coach, cast.admin):
        page = page_of(viewer, cast.coach)
        assert "Maya Castellanos" in page
        assert 'data-fact="position"' in page
        assert 'data-fact="package"' not in page
        assert client.get(f"/people/{cast.coach.pk}/sessions/").status_code == 404
    client.force_login(cast.strangers_coachee)
    assert client.get(f"/people/{cast.coach.pk}/").status_code == 404


def test_coachees_see_who_their_coach_and_their_delivery_manager_are(cast, page_of):
    Person.objects.filter(pk=cast.coach.pk).update(about="Fourteen years in logistics")
    page = page_of(cast.coachee, cast.coach)
    assert "Coaches you since" in page
    assert "Fourteen years in logistics" in page
    assert cast.coach.email not in page
    assert cast.other_coachee.name not in page
    assert 'class="tabs"' not in page
    assert "Your delivery manager" in page_of(cast.coachee, cast.delivery_manager)


def test_a_coach_who_was_is_nobody_to_their_coachee(cast, client, clock):
    client.force_login(cast.coachee)
    assert client.get(f"/people/{cast.former_coach.pk}/").status_code == 404
    cast.relationship.ended_at = NOW
    cast.relationship.save()
    assert client.get(f"/people/{cast.coach.pk}/").status_code == 404
    cast.coachee.subscriptions.update(active_until=NOW)
    assert client.get(f"/people/{cast.delivery_manager.pk}/").status_code == 404


def test_what_a_coach_was_coached_in_is_not_for_their_coachees(cast, page_of):
    """The coach is a coachee, too: to those they coach that is nothing."""
    make_relationship(coach=cast.stranger_coach, coachee=cast.coach)
    page = page_of(cast.coachee, cast.coach)
    assert cast.stranger_coach.name not in page
    assert 'data-fact="package"' not in page
    assert 'data-fact="package"' in page_of(cast.coach, cast.coach)


def test_a_coach_sees_whom_they_coach_and_how_many_more_they_take_on(cast, page_of):
    Person.objects.filter(pk=cast.coach.pk).update(capacity=5)
    make_credential(person=cast.coach, title="PCC", expires_on=ago(days=1).date())
    for viewer in (cast.coach, cast.admin):
        page = page_of(viewer, cast.coach)
        assert "Coaches 3 of 5 people" in page
        assert "Room for 2" in page
        assert f'href="/people/{cast.coachee.pk}/"' in page
        assert "PCC" in page
        assert "Expired" in page
    assert "You coach nobody at present" in page_of(*[make_coach()] * 2)


def test_a_coachs_page_takes_as_many_queries_for_one_as_for_thirty(cast, queries_of):
    one = queries_of(cast.admin, cast.stranger_coach)
    for _ in range(30):
        make_coachee(coach=cast.stranger_coach)
        make_credential(person=cast.stranger_coach)
    assert queries_of(cast.admin, cast.stranger_coach) == one


@pytest.mark.parametrize("pk", ["0", "99999999", "9" * 19, "9" * 40])
def test_people_who_do_not_exist_answer_404(cast, client, pk):
    client.force_login(cast.admin)
    assert client.get(f"/people/{pk}/").status_code == 404


@pytest.mark.parametrize("tab", ["goals", "learning", "coaching", "permissions"])
def test_tabs_that_are_not_for_them_answer_404(cast, client, tab):
    client.force_login(cast.coachee)
    assert client.get(f"/people/{cast.coach.pk}/{tab}/").status_code == 404


def test_what_will_be_shared_is_not_shared_yet(cast, page_of):
    session = make_session(coach=cast.coach, coachee=cast.coachee)
    make_micro_goal(session=session, text="§later§", submitted_at=ahead(seconds=1))
    assert "§later§" not in page_of(cast.coach, cast.coachee)
    assert "§later§" in page_of(cast.coachee, cast.coachee)


def test_an_admin_whose_coaching_has_yet_to_begin_sees_as_staff_do(cast, page_of):
    cast.coach.role_grants.create(role="admin")
    make_reflection(coachee=cast.coachee, text="§sharedrefl§")
    Relationship.objects.filter(coach=cast.coach).update(started_at=ahead(seconds=1))
    page = page_of(cast.coach, cast.coachee)
    assert "§sharedrefl§" not in page
    assert f"/people/{cast.coachee.pk}/messages/" not in page
