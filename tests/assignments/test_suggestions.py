"""A coach suggests a resource to coachees of their own, with a note, once, and can take it back."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from assignments.models import Suggestion
from notifications.models import Notification
from tests.make import NOW, D
from tests.make_between import make_article, make_suggestion
from tests.patience import COMES


@pytest.fixture
def article(cast):
    """Maya's own, seen by nobody else."""
    return make_article(added_by=cast.coach, title="§title§", audience="private")


def suggest(browser, resource, *coachees, note="§note§", **more):
    sent = {"coachees": [one.pk for one in coachees], "note": note, **more}
    return browser.post(reverse("suggestion-new", args=[resource.pk]), sent)


def test_a_suggestion_opens_the_resource_tells_and_shows_the_note(cast, article, signed_in):
    browser, amara = signed_in(cast.coach), signed_in(cast.coachee)
    assert amara.get(reverse("resource", args=[article.pk])).status_code == 404
    assert suggest(browser, article, cast.coachee, cast.other_coachee).status_code == 302
    for address in (reverse("resource", args=[article.pk]), reverse("library") + "?show=suggested"):
        page = amara.get(address).content.decode()
        assert "Maya Castellanos suggested this:" in page
        assert "§note§" in page
    assert set(Notification.objects.values_list("person", "kind")) == {
        (cast.coachee.pk, "resource_suggested"),
        (cast.other_coachee.pk, "resource_suggested"),
    }
    told = amara.get(reverse("notices")).content.decode()
    assert "Maya Castellanos suggested a resource to you." in told
    assert "§title§" not in told
    assert "§note§" not in told


def test_the_note_is_between_the_two(cast, signed_in):
    shared = make_article(added_by=cast.coach, audience="organization")
    make_suggestion(coach=cast.coach, coachee=cast.coachee, resource=shared, note="§note§")
    address = reverse("resource", args=[shared.pk])
    assert "§note§" in signed_in(cast.coach).get(address).content.decode()
    for who in (cast.co_coach, cast.other_coachee, cast.admin, cast.former_coach):
        for page in (address, reverse("library")):
            assert "§note§" not in signed_in(who).get(page).content.decode()


def test_a_form_sent_twice_suggests_once(cast, article, signed_in):
    browser = signed_in(cast.coach)
    page = browser.get(reverse("suggestion-new", args=[article.pk]) + f"?coachee={cast.coachee.pk}").content.decode()
    assert re.search(rf'value="{cast.coachee.pk}"[^>]* checked', page)
    form_id = re.search(r'name="form_id" value="([^"]+)"', page)[1]
    for _ in range(3):
        answer = suggest(browser, article, cast.coachee, form_id=form_id)
        assert (answer.status_code, answer["Location"]) == (302, reverse("resource", args=[article.pk]))
    assert Suggestion.objects.count() == Notification.objects.count() == 1


def test_what_stands_is_not_suggested_again(cast, article, signed_in):
    browser = signed_in(cast.coach)
    suggest(browser, article, cast.coachee)
    answer = suggest(browser, article, cast.coachee, cast.other_coachee, note="§another§")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Amara Okafor has this suggestion of yours already" in page
    assert "§another§" in page
    assert Suggestion.objects.count() == 1


@pytest.mark.parametrize("who", ["strangers_coachee", "coach", "former_coach"])
def test_only_to_people_the_coach_coaches_now(cast, article, signed_in, who):
    assert suggest(signed_in(cast.coach), article, getattr(cast, who)).status_code == 422
    assert suggest(signed_in(cast.coach), article).status_code == 422
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("coachee", 403), ("co_coach", 200), ("admin", 403), ("outsider", 404)])
def test_coaches_suggest_what_they_may_see(cast, signed_in, who, status):
    shared = make_article(added_by=cast.coach, audience="organization")
    assert signed_in(getattr(cast, who)).get(reverse("suggestion-new", args=[shared.pk])).status_code == status


def test_what_was_privately_suggested_is_not_handed_on(cast, article, signed_in):
    make_suggestion(coach=cast.coach, coachee=cast.stranger_coach, resource=article)
    browser = signed_in(cast.stranger_coach)
    assert suggest(browser, article, cast.strangers_coachee).status_code == 403
    assert not Suggestion.objects.filter(coachee=cast.strangers_coachee).exists()


def test_withdrawing_closes_a_private_resource_again(cast, article, signed_in):
    given = make_suggestion(coach=cast.coach, coachee=cast.coachee, resource=article)
    address = reverse("suggestion-withdrawn", args=[given.pk])
    assert signed_in(cast.coachee).post(address).status_code == 403
    assert signed_in(cast.co_coach).post(address).status_code == 404
    assert signed_in(cast.coach).post(address).status_code == 302
    given.refresh_from_db()
    assert given.withdrawn_at == NOW
    assert signed_in(cast.coachee).get(reverse("resource", args=[article.pk])).status_code == 404
    assert suggest(signed_in(cast.coach), article, cast.coachee).status_code == 302


def test_a_former_coach_no_longer_withdraws_nor_suggests(cast, article, signed_in):
    given = make_suggestion(coach=cast.coach, coachee=cast.coachee, resource=article)
    cast.relationship.ended_at = NOW - D
    cast.relationship.save()
    browser = signed_in(cast.coach)
    assert browser.post(reverse("suggestion-withdrawn", args=[given.pk])).status_code == 404
    assert suggest(browser, article, cast.coachee).status_code == 422
    page = browser.get(reverse("resource", args=[article.pk])).content.decode()
    assert "Amara" not in page
    assert signed_in(cast.coachee).get(reverse("resource", args=[article.pk])).status_code == 200


def test_a_coach_looks_for_something_for_one_coachee(cast, article, signed_in):
    given = make_article(added_by=cast.stranger_coach, title="§given§", audience="private")
    make_suggestion(coach=cast.stranger_coach, coachee=cast.coach, resource=given)
    browser = signed_in(cast.coach)
    page = browser.get(f"{reverse('library')}?for={cast.coachee.pk}").content.decode()
    assert "Suggest something to Amara Okafor" in page
    assert f"{reverse('suggestion-new', args=[article.pk])}?coachee={cast.coachee.pk}" in page
    assert "§given§" not in page
    assert "Sven" not in browser.get(f"{reverse('library')}?for={cast.strangers_coachee.pk}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_eight_tabs_at_once_suggest_once(cast, article):
    browsers = [Client() for _ in range(8)]
    for browser in browsers:
        browser.force_login(cast.coach)
    start, answers = threading.Barrier(8, timeout=COMES), []

    def send(browser: Client) -> None:
        start.wait()
        answers.append(suggest(browser, article, cast.coachee).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302] + [422] * 7
    assert Suggestion.objects.count() == Notification.objects.count() == 1
