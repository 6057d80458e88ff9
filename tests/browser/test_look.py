"""How pages look and can be used: axe, widths, schemes, right to left, keyboard, without JavaScript."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import demo_entry, gallery
from config.errors import MailAway
from config.urls import handler500  # noqa: F401, this module is a URLconf too
from config.urls import urlpatterns as site_urls
from tests.browser.conftest import axe, overflow, sign_in


@login_not_required
@csrf_exempt
def away(request: HttpRequest, which: str) -> HttpResponse:
    raise {"database": OperationalError, "mail": MailAway, "forbidden": PermissionDenied}[which]


urlpatterns = [
    path("away/<str:which>/", away),
    path("ui/", gallery.gallery, name="gallery"),
    path("demo/enter/", demo_entry.enter, name="demo-enter"),
    *site_urls,
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.browser.test_look"),
    pytest.mark.django_db(transaction=True),
]
WIDTHS = [(390, "dark"), (820, "light"), (1320, "dark"), (2000, "light")]


@pytest.mark.parametrize(("width", "scheme"), WIDTHS)
def test_the_gallery(open_page, width: int, scheme: str) -> None:
    page = open_page(width, color_scheme=scheme)
    for address in ("/ui/", "/ui/?dir=rtl"):
        page.goto(address)
        assert axe(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize(("width", "scheme"), WIDTHS[:3])
def test_pages_for_the_signed_out(open_page, width: int, scheme: str) -> None:
    page = open_page(width, color_scheme=scheme)
    for address in ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nowhere/"):
        page.goto(address)
        assert axe(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize(("width", "scheme"), WIDTHS[:3])
def test_pages_about_what_went_wrong(open_page, width: int, scheme: str) -> None:
    page = open_page(width, color_scheme=scheme)
    for which in ("database", "mail", "forbidden"):
        page.goto(f"/away/{which}/")
        assert axe(page) == []
        assert overflow(page) <= 0


def test_a_text_comes_back_from_an_outage(open_page) -> None:
    page = open_page(390)
    page.goto("/nowhere/")
    page.evaluate("""() => {
        document.body.innerHTML = '<form method=post action="/away/database/"><textarea name=text></textarea></form>';
        document.forms[0].text.value = "Two lines\\nof thought " + "and a word".repeat(30);
        document.forms[0].submit();
    }""")
    kept = page.get_by_label("text")
    kept.wait_for()
    assert kept.input_value().startswith("Two lines\nof thought")
    assert axe(page) == []
    assert overflow(page) <= 0


def test_account_pages(open_page, cast) -> None:
    page = open_page(390, color_scheme="light")
    sign_in(page, cast.coach)
    for address in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/people/999999999/"):
        page.goto(address)
        assert axe(page) == []
        assert overflow(page) <= 0


def test_half_the_width_at_twice_the_size_loses_nothing(open_page) -> None:
    page = open_page(640, device_scale_factor=2)
    page.goto("/ui/")
    assert overflow(page) <= 0


def test_the_account_menu_by_keyboard(open_page, cast) -> None:
    page = open_page()
    sign_in(page, cast.coach)
    page.goto("/accounts/email/")
    summary = page.locator("[data-menu] > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Your profile"
    page.keyboard.press("Escape")
    assert page.locator("[data-menu][open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_first_tab_skips_to_the_content(open_page, cast) -> None:
    page = open_page()
    sign_in(page, cast.coach)
    page.goto("/accounts/email/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_signing_in_and_out_without_javascript(open_page, cast) -> None:
    cast.coach.set_password("a calm long password")
    cast.coach.save(update_fields=["password"])
    page = open_page(java_script_enabled=False)
    page.goto("/accounts/login/?next=/accounts/email/")
    assert page.get_by_text("passkey").first.is_hidden()
    page.get_by_label("E-mail address").fill(cast.coach.email)
    page.get_by_label("Password").fill("a calm long password")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", name="E-mail address").is_visible()
    page.locator("[data-menu] > summary").click()
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_role("heading", name="Sign in").is_visible()


def test_a_part_that_fails_to_load_is_said(open_page, cast) -> None:
    page = open_page()
    sign_in(page, cast.coach)
    page.goto("/accounts/email/")
    page.route("**/coachees/", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/coachees/', '#main').catch(() => {})")
    page.get_by_role("status").get_by_text("did not work").wait_for()
