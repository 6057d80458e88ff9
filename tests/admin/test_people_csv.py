"""People as CSV: out, looked at, and in again."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.tasks import forget_expired
from config.admin_site import site
from notifications.models import Notification
from profiles.models import Organization, Person
from tests.cast import Cast
from tests.make import make_person

IMPORT = "/admin/profiles/person/import-people/"
EXPORT = "/admin/profiles/person/export-people/"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def exported(client: Client) -> list[dict[str, str]]:
    """The rows of the file with everybody."""
    text = b"".join(client.get(EXPORT)).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def table(rows: list[dict[str, str]]) -> bytes:
    """Rows as a file."""
    out = StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def chosen(client: Client, data: bytes | str):
    """The page after choosing this file."""
    content = data.encode() if isinstance(data, str) else data
    return client.post(IMPORT, {"file": SimpleUploadedFile("people.csv", content, "text/csv")})


def imported(client: Client, data: bytes | str):
    """The page after choosing this file and confirming."""
    page = chosen(client, data)
    assert page.status_code == 200, page.context["preview"] and page.context["preview"].reading.wrong
    key = re.search(r'name="key" value="(\w+)"', page.text)
    assert key, "nothing to confirm"
    return client.post(IMPORT, {"key": key[1]}, follow=True)


def wrong(client: Client, data: str) -> list[tuple[int, str, str]]:
    """What the page finds fault with: line, column, sentence."""
    page = chosen(client, data)
    assert page.status_code == 422
    return [(one.line, one.column, one.message) for one in page.context["preview"].reading.wrong]


def test_what_goes_out_comes_back_unchanged(admin: Client, cast: Cast) -> None:
    make_person(name="=HYPERLINK(1)", position="@risk", manager_name="-1+1", capacity=7, roles=["coach", "sponsor"])
    page = chosen(admin, table(exported(admin)))
    assert page.status_code == 200
    assert (page.context["preview"].reading.plan, page.context["preview"].key) == ([], "")
    assert "There is nothing to import." in page.text


def test_no_cell_is_a_formula(admin: Client, cast: Cast) -> None:
    for position in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1"):
        make_person(position=position)
    cells = [cell for row in exported(admin) for cell in row.values()]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "＝"))]


def test_new_people_are_added_once_confirmed(admin: Client, cast: Cast) -> None:
    data = "email,name,roles,organization,timezone,capacity\n"
    data += "New@Example.org,Nora  New,coach;sponsor,Hill Works,Asia/Tokyo,5\n"
    page = chosen(admin, data)
    assert "One person is new" in page.text
    assert "Hill Works" in page.text
    assert not Person.objects.filter(email="new@example.org").exists()
    assert "1 person added." in imported(admin, data).text
    new = Person.objects.get(email="new@example.org")
    assert (new.name, new.timezone, new.capacity, new.organization.name) == ("Nora New", "Asia/Tokyo", 5, "Hill Works")
    assert new.roles == {"coach", "sponsor"}
    assert not new.has_usable_password()
    assert new.role_grants.first().granted_by == cast.admin
    assert Notification.objects.filter(person=new, kind="access_on").exists()


def test_changes_go_through_the_verbs(admin: Client, cast: Cast) -> None:
    """A new time zone moves the first instant of the subscription; a column that is missing changes nothing."""
    imported(admin, "email,name,timezone,roles,position\namara@example.org,Amara Okafor,Asia/Tokyo,coachee;sponsor,\n")
    amara = Person.objects.get(pk=cast.coachee.pk)
    assert (amara.timezone, amara.position, amara.language) == ("Asia/Tokyo", "", "en")
    assert amara.roles == {"coachee", "sponsor"}
    assert amara.organization == cast.coachee.organization
    assert amara.subscriptions.get().active_from == datetime(2026, 2, 28, 15, tzinfo=UTC)
    assert amara.version == cast.coachee.version + 1


def test_empty_cells_take_no_rights_away(admin: Client, cast: Cast) -> None:
    page = chosen(admin, "email,name,roles,active,timezone\nmaya@example.org,Maya Castellanos,,,\n")
    assert page.context["preview"].reading.plan == []


WRONG = [
    ("x,N,,,\n", "email", "“x” is not an e-mail address"),
    ("a@x.org,,,,\n", "name", "is empty"),
    ("a@x.org,N,boss,,\n", "roles", "“boss” is not one of coachee"),
    ("a@x.org,N,,Mars/Olympus,\n", "timezone", "“Mars/Olympus” is not a time zone"),
    ("a@x.org,N,,,-1\n", "capacity", "“-1” is not a whole number"),
    ("maya@example.org,M,sponsor,,\n", "roles", "M coaches 3 people"),
    ("amara@example.org,A,sponsor,,\n", "roles", "A has a coach or a subscription"),
    ("admin@example.org,A,sponsor,,\n", "roles", "You cannot take away your own admin role"),
]


@pytest.mark.parametrize(("line", "column", "sentence"), WRONG)
def test_what_cannot_be_is_said_beside_the_cell(
    admin: Client, cast: Cast, line: str, column: str, sentence: str
) -> None:
    found = wrong(admin, f"email,name,roles,timezone,capacity\ngood@x.org,Good,,,\n\n{line}")
    assert [(row, name) for row, name, _sentence in found] == [(4, column)]
    assert sentence in found[0][2]
    assert not Person.objects.filter(email="good@x.org").exists()


def test_nobody_switches_themselves_off_and_nobody_is_there_twice(admin: Client, cast: Cast) -> None:
    off = wrong(admin, "email,name,active\nadmin@example.org,Ada,no\n")
    assert off[0][1:] == ("active", "You cannot take away your own right to sign in. Another admin can.")
    twice = wrong(admin, "email,name\nA@x.org,A\na@x.org,B\n")
    assert twice == [(3, "email", "a@x.org is in this file twice")]


UNREADABLE = [
    ("", "empty"),
    ("email,name\n", "nobody in this file"),
    ("email,nome\na@x.org,A\n", "There is no column “nome”"),
    ("name\nA\n", "The column email is missing"),
    ("email;name\na@x.org;A\n", "separated by semicolons"),
    ("email,name,name\na@x.org,A,A\n", "twice"),
    ("email,name\na@x.org,A,B\n", "Line 2 has 3 cells where the header has 2"),
    ('email,name\na@x.org,"A\n', "cannot be read"),
    ("email,name\na@x.org,A\0\n", "not a text file"),
    ("email,name\na@x.org,Zoë\n".encode("latin-1"), "not in UTF-8"),
    (b"email,name\n" + b"x" * (10 * 1024 * 1024), "larger than 10 MB"),
]


@pytest.mark.parametrize(("data", "sentence"), UNREADABLE, ids=[sentence for _data, sentence in UNREADABLE])
def test_a_file_that_cannot_be_read_is_told_why(admin: Client, data: str | bytes, sentence: str) -> None:
    page = chosen(admin, data)
    assert page.status_code == 422
    assert sentence in page.text or "empty" in page.text
    assert page.context["preview"] is None


def test_what_became_wrong_after_the_preview_is_not_imported(admin: Client, cast: Cast) -> None:
    page = chosen(admin, "email,name,roles\nmanager@example.org,Moses,sponsor\nnew@x.org,New,\n")
    make_person(email="new@x.org", name="New", roles=["coachee"])
    cast.manager.role_grants.create(role="coach")
    cast.manager.relationships_as_coach.create(coachee=cast.outsider)
    done = admin.post(IMPORT, {"key": page.context["preview"].key})
    assert (done.status_code, "Moses coaches 1 person" in done.text) == (422, True)
    assert not cast.manager.role_grants.filter(role="sponsor").exists()


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "\0"])
def test_only_what_was_looked_at_is_imported(admin: Client, cast: Cast, key: str) -> None:
    chosen(admin, "email,name\nnew@x.org,New\n")
    assert "not kept any more" in admin.post(IMPORT, {"key": key}, follow=True).text
    assert not Person.objects.filter(email="new@x.org").exists()


def test_another_admin_cannot_confirm_it(admin: Client, cast: Cast) -> None:
    key = chosen(admin, "email,name\nnew@x.org,New\n").context["preview"].key
    other = Client()
    other.force_login(cast.superuser)
    other.post(IMPORT, {"key": key})
    assert not Person.objects.filter(email="new@x.org").exists()


def test_nothing_of_the_file_stays(admin: Client, cast: Cast) -> None:
    imported(admin, "email,name\nnew@x.org,New\n")
    assert cache.get(f"people-csv:{cast.admin.pk}") is None


def test_a_file_that_was_not_imported_is_deleted_when_its_time_is_over(admin: Client, cast: Cast, clock) -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE %s", ["%people-csv%"])
            return cursor.fetchone()[0]

    chosen(admin, "email,name\nnew@x.org,New\n")
    forget_expired()
    assert kept() == 1
    clock.shift(31 * 60)
    forget_expired()
    assert kept() == 0


def test_a_long_file_is_read_and_written_in_few_queries(admin: Client, cast: Cast) -> None:
    counts = []
    for size in (1, 30):
        rows = "".join(f"p{size}-{number}@x.org,Person,sponsor,Hill\n" for number in range(size))
        with CaptureQueriesContext(connection) as asked:
            imported(admin, f"email,name,roles,organization\n{rows}")
        counts.append(len(asked))
    assert counts[1] <= counts[0]
    assert Organization.objects.filter(name="Hill").count() == 1


def test_those_who_were_selected_go_out(admin: Client, cast: Cast) -> None:
    chosen_rows = {"action": "export_selected", "_selected_action": [cast.coach.pk, cast.coachee.pk], "index": "0"}
    text = b"".join(admin.post(reverse("admin:profiles_person_changelist"), chosen_rows)).decode("utf-8-sig")
    assert [row["email"] for row in csv.DictReader(StringIO(text))] == ["amara@example.org", "maya@example.org"]


def test_only_people_go_out_and_in() -> None:
    offering = {
        model.__name__ for model, admin in site._registry.items() if "export" in " ".join(map(str, admin.actions_list))
    }
    assert offering == {"Person"}


def test_the_export_follows_the_filters_of_the_list(admin: Client, cast: Cast) -> None:
    listed = admin.get("/admin/profiles/person/?access=yes&q=maya")
    assert f'href="{EXPORT}?access=yes&amp;q=maya"' in listed.text
    text = b"".join(admin.get(f"{EXPORT}?access=yes&q=maya")).decode("utf-8-sig")
    assert [row["email"] for row in csv.DictReader(StringIO(text))] == ["maya@example.org"]


@pytest.mark.parametrize("query", ["?password__startswith=a", "?q=%00", "?o=9.9", "?p=999999"])
def test_odd_exports_never_break(admin: Client, cast: Cast, query: str) -> None:
    assert admin.get(EXPORT + query).status_code in (200, 302, 404)
