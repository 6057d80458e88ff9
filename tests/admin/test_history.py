"""Who assigned, ended or changed what, as the admin tells it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from coaching.actions import assign_coach, end_relationship
from coaching.history import history
from coaching.models import Relationship, RelationshipReview
from profiles.actions import end_role, grant_role
from profiles.models import Person
from tests.cast import Cast
from tests.make import NOW, make_coach, make_coachee

HISTORY = "/admin/history/"


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def lines(client: Client, url: str = HISTORY) -> list[str]:
    """What the page tells, newest first: who and what."""
    page = client.get(url)
    assert page.status_code == 200
    told = re.findall(r'<p class="grow">(.*?)</p>', page.text, re.DOTALL)
    return [" ".join(strip_tags(one).split()) for one in told]


def test_each_deed_is_told_newest_first(admin: Client, cast: Cast) -> None:
    made = assign_coach(coach=cast.coach, coachee=cast.outsider, by=cast.admin, now=NOW)
    end_relationship(relationship=made, by=cast.superuser, now=NOW)
    RelationshipReview.objects.create(relationship=cast.relationship, reviewed_by=cast.admin)
    grant_role(person=cast.manager, role="coach", by=cast.admin, now=NOW)
    end_role(person=cast.manager, role="coach", by=cast.admin, now=NOW)
    Person.objects.filter(pk=cast.manager.pk).update(is_active=False)
    Person.objects.filter(pk=cast.manager.pk).update(email="other@example.org")
    assert lines(admin)[:7] == [
        "Outside of the site changed the e-mail address of Moses Manager",
        "Outside of the site turned sign-in off for Moses Manager",
        "Ada Admin took coaching access from Moses Manager",
        "Ada Admin gave coaching access to Moses Manager",
        "Ada Admin reviewed Maya Castellanos coaching Amara Okafor",
        "Rudi Root ended Maya Castellanos coaching Omar Outside",
        "Ada Admin assigned Maya Castellanos to Omar Outside",
    ]


def test_who_was_signed_in_is_named_though_the_row_does_not_say(admin: Client, cast: Cast) -> None:
    admin.post(f"/admin/coaching/relationship/{cast.relationship.pk}/end/")
    assert "Ada Admin ended Maya Castellanos coaching Amara Okafor" in lines(admin)[0]


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        ("relationships", "ended Maya Castellanos coaching Amara Okafor"),
        ("reviews", "reviewed Maya Castellanos coaching Amara Okafor"),
        ("access", "gave coaching access to Moses Manager"),
        ("roles", "gave a role to Moses Manager: Sponsor"),
        ("accounts", "turned sign-in off for Moses Manager"),
    ],
)
def test_it_is_narrowed_by_kind(admin: Client, cast: Cast, kind: str, there: str) -> None:
    RelationshipReview.objects.create(relationship=cast.relationship, reviewed_by=cast.admin)
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    for role in ("coach", "sponsor"):
        grant_role(person=cast.manager, role=role, by=cast.admin, now=NOW)
    Person.objects.filter(pk=cast.manager.pk).update(is_active=False)
    told = lines(admin, f"{HISTORY}?kind={kind}")
    assert there in told[0]
    others = {"ended Maya", "reviewed Maya", "coaching access", "Sponsor", "sign-in off"}
    assert not [one for one in told for other in others if other in one and other not in there]


def test_it_is_narrowed_to_a_person_and_told_on_their_pages(admin: Client, cast: Cast) -> None:
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    ended = "Ada Admin ended Maya Castellanos coaching Amara Okafor"
    for page in (
        f"{HISTORY}?person={cast.coach.pk}",
        reverse("admin:profiles_person_history", args=[cast.coach.pk]),
        reverse("admin:coaching_relationship_history", args=[cast.relationship.pk]),
    ):
        told = lines(admin, page)
        assert told[0] == ended
        assert not [one for one in told if "Sven Unseen" in one]
    assert ended not in lines(admin, f"{HISTORY}?person={cast.outsider.pk}")


def test_pages_follow_each_other_without_a_gap(cast: Cast) -> None:
    """Also where many things happened in one instant."""
    coach = make_coach()
    coachees = [make_coachee(coach=coach) for _number in range(7)]
    Relationship.objects.filter(coach=coach).update(ended_at=NOW + timedelta(days=1))
    everything, before, pages = [], None, 0
    while before or not pages:
        page = history(before=before, size=3)
        everything += page.lines
        before, pages = page.onward, pages + 1
    at_once = history(size=1_000)
    assert everything == at_once.lines
    assert len([one for one in everything if one.what.startswith("ended")]) >= len(coachees)
    assert pages == -(-len(everything) // 3)


def test_the_same_number_of_queries_however_much_happened(admin: Client, cast: Cast) -> None:
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert admin.get(HISTORY).status_code == 200
        counts.append(len(asked))
        for _number in range(15):
            row = Relationship.objects.get(coachee=make_coachee(coach=cast.coach))
            RelationshipReview.objects.create(relationship=row, reviewed_by=cast.admin)
    assert counts[1] <= counts[0] + 1  # the reviews’ pairs, asked for where there are reviews


@pytest.mark.parametrize("query", ["?kind=x", "?person=abc", "?person=99999999999999999999", "?before=x", "?page=%00"])
def test_odd_addresses_never_break(admin: Client, query: str) -> None:
    assert admin.get(HISTORY + query).status_code in (200, 404)


def test_there_is_nothing_to_send(admin: Client) -> None:
    assert admin.post(HISTORY).status_code == 405
