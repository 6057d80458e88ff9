"""An admin invites somebody, who comes in by the link in the mail and finds at the bell what they were told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from notifications.sending import send_due
from profiles.models import Person
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import make_coach, make_invitation, make_notification, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS = [(390, "dark"), (820, "light"), (1320, "light")]


def invite(page: Page, email: str, name: str) -> str:
    """As an admin, by the form; the link of the mail that leaves, on this server."""
    sign_in(page, make_person(name="Ada Admin", roles=["admin"]))
    page.goto("/invitations/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(f"{name} is invited.")).to_be_visible()
    send_due(timezone.now())
    return re.search(r"/invitation/\S+", mail.outbox[-1].body)[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_is_invited_and_comes_in(scripts: bool, open_page: Callable[..., Page]) -> None:
    link = invite(open_page(java_script_enabled=scripts), "nadia@example.org", "Nadia New")
    page = open_page(width=390, java_script_enabled=scripts, timezone_id="America/Lima")
    page.goto(link)
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value("America/Lima" if scripts else "UTC")
    page.get_by_label("Password", exact=True).fill("seventeen green owls")
    page.get_by_label("Password again").fill("seventeen green cats")
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_text("This is not the same password.")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value("America/Lima" if scripts else "UTC")
    for label in ("Password", "Password again"):
        page.get_by_label(label, exact=True).fill("seventeen green owls")
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_text("Welcome, Nadia.")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    assert Person.objects.get(email="nadia@example.org").check_password("seventeen green owls")


def test_the_bell_leads_to_what_is_new(open_page: Callable[..., Page]) -> None:
    coach = make_coach()
    for _ in range(28):
        make_notification(person=coach, created_at=timezone.now())
    page = open_page()
    sign_in(page, coach)
    page.goto("/")
    page.get_by_role("link", name="Notices, 28 new").click()
    expect(page.get_by_role("link", name="Notices, 8 new")).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("link", name="Notices", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_pages_are_sound(width: int, scheme: str, open_page: Callable[..., Page]) -> None:
    admin = make_person(name="Ada Admin", roles=["admin"])
    for number, name in enumerate(("Maximiliana Wolfeschlegelsteinhausenbergerdorff", "Bo")):
        person = make_person(name=name, email=f"{name.replace(' ', '.').lower()}@a-very-long-name-of-a-host.org")
        make_invitation(person=person, invited_at=timezone.now(), invited_by=admin, times_sent=1 + number)
        make_notification(person=admin, kind="coachee_removed", about=person)
        make_notification(person=person, given_up_at=timezone.now(), problem="SMTPDataError: 554 " + "no" * 60)
    page = open_page(width=width, color_scheme=scheme)
    sign_in(page, admin)
    for path in ("/invitations/", "/invitations/new/", "/invitations/many/", "/notices/", "/notices/unsent/"):
        page.goto(path)
        assert (path, overflow(page), axe(page)) == (path, 0, [])
    page.goto("/invitation/1-made-up/")
    assert (overflow(page), axe(page)) == (0, [])
