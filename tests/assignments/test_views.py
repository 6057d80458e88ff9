"""Opening a resource is an action taken: recorded once a minute, of coachees only, and never ahead of a click."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from activity.encouragement import engine
from activity.models import Encouragement, Event
from assignments.models import Resource, ResourceView
from profiles.models import RoleGrant
from tests.make import NOW, D, make_resource, make_view
from tests.make_between import make_article, make_file_resource
from tests.patience import COMES

ADDRESSES = {"article": "resource", "link": "resource-open", "file": "resource-file"}


@pytest.fixture(params=ADDRESSES)
def opened(request, cast) -> tuple[Resource, str]:
    """A resource of each kind, and the address that is its view."""
    make = {
        "article": lambda: make_article(added_by=cast.coach),
        "link": make_resource,
        "file": lambda: make_file_resource(added_by=cast.coach),
    }
    one = make[request.param]()
    return one, reverse(ADDRESSES[request.param], args=[one.pk])


def test_opening_is_recorded_shown_and_clears_what_it_was_encouraged_to(cast, opened, signed_in):
    resource, address = opened
    engine.sweep(NOW)
    waiting = Encouragement.objects.open(NOW).filter(coachee=cast.coachee, rule="resources_unviewed")
    assert waiting.count() == 2
    assert signed_in(cast.coachee).get(address).status_code in (200, 302)
    [view] = ResourceView.objects.all()
    assert (view.coachee, view.resource, view.viewed_at) == (cast.coachee, resource, NOW)
    assert Event.objects.get(kind="viewed_resource").object_id == view.pk
    assert not waiting.exists()
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (0, 0)


def test_at_most_one_view_a_minute_for_each_resource(cast, opened, signed_in, clock):
    _, address = opened
    browser, other = signed_in(cast.coachee), make_article()
    for seconds, views in ((0, 1), (59, 1), (1, 2), (0, 2)):
        clock.shift(seconds)
        browser.get(address)
        assert ResourceView.objects.count() == views
    browser.get(reverse("resource", args=[other.pk]))
    assert ResourceView.objects.count() == 3


@pytest.mark.parametrize(
    "header", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_looking_ahead_is_no_view(cast, opened, signed_in, header):
    _, address = opened
    browser = signed_in(cast.coachee)
    browser.get(address, headers=header)
    browser.head(address)
    assert not ResourceView.objects.exists()


def test_the_page_of_a_link_is_no_view_of_it(cast, signed_in):
    signed_in(cast.coachee).get(reverse("resource", args=[make_resource().pk]))
    assert not ResourceView.objects.exists()


def test_only_coachees_are_recorded(cast, opened, signed_in):
    _, address = opened
    for who in (cast.coach, cast.admin):
        signed_in(who).get(address)
    assert not ResourceView.objects.exists()
    RoleGrant.objects.create(person=cast.coach, role="coachee")
    signed_in(cast.coach).get(address)
    assert ResourceView.objects.get().coachee == cast.coach


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_are_one_view(cast, opened):
    _, address = opened
    browsers = [Client() for _ in range(20)]
    for browser in browsers:
        browser.force_login(cast.coachee)
    start, answers = threading.Barrier(20, timeout=COMES), []

    def click(browser: Client) -> None:
        start.wait()
        answers.append(browser.get(address).status_code)
        connection.close()

    threads = [threading.Thread(target=click, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 302}
    assert ResourceView.objects.count() == Event.objects.filter(kind="viewed_resource").count() == 1


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://example.org/größe", "https://example.org/gr%C3%B6%C3%9Fe"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org/", None),
        ("/people/1/", None),
        ("https://", None),
        ("https:example.org", None),
        ("https://good.example@evil.example/", None),
        ("https://evil.example\\.good.example/", None),
        ("https://example.org/\nSet-Cookie: x=1", None),
        ("https://[bad", None),
        ("https://example.org:x/", None),
        ("", None),
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(cast, signed_in, url, leads):
    one = make_resource(url=url)
    answer = signed_in(cast.coachee).get(reverse("resource-open", args=[one.pk]))
    page = signed_in(cast.coachee).get(reverse("resource", args=[one.pk])).content.decode()
    assert (answer.status_code, answer.get("Location")) == ((302, leads) if leads else (404, None))
    assert (reverse("resource-open", args=[one.pk]) in page) == bool(leads)


def test_a_coach_sees_who_of_their_own_viewed_it(cast, signed_in):
    one = make_article()
    make_view(coachee=cast.coachee, resource=one, viewed_at=NOW - 2 * D)
    make_view(coachee=cast.coachee, resource=one, viewed_at=NOW - D)
    make_view(coachee=cast.strangers_coachee, resource=one)

    def page(who) -> str:
        return signed_in(who).get(reverse("resource", args=[one.pk])).content.decode()

    assert "Amara Okafor" in page(cast.coach)
    assert "2 times, last" in page(cast.coach)
    assert "Sven Unseen" not in page(cast.coach)
    assert "Sven Unseen" in page(cast.stranger_coach)
    for who in (cast.former_coach, cast.other_coachee, cast.admin):
        assert "Amara Okafor" not in page(who)
