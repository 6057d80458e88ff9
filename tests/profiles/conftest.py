"""Pages of profiles, read as a browser would."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from profiles.models import Person
from tests.profiles.editing import Editor


@pytest.fixture
def page_of(client: Client, clock) -> Callable[..., str]:
    """`page_of(viewer, person, "sessions/?before=…")`: the HTML; fails unless it answers 200."""

    def fetch(viewer: Person, person: Person, rest: str = "") -> str:
        client.force_login(viewer)
        response = client.get(f"/people/{person.pk}/{rest}")
        assert response.status_code == 200
        return response.content.decode()

    return fetch


@pytest.fixture
def queries_of(client: Client, clock) -> Callable[..., int]:
    """How many queries a page of a profile takes, those for the session and the viewer among them."""

    def count(viewer: Person, person: Person, rest: str = "") -> int:
        client.force_login(viewer)
        client.get(f"/people/{person.pk}/{rest}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/people/{person.pk}/{rest}").status_code == 200
        return len(queries)

    return count


@pytest.fixture
def editor(clock) -> Callable[[Person, Person], Editor]:
    """`editor(viewer, person)`: the viewer has the edit form of the person open."""
    return lambda viewer, person: Editor(viewer, person).open()
