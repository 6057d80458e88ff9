"""Editing a profile: who may change what, what is refused, and what follows from it."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress

from activity.encouragement import engine
from coaching.models import Relationship
from profiles.models import Person, PersonEdit
from tests.make import NOW, ahead, make_message, make_organization, make_relationship
from tests.make_edits import make_photo
from tests.profiles.editing import Editor, now
from tests.profiles.test_photos import as_upload, photo_bytes

# Who may change what ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coachee", "coach", "co_coach"])
def test_the_person_and_their_coaches_change_these_fields(cast, editor, who):
    response = editor(getattr(cast, who), cast.coachee).send(
        position="Head of  Engineering", timezone="madrid", language="español", about="Likes\r\nmaps."
    )
    assert response["Location"] == f"/people/{cast.coachee.pk}/"
    amara = now(cast.coachee)
    assert (amara.position, amara.timezone, amara.language) == ("Head of Engineering", "Europe/Madrid", "es")
    assert (amara.about, amara.version) == ("Likes\nmaps.", 1)


@pytest.mark.parametrize("who", ["coachee", "coach"])
def test_nobody_but_admins_reaches_any_other_field(cast, editor, who):
    opened = editor(getattr(cast, who), cast.coachee)
    before = Person.objects.filter(pk=cast.coachee.pk).values().get()
    for secret in ("manager@example.org", "manager_name", "other_roles"):
        assert secret not in opened.page
    elsewhere = make_organization(name="Elsewhere")
    opened.send(
        name="Mallory",
        email="m@example.org",
        organization="Elsewhere",
        organization_id=elsewhere.pk,
        other_roles=["admin"],
        roles=["admin"],
        coaching_access="on",
        is_active="",
        is_superuser="on",
        is_staff="on",
        capacity="3",
        manager_email="m@example.org",
        password="x",
        version="9",
        shown=json.dumps({"name": "Mallory", "other_roles": [], "version": 0}),
    )
    assert Person.objects.filter(pk=cast.coachee.pk).values().get() == before
    assert now(cast.coachee).roles == {"coachee"}


def test_admins_change_everything(cast, editor):
    make_organization(name="Lakeside")
    response = editor(cast.admin, cast.coachee).send(
        name="Amara O.",
        email="New@Example.org",
        organization="Lakeside",
        manager_name="Nina",
        manager_email="nina@example.org",
        other_roles=["coachee", "sponsor"],
        coaching_access="on",
    )
    assert response.status_code == 302
    amara = now(cast.coachee)
    assert (amara.name, amara.email, amara.organization.name) == ("Amara O.", "new@example.org", "Lakeside")
    assert (amara.manager_name, amara.manager_email) == ("Nina", "nina@example.org")
    assert amara.roles == {"coachee", "sponsor", "coach"}
    editor(cast.admin, cast.coachee).send(capacity="7")
    assert now(cast.coachee).capacity == 7
    edit = PersonEdit.objects.get(person=amara, version=1)
    assert (edit.by, edit.at, "email" in edit.fields) == (cast.admin, NOW, True)


def test_an_address_is_theirs_once_they_have_signed_in(cast, editor):
    EmailAddress.objects.create(user=cast.coachee, email="amara@example.org", primary=True, verified=True)
    editor(cast.admin, cast.coachee).send(email="right@example.org")
    assert not EmailAddress.objects.exists()
    Person.objects.filter(pk=cast.coachee.pk).update(last_login=NOW)
    opened = editor(cast.admin, cast.coachee)
    assert 'name="email"' not in opened.page
    opened.send(email="mine@example.org")
    assert now(cast.coachee).email == "right@example.org"


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("delivery_manager", "coachee", 403),
        ("coachee", "coach", 403),
        ("former_coach", "coachee", 404),
        ("stranger_coach", "coachee", 404),
        ("sponsor", "coachee", 404),
        ("coach", "admin", 404),
    ],
)
def test_others_may_not(cast, editor, who, whom, status):
    opened = Editor(getattr(cast, who), getattr(cast, whom))
    for method in ("get", "post"):
        response = getattr(opened.client, method)(opened.address, {"timezone": "UTC", "position": "Changed"})
        assert response.status_code == status
    assert now(getattr(cast, whom)).position != "Changed"


def test_the_end_of_a_relationship_shuts_an_open_form(cast, editor):
    opened = editor(cast.coach, cast.coachee)
    Relationship.objects.filter(coach=cast.coach).update(ended_at=NOW)
    assert opened.send(position="Too late").status_code == 404
    assert now(cast.coachee).position == "Engineering Manager"


def test_the_profile_offers_it_to_those_who_may(cast, page_of):
    for who in ("coachee", "coach", "admin"):
        assert f"/people/{cast.coachee.pk}/edit/" in page_of(getattr(cast, who), cast.coachee)
    assert "/edit/" not in page_of(cast.delivery_manager, cast.coachee)


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("timezone", "Madrix", "Madrix is not a time zone"),
        ("timezone", "", "This field is required"),
        ("language", "Klingonese", "Klingonese is not a language"),
        ("position", "x" * 201, "at most 200 characters"),
        ("about", "x" * 2001, "at most 2000 characters"),
        ("position", "a\0b", "Null characters"),
        ("name", " ", "This field is required"),
        ("email", "jonas@example.org", "already exists"),
        ("email", "amara@", "valid email"),
        ("organization", "Nowhere Inc", "no organization of this name"),
        ("organization", "a\0b", "Null characters"),
        ("other_roles", ["root"], "not one of the available choices"),
        ("other_roles", [], "stays a coachee until then"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(cast, editor, field, value, words):
    opened = editor(cast.admin, cast.coachee)
    response = opened.send(**{"manager_name": "§typed§", field: value})
    assert response.status_code == 422
    error = re.search(rf'id="id_{field}_error">(.*?)</ul>', opened.page, re.DOTALL)
    assert words in unescape(error[1])
    assert opened.sent["manager_name"] == "§typed§"
    assert now(cast.coachee).version == 0


@pytest.mark.parametrize(
    "shown", ["", "{", "[" * 100_000, "7", '{"version": 1e400}', '{"version": "x", "about": {}}', None]
)
def test_whatever_stands_in_for_what_was_shown_is_no_error(cast, editor, shown):
    response = editor(cast.coach, cast.coachee).send(shown=shown, position="Changed")
    assert response.status_code in (302, 409)


@pytest.mark.parametrize("capacity", ["-1", "99999", "9" * 400, "many"])
def test_a_capacity_is_a_number_that_can_be_meant(cast, editor, capacity):
    assert editor(cast.admin, cast.coach).send(capacity=capacity).status_code == 422


def test_nobody_shuts_themselves_out(cast, editor):
    opened = editor(cast.admin, cast.admin)
    assert opened.send(is_active=None, other_roles=[]).status_code == 422
    assert "your own right to sign in" in opened.page
    assert "your own admin role" in opened.page
    assert now(cast.admin).is_staff


def test_a_refused_form_asks_for_the_photo_again(cast, editor):
    opened = editor(cast.coach, cast.coachee)
    opened.send(timezone="Nowhere", photo=as_upload(photo_bytes()))
    assert "choose it again" in opened.page


# What follows -------------------------------------------------------------------------------------


def test_a_new_time_zone_moves_the_subscription_and_leaves_nothing_to_repair(cast, editor):
    make_message(coach=cast.coach, coachee=cast.coachee)
    engine.sweep(NOW)
    editor(cast.coachee, cast.coachee).send(timezone="Pacific/Auckland")
    period = cast.coachee.subscriptions.get()
    assert period.active_from.isoformat() == "2026-02-28T11:00:00+00:00"
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (0, 0)


def test_coaching_access_is_turned_on_and_off(cast, editor):
    editor(cast.admin, cast.manager).send(coaching_access="on")
    assert now(cast.manager).roles == {"coach"}
    assert editor(cast.admin, cast.manager).send(coaching_access=None)["Location"] == f"/people/{cast.manager.pk}/"
    assert now(cast.manager).roles == set()


def test_turning_it_off_asks_first_while_they_coach_people(cast, editor):
    response = editor(cast.admin, cast.coach).send(coaching_access=None, position="Principal coach")
    assert response["Location"] == f"/people/{cast.coach.pk}/coaching-access/"
    assert now(cast.coach).position == "Principal coach"
    assert now(cast.coach).roles == {"coach"}
    assert Relationship.objects.running(NOW).filter(coach=cast.coach).exists()


def test_one_who_is_about_to_coach_somebody_counts_as_well(cast, editor):
    cast.manager.role_grants.create(role="coach")
    make_relationship(coach=cast.manager, coachee=cast.outsider, started_at=ahead(days=3))
    assert "coaching-access" in editor(cast.admin, cast.manager).send(coaching_access=None)["Location"]


def test_sending_twice_is_harmless(cast, editor):
    opened = editor(cast.coach, cast.coachee)
    sent = dict(opened.sent)
    for _time in range(2):
        opened.sent = dict(sent)
        assert opened.send(position="Head").status_code == 302
    assert (now(cast.coachee).position, now(cast.coachee).version) == ("Head", 1)


def test_saving_an_untouched_form_changes_nothing(cast, editor):
    Person.objects.filter(pk=cast.coachee.pk).update(language="PT-br", timezone="Asia/Calcutta", about="a\r\nb")
    before = Person.objects.filter(pk=cast.coachee.pk).values().get()
    for who in ("coach", "admin"):
        editor(getattr(cast, who), cast.coachee).send()
    assert Person.objects.filter(pk=cast.coachee.pk).values().get() == before


def test_a_photo_travels_with_the_page_by_name_only(cast, editor):
    photo = make_photo(person=cast.coachee)
    opened = editor(cast.coach, cast.coachee)
    assert json.loads(opened.sent["shown"])["photo"] == photo
    assert opened.send(shown=json.dumps({"photo": "../../secret"}), about="x").status_code in (302, 409)
    assert now(cast.coachee).photo == photo
