"""Forms that are sent again: by a double click, a reload, a network that repeats itself. One thing comes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from profiles.once import OnceForm
from tests.loss.deeds import DEEDS, MAKES_NOTHING, at_once, opened
from tests.make import NOW

ONCE = [name for name, deed in DEEDS.items() if deed.form]
ONCE_ANYWAY = {"suggestion", "micro goal", "takeaway", "session", "session at another time", "group session"}
"""The database lets nobody make these twice."""


@pytest.fixture
def running_clock() -> Iterator[None]:
    """Around NOW, and going on: at one frozen instant other constraints would refuse the second."""
    with time_machine.travel(NOW, tick=True):
        yield


def kinds(form: type) -> set[type]:
    return {form} | {one for below in form.__subclasses__() for one in kinds(below)}


def test_every_form_that_is_taken_once_is_here():
    known = {deed.form for deed in DEEDS.values()} | MAKES_NOTHING
    leaves = {form for form in kinds(OnceForm) if not form.__subclasses__()}
    assert leaves == known - {None}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", DEEDS)
def test_twenty_at_once_make_one(name, cast, running_clock, live_server):
    deed = DEEDS[name]
    client, form = opened(cast, deed)
    before = deed.model.objects.count()
    answers = at_once(live_server.url, client, form)
    assert {status for status, _place in answers} == {302}, answers
    assert len({place for _status, place in answers}) == 1
    assert deed.model.objects.count() == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", DEEDS)
def test_again_after_a_while_leads_to_the_same(name, cast, clock):
    deed = DEEDS[name]
    client, form = opened(cast, deed)
    before = deed.model.objects.count()
    first = client.post(form.action, form.values)
    clock.shift(20)
    again = client.post(form.action, form.values)
    assert (first.status_code, again.status_code) == (302, 302), again.text
    assert first["Location"] == again["Location"]
    assert deed.model.objects.count() == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(ONCE) - ONCE_ANYWAY))
def test_without_the_id_it_would_be_made_again(name, cast, clock, monkeypatch):
    """The control, for what has no constraint of its own."""
    monkeypatch.setattr("profiles.once.person_of", lambda form_id: None)
    deed = DEEDS[name]
    client, form = opened(cast, deed)
    before = deed.model.objects.count()
    for _time in range(2):
        client.post(form.action, form.values)
        clock.shift(20)
    assert deed.model.objects.count() == before + 2


@pytest.mark.django_db
def test_other_words_on_the_same_form_are_another_one(cast, clock):
    """Who goes back in the browser and writes something else means it."""
    deed = DEEDS["message"]
    client, form = opened(cast, deed)
    for text in ("First", "Second", "First"):
        client.post(form.action, form.values | {"text": text})
        clock.shift(20)
    assert deed.model.objects.count() == 2


@pytest.mark.django_db
def test_somebody_elses_id_protects_nothing_and_reveals_nothing(cast, clock):
    deed = DEEDS["message"]
    client, form = opened(cast, deed)
    client.post(form.action, form.values)
    client.force_login(cast.coach, "profiles.backends.PersonBackend")
    sent = client.post(form.action, form.values)
    assert sent.status_code == 302
    assert deed.model.objects.count() == 2
