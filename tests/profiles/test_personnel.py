"""Personnel: employment facts, seen by the person and staff, changed by admins, never over somebody else's change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from profiles.models import Employment
from profiles.record_actions import StaleError, change_employment
from tests.make import make_employment, make_person
from tests.profiles.reading import section, words

TYPED = {"employee_number": "98854", "site": "Lagos", "department": "Platform", "hired_on": "2019-03-04"}


def test_the_person_and_staff_read_it_and_no_coach(cast, client: Client, page_of):
    make_employment(person=cast.coachee, employee_number="98854", site="Lagos hub")
    for reader in (cast.coachee, cast.admin, cast.delivery_manager):
        said = section(page_of(reader, cast.coachee, "personnel/"), "personnel")
        assert "Employee number 98854 Site Lagos hub Department Not set Hired on Not set" in said
        assert "Manager Moses Manager manager@example.org" in said
    for other in (cast.coach, cast.co_coach, cast.other_delivery_manager, cast.manager, cast.sponsor):
        client.force_login(other)
        assert client.get(f"/people/{cast.coachee.pk}/personnel/").status_code == 404


def test_an_admin_keeps_it(cast, client: Client, clock):
    client.force_login(cast.admin)
    path = f"/people/{cast.coachee.pk}/personnel/"
    assert client.post(f"{path}edit/", {**TYPED, "version": "0"}).headers["Location"] == path
    answer = client.post(f"{path}edit/", {**TYPED, "hired_on": "3000-01-01", "version": "1"})
    assert (answer.status_code, "between 1900 and 2199" in answer.text) == (422, True)
    client.post(f"{path}edit/", {**TYPED, "site": "", "version": "1"})
    assert Employment.objects.values_list("site", "department", "version").get() == ("", "Platform", 2)


def test_who_saves_second_is_told_sees_both_and_loses_nothing(cast, client: Client, clock):
    make_employment(person=cast.coachee, site="Lagos", department="Platform", version=4)
    client.force_login(cast.admin)
    path = f"/people/{cast.coachee.pk}/personnel/edit/"
    change_employment(person=cast.coachee.pk, fields={**TYPED, "hired_on": None, "site": "Abuja"}, shown_version=4)
    answer = client.post(path, {**TYPED, "site": "Madrid", "version": "4"})
    assert answer.status_code == 409
    assert "Site Abuja Madrid Hired on Not set 4 Mar 2019" in words(answer.text)
    assert 'value="Madrid"' in answer.text
    assert 'name="version" value="5"' in answer.text
    assert client.post(path, {**TYPED, "site": "Madrid", "version": "5"}).status_code == 302
    assert Employment.objects.values_list("site", "version").get() == ("Madrid", 6)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("exists", [True, False])
def test_of_two_at_once_one_is_told(exists: bool):
    person = make_person()
    if exists:
        make_employment(person=person)
    together = Barrier(2)

    def save(site: str) -> str:
        try:
            together.wait()
            change_employment(person=person.pk, fields={**TYPED, "hired_on": None, "site": site}, shown_version=0)
        except StaleError as stale:
            return stale.current.site
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(save, ["A", "B"]))
    assert said in (["A", "saved"], ["B", "saved"])
    assert Employment.objects.get().site == said[0]
