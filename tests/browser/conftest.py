"""A real Chromium against the live server. Skipped with a reason where there is none, unless it is required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from profiles.models import Person
from tests.patience import SHOWS

# Playwright's loop makes Django think that every query of the test comes from async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=SHOWS * 1000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        if os.environ.get("TRELLIS_REQUIRE_BROWSER") == "1":
            pytest.fail("TRELLIS_REQUIRE_BROWSER=1, but no chromium is on the PATH")
        pytest.skip("no chromium on the PATH; install it to run the browser tests")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=found, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`open_page(width=390, color_scheme="dark")`: a page in a context of its own; refused scripts fail the test."""
    with opening(browser, live_server.url) as opened:
        yield opened


@contextmanager
def opening(browser: Browser, url: str, *, strict: bool = False) -> Iterator[Callable[..., Page]]:
    """Opens pages of the site at that address. Where it is `strict`, anything a script or a file complains of fails."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(line: ConsoleMessage) -> None:
        refused = "Content Security Policy" in line.text
        icon = line.location["url"].endswith("/favicon.ico")  # asked for by itself on pages that are no HTML
        if refused or (strict and line.type == "error" and not icon):
            complaints.append(line.text)

    def opened(width: int = 1320, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=url, **options)
        context.set_default_timeout(SHOWS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, person: Person) -> None:
    """Gives the page's context the session cookie of this person."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    page.goto("/healthz")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": page.url}])


def axe(page: Page) -> list[str]:
    """What axe finds: rule and element, empty when all is well."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
