"""Settings and fixtures for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import time_machine
from hypothesis import HealthCheck, settings

from tests.cast import cast  # noqa: F401, a fixture
from tests.make import NOW

# The same examples each time where a failure must be repeatable; new ones on a developer's machine.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def fast(settings) -> None:
    """Cheap password hashes, plain static files, mail and uploads in memory, no demo, one address wherever it runs."""
    settings.BASE_URL = "http://localhost:8000"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.DEMO = False


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Pages and commands read `NOW`; `clock.shift(seconds)` and `clock.move_to(instant)` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
