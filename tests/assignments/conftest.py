"""Assignments as coach and coachee have them open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from profiles.models import Person


@pytest.fixture
def signed_in(clock) -> Callable[[Person], Client]:
    """A browser of this person's."""

    def client(person: Person) -> Any:
        browser = Client()
        browser.force_login(person)
        return browser

    return client
