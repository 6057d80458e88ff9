"""Settings and fixtures for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck, settings

from tests.cast import cast  # noqa: F401, a fixture
from tests.make import NOW
from tests.migrated import template
from tests.served import count_requests, wait_until_idle
from tests.sharing import ByFile, has_processes, place

# The same examples each time where a failure must be repeatable; new ones on a developer's machine.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
count_requests()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins early; within a file the order stays as it is drawn.

    What fails with servers, browsers and processes of its own is tried once more, and the report names it.
    """
    items.sort(key=lambda item: place(item.nodeid))
    for item in items:
        if has_processes(item):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For `-n`, whatever `--dist` says."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The database of each process is a copy of one that is migrated already."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template(os.environ)


@pytest.fixture(autouse=True, scope="session")
def fast() -> Iterator[None]:
    """Cheap password hashes, plain static files, mail and uploads in memory, no demo, one address wherever it runs."""
    with override_settings(
        BASE_URL="http://localhost:8000",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        STORAGES={
            **django_settings.STORAGES,
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        DEMO=False,
    ):
        yield


@pytest.fixture(autouse=True)
def _nobody_is_served() -> Iterator[None]:
    """Each test ends, and the database is emptied, when the live server has answered everybody."""
    yield
    wait_until_idle()


@pytest.fixture
def empty_store(settings) -> None:
    """For tests that list what was uploaded: nothing is there of tests before."""
    settings.STORAGES = {**settings.STORAGES}  # being set is what makes Django begin a new one


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Pages and commands read `NOW`; `clock.shift(seconds)` and `clock.move_to(instant)` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
