"""Today: for each person what waits for them, and nothing of what is not theirs."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from activity.encouragement import engine
from coaching.models import Relationship
from config.name_pages import PAGE_SIZE
from profiles.models import Person, RoleGrant
from tests.make import (
    NOW,
    D,
    H,
    ago,
    ahead,
    make_assignment,
    make_coach,
    make_coachee,
    make_micro_goal,
    make_person,
    make_reflection,
    make_relationship,
    make_session,
    make_subscription,
    make_survey,
    make_takeaway,
)
from tests.reading import emails_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(client: Client, clock):
    """`today(viewer)`: their page as text with single spaces."""

    def page(viewer, query: str = "") -> str:
        client.force_login(viewer)
        response = client.get(f"/{query}")
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return page


def between(page: str, start: str, end: str) -> str:
    return page.split(start, 1)[1].split(end, 1)[0]


def test_a_coachs_day_is_the_day_in_her_zone(today):
    coach = make_coach(timezone="Asia/Tokyo")  # her Saturday 21 November ends at 15:00 UTC
    hours = {"Yesterday": -22, "Early": -20, "Late": 2.5, "Tomorrow": 3.5, "Off": 1}
    for name, hour in hours.items():
        status = "cancelled" if name == "Off" else "scheduled"
        coachee = make_coachee(coach=coach, name=f"{name} Person")
        make_session(coach=coach, coachee=coachee, starts_at=NOW + hour * H, status=status)
    sessions = between(today(coach), "Today’s sessions", "</section>")
    shown = [name for name in hours if f"{name} Person" in sessions]
    assert shown == ["Early", "Late"]
    assert sessions.index("Early") < sessions.index("Late")


def test_a_group_session_is_shown_once_with_its_people(today):
    coach = make_coach()
    for name in ("Ann", "Bea"):
        coachee = make_coachee(coach=coach, name=name)
        make_session(coach=coach, coachee=coachee, kind="group", starts_at=ahead(hours=2))
    sessions = between(today(coach), "Today’s sessions", "</section>")
    assert sessions.count(">14:00<") == 1
    assert "Ann" in sessions
    assert "Bea" in sessions


def test_who_needs_attention_is_the_top_of_the_list(today, client):
    coach = make_coach()
    people = [make_coachee(coach=coach) for _ in range(7)]
    make_survey(coachee=people[4], due_on=date(2026, 11, 18))
    engine.evaluate(list(Relationship.objects.values_list("pk", flat=True)), NOW)
    page = today(coach)
    assert emails_in(page)[0] == people[4].email
    assert emails_in(page) == emails_in(client.get("/coachees/").content.decode())[:5]
    assert "All 7 coachees" in page


def test_nobody_is_called_on_track_whose_subscription_is_over(today):
    coach = make_coach()
    make_coachee(coach=coach, subscription={"ends_on": date(2026, 11, 1)})
    assert "None of your coachees is active" in today(coach)
    make_coachee(coach=coach)
    assert "Everybody is on track" in today(coach)


def test_ended_sessions_that_nobody_marked_are_listed_the_latest_first(today):
    coach = make_coach()
    coachee = make_coachee(coach=coach, name="Amara Okafor")
    for day in range(1, 11):
        make_session(coach=coach, coachee=coachee, starts_at=ago(days=day, hours=2))
    make_session(coach=coach, coachee=coachee, starts_at=ago(days=30), status="occurred")
    unmarked = between(today(coach), "Over and not marked yet", "</section>")
    assert unmarked.count("Amara Okafor") == 8
    assert "And 2 earlier ones" in unmarked
    assert unmarked.index("Fri 20 Nov, 10:00") < unmarked.index("Thu 19 Nov, 10:00")


def test_a_former_coach_sees_nothing_of_the_coachee(cast, today):
    for start in (ahead(hours=1), ago(days=2)):
        make_session(coach=cast.former_coach, coachee=cast.coachee, starts_at=start)
    make_survey(coachee=cast.coachee, due_on=date(2026, 11, 18))
    page = today(cast.former_coach)
    assert cast.coachee.name not in page
    assert "You have no coachees at the moment" in page


def test_a_co_coachs_sessions_are_not_the_coachs(cast, today):
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=ahead(hours=1))
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=ago(days=2))
    page = today(cast.coach)
    assert "No sessions today" in page
    assert "Over and not marked yet" not in page


def test_what_is_done_is_no_step(today):
    coach = make_coach()
    amara = make_coachee(coach=coach)
    make_reflection(coachee=amara)
    make_assignment(coach=coach, coachee=amara, title="DONE", completed_at=ago(days=1))
    make_takeaway(session=make_session(coach=coach, coachee=amara, starts_at=ago(days=8), status="occurred"))
    make_micro_goal(session=make_session(coach=coach, coachee=amara, starts_at=ahead(days=2)))
    make_survey(coachee=amara, assigned_on=date(2026, 10, 1), due_on=date(2026, 10, 9), title="OLD")
    make_survey(coachee=amara, completed_at=ago(days=1))
    page = today(amara)
    assert "All done for now" in page
    assert "DONE" not in page
    assert "OLD" not in page


def test_a_draft_is_still_to_be_shared(today):
    coach = make_coach()
    amara = make_coachee(coach=coach)
    session = make_session(coach=coach, coachee=amara, starts_at=ahead(days=2))
    make_micro_goal(session=session, text="DRAFT", shared=False)
    assert "Your draft is not shared yet" in today(amara)
    assert "DRAFT" not in today(coach)


def test_nothing_is_asked_of_a_coachee_for_a_former_coach_or_after_the_subscription(cast, today):
    make_assignment(coach=cast.former_coach, coachee=cast.coachee, title="FORMER")
    make_session(coach=cast.former_coach, coachee=cast.coachee, starts_at=ahead(days=1))
    page = today(cast.coachee)
    assert "FORMER" not in page
    assert "Felix" not in page
    past = make_coachee(coach=cast.coach, subscription={"ends_on": date(2026, 11, 1)})
    make_assignment(coach=cast.coach, coachee=past, title="PAST")
    assert "PAST" not in today(past)


def test_a_coachee_reads_the_next_session_in_their_own_zone(cast, today):
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=3))
    page = today(cast.coachee)
    assert "Tue 24 Nov, 13:00" in page
    assert "with Maya Castellanos" in page
    assert f"/people/{cast.coach.pk}/" not in page


def test_a_coach_who_is_coached_finds_her_own_sessions_in_her_part_as_a_coachee(cast, today):
    make_relationship(coach=cast.co_coach, coachee=cast.coach)
    make_session(coach=cast.co_coach, coachee=cast.coach, starts_at=ahead(hours=1))
    make_session(coach=cast.co_coach, coachee=cast.coach, starts_at=ago(days=1))
    page = today(cast.coach)
    assert "No sessions today" in page
    assert "Over and not marked yet" not in page
    assert "with Cornelia Cole" in page


def test_an_admin_sees_who_has_no_coach(cast, today):
    alone = make_coachee(name="Alan Alone")
    left = make_coachee(name="Lea Left")
    make_relationship(coach=cast.coach, coachee=left, ended_at=ago(days=1))
    make_coachee(name="Over Omar", subscription={"ends_on": date(2026, 11, 1)})
    for viewer in (cast.admin, cast.superuser):
        part = between(today(viewer), "Coachees without a coach", "</section>")
        assert [name for name in ("Alan", "Lea", "Over", "Amara") if name in part] == ["Alan", "Lea"]
        assert f'href="/people/{alone.pk}/"' in part
        assert f"/people/{alone.pk}/coaching/add/?as=coach" in part
    assert "without a coach" not in today(cast.delivery_manager)


def test_a_delivery_manager_sees_the_coachees_of_their_organizations_without_a_word_of_theirs(cast, today):
    make_survey(coachee=cast.coachee, title="CONFIDENTIAL")
    page = today(cast.delivery_manager)
    for seen in (cast.coachee, cast.other_coachee, cast.strangers_coachee):
        assert f'href="/people/{seen.pk}/"' in page
    assert cast.outsider.name not in page
    assert "CONFIDENTIAL" not in page
    assert cast.outsider.name in today(cast.other_delivery_manager)


def test_long_lists_of_staff_are_paged(cast, today):
    for number in range(PAGE_SIZE + 3):
        make_coachee(name=f"Nobody {number:02}")
    page = today(cast.admin)
    assert "Nobody 24" in page
    assert "Nobody 25" not in page
    following = page.split("?without=")[1].split('"')[0]
    second = today(cast.admin, f"?without={following}")
    assert [f"Nobody {n}" in second for n in (24, 25, 27)] == [False, True, True]
    assert "Nobody 00" in today(cast.admin, "?without=nonsense%00&delivered=" + "9" * 999)


def test_who_has_a_subscription_is_a_coachee_whatever_the_roles(cast, today):
    make_subscription(coachee=cast.sponsor)
    assert "Your next session" in today(cast.sponsor)


def test_a_sponsor_reads_what_will_appear(cast, today):
    page = today(cast.sponsor)
    assert "Nothing for you here yet" in page
    assert cast.coachee.name not in page


def test_a_person_who_is_several_reads_all_their_parts(cast, today):
    for role in ("coach", "coachee", "admin", "delivery_manager"):
        RoleGrant.objects.get_or_create(person=cast.manager, role=role)
    page = today(Person.objects.get(pk=cast.manager.pk))
    for part in ("Your next step", "Who needs attention", "Coachees without a coach", "Coachees of your organizations"):
        assert part in page


def test_as_many_queries_for_thirty_as_for_one(cast, client, clock, django_assert_num_queries):
    coach = make_person(roles=["coach", "coachee", "admin", "delivery_manager"])
    make_subscription(coachee=coach)
    make_relationship(coach=cast.coach, coachee=coach)
    client.force_login(coach)
    rich(coach, cast.coach, 0)
    engine.evaluate(list(Relationship.objects.values_list("pk", flat=True)), NOW)
    with django_assert_num_queries(38):
        client.get("/")
    for number in range(1, 30):
        rich(coach, cast.coach, number)
    engine.evaluate(list(Relationship.objects.values_list("pk", flat=True)), NOW)
    with django_assert_num_queries(38):
        client.get("/")


def rich(person: Person, coach: Person, number: int) -> None:
    """One more of everything, for the person as a coach, as a coachee, and as staff."""
    coachee = make_coachee(coach=person, subscription={"delivery_manager": person})
    make_session(coach=person, coachee=coachee, starts_at=NOW - 11 * H + number * 10 * D / 1440, minutes=10)
    make_session(coach=person, coachee=coachee, starts_at=ago(days=2 + number))
    make_assignment(coach=coach, coachee=person)
    make_session(coach=coach, coachee=person, starts_at=ahead(days=2 + number))
    make_coachee(name=f"Nobody {number}")
