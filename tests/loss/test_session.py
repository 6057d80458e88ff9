"""A session that ended while somebody was writing: what they wrote comes back to them, and to nobody else."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from coaching.models import Goal
from config import typed as typing
from tests.loss.forms import form, forms

pytestmark = pytest.mark.django_db
BACKEND = "profiles.backends.PersonBackend"
PASSWORD = "correct horse battery"  # noqa: S105
TYPED = {"title": "Delegate <b>more</b>", "why": "I sit in too many meetings.\nSince March."}
HOME = ("/accounts/login/?next=/", "/accounts/login/?next=nonsense")


@pytest.fixture
def browser(cast, clock) -> Client:
    """Amara's, with a page of goals open."""
    cast.coachee.set_password(PASSWORD)
    cast.coachee.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coachee, BACKEND)
    return client


@pytest.fixture
def opened(browser, cast):
    """The form for a new goal, with what she typed."""
    found = form(browser, reverse("person-goals", args=[cast.coachee.pk]), has="why")
    found.values |= TYPED
    return found


def expire(client: Client) -> None:
    """The server forgets the session; the browser still has its cookies."""
    Session.objects.all().delete()


def send(client: Client, form, origin: str = "http://testserver", **headers):
    """As browsers do, with the address of the page that the form is on."""
    return client.post(form.action, form.values, headers={"origin": origin, **headers})


def sign_in(client: Client, address: str, email: str):
    page = form(client, address, has="password")
    return client.post(page.action, {**page.values, "login": email, "password": PASSWORD})


def test_what_was_typed_comes_back_after_signing_in_and_is_sent_from_there(browser, opened, cast):
    expire(browser)
    sent = send(browser, opened)
    assert (sent.status_code, sent["Location"]) == (302, "/accounts/login/?next=/typed/")
    assert sign_in(browser, sent["Location"], "amara@example.org")["Location"] == "/typed/"

    back = form(browser, "/typed/", has="why")
    assert back.action == opened.action
    assert {name: back.values[name] for name in TYPED} == TYPED
    assert send(browser, back).status_code == 302
    assert Goal.objects.filter(coachee=cast.coachee, **TYPED).count() == 1
    assert browser.get("/typed/")["Location"] == "/"  # taken, so kept no longer


def test_signed_out_in_another_tab_is_the_same(browser, opened, cast):
    leave = form(browser, "/accounts/logout/", has="csrfmiddlewaretoken", action="/accounts/logout/")
    send(browser, leave)
    sent = send(browser, opened)
    sign_in(browser, sent["Location"], "amara@example.org")
    assert "Delegate &lt;b&gt;more&lt;/b&gt;" in browser.get("/typed/").text


def test_another_person_on_that_browser_never_sees_it(browser, opened, cast):
    cast.coach.set_password(PASSWORD)
    cast.coach.save()
    expire(browser)
    sent = send(browser, opened)
    sign_in(browser, sent["Location"], "maya@example.org")
    assert browser.get("/typed/")["Location"] == "/"
    assert typing.KEPT_KEY not in browser.session
    assert Goal.objects.count() == 0


def test_signed_in_again_in_another_tab_it_is_sent_from_the_page_about_it(browser, opened, cast):
    expire(browser)
    sign_in(browser, "/accounts/login/", "amara@example.org")  # which rotates the token
    told = send(browser, opened)
    assert told.status_code == 403
    [again] = [one for one in forms(told.text) if "why" in one.values]
    assert {name: again.values[name] for name in TYPED} == TYPED
    assert send(browser, again).status_code == 302
    assert Goal.objects.filter(**TYPED).count() == 1


def test_htmx_is_led_to_it(browser, opened, cast):
    expire(browser)
    sent = send(browser, opened, hx_request="true")
    assert (sent.status_code, sent["HX-Redirect"]) == (204, "/accounts/login/?next=/typed/")
    sign_in(browser, "/accounts/login/", "amara@example.org")
    assert "too many meetings" in browser.get("/typed/").text

    opened.values["why"] = "Another thought"  # sent by htmx with the token of before
    stale = send(browser, opened, hx_request="true")
    assert (stale.status_code, stale["HX-Redirect"]) == (204, "/typed/")
    assert "Another thought" in browser.get("/typed/").text


