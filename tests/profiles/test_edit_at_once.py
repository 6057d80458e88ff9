"""Two people who edit one profile: the second is told, sees both versions and loses nothing."""

from __future__ import annotations

import re
import threading

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from profiles.models import Person
from tests.make import make_organization
from tests.patience import COMES
from tests.profiles.editing import Editor, now
from tests.profiles.test_photos import as_upload, photo_bytes


def test_the_second_sees_both_versions_and_loses_nothing(cast, editor):
    first, second = editor(cast.coach, cast.coachee), editor(cast.coachee, cast.coachee)
    first.send(position="§theirs§", language="Spanish")
    assert second.send(position="§mine§", about="§about§", timezone="Europe/Madrid").status_code == 409
    assert "Maya Castellanos saved something else here" in second.page
    assert "§theirs§" in second.page
    assert second.sent["position"] == "§mine§"
    assert second.sent["about"] == "§about§"
    assert second.page.count('class="theirs"') == 1
    assert now(cast.coachee).about == ""


@pytest.mark.parametrize(("keep", "position"), [("mine", "§mine§"), ("theirs", "§theirs§")])
def test_the_second_chooses_for_each_field_and_saves(cast, editor, keep, position):
    first, second = editor(cast.coach, cast.coachee), editor(cast.coachee, cast.coachee)
    first.send(position="§theirs§")
    second.send(position="§mine§", about="§about§")
    assert second.send(**{"keep-position": keep}).status_code == 302
    assert (now(cast.coachee).position, now(cast.coachee).about) == (position, "§about§")


def test_what_i_did_not_touch_stays_as_the_other_left_it(cast, editor):
    first, second = editor(cast.coach, cast.coachee), editor(cast.coachee, cast.coachee)
    first.send(position="Theirs", timezone="Europe/Madrid")
    assert second.send(about="Mine").status_code == 302
    amara = now(cast.coachee)
    assert (amara.position, amara.timezone, amara.about) == ("Theirs", "Europe/Madrid", "Mine")


def test_nor_does_choosing_take_back_what_i_did_not_touch(cast, editor):
    """The form that asks shows the others' newer values, or saving it would bring the older ones back."""
    home, away = make_organization(name="Home"), make_organization(name="Away")
    Person.objects.filter(pk=cast.coachee.pk).update(organization=home)
    first, second = editor(cast.admin, cast.coachee), editor(cast.superuser, cast.coachee)
    theirs = {"timezone": "Europe/Madrid", "language": "Spanish", "organization": "Away", "coaching_access": "on"}
    first.send(position="Theirs", other_roles=["coachee", "sponsor"], **theirs)
    assert second.send(position="Mine", about="Mine").status_code == 409
    assert second.send(**{"keep-position": "mine"}).status_code == 302
    amara = now(cast.coachee)
    assert (amara.position, amara.about) == ("Mine", "Mine")
    assert (amara.timezone, amara.language, amara.organization) == ("Europe/Madrid", "es", away)
    assert amara.roles == {"coachee", "sponsor", "coach"}


def test_the_same_change_by_two_is_no_conflict(cast, editor):
    first, second = editor(cast.coach, cast.coachee), editor(cast.coachee, cast.coachee)
    first.send(position="Head")
    assert second.send(position="Head", about="Mine").status_code == 302


def test_a_third_who_is_faster_again_is_told_of_again(cast, editor):
    first, second = editor(cast.coach, cast.coachee), editor(cast.coachee, cast.coachee)
    first.send(position="§one§")
    second.send(position="§mine§")
    editor(cast.co_coach, cast.coachee).send(position="§two§")
    assert second.send().status_code == 409
    assert "Cornelia Cole saved something else here" in second.page
    assert "§two§" in second.page


def test_a_change_past_the_form_is_noticed_as_well(cast, editor):
    opened = editor(cast.coach, cast.coachee)
    Person.objects.filter(pk=cast.coachee.pk).update(position="§imported§")
    assert opened.send(position="§mine§").status_code == 409
    assert "Somebody else saved something else here" in opened.page


def test_roles_and_organizations_are_told_in_words(cast, editor):
    make_organization(name="Lakeside")
    make_organization(name="Riverside")
    first, second = editor(cast.admin, cast.coachee), editor(cast.superuser, cast.coachee)
    first.send(other_roles=["coachee", "sponsor"], organization="Lakeside")
    assert second.send(other_roles=["coachee", "admin"], organization="Riverside").status_code == 409
    words = " ".join(re.sub("<[^>]*>", " ", second.page).split())
    assert "Keep what is in your field: Coachee, Admin Take theirs: Coachee, Sponsor" in words
    assert "Keep what is in your field: Riverside Take theirs: Lakeside" in words
    assert second.send(**{"keep-other_roles": "theirs"}).status_code == 302
    assert now(cast.coachee).roles == {"coachee", "sponsor"}
    assert now(cast.coachee).organization.name == "Riverside"


def test_a_newer_photo_is_told_of_and_mine_leaves_no_file(cast, editor, empty_store):
    first, second = editor(cast.coach, cast.coachee), editor(cast.coachee, cast.coachee)
    first.send(photo=as_upload(photo_bytes()))
    theirs = now(cast.coachee).photo
    assert second.send(photo=as_upload(photo_bytes()), about="Mine").status_code == 409
    assert "Maya Castellanos has set a newer photo" in second.page
    assert sorted(default_storage.listdir("photos")[1]) == [f"{theirs}-128.webp", f"{theirs}-512.webp"]
    assert second.send().status_code == 302
    assert (now(cast.coachee).photo, now(cast.coachee).about) == (theirs, "Mine")


def test_an_edit_in_the_admin_counts(cast, editor, client):
    opened = editor(cast.coach, cast.coachee)
    client.force_login(cast.admin)
    sent = {"email": cast.coachee.email, "name": cast.coachee.name, "position": "§admins§", "is_active": "on"}
    sent |= {"timezone": "Africa/Lagos", "language": "en", "other_roles": ["coachee"], "about": "§about§"}
    assert client.post(f"/admin/profiles/person/{cast.coachee.pk}/change/", sent).status_code == 302
    assert opened.send(position="§mine§").status_code == 409
    assert "Ada Admin saved something else here" in opened.page


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_wins_and_the_other_is_told(cast, clock):
    editors = [Editor(viewer, cast.coachee).open() for viewer in (cast.coach, cast.co_coach)]
    barrier, answers = threading.Barrier(2, timeout=COMES), {}

    def run(number: int) -> None:
        barrier.wait()
        try:
            answers[number] = editors[number].send(position=f"Position {number}").status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [302, 409]
    winner = next(number for number, status in answers.items() if status == 302)
    assert now(cast.coachee).position == f"Position {winner}"
    assert f"Position {winner}" in editors[1 - winner].page
    assert editors[1 - winner].sent["position"] == f"Position {1 - winner}"
