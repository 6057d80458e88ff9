"""The bell and the page behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import NoticeKind, Notification
from notifications.outbox import Notice, tell
from tests.make import NOW, make_notification

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"


def test_the_bell_counts_what_is_new_and_the_page_reads_it(client, cast, clock):
    for _ in range(2):
        make_notification(person=cast.coach)
    make_notification(person=cast.coach, read_at=NOW)
    make_notification(person=cast.coach, in_product=False)
    make_notification(person=cast.co_coach)
    client.force_login(cast.coach)
    assert "Notices, 2 new" in client.get(PAGE).text
    page = client.get("/notices/").text
    assert page.count("You were given coaching access.") == 3
    assert page.count(">New<") == 2
    assert "Notices, 2 new" not in page
    assert ">New<" not in client.get("/notices/").text


def test_asking_for_the_head_alone_reads_nothing(client, cast):
    make_notification(person=cast.coach)
    client.force_login(cast.coach)
    client.head("/notices/")
    assert Notification.objects.unread().count() == 1


def test_older_ones_follow_by_page_and_can_be_marked_at_once(client, cast, clock):
    for number in range(45):
        make_notification(person=cast.coach, created_at=NOW - timedelta(hours=number))
    make_notification(person=cast.co_coach)
    client.force_login(cast.coach)
    first = client.get("/notices/")
    assert len(first.context["shown"]) == 20
    second = client.get(f"/notices/{first.context['older']}")
    assert len(second.context["shown"]) == 20
    assert second.context["shown"][0].at < first.context["shown"][-1].at
    assert "Mark all as read" in second.text
    client.post("/notices/read/")
    assert list(Notification.objects.unread().values_list("person", flat=True)) == [cast.co_coach.pk]


def test_very_many_are_99_and_more(client, cast):
    for _ in range(101):
        make_notification(person=cast.coach)
    client.force_login(cast.coach)
    assert '<b aria-hidden="true">99+</b>' in client.get(PAGE).text


@pytest.mark.parametrize("query", ["?before=x", "?before=99999999999999999.1", "?after=-1.1", "?before=%00", "?x=1"])
def test_odd_places_in_the_list_are_no_error(client, cast, query):
    make_notification(person=cast.coach)
    client.force_login(cast.coach)
    assert client.get(f"/notices/{query}").status_code == 200


def test_the_bell_costs_no_query_of_its_own_and_thirty_notices_none_more(client, cast, clock):
    client.force_login(cast.coach)

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    before = count(PAGE)
    make_notification(person=cast.coach, kind="coachee_removed", about=cast.outsider)
    client.get("/notices/")
    one = count("/notices/")
    for _ in range(30):
        make_notification(person=cast.coach, kind="coachee_removed", about=cast.outsider, read_at=NOW)
    assert count(PAGE) == before
    assert count("/notices/") == one


def test_a_name_is_shown_as_text(client, cast):
    cast.coachee.name = "<script>alert(1)</script>"
    cast.coachee.save()
    make_notification(person=cast.coach, kind="coachee_removed", about=cast.coachee)
    client.force_login(cast.coach)
    assert "<script>alert(1)" not in client.get("/notices/").text


def test_telling_the_same_twice_is_telling_it_once(cast):
    notice = Notice("access_on:1:1", cast.coach.pk, "access_on")
    tell([notice, notice], NOW)
    tell([notice], NOW)
    assert Notification.objects.count() == 1


def test_every_kind_of_notice_is_shown(client, cast):
    for kind in NoticeKind.values:
        make_notification(person=cast.coachee, kind=kind, about=cast.coach)
    client.force_login(cast.coachee)
    shown, address = 0, "/notices/"
    while address:
        page = client.get(address).context
        shown, address = shown + len(page["shown"]), page["older"] and f"/notices/{page['older']}"
    assert shown == len(NoticeKind)
