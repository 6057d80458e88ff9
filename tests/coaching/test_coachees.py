"""Your coachees: in the order in which they want attention, and nobody else's."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.models import Encouragement
from coaching.coachees import PAGE_SIZE, entries_of, list_coachees
from coaching.models import Relationship
from profiles.status import Status, status_from, status_of
from tests.make import (
    NOW,
    D,
    H,
    ago,
    ahead,
    make_coach,
    make_coachee,
    make_message,
    make_organization,
    make_reflection,
    make_relationship,
    make_session,
    make_subscription,
)
from tests.reading import emails_in

pytestmark = pytest.mark.django_db


def encourage(coachee, rule="messages_silent", since=NOW - D, until=NOW + 90 * D, coach=None) -> Encouragement:
    """An action to encourage as the engine stores it."""
    relationship = Relationship.objects.get(coachee=coachee, **({"coach": coach} if coach else {}))
    facts = {"anchor": (since - 7 * D).isoformat(), "last": None, "title": "", "due_on": "2026-11-18"}
    return Encouragement.objects.create(
        relationship=relationship, coachee=coachee, rule=rule, since=since, until=until, ended_by="x", facts=facts
    )


@pytest.fixture
def browse(client: Client, clock):
    """`browse(viewer, query)`: the page as text."""

    def page(viewer, query: str = "", status: int = 200) -> str:
        client.force_login(viewer)
        response = client.get(f"/coachees/{query}")
        assert response.status_code == status
        return response.content.decode()

    return page


def test_a_row_says_what_a_coach_wants_to_know(browse):
    coach = make_coach(timezone="Europe/Madrid")
    amara = make_coachee(
        coach=coach, name="Amara Okafor", position="Engineer", organization=make_organization(name="Northwind")
    )
    encourage(amara, since=ago(days=2))
    encourage(amara, "survey_overdue", since=ago(days=1))
    make_message(coach=coach, coachee=amara, sent_at=ago(hours=3))
    session = make_session(coach=coach, coachee=amara, starts_at=ahead(days=3))
    page = " ".join(browse(coach).split())
    assert f'href="/sessions/{session.pk}/"' in page
    for words in ["Engineer · Northwind", "Survey overdue", "+1", "Sent a message, ", "Tue 24 Nov, 13:00"]:
        assert words in page
    assert "1 of 2 sessions used this month" in page
    assert f'href="/people/{amara.pk}/"' in page


@pytest.mark.parametrize(
    ("age", "words"),
    [({"seconds": 59}, ", just now"), ({"minutes": 1}, ">1 min<"), ({"days": 59}, ">59 d<"), ({"days": 60}, "22 Sep<")],
)
def test_the_last_activity_is_told_by_its_age(browse, age, words):
    coach = make_coach()
    make_message(coach=coach, coachee=make_coachee(coach=coach), sent_at=ago(**age))
    assert words in browse(coach)


def test_overdue_surveys_first_then_the_oldest_then_names():
    coach = make_coach()
    calm = [make_coachee(coach=coach, name=name) for name in ("zoe", "Álvaro", "Bo")]
    old, new, late = (make_coachee(coach=coach, name=name) for name in "ABC")
    encourage(new, since=ago(days=1))
    encourage(old, since=ago(days=9))
    encourage(old, since=ago(days=1), rule="resources_unviewed")
    encourage(late, "survey_overdue", since=ago(hours=1))
    for closed in ({"since": ago(days=30), "until": NOW}, {"since": ahead(seconds=1)}):
        encourage(calm[0], "survey_overdue", **closed)
    order = [entry.name for entry in entries_of(coach, NOW, NOW)]
    assert order == ["C", "A", "B", "Álvaro", "Bo", "zoe"]


RULES = st.sampled_from(["survey_overdue", "messages_silent", "survey_halfway"])
OPEN = st.dictionaries(RULES, st.integers(-4, 4), max_size=3)


@hypothesis_settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["Ann", "Bea", "Cem"]), OPEN), max_size=7))
def test_the_order_agrees_with_a_naive_statement_of_it(people):
    with transaction.atomic():
        coach = make_coach()
        expected = []
        for name, opened in people:
            coachee = make_coachee(coach=coach, name=name)
            for rule, hours in opened.items():
                encourage(coachee, rule, since=NOW + hours * H)
            now_open = {rule: hours for rule, hours in opened.items() if hours <= 0}
            oldest = min(now_open.values(), default=1)
            expected.append((0 if "survey_overdue" in now_open else 1, oldest, name, coachee.pk))
        found = [entry.coachee_id for entry in entries_of(coach, NOW, NOW)]
        transaction.set_rollback(True)
    assert found == [key[-1] for key in sorted(expected)]


def test_pages_neither_skip_nor_double_while_things_change(browse, clock):
    coach = make_coach()
    people = [make_coachee(coach=coach, name=f"P{number:03}") for number in range(2 * PAGE_SIZE + 5)]
    opened = [encourage(person, since=ago(days=50, minutes=-number)) for number, person in enumerate(people)]
    first = browse(coach)
    clock.shift(60)
    cleared = [opened[3].pk, opened[PAGE_SIZE + 2].pk]
    Encouragement.objects.filter(pk__in=cleared).update(until=ahead(seconds=30))
    encourage(people[-1], "survey_overdue", since=ahead(seconds=20))
    make_coachee(coach=coach, name="P000 New", started_at=ahead(seconds=20))
    second = browse(coach, following(first))
    third = browse(coach, following(second))
    seen = [emails_in(page) for page in (first, second, third)]
    assert sum(seen, []) == [person.email for person in people]
    assert emails_in(browse(coach, link(second, "prev"))) == seen[0]
    assert emails_in(browse(coach))[0] == people[-1].email


def test_somebody_taken_away_between_two_pages_is_gone_at_once(browse, clock):
    coach = make_coach()
    people = [make_coachee(coach=coach, name=f"P{number:03}") for number in range(PAGE_SIZE + 2)]
    first = browse(coach)
    clock.shift(60)
    Relationship.objects.filter(coachee=people[-1]).update(ended_at=ahead(seconds=30))
    assert emails_in(browse(coach, following(first))) == [people[-2].email]


def test_another_coachs_coachees_and_ended_relationships_are_absent(cast, browse):
    make_relationship(coach=cast.coach, coachee=cast.outsider, started_at=ago(days=90), ended_at=ago(days=30))
    make_relationship(coach=cast.coach, coachee=cast.strangers_coachee, started_at=ahead(days=1))
    page = browse(cast.coach)
    assert set(emails_in(page)) == {cast.coachee.email, cast.other_coachee.email, cast.deactivated.email}
    assert cast.outsider.name not in page
    assert cast.strangers_coachee.name not in page


def test_a_pair_with_two_spells_is_one_row(browse):
    coach = make_coach()
    amara = make_coachee(coach=coach, started_at=ago(days=10))
    make_relationship(coach=coach, coachee=amara, started_at=ago(days=90), ended_at=ago(days=30))
    assert emails_in(browse(coach)) == [amara.email]


def test_what_a_co_coach_does_with_a_coachee_does_not_show(cast, browse):
    make_message(coach=cast.co_coach, coachee=cast.coachee, sent_at=ago(hours=1))
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=ahead(days=1), kind="flash")
    encourage(cast.coachee, "survey_overdue", coach=cast.co_coach)
    page = browse(cast.coach, "?q=amara")
    assert "Sent a message" not in page
    assert "None scheduled" in page
    assert "Survey overdue" not in page
    make_reflection(coachee=cast.coachee, shared=False, text="SECRET", submitted_at=ago(hours=2))
    page = browse(cast.coach, "?q=amara")
    assert "Answered a reflection" in page
    assert "SECRET" not in page


def test_the_allowance_is_the_coachees_across_coaches_in_their_own_month(cast, browse):
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=NOW - 3 * D, status="occurred")
    in_november_in_lagos_only_from_eleven_utc = NOW.replace(month=10, day=31, hour=23, minute=30)
    make_session(
        coach=cast.coach, coachee=cast.coachee, starts_at=in_november_in_lagos_only_from_eleven_utc, status="occurred"
    )
    october = NOW.replace(month=10, day=31, hour=22, minute=0)
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=october, status="occurred")
    make_coachee(coach=cast.coach, timezone="Pacific/Kiritimati")  # whose November began much earlier
    amaras = browse(cast.coach).split(cast.coachee.email)[1].split("</tr>")[0]
    assert "2 of 2 sessions used this month" in amaras


def test_active_onboarding_and_past_have_their_own_lists(browse):
    coach = make_coach()
    years = {"active": (2026, 2027), "onboarding": (2027, 2028), "past": (2024, 2025)}
    people = {
        status: make_coachee(coach=coach, subscription={"starts_on": date(first, 2, 1), "ends_on": date(last, 1, 31)})
        for status, (first, last) in years.items()
    }
    new = make_coachee(coach=coach, subscription=False)
    assert emails_in(browse(coach)) == [people["active"].email]
    assert set(emails_in(browse(coach, "?status=onboarding"))) == {people["onboarding"].email, new.email}
    page = browse(coach, "?status=past")
    assert emails_in(page) == [people["past"].email]
    assert "1 active · 2 onboarding · 1 past" in page
    assert "Ended" in page


def test_a_coach_with_past_coachees_only_sees_them_first(browse):
    coach = make_coach()
    past = make_coachee(coach=coach, subscription={"starts_on": date(2024, 1, 1), "ends_on": date(2024, 6, 1)})
    assert emails_in(browse(coach)) == [past.email]


@pytest.mark.parametrize("search", ["lukasz", "ØRSTED", "łukasz fjord", "retail"])
def test_the_filter_knows_neither_case_nor_accents(browse, search):
    coach = make_coach()
    found = make_coachee(coach=coach, name="Łukasz Ørsted", organization=make_organization(name="Fjord Retáil"))
    make_coachee(coach=coach, name="Somebody Else", organization=make_organization(name="Lakeside"))
    assert emails_in(browse(coach, f"?q={search}")) == [found.email]
    assert "Nobody found" in browse(coach, "?q=nowhere")


@pytest.mark.parametrize(
    "query", ["?status=%00", "?q=%00%00", "?after=x", "?after=eyJ9:x&before=%ff", "?before=" + "9" * 3000, "?status=no"]
)
def test_odd_addresses_give_a_clean_list(browse, query):
    coach = make_coach()
    amara = make_coachee(coach=coach, name="\u202eAmara")
    assert set(emails_in(browse(coach, query))) <= {amara.email}


def test_an_order_of_yesterday_is_made_anew(browse, clock):
    coach = make_coach()
    for number in range(PAGE_SIZE + 1):
        make_coachee(coach=coach, name=f"P{number:03}")
    later = following(browse(coach))
    clock.shift(13 * 60 * 60)
    assert len(emails_in(browse(coach, later))) == PAGE_SIZE


def test_people_without_coaching_access_have_no_such_page(cast, browse):
    for viewer in (cast.coachee, cast.admin, cast.superuser, cast.delivery_manager, cast.sponsor, cast.manager):
        browse(viewer, status=404)
    assert emails_in(browse(cast.former_coach)) == []
    assert cast.coachee.name not in browse(cast.former_coach)


def test_as_many_queries_for_thirty_as_for_one(cast, client, clock, django_assert_num_queries):
    coach = make_coach()
    client.force_login(coach)
    rich(coach)
    with django_assert_num_queries(7):
        client.get("/coachees/")
    for _ in range(29):
        rich(coach)
    with django_assert_num_queries(7):
        page = client.get("/coachees/").content.decode()
    assert len(emails_in(page)) == 30


def rich(coach) -> None:
    """A coachee with something in every column."""
    coachee = make_coachee(coach=coach, organization=make_organization())
    encourage(coachee)
    encourage(coachee, "survey_overdue")
    make_message(coach=coach, coachee=coachee)
    start = ahead(days=1, hours=2 * Relationship.objects.count())
    make_session(coach=coach, coachee=coachee, starts_at=start)


@given(st.lists(st.integers(0, 30), max_size=3, unique=True))
@hypothesis_settings(max_examples=15)
def test_the_status_of_one_is_the_status_in_a_list(months):
    with transaction.atomic():
        coach = make_coach()
        coachee = make_coachee(coach=coach, subscription=False, timezone="Pacific/Kiritimati")
        for month in months:
            first = date(2025 + month // 12, month % 12 + 1, 1)
            make_subscription(coachee=coachee, starts_on=first, ends_on=first + timedelta(days=26))
        one = status_of(coachee, NOW)
        [entry] = list_coachees(coach, NOW, status=one).entries
        periods = list(coachee.subscriptions.values_list("active_from", "active_until"))
        transaction.set_rollback(True)
    assert entry.status == one == status_from(periods, NOW)


def test_a_status_changes_at_the_coachees_midnight():
    coachee = make_coachee(subscription=False, timezone="Asia/Kolkata")
    make_subscription(coachee=coachee, starts_on=date(2026, 11, 22), ends_on=date(2026, 11, 22))
    midnight = NOW.replace(hour=18, minute=30)
    second = timedelta(seconds=1)
    moments = [midnight - second, midnight, midnight + D - second, midnight + D]
    assert [status_of(coachee, moment) for moment in moments] == [
        Status.ONBOARDING, Status.ACTIVE, Status.ACTIVE, Status.PAST,
    ]  # fmt: skip


def following(page: str) -> str:
    return link(page, "next")


def link(page: str, rel: str) -> str:
    """The query string of the page's link with this rel."""
    href = next(line for line in page.split("<a ") if f'rel="{rel}"' in line).split('href="')[1].split('"')[0]
    assert parse_qs(urlsplit(href).query)
    return href.replace("&amp;", "&")
