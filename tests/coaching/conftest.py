"""Reading and sending pages as somebody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


@pytest.fixture
def post(client, clock):
    """`post(viewer, "goal-edit", goal, …)`: the answer to a form; the fields are what was typed."""

    def send(viewer, name, row, **fields):
        client.force_login(viewer)
        return client.post(reverse(name, args=[row.pk]), fields)

    return send


@pytest.fixture
def page_of(client, clock):
    """`page_of(viewer, address)`: the HTML; fails unless it answers 200."""

    def fetch(viewer, address):
        client.force_login(viewer)
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    return fetch


@pytest.fixture
def queries_of(client, page_of):
    """How many queries a page takes."""

    def count(viewer, address):
        page_of(viewer, address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return count
