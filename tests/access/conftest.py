"""The marked world, which most tests here read and few change."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.db import transaction

from tests.access.private import World, make_world
from tests.cast import make_cast
from tests.make import NOW


@pytest.fixture(scope="module")
def world_of_the_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Making it takes a second, so that the tests of a file share it: each plays in a savepoint and leaves no trace."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            world = make_world(make_cast())
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_the_file: World, db: None, clock: time_machine.Traveller) -> World:
    """The cast with everything marked; its people are the test's own and may be changed. Not together with `cast`."""
    return replace(world_of_the_file, cast=copy.deepcopy(world_of_the_file.cast))
