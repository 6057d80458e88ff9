"""Group modules in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from sessions_app.groups import Course, course
from tests.cast import Cast
from tests.make_sessions import make_module

MODULES = "/admin/sessions_app/groupmodule/"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def test_seats_and_length_hold_from_then_on(admin: Client, cast: Cast) -> None:
    named = cast.coachee.subscriptions.get().group_module
    assert course(named) == Course(named, 8, 60)
    assert admin.post(f"{MODULES}add/", {"name": named, "capacity": 5, "minutes": 90}).status_code == 302
    assert course(named) == Course(named, 5, 90)


@pytest.mark.parametrize("wrong", [{"capacity": 0}, {"capacity": 101}, {"minutes": 9}, {"minutes": 481}, {"name": ""}])
def test_what_is_out_of_reason_is_said(admin: Client, cast: Cast, wrong: dict) -> None:
    sent = admin.post(f"{MODULES}add/", {"name": "New", "capacity": 8, "minutes": 60, **wrong})
    assert sent.status_code == 200
    assert sent.context["adminform"].form.errors
    assert course("New") == Course("New", 8, 60)


def test_the_list_says_how_many_subscriptions_name_each(admin: Client, cast: Cast) -> None:
    make_module(name="Nobody’s")
    make_module(name=cast.coachee.subscriptions.get().group_module)
    rows = admin.get(MODULES).context["cl"].result_list
    assert [(row.name, row.named) for row in rows] == [("Delegation, cohort 3", 1), ("Nobody’s", None)]
