"""Subscriptions, programs, packages and organizations in the admin."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from activity.models import Reevaluation
from profiles.models import Organization, Package, Program, RuleKey, Subscription
from tests.cast import Cast
from tests.make import make_package

SUBSCRIPTIONS = "/admin/profiles/subscription/"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def days(starts_on: str, ends_on: str, **more: object) -> dict[str, object]:
    """What the form of a subscription posts."""
    unknown = {"complimentary_call": "unknown", "flash_sessions": "unknown"}
    return {"starts_on": starts_on, "ends_on": ends_on, **unknown, **more}


def test_the_first_subscription_makes_a_coachee(admin: Client, cast: Cast) -> None:
    manager = cast.delivery_manager.pk
    new = days("2026-12-01", "2027-05-31", coachee=cast.manager.pk, delivery_manager=manager, sessions_per_month=2)
    assert admin.post(f"{SUBSCRIPTIONS}add/", new).status_code == 302
    subscription = cast.manager.subscriptions.get()
    assert subscription.active_until == datetime(2027, 6, 1, tzinfo=UTC)
    assert (subscription.sessions_per_month, subscription.complimentary_call) == (2, None)
    assert cast.manager.role_grants.current().filter(role="coachee").exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "message"),
    [
        ("2027-02-28", "2027-12-31", "This coachee already has a subscription in that time."),
        ("2028-02-01", "2028-01-31", "The last day must not be before the first."),
    ],
)
def test_what_cannot_be_is_said(admin: Client, cast: Cast, starts_on: str, ends_on: str, message: str) -> None:
    response = admin.post(f"{SUBSCRIPTIONS}add/", days(starts_on, ends_on, coachee=cast.coachee.pk))
    assert message in response.text
    assert cast.coachee.subscriptions.count() == 1


def test_only_delivery_managers_are_named_as_such(admin: Client, cast: Cast) -> None:
    new = days("2028-01-01", "2028-12-31", coachee=cast.coachee.pk, delivery_manager=cast.sponsor.pk)
    assert "Silvia Sponsor is not a delivery manager" in admin.post(f"{SUBSCRIPTIONS}add/", new).text


def test_a_subscription_stays_with_its_coachee(admin: Client, cast: Cast) -> None:
    subscription = cast.coachee.subscriptions.get()
    url = reverse("admin:profiles_subscription_change", args=[subscription.pk])
    admin.post(url, days("2026-03-01", "2026-11-30", coachee=cast.outsider.pk))
    subscription.refresh_from_db()
    assert (subscription.coachee, subscription.ends_on) == (cast.coachee, date(2026, 11, 30))
    assert subscription.active_until == datetime(2026, 11, 30, 23, tzinfo=UTC)


def program_fields(**changed: object) -> dict[str, object]:
    """What the form of a program posts."""
    thresholds = {f"{name}_days": 7 for name in ("resources", "messages", "reflections", "goals", "takeaways")}
    labels = {"review_label": "360 program", "survey_label": "Behavioral Change Survey"}
    prompts = {"prompt_days": 7, "prompts-TOTAL_FORMS": 0, "prompts-INITIAL_FORMS": 0}
    return {"name": "New managers", "encouraged": RuleKey.values, **thresholds, **labels, **prompts, **changed}


def test_thresholds_and_rules_of_a_program_reach_everybody_in_it(admin: Client, cast: Cast) -> None:
    program = Program.objects.get(name="New managers")
    url = reverse("admin:profiles_program_change", args=[program.pk])
    Reevaluation.objects.all().delete()
    admin.post(url, program_fields(messages_days=10, encouraged=["survey_overdue", "messages_silent"]))
    program.refresh_from_db()
    assert program.messages_days == 10
    assert set(RuleKey.values) - set(program.rules_off) == {"survey_overdue", "messages_silent"}
    assert Reevaluation.objects.filter(relationship=cast.relationship).exists()


def test_a_program_needs_between_1_and_365_days(admin: Client, cast: Cast) -> None:
    response = admin.post("/admin/profiles/program/add/", program_fields(name="Other", goals_days=366))
    assert response.context["adminform"].form.errors["goals_days"]
    assert not Program.objects.filter(name="Other").exists()


@pytest.mark.parametrize("kind", [Organization, Program, Package])
def test_an_empty_one_is_deleted_and_one_in_use_is_not(admin: Client, cast: Cast, kind: type) -> None:
    name = kind._meta.model_name
    used = cast.coachee.organization if kind is Organization else getattr(cast.coachee.subscriptions.get(), name)
    refused = admin.post(reverse(f"admin:profiles_{name}_delete", args=[used.pk]), {"post": "yes"})
    assert refused.status_code == 200
    assert any(word in refused.text for word in ("people", "1 subscription", "subscriptions"))
    assert "Amara Okafor" not in refused.text
    empty = kind.objects.create(name="Empty")
    admin.post(reverse(f"admin:profiles_{name}_delete", args=[empty.pk]), {"post": "yes"})
    assert set(kind.objects.filter(pk__in=[used.pk, empty.pk])) == {used}


@pytest.mark.parametrize("kind", [Organization, Program, Package])
def test_nothing_is_deleted_in_bulk(admin: Client, cast: Cast, kind: type) -> None:
    empty = kind.objects.create(name="Empty")
    chosen = {"action": "delete_selected", "_selected_action": empty.pk, "post": "yes"}
    admin.post(reverse(f"admin:profiles_{kind._meta.model_name}_changelist"), chosen)
    assert kind.objects.filter(pk=empty.pk).exists()


def test_one_that_came_into_use_meanwhile_stays(admin: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.admin_catalogue.PackageAdmin.in_use", lambda *_: [])
    package = make_package(name="Leader 12")
    url = reverse("admin:profiles_package_delete", args=[package.pk])
    assert "is in use by now" in admin.post(url, {"post": "yes"}, follow=True).text
    assert Subscription.objects.filter(package=package).exists()
