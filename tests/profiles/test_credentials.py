"""Licenses and credentials: what expires first on top, by the holder's own days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from profiles.credentials import held
from profiles.models import Credential, Person
from tests.make import NOW, make_credential
from tests.profiles.reading import section, words

TODAY = NOW.date()
TYPED = {"title": "Certified coach", "issuer": "ICF", "number": "7", "issued_on": "2025-01-02"}


@pytest.mark.parametrize(
    ("left", "state", "tone", "reminder"),
    [
        (-1, "Expired 20 Nov", "rose", ""),
        (0, "Expires today", "amber", ""),
        (1, "Expires in 1 day", "amber", ""),
        (14, "Expires in 14 days", "amber", "Reminder today"),
        (15, "Expires in 15 days", "amber", "Next reminder 22 Nov"),
        (59, "Expires in 59 days", "amber", "Next reminder 5 Jan 2027"),
        (60, "Expires in 60 days", "amber", "Reminder today"),
        (61, "In force", "leaf", "Next reminder 22 Nov"),
    ],
)
def test_its_state_and_the_next_reminder(left, state, tone, reminder):
    shown = held(Credential(title="x", expires_on=TODAY + timedelta(days=left)), TODAY)
    assert (shown.state, shown.tone, shown.reminder) == (state, tone, reminder)


@pytest.mark.parametrize("day", [None, date.min, date.max])
def test_no_end_and_any_end_can_be_shown(day):
    shown = held(Credential(title="x", expires_on=day), TODAY)
    assert shown.state == (
        "Does not expire" if day is None else "Expired 1 Jan 0001" if day == date.min else "In force"
    )


def test_what_expires_first_stands_on_top_and_what_never_does_last(cast, page_of):
    make_credential(person=cast.coach, title="Forever", number="R-1", issuer="University")
    make_credential(person=cast.coach, title="Soon", expires_on=TODAY + timedelta(days=20))
    make_credential(person=cast.coach, title="Over", expires_on=TODAY - timedelta(days=200))
    said = section(page_of(cast.admin, cast.coach, "credentials/"), "credentials")
    assert "Over Expired 5 May" in said
    assert said.index("Over") < said.index("Soon Expires in 20 days") < said.index("Forever Does not expire University")
    assert "Maya is reminded 60 and 14 days before" in said


def test_days_are_those_of_the_holder(cast, page_of):
    Person.objects.filter(pk=cast.coachee.pk).update(timezone="Pacific/Kiritimati")  # there it is the 22nd already
    make_credential(person=cast.coachee, expires_on=TODAY)
    assert "Expired 21 Nov" in section(page_of(cast.coach, cast.coachee, "credentials/"), "credentials")


def test_they_are_added_changed_and_removed(cast, client: Client, clock):
    client.force_login(cast.coach)
    path = f"/people/{cast.coach.pk}/credentials/"
    for _twice in range(2):
        assert client.post(f"{path}add/", TYPED).headers["Location"] == path
    held_now = Credential.objects.get()
    answer = client.post(f"/credentials/{held_now.pk}/edit/", {**TYPED, "expires_on": "2024-12-31"})
    assert (answer.status_code, "It cannot expire before it was issued." in words(answer.text)) == (422, True)
    client.post(f"/credentials/{held_now.pk}/edit/", {**TYPED, "expires_on": "2027-12-31"})
    assert Credential.objects.get().expires_on == date(2027, 12, 31)
    client.post(f"/credentials/{held_now.pk}/remove/")
    assert not Credential.objects.exists()
    assert client.post(f"/credentials/{2**70}/remove/").status_code == 404


def test_thirty_cost_as_many_queries_as_one(cast, queries_of):
    make_credential(person=cast.coachee)
    one = queries_of(cast.coach, cast.coachee, "credentials/")
    for _n in range(29):
        make_credential(person=cast.coachee, expires_on=TODAY)
    assert queries_of(cast.coach, cast.coachee, "credentials/") == one


def test_nobody_else_may_change_them(cast, client: Client, clock):
    mine = make_credential(person=cast.coach)
    for who, status in ((cast.coachee, 404), (cast.co_coach, 404), (cast.delivery_manager, 404)):
        client.force_login(who)
        assert client.post(f"/credentials/{mine.pk}/remove/").status_code == status
        assert client.get(f"/people/{cast.coach.pk}/credentials/").status_code == status
    assert Credential.objects.exists()
