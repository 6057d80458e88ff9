"""Coaching access: turned on, and off only once it is said what becomes of the people the coach coaches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from activity.encouragement import engine
from coaching.access import End, HandOver, turn_off, turn_on
from coaching.actions import CoachingError
from coaching.models import Relationship
from notifications.models import Notification
from profiles.models import Person
from sessions_app.models import Session
from tests.cast import Cast
from tests.coaching.test_ending import told
from tests.make import NOW, D, H, make_coachee, make_session


def has_access(person: Person) -> bool:
    """As the database has it."""
    return person.role_grants.current().filter(role="coach").exists()


def running(coach: Person) -> set[Person]:
    """Whom they coach now."""
    return {one.coachee for one in Relationship.objects.running(NOW).filter(coach=coach)}


def test_turned_on_once_and_told(cast: Cast) -> None:
    assert turn_on(person=cast.manager, by=cast.admin, now=NOW)
    assert not turn_on(person=cast.manager, by=cast.admin, now=NOW)
    assert has_access(cast.manager)
    assert told() == {("Moses", "access_on", "")}


def test_off_with_nobody_to_coach_needs_no_answer(cast: Cast) -> None:
    assert turn_off(person=cast.former_coach, by=cast.admin, now=NOW)
    assert not has_access(cast.former_coach)
    assert told() == {("Felix", "access_off", "")}


def test_off_without_an_answer_does_nothing(cast: Cast) -> None:
    with pytest.raises(CoachingError, match="Maya Castellanos coaches 3 people"):
        turn_off(person=cast.coach, by=cast.admin, now=NOW)
    assert has_access(cast.coach)
    assert len(running(cast.coach)) == 3
    assert told() == set()


def test_ending_them_all(cast: Cast) -> None:
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + D)
    assert turn_off(person=cast.coach, by=cast.admin, now=NOW, then=End())
    assert (has_access(cast.coach), running(cast.coach)) == (False, set())
    assert Session.objects.get().status == "cancelled"
    assert {("Amara", "coach_removed", "Maya"), ("Maya", "access_off", "")} <= told()


def test_handing_all_over_where_the_new_coach_has_one_already(cast: Cast) -> None:
    assert turn_off(person=cast.coach, by=cast.admin, now=NOW, then=HandOver(cast.co_coach))
    assert running(cast.coach) == set()
    assert running(cast.co_coach) == {cast.coachee, cast.other_coachee, cast.deactivated}
    assert Relationship.objects.between(cast.co_coach, cast.coachee).count() == 1
    assert {("Amara", "coach_removed", "Maya"), ("Jonas", "coach_changed", "Cornelia")} <= told()


def test_nobody_takes_on_themselves(cast: Cast) -> None:
    turn_on(person=cast.other_coachee, by=cast.admin, now=NOW)
    for to, why in (
        (cast.other_coachee, "take on themselves"),
        (cast.coach, "another coach"),
        (cast.manager, "access"),
    ):
        with pytest.raises(CoachingError, match=why):
            turn_off(person=cast.coach, by=cast.admin, now=NOW, then=HandOver(to))
    assert len(running(cast.coach)) == 3


def test_who_answered_for_others_is_asked_again(cast: Cast) -> None:
    seen = list(cast.coach.relationships_as_coach.values_list("pk", flat=True))
    make_coachee(coach=cast.coach)
    with pytest.raises(CoachingError, match="changed since"):
        turn_off(person=cast.coach, by=cast.admin, now=NOW, then=End(), seen=seen)
    assert len(running(cast.coach)) == 4


def test_as_many_queries_for_thirty_as_for_one(cast: Cast, django_assert_max_num_queries) -> None:
    for coach, count in ((cast.coach, 1), (cast.stranger_coach, 30)):
        for _ in range(count):
            make_coachee(coach=coach)
        with django_assert_max_num_queries(50):
            turn_off(person=coach, by=cast.admin, now=NOW, then=HandOver(cast.outsider_coach))


@pytest.mark.parametrize("answer", ["end", "hand over"])
def test_a_sweep_afterwards_finds_nothing_to_do(cast: Cast, answer: str) -> None:
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + D)
    engine.sweep(NOW - H)
    turn_off(
        person=cast.coach, by=cast.admin, now=NOW, then=End() if answer == "end" else HandOver(cast.stranger_coach)
    )
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (0, 0)


@pytest.fixture
def ask(cast: Cast, client: Client, clock) -> Callable[..., HttpResponse]:
    """Sends an answer to the page about Maya's access, or opens it when there is none."""
    client.force_login(cast.admin)
    url = reverse("coaching-access", args=[cast.coach.pk])
    seen = ",".join(str(one.pk) for one in cast.coach.relationships_as_coach.all())

    def sent(**values: object) -> HttpResponse:
        return client.post(url, {"seen": seen, **values}) if values else client.get(url)

    return sent


def test_the_page_names_them_and_asks(cast: Cast, ask: Callable) -> None:
    page = ask().text
    assert "Turn off Maya Castellanos’s coaching access?" in page
    assert all(name in page for name in ("Amara Okafor", "Jonas Lindqvist", "End 3 relationships"))


def test_without_an_answer_the_page_comes_back_and_nothing_has_changed(cast: Cast, ask: Callable) -> None:
    for values in ({"then": "?"}, {"then": "hand-over"}, {"then": "hand-over", "to": "9" * 30}, {"seen": "1,x,\0"}):
        page = ask(**values)
        assert page.status_code == 422
    assert "Choose what becomes of" in ask(then="").text
    assert len(running(cast.coach)) == 3
    assert has_access(cast.coach)


def test_the_page_ends_them(cast: Cast, ask: Callable) -> None:
    assert ask(then="end").status_code == 302
    assert (has_access(cast.coach), running(cast.coach)) == (False, set())


def test_the_page_hands_them_over(cast: Cast, ask: Callable) -> None:
    assert ask(then="hand-over", to=cast.stranger_coach.pk).status_code == 302
    assert len(running(cast.stranger_coach)) == 4
    assert not has_access(cast.coach)


def test_the_former_coach_is_shut_out_in_the_same_open_session(cast: Cast, clock) -> None:
    maya = Client()
    maya.force_login(cast.coach)
    page = reverse("person", args=[cast.coachee.pk])
    assert maya.get(page).status_code == 200
    turn_off(person=cast.coach, by=cast.admin, now=NOW, then=End())
    assert [maya.get(page).status_code, maya.get("/coachees/").status_code] == [404, 404]
    assert Notification.objects.filter(person=cast.coach, kind="access_off").count() == 1


def test_nobody_is_mailed_who_never_signed_in(cast: Cast) -> None:
    Person.objects.filter(pk=cast.sponsor.pk).update(last_login=NOW)
    for person in (cast.manager, Person.objects.get(pk=cast.sponsor.pk)):
        turn_on(person=person, by=cast.admin, now=NOW)
    assert dict(Notification.objects.values_list("person__name", "by_mail")) == {
        "Moses Manager": False,
        "Silvia Sponsor": True,
    }
