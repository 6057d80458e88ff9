"""Who asks for a deed that is not theirs stands in the log, by ids alone."""

from __future__ import annotations

import pytest
from django.test import Client
from structlog.testing import capture_logs

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_refusal_is_logged_with_ids(cast: Cast, client: Client) -> None:
    client.force_login(cast.coach)
    with capture_logs() as logged:
        assert client.post(f"/people/{cast.coachee.pk}/coaching/add/?note=canary").status_code == 403
    refused = [one for one in logged if one["event"] == "refused"]
    assert [(one["by"], one["route"], one["pk"]) for one in refused] == [
        (cast.coach.pk, "coaching-add", str(cast.coachee.pk))
    ]
    assert "canary" not in str(refused)
    assert cast.coach.name not in str(refused)


def test_what_is_allowed_or_hidden_is_not(cast: Cast, client: Client) -> None:
    client.force_login(cast.coach)
    with capture_logs() as logged:
        client.get(f"/people/{cast.coachee.pk}/")
        client.get(f"/people/{cast.outsider.pk}/")
    assert not [one for one in logged if one["event"] == "refused"]
