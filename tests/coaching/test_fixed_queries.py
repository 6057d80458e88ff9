"""Pages whose lists are long only somewhere else: the choices of a form, mails that never left, coaches to hand to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.make import NOW, D, H, make_coach, make_coachee, make_notification, make_organization, make_session


def more_organizations(cast: Cast) -> None:
    """What the form of a profile lets an admin choose from."""
    make_organization()


def more_mails(cast: Cast) -> None:
    """One that could not be sent for a day."""
    make_notification(person=make_coachee(), attempts=9, given_up_at=NOW - H, problem="No such mailbox.")


def more_coaches(cast: Cast) -> None:
    """Somebody to hand over to."""
    make_coachee(coach=make_coach(name="Quentin Other"), started_at=NOW - D)


def more_sessions(cast: Cast) -> None:
    """What ends with the relationship."""
    ahead = 40 + cast.relationship.coachee.sessions_as_coachee.count()
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + ahead * D)


@pytest.mark.parametrize(
    ("make", "name", "row", "query", "shown"),
    [
        (more_organizations, "person-edit", "coachee", "", "Edit profile"),
        (more_mails, "mails-unsent", "", "", "No such mailbox."),
        (more_coaches, "relationship-handover", "relationship", "?q=quentin", "Quentin Other"),
        (more_sessions, "relationship-end", "relationship", "", "session"),
    ],
)
def test_as_many_queries_for_thirty_as_for_one(
    cast: Cast, queries_of: Callable, page_of: Callable, make: Callable, name: str, row: str, query: str, shown: str
) -> None:
    address = reverse(name, args=[getattr(cast, row).pk] if row else []) + query
    make(cast)
    assert shown in page_of(cast.admin, address)
    one = queries_of(cast.admin, address)
    for _ in range(29):
        make(cast)
    assert queries_of(cast.admin, address) == one
