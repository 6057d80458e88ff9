"""The bar shows each person their own links, and nothing to those who are not signed in."""

import pytest

pytestmark = pytest.mark.django_db


def labels(client) -> list[str]:
    response = client.get("/accounts/email/")
    return [item.label for item in response.context["navigation"]]


def test_a_coach_sees_their_coachees(client, cast) -> None:
    client.force_login(cast.coach)
    assert labels(client) == ["Today", "Your coachees"]


def test_a_coachee_finds_their_own_profile(client, cast) -> None:
    client.force_login(cast.coachee)
    assert labels(client) == ["Today", "Your profile"]


def test_an_admin_finds_what_is_to_be_done(client, cast) -> None:
    client.force_login(cast.admin)
    assert labels(client) == ["Today", "Invitations", "To review"]


@pytest.mark.parametrize("who", ["sponsor", "delivery_manager"])
def test_others_have_no_coachees(client, cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert labels(client) == ["Today"]


def test_only_admins_have_the_link_to_administration(client, cast) -> None:
    client.force_login(cast.coach)
    assert "/admin/" not in client.get("/accounts/email/").text
    client.force_login(cast.admin)
    assert "/admin/" in client.get("/accounts/email/").text


def test_the_current_page_is_marked(client, cast) -> None:
    client.force_login(cast.coach)
    current = {item.url: item.current for item in client.get("/coachees/").context["navigation"]}
    assert current == {"/": "", "/coachees/": "page"}


def test_the_signed_out_see_no_menu(client) -> None:
    assert "data-menu" not in client.get("/accounts/login/").text


def test_a_part_asked_for_after_signing_out_goes_to_the_whole_sign_in_page(client) -> None:
    response = client.get("/coachees/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith("/accounts/login/")