def test_signed_in_as_somebody_else_it_can_be_copied_and_not_sent(browser, opened, cast):
    cast.coach.set_password(PASSWORD)
    cast.coach.save()
    expire(browser)
    sign_in(browser, "/accounts/login/", "maya@example.org")
    told = send(browser, opened)
    assert told.status_code == 403
    assert "too many meetings" in told.text
    assert not [one for one in forms(told.text) if "csrfmiddlewaretoken" in one.values and "why" in one.values]


def test_cookies_that_were_cleared_keep_it_too(browser, opened, cast):
    browser.cookies.clear()
    sent = send(browser, opened)
    assert (sent.status_code, sent["Location"]) == (302, "/typed/")
    sign_in(browser, "/accounts/login/?next=/typed/", "amara@example.org")
    assert "too many meetings" in browser.get("/typed/").text


@pytest.mark.parametrize("whose", ["", "forged", typing.sign(10**6)[:-2]], ids=["none", "forged", "cut"])
def test_nothing_is_kept_of_a_form_that_does_not_say_whose_it_is(browser, opened, whose):
    expire(browser)
    opened.values[typing.WHOSE] = whose
    sent = send(browser, opened)
    assert sent["Location"] == "/accounts/login/?next=/"
    assert Session.objects.count() == 0


def test_a_button_leads_back_to_its_page(browser, opened):
    expire(browser)
    opened.values |= dict.fromkeys(TYPED, "")
    page = f"http://testserver{opened.action}?state=active"
    sent = send(browser, opened, referer=page)
    assert sent["Location"] == f"/accounts/login/?next={opened.action}%3Fstate%3Dactive"
    for elsewhere in ("https://evil.example/people/", "//evil.example", "nonsense"):
        assert send(browser, opened, referer=elsewhere)["Location"] in HOME


def test_a_strangers_page_cannot_leave_something_here(browser, opened):
    browser.cookies.clear()
    told = send(browser, opened, origin="https://evil.example")
    assert told.status_code == 403
    assert not browser.session.keys()


def test_what_one_may_no_longer_do_can_still_be_copied(browser, opened, cast):
    """The page that says so has the text, and no way to send it."""
    opened.values |= {"text": "A thought for nobody"}
    for address, status in (("/people/999999999/goals/", 404), ("/accounts/2fa/nowhere/", 404)):
        told = browser.post(address, opened.values)
        assert told.status_code == status
        assert "A thought for nobody" in told.text
        assert not [one for one in forms(told.text) if "csrfmiddlewaretoken" in one.values and "why" in one.values]
    told = Client().post("/nowhere/", {"text": "Buy now"})
    assert "Buy now" not in told.text


def test_several_tabs_are_all_kept_and_each_can_be_discarded(browser, opened, cast):
    expire(browser)
    for number in range(7):
        opened.values["title"] = f"Thought {number}"
        send(browser, opened)
    sign_in(browser, "/accounts/login/", "amara@example.org")
    back = [one for one in forms(browser.get("/typed/").text) if "why" in one.values]
    assert [one.values["title"] for one in back] == [f"Thought {number}" for number in (6, 5, 4, 3, 2)]

    drop = [one for one in forms(browser.get("/typed/").text) if one.action == "/typed/"][0]
    send(browser, drop)
    assert "Thought 6" not in browser.get("/typed/").text
    assert "Thought 5" in browser.get("/typed/").text


def test_neither_secrets_nor_too_much_nor_too_long(browser, opened, clock):
    expire(browser)
    opened.values["why"] = "x" * typing.LONGEST_KEPT
    send(browser, opened)
    opened.values |= {"why": "Short", "password": "hunter2"}
    send(browser, opened)
    assert Session.objects.count() == 0

    del opened.values["password"]
    send(browser, opened)
    clock.shift(25 * 3600)
    sign_in(browser, "/accounts/login/", "amara@example.org")
    assert browser.get("/typed/")["Location"] == "/"
