"""The log of hours a credential asks for: what counts, who is named, and how far it is."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.models import Relationship
from profiles.models import Person
from sessions_app.hours_goals import credentials
from sessions_app.hours_log import Sums, hours_log, months_before
from sessions_app.models import LogSettings, Session
from tests.make import NOW, D, H, make_coach, make_coachee, make_session
from tests.make_sessions import make_consent, make_meeting, make_seat

pytestmark = pytest.mark.django_db


def occurred(coach: Person, coachee: Person, starts_at: datetime = NOW - 10 * D, **fields) -> Session:
    return make_session(coach=coach, coachee=coachee, starts_at=starts_at, status="occurred", **fields)


def met(coach: Person, coachees: list[Person], starts_at: datetime, **fields) -> None:
    meeting = make_meeting(coach=coach, starts_at=starts_at, minutes=90, capacity=30)
    for seat, coachee in enumerate(coachees, start=1):
        make_seat(meeting=meeting, coachee=coachee, seat=seat, status="occurred", marked_at=NOW, **fields)


def rows(coach: Person) -> list[tuple]:
    return [(line.person.first_name, line.size, line.paid, line.pro_bono) for line in hours_log(coach, NOW).lines]


def read(client, who: Person, address: str = "/hours/") -> str:
    client.force_login(who)
    answer = client.get(address)
    return answer.getvalue().decode() if answer.streaming else answer.content.decode()


def test_minutes_add_up_by_how_they_are_paid_for(cast):
    make_consent(coach=cast.coach, coachee=cast.coachee)
    for day, payment in enumerate(("paid", "barter", "internal", "pro_bono"), start=1):
        occurred(cast.coach, cast.coachee, NOW - day * D, payment=payment)
    occurred(cast.coach, cast.coachee, NOW - 6 * D, kind="flash")
    assert rows(cast.coach) == [("Amara", 0, 3 * 55 + 25, 55)]


@pytest.mark.parametrize("status", ["scheduled", "cancelled", "did_not_occur"])
def test_only_what_occurred_counts(cast, status):
    make_consent(coach=cast.coach, coachee=cast.coachee)
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW - D, status=status)
    occurred(cast.co_coach, cast.coachee, NOW - 3 * D)
    assert hours_log(cast.coach, NOW).sums == Sums()


def test_days_are_those_of_the_coach(cast):
    """Half past eleven at night in UTC is the next day in Madrid."""
    make_consent(coach=cast.coach, coachee=cast.coachee)
    for day in (3, 17):
        occurred(cast.coach, cast.coachee, datetime(2026, 11, day, 23, 30, tzinfo=UTC))
    [line] = hours_log(cast.coach, NOW).lines
    assert (line.first, line.last) == (date(2026, 11, 4), date(2026, 11, 18))


def test_hours_count_from_the_day_on_which_training_began(cast):
    make_consent(coach=cast.coach, coachee=cast.coachee)
    before = occurred(cast.coach, cast.coachee, datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    occurred(cast.coach, cast.coachee, before.starts_at + 2 * H)
    LogSettings.objects.create(coach=cast.coach, training_started_on=date(2026, 4, 1))
    assert rows(cast.coach) == [("Amara", 0, 55, 0)]


def test_a_group_counts_its_hours_once_and_each_member_as_a_client(cast):
    make_consent(coach=cast.coach, coachee=cast.other_coachee)
    met(cast.coach, [cast.coachee, cast.other_coachee], NOW - 9 * D)
    met(cast.coach, [cast.coachee, cast.other_coachee], NOW - 2 * D, payment="pro_bono")
    log = hours_log(cast.coach, NOW)
    assert rows(cast.coach) == [("Jonas", 2, 90, 90)]
    assert (log.sums.clients, log.sums.total) == (2, 180)


def test_groups_of_more_than_fifteen_are_left_out(cast):
    people = [make_coachee(coach=cast.coach) for _ in range(16)]
    for person in people:
        make_consent(coach=cast.coach, coachee=person)
    met(cast.coach, people, NOW - 9 * D)
    met(cast.coach, people[:15], NOW - 2 * D)
    log = hours_log(cast.coach, NOW)
    assert [line.size for line in log.lines] == [15]
    assert (log.sums.total, log.left_off.large_groups, log.left_off.clients) == (90, 90, 0)


def test_the_last_eighteen_months_add_up_apart(cast):
    make_consent(coach=cast.coach, coachee=cast.coachee)
    first = datetime(2025, 5, 20, 22, tzinfo=UTC)  # midnight in Madrid as 21 May begins, 18 months ago
    occurred(cast.coach, cast.coachee, first - H)
    occurred(cast.coach, cast.coachee, first)
    sums = hours_log(cast.coach, NOW).sums
    assert (sums.total, sums.recent) == (110, 55)


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (date(2026, 11, 21), date(2025, 5, 21)),
        (date(2026, 8, 31), date(2025, 2, 28)),
        (date(2025, 8, 31), date(2024, 2, 29)),
        (date(2026, 6, 30), date(2024, 12, 30)),
        (date(2026, 1, 31), date(2024, 7, 31)),
    ],
)
def test_eighteen_months_before(day, then):
    assert months_before(day, 18) == then


def test_who_has_not_agreed_is_left_off_and_only_current_coachees_are_named(cast, client, clock):
    make_consent(coach=cast.coach, coachee=cast.other_coachee, withdrawn_at=NOW - D)
    former = make_coachee(name="Fadil Former", coach=cast.coach)
    for day, coachee in enumerate((cast.coachee, cast.other_coachee, former), start=2):
        occurred(cast.coach, coachee, NOW - day * D)
    Relationship.objects.filter(coachee=former).update(ended_at=NOW - D)
    log, page = hours_log(cast.coach, NOW), read(client, cast.coach)
    assert (log.lines, log.sums, log.left_off.clients, log.left_off.former) == ((), Sums(), 3, 1)
    assert "3 clients and 2 h 45 min are left off" in page
    assert all(name in page for name in ("Amara Okafor", "Jonas Lindqvist"))
    assert "Fadil" not in page + read(client, cast.coach, "/hours/log.csv")


def test_a_former_coachee_stays_in_the_log_until_consent_is_withdrawn(cast, client, clock):
    consent = make_consent(coach=cast.former_coach, coachee=cast.coachee)
    occurred(cast.former_coach, cast.coachee, NOW - 60 * D)
    for address in ("/hours/", "/hours/log.csv"):
        assert "amara@example.org" in read(client, cast.former_coach, address)
    client.force_login(cast.coachee)
    client.post(f"/people/{cast.former_coach.pk}/log-consent/", {"deed": "withdraw"})
    for address in ("/hours/", "/hours/log.csv"):
        page = read(client, cast.former_coach, address)
        assert "amara" not in page.lower()
    consent.refresh_from_db()
    assert consent.withdrawn_at == NOW


def test_the_file_has_the_columns_of_the_template(cast, client, clock):
    for coachee in (cast.coachee, cast.other_coachee):
        make_consent(coach=cast.coach, coachee=coachee)
    occurred(cast.coach, cast.coachee, NOW - 3 * D)
    occurred(cast.coach, cast.coachee, NOW - 40 * D, payment="pro_bono")
    met(cast.coach, [cast.other_coachee, cast.coachee], NOW - 2 * D)
    found = list(csv.reader(StringIO(read(client, cast.coach, "/hours/log.csv"))))
    assert found == [
        ["Client Name", "Contact (Email)", "Individual/Group", "No. in Group"]
        + ["Start Date", "End Date", "Paid Hours", "Pro Bono Hours"],
        ["Amara Okafor", "amara@example.org", "Group", "2", "2026-11-19", "2026-11-19", "1.50", "0.00"],
        ["Amara Okafor", "amara@example.org", "Individual", "", "2026-10-12", "2026-11-18", "0.92", "0.92"],
    ]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t"])
def test_no_spreadsheet_takes_a_name_for_a_formula(cast, client, clock, begins):
    Person.objects.filter(pk=cast.coachee.pk).update(name=f'{begins}HYPERLINK("x")')
    make_consent(coach=cast.coach, coachee=cast.coachee)
    occurred(cast.coach, cast.coachee)
    [_head, row] = csv.reader(StringIO(read(client, cast.coach, "/hours/log.csv")))
    assert row[0] == f'\'{begins}HYPERLINK("x")'


def test_how_far_it_is_to_each_credential():
    acc, pcc, mcc = credentials(Sums(paid=75 * 60 - 30, pro_bono=40 * 60, recent=25 * 60, clients=7))
    said = {measure.label: (measure.have, measure.of, measure.percent, measure.missing) for measure in acc.measures}
    assert said == {
        "Hours": ("114 h 30 min", "100 h", 100, ""),
        "Paid hours": ("74 h 30 min", "75 h", 99, "30 min"),
        "Clients": ("7", "8", 87, "1 client"),
        "In the last 18 months": ("25 h", "25 h", 100, ""),
    }
    assert [measure.of for measure in pcc.measures] == ["500 h", "450 h", "25", "50 h"]
    assert [measure.of for measure in mcc.measures] == ["2500 h", "2250 h", "35"]
    enough = Sums(paid=75 * 60, pro_bono=25 * 60, recent=25 * 60, clients=8)
    assert [credential.is_met for credential in credentials(enough)] == [True, False, False]


def test_the_day_training_began_is_saved_and_two_tabs_collide(cast, client, clock):
    client.force_login(cast.coach)
    sent = {"training_started_on": "2025-02-01", "version": "0"}
    assert client.post("/hours/settings/", sent).status_code == 302
    slower = client.post("/hours/settings/", {"training_started_on": "2024-01-01", "version": "0"})
    page = slower.content.decode()
    assert slower.status_code == 409
    assert 'value="2024-01-01"' in page
    assert "Saved by now: 1 Feb 2025." in page
    assert client.post("/hours/settings/", {"training_started_on": "", "version": "1"}).status_code == 302
    assert LogSettings.objects.get().training_started_on is None


@pytest.mark.parametrize("day", ["2026-11-23", "1949-12-31", "0001-01-01", "x", "2026-02-30", "9" * 50, "a\x00"])
def test_a_day_that_makes_no_sense_is_refused_beside_the_field(cast, client, clock, day):
    client.force_login(cast.coach)
    answer = client.post("/hours/settings/", {"training_started_on": day, "version": "0"})
    assert answer.status_code == 422
    assert 'id="id_training_started_on_error"' in answer.content.decode()
    assert not LogSettings.objects.filter(training_started_on__isnull=False).exists()


def test_the_list_is_paged_and_nothing_is_skipped_or_doubled(cast, client, clock):
    coach, names = make_coach(), set()
    for number in range(120):
        coachee = make_coachee(coach=coach, name=f"Client {number:03}", subscription=False)
        names.add(coachee.name)
        make_consent(coach=coach, coachee=coachee)
        occurred(coach, coachee, NOW - (number + 1) * 2 * H)
    client.force_login(coach)
    seen, address = [], "/hours/"
    while address:
        page = client.get(address).context["page"]
        seen.append([row.line.person.name for row in page.rows])
        address = f"/hours/{page.older}" if page.older else ""
    assert [len(one) for one in seen] == [50, 50, 20]
    assert {name for one in seen for name in one} == names
    back = client.get(f"/hours/{page.newer}").context["page"]
    assert [row.line.person.name for row in back.rows] == seen[1]


def test_as_many_queries_for_one_client_as_for_thirty(client, clock):
    coach, numbers = make_coach(), []
    for number in range(30):
        coachee = make_coachee(coach=coach, subscription=False)
        if number % 2:
            make_consent(coach=coach, coachee=coachee)
        occurred(coach, coachee, NOW - (number + 1) * 3 * H)
        met(coach, [coachee, make_coachee(coach=coach, subscription=False)], NOW - timedelta(days=30 + number))
        if number in (1, 29):
            client.force_login(coach)
            with CaptureQueriesContext(connection) as asked:
                client.get("/hours/")
            numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_the_log_is_for_coaches(cast, client, clock):
    for who in (cast.coachee, cast.admin, cast.delivery_manager, cast.sponsor):
        client.force_login(who)
        assert {client.get(address).status_code for address in ("/hours/", "/hours/log.csv")} == {404}
