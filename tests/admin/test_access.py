"""Who gets into the admin, and to what."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from config.admin_site import site
from tests.admin.pages import addresses, names
from tests.cast import Cast

REGISTERED = {"Person", "Organization", "Program", "Package", "Subscription", "Relationship", "Rubric", "RubricVersion"}
REGISTERED |= {"Prompt", "GroupModule"}
NOT_STAFF = ("coach", "coachee", "co_coach", "former_coach", "delivery_manager", "manager", "sponsor", "outsider_coach")
ODD = (
    "?p=abc",
    "?p=99999999999",
    "?o=9.9",
    "?e=1",
    "?q=%00",
    "?role=%00",
    "?role=nothing",
    "?_popup=1",
    "?all=",
    "?x=1",
)


def test_nothing_is_registered_but_what_admins_look_after() -> None:
    assert {model.__name__ for model in site._registry} == REGISTERED


def test_every_address_is_known_to_these_tests(cast: Cast) -> None:
    assert set(addresses()) == names()


@pytest.mark.parametrize("who", NOT_STAFF)
def test_for_people_who_are_not_staff_there_is_no_admin(cast: Cast, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    for url in [*all_urls(), "/admin/nothing/", "/admin/profiles/person/1", "/admin/r/1/1/"]:
        assert client.get(url).status_code == 404, url
        assert client.post(url).status_code == 404, url


def test_signed_out_people_come_to_our_own_sign_in(cast: Cast, client: Client) -> None:
    for url in all_urls():
        response = client.get(url)
        assert response.status_code == 302, url
        assert response["Location"].startswith("/accounts/login/?next=/admin/"), url


def test_superusers_and_admins_get_exactly_the_same(cast: Cast) -> None:
    admin, superuser = Client(), Client()
    admin.force_login(cast.admin)
    superuser.force_login(cast.superuser)
    for url in set(all_urls()) - {reverse("admin:logout")}:
        assert admin.get(url).status_code == superuser.get(url).status_code, url


def test_a_former_admin_is_out_in_the_same_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    assert client.get("/admin/").status_code == 200
    cast.admin.role_grants.update(ended_at=cast.relationship.started_at)
    assert client.get("/admin/").status_code == 404


@pytest.mark.parametrize("who", ["admin", "superuser"])
def test_people_subscriptions_and_relationships_are_never_deleted(cast: Cast, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    subscription = cast.coachee.subscriptions.get()
    for kind, row in [
        ("profiles_person", cast.outsider),
        ("profiles_subscription", subscription),
        ("coaching_relationship", cast.relationship),
    ]:
        assert client.post(reverse(f"admin:{kind}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        client.post(reverse(f"admin:{kind}_changelist"), chosen)
        row.refresh_from_db()


@pytest.mark.parametrize("query", ODD)
def test_odd_addresses_never_break(cast: Cast, client: Client, query: str) -> None:
    client.force_login(cast.admin)
    for model in site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(url + query).status_code in (200, 302, 404), url


@pytest.mark.parametrize("who", ["'\"><b>", "9" * 30, "-1", "²", ""])
def test_a_form_filled_with_nonsense_comes_back(cast: Cast, client: Client, who: str) -> None:
    client.force_login(cast.admin)
    for url in ("/admin/coaching/relationship/add/", "/admin/profiles/subscription/add/"):
        assert client.get(url, {"coach": who, "coachee": who}).status_code == 200
        assert client.post(url, {"coach": who, "coachee": who, "program": who}).status_code == 200
    bulk = {"action": "assign_coach", "_selected_action": [cast.outsider.pk], "apply": "1", "index": "0", "coach": who}
    assert client.post("/admin/profiles/person/", bulk).status_code == 200


@pytest.mark.parametrize("pk", ["9" * 30, "0", "-1", "abc", "1_00", "%00"])
def test_rows_that_do_not_exist_are_not_found(cast: Cast, client: Client, pk: str) -> None:
    client.force_login(cast.admin)
    for page in ("change", "delete", "history"):
        assert client.get(f"/admin/profiles/organization/{pk}/{page}/").status_code == 404
    assert client.get(f"/admin/coaching/relationship/{pk}/end/").status_code == 404


@pytest.mark.parametrize(
    "lookup", ["password__startswith", "messages_as_coachee__text__contains", "messages_as_coachee", "email__contains"]
)
def test_no_address_asks_the_database_more_than_the_filters_offer(cast: Cast, client: Client, lookup: str) -> None:
    client.force_login(cast.superuser)
    assert client.get(f"/admin/profiles/person/?{lookup}=a").status_code == 404


def test_signing_out_leads_to_our_own_sign_in(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    assert client.post("/admin/logout/")["Location"].startswith("/accounts/login/")
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")


def all_urls() -> list[str]:
    """Every address; of a row's, that of the first two rows."""
    return [url for urls in addresses().values() for url in urls[:2]]
