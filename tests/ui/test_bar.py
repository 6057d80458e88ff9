"""The bar shows each person their own links, and nothing to those who are not signed in."""

import pytest

from coaching.models import Message

pytestmark = pytest.mark.django_db


def labels(client) -> list[str]:
    response = client.get("/accounts/email/")
    return [item.label for item in response.context["navigation"]]


def test_a_coach_sees_their_coachees(client, cast) -> None:
    client.force_login(cast.coach)
    assert labels(client) == ["Today", "Your coachees", "Sessions", "Assignments", "Library", "Messages"]


def test_a_coachee_finds_their_own_profile(client, cast) -> None:
    client.force_login(cast.coachee)
    assert labels(client) == ["Today", "Your profile", "Sessions", "Reflections", "Library", "Messages"]


def test_an_admin_finds_what_is_to_be_done(client, cast) -> None:
    client.force_login(cast.admin)
    assert labels(client) == ["Today", "Library", "Invitations", "To review"]


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
    own, theirs = f"/people/{cast.coach.pk}/", f"/people/{cast.coachee.pk}/"
    for path, marked in {
        "/coachees/": ("Your coachees", "page"),
        "/messages/": ("Messages", "page"),
        f"{theirs}messages/": ("Your coachees", "true"),
        f"{own}permissions/": (),
    }.items():
        items = client.get(path).context["navigation"]
        assert [(item.label, item.current) for item in items if item.current] == ([marked] if marked else [])


def test_what_is_a_coachees_own_is_marked_by_its_part(client, cast) -> None:
    client.force_login(cast.coachee)
    own = f"/people/{cast.coachee.pk}/"
    for path, label in {"": "Your profile", "goals/": "Your profile", "messages/": "Messages"}.items():
        items = client.get(own + path).context["navigation"]
        assert [item.label for item in items if item.current] == [label]


@pytest.mark.parametrize(("unread", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (150, "99+")])
def test_unread_messages_are_counted(client, cast, unread: int, shown: str) -> None:
    pair = {"coach": cast.coach, "coachee": cast.coachee, "sender": "coachee"}
    Message.objects.bulk_create(Message(**pair, text=str(number)) for number in range(unread))
    Message.objects.create(**pair | {"sender": "coach"}, text="My own.")
    Message.objects.create(**pair | {"coach": cast.former_coach}, text="To somebody else.")
    client.force_login(cast.coach)
    answer = client.get("/accounts/email/")
    assert [item.count for item in answer.context["navigation"] if item.label == "Messages"] == [shown]
    assert (f"{shown} new" in answer.text) == bool(shown)


def test_the_signed_out_see_no_menu(client) -> None:
    assert "data-menu" not in client.get("/accounts/login/").text


def test_a_part_asked_for_after_signing_out_goes_to_the_whole_sign_in_page(client) -> None:
    response = client.get("/coachees/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith("/accounts/login/")
