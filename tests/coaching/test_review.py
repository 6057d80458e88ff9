"""Relationships to review: each with its reasons, and what an admin does about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from coaching import review, today
from coaching.models import Relationship
from coaching.review import count_to_review, mark_reviewed, relationships_to_review
from profiles.models import Person, RoleGrant
from tests.cast import Cast
from tests.make import NOW, D, H, make_coach, make_coachee, make_relationship, make_session

REVIEW = "/relationships/review/"


@pytest.fixture
def fine(db: None) -> Relationship:
    """One with nothing about it, of a coach with nobody else: begun a month ago."""
    coach = make_coach(name="Fina Fine")
    return make_relationship(coach=coach, coachee=make_coachee(name="Finn Fine"), started_at=NOW - 30 * D)


def older(relationship: Relationship, days: float) -> Relationship:
    """The same, begun so long ago."""
    Relationship.objects.filter(pk=relationship.pk).update(started_at=NOW - days * D)
    relationship.refresh_from_db()
    return relationship


def reasons(relationship: Relationship) -> list[str]:
    """Why this one is listed."""
    lines = relationships_to_review(QueryDict(), NOW).lines
    return next((line.reasons for line in lines if line.pk == relationship.pk), [])


def test_nothing_to_say_about_a_new_one(fine: Relationship) -> None:
    assert reasons(fine) == []
    assert count_to_review(NOW) == 0


def test_no_session_for_sixty_days(fine: Relationship) -> None:
    assert reasons(older(fine, 59.9)) == []
    assert reasons(older(fine, 60)) == ["No session for 60 days"]
    pair = {"coach": fine.coach, "coachee": fine.coachee}
    make_session(**pair, starts_at=NOW - 72 * D, status="occurred")
    older(fine, 150)
    assert reasons(fine) == ["No session for 72 days"]
    make_session(**pair, starts_at=NOW + 40 * D, status="cancelled")
    make_session(**pair, starts_at=NOW - 3 * D, status="did_not_occur", reason="coach_missed")
    assert reasons(fine) == ["No session for 72 days"]


@pytest.mark.parametrize("start", [NOW - 59 * D, NOW + 90 * D])
def test_a_session_lately_or_ahead_is_enough(fine: Relationship, start) -> None:
    make_session(coach=fine.coach, coachee=fine.coachee, starts_at=start)
    assert reasons(older(fine, 150)) == []


def test_the_subscription_is_over(fine: Relationship) -> None:
    fine.coachee.subscriptions.all().delete()
    assert reasons(fine) == []
    ended = make_coachee(coach=fine.coach, started_at=NOW - D, subscription={"ends_on": date(2026, 11, 20)})
    assert reasons(ended.relationships_as_coachee.get()) == ["The subscription is over"]
    running = make_coachee(coach=fine.coach, started_at=NOW - D, subscription={"ends_on": date(2026, 11, 21)})
    assert reasons(running.relationships_as_coachee.get()) == []


def test_the_coach_has_no_access(fine: Relationship) -> None:
    RoleGrant.objects.filter(person=fine.coach).update(ended_at=NOW)
    assert reasons(fine) == ["Fina Fine has no coaching access"]
    RoleGrant.objects.filter(person=fine.coach).update(ended_at=None)
    Person.objects.filter(pk=fine.coach.pk).update(is_active=False)
    assert reasons(fine) == ["Fina Fine may not sign in"]


def test_the_coach_has_too_many(fine: Relationship) -> None:
    Person.objects.filter(pk=fine.coach.pk).update(capacity=1)
    make_relationship(coach=fine.coach, coachee=make_coachee(), started_at=NOW - 20 * D, ended_at=NOW - D)
    assert reasons(fine) == []
    make_coachee(coach=fine.coach, started_at=NOW - D)
    assert reasons(fine) == ["Fina Fine coaches 2, takes on 1"]


def test_not_reviewed_for_six_months(cast: Cast, fine: Relationship) -> None:
    make_session(coach=fine.coach, coachee=fine.coachee, starts_at=NOW + D)
    assert reasons(older(fine, 182)) == []
    assert reasons(older(fine, 184)) == ["Not reviewed for 6 months"]
    mark_reviewed(relationship=fine, by=cast.admin, now=NOW - 183 * D)
    assert reasons(fine) == ["Not reviewed for 6 months"]
    mark_reviewed(relationship=fine, by=cast.admin, now=NOW - 182 * D)
    assert reasons(fine) == []


def test_a_review_settles_that_reason_and_leaves_the_others(cast: Cast, fine: Relationship) -> None:
    older(fine, 200)
    assert reasons(fine) == ["No session for 200 days", "Not reviewed for 6 months"]
    assert mark_reviewed(relationship=fine, by=cast.admin, now=NOW)
    assert not mark_reviewed(relationship=fine, by=cast.admin, now=NOW)
    assert reasons(fine) == ["No session for 200 days"]
    [line] = [one for one in relationships_to_review(QueryDict(), NOW).lines if one.pk == fine.pk]
    assert (line.reviewed_at, line.reviewed_by) == (NOW, "Ada Admin")


def test_what_has_ended_is_not_listed(fine: Relationship) -> None:
    older(fine, 200)
    Relationship.objects.filter(pk=fine.pk).update(ended_at=NOW)
    assert reasons(fine) == []


def test_by_reason_with_counts(cast: Cast, fine: Relationship, client: Client, clock) -> None:
    Person.objects.filter(pk=fine.coach.pk).update(capacity=0)
    client.force_login(cast.admin)
    page = client.get(f"{REVIEW}?reason=capacity").context["page"]
    assert [line.coachee.name for line in page.lines] == ["Finn Fine"]
    assert {choice.label: choice.count for choice in page.choices}["Coach over capacity"] == 1
    assert page.choices[0].count > 1
    assert client.get(f"{REVIEW}?reason=nonsense&before=x").status_code == 200


def test_reviewed_from_the_page(cast: Cast, client: Client, clock) -> None:
    client.force_login(cast.admin)
    done = client.post(reverse("relationship-reviewed", args=[cast.relationship.pk]), {"reason": "quiet"})
    assert done["Location"] == f"{REVIEW}?reason=quiet"
    review = cast.relationship.reviews.get()
    assert (review.reviewed_by, review.reviewed_at) == (cast.admin, NOW)
    elsewhere = client.post(reverse("relationship-reviewed", args=[cast.relationship.pk]), {"reason": "//evil"})
    assert elsewhere["Location"] == REVIEW


def test_no_date_and_no_kind_of_a_session_is_told(cast: Cast, client: Client, clock) -> None:
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_session(**pair, starts_at=NOW - 72 * D, status="occurred", kind="flash")
    client.force_login(cast.admin)
    page = client.get(REVIEW).text
    assert "No session for 72 days" in page
    assert not [word for word in ("10 Sep", "2026-09-10", "Flash") if word in page]


def test_page_by_page_everybody_once(cast: Cast) -> None:
    coach = make_coach()
    made = {
        make_relationship(coach=coach, coachee=make_coachee(), started_at=NOW - 100 * D - number // 2 * H).pk
        for number in range(60)
    }
    seen, query = [], QueryDict("reason=quiet")
    while True:
        page = relationships_to_review(query, NOW)
        seen += [line.pk for line in page.lines]
        if not page.following:
            break
        query = QueryDict(page.following.lstrip("?"))
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


def walked(query: str) -> list[list[int]]:
    """The pages of the list, onward to the end; the way back shows the same."""
    pages, forward = [relationships_to_review(QueryDict(query), NOW)], []
    while pages[-1].following:
        pages.append(relationships_to_review(QueryDict(pages[-1].following.lstrip("?")), NOW))
    forward = [[line.pk for line in page.lines] for page in pages]
    back = [pages[-1]]
    while back[-1].previous:
        back.append(relationships_to_review(QueryDict(back[-1].previous.lstrip("?")), NOW))
    assert [[line.pk for line in page.lines] for page in back[::-1]] == forward
    return forward


@pytest.mark.parametrize("counted", [0, 3, 100])
@pytest.mark.parametrize("chosen", ["", "quiet", "subscription", "access", "capacity", "unreviewed"])
def test_common_and_rare_reasons_list_the_same(cast: Cast, monkeypatch, counted: int, chosen: str) -> None:
    monkeypatch.setattr(review, "COUNTED", counted)
    monkeypatch.setattr(review, "PAGE_SIZE", 4)
    for number in range(12):
        coach = make_coach(is_active=number % 5 != 0, capacity=0 if number % 4 == 0 else None)
        coachee = make_coachee(coach=coach, started_at=NOW - (20 * number // 2) * D)
        if number % 3 == 0:
            make_session(coach=coach, coachee=coachee, starts_at=NOW + number * D)
            coachee.subscriptions.update(active_until=NOW)
    wanted = [one for one in review.REASONS if chosen in ("", one.name)]
    running = Relationship.objects.running(NOW).order_by("started_at", "pk")
    each = [set(running.filter(one.condition(NOW)).values_list("pk", flat=True)) for one in wanted]
    pages = walked(f"reason={chosen}")
    assert [pk for page in pages for pk in page] == [row.pk for row in running if row.pk in set.union(*each)]
    assert {len(page) for page in pages[:-1]} <= {4}
    assert count_to_review(NOW) == min(relationships_to_review(QueryDict(), NOW).total, counted + 1)


def test_many_are_more_than_so_many(cast: Cast, client: Client, clock, monkeypatch) -> None:
    monkeypatch.setattr(review, "COUNTED", 2)
    monkeypatch.setattr(today, "COUNTED", 2)
    for _ in range(3):
        make_coachee(coach=make_coach(), started_at=NOW - 400 * D)
    client.force_login(cast.admin)
    assert "More than 2 relationships want a look." in client.get("/").text
    page = client.get(REVIEW).context["page"]
    assert {choice.label: choice.count for choice in page.choices}["Not reviewed for six months"] == "2+"


def test_as_many_queries_for_thirty_as_for_one(
    cast: Cast, client: Client, clock, django_assert_num_queries: Callable
) -> None:
    client.force_login(cast.admin)
    client.get(REVIEW)
    with django_assert_num_queries(6):
        client.get(REVIEW)
    for _ in range(30):
        make_coachee(coach=make_coach(), started_at=NOW - 400 * D)
    with django_assert_num_queries(6):
        client.get(REVIEW)
