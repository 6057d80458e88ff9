"""Drafts: kept while people write, told of another tab, read by nobody else, and never more than there is room for."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from profiles.actions import RefusedError
from profiles.drafts import MOST, draft_of, forget_draft, save_draft
from profiles.models import Draft
from profiles.versions import ChangedMeanwhileError
from tests.make import NOW, D

KEY = "reflection:7"


def keep(client, text, version=0, key=KEY, **more):
    fields = text if isinstance(text, str) and text.startswith("{!") else json.dumps({"text": text})
    return client.post("/drafts/", {"key": key, "version": version, "fields": fields.removeprefix("{!"), **more})


@pytest.fixture
def amara(client, cast, clock):
    client.force_login(cast.coachee)
    return client


def test_what_is_typed_is_there_later_for_nobody_else(amara, cast):
    assert keep(amara, "Half a th").json() == {"version": 1, "saved": "13:00"}
    assert keep(amara, "Half a thought", 1).json()["version"] == 2
    assert draft_of(cast.coachee, KEY).fields == {"text": "Half a thought"}
    assert draft_of(cast.coach, KEY) is None


def test_a_second_tab_is_told_and_gets_the_other_text(amara, cast):
    keep(amara, "From the first tab")
    answer = keep(amara, "From the second")
    assert (answer.status_code, answer.json()["fields"]) == (409, {"text": "From the first tab"})
    assert draft_of(cast.coachee, KEY).fields == {"text": "From the first tab"}
    assert keep(amara, "From the second", answer.json()["version"]).status_code == 200


def test_the_same_texts_once_more_are_no_conflict(amara):
    keep(amara, "Said once")
    assert keep(amara, "Said once", 0).json()["version"] == 1


def test_a_tab_left_open_does_not_bring_back_what_was_sent(amara, cast):
    keep(amara, "Sent by now")
    forget_draft(cast.coachee, KEY)
    answer = keep(amara, "Sent by now, and more", 1)
    assert (answer.status_code, answer.json()["version"], draft_of(cast.coachee, KEY)) == (409, 0, None)


def test_an_emptied_form_has_no_draft(amara, cast):
    keep(amara, "Never mind")
    assert keep(amara, "  ", 1).json()["version"] == 0
    assert draft_of(cast.coachee, KEY) is None


@pytest.mark.parametrize(
    "key", ["", "diary:1", "reflection", "reflection:1:2", "reflection:x", "reflection:٣", "a\x00:1"]
)
def test_only_forms_of_the_product_keep_drafts(amara, key):
    assert keep(amara, "Words", key=key).status_code == 422
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "fields", ["[]", "{!", "", '{"text": 1}', '{"te xt": "a"}', '{"text": "\\u0000"}', '{"text": "\\ud800"}']
)
def test_what_is_no_text_is_refused(amara, fields):
    answer = amara.post("/drafts/", {"key": KEY, "version": 0, "fields": fields})
    assert (answer.status_code, Draft.objects.exists()) == (422, False)


def test_a_text_may_be_long_but_not_endless(amara):
    assert keep(amara, "é" * 49_000).status_code == 200
    assert keep(amara, "é" * 51_000, 1).status_code == 422
    assert keep(amara, "short", "9" * 30).status_code == 409


def test_somebody_else_who_signed_in_meanwhile_gets_no_draft_of_the_page(amara, cast):
    assert keep(amara, "Amara's", person=cast.coach.pk).status_code == 403
    assert not Draft.objects.exists()


def test_the_oldest_of_too_many_goes(cast):
    for number in range(MOST + 1):
        save_draft(cast.coachee, f"message:1:{number}", {"text": "x"}, 0, NOW + number * D)
    save_draft(cast.coach, KEY, {"text": "x"}, 0, NOW - D)
    assert cast.coachee.drafts.count() == MOST
    assert draft_of(cast.coachee, "message:1:0") is None
    assert draft_of(cast.coach, KEY)


def test_a_page_open_since_before_signing_in_again_gets_a_new_token(amara, cast):
    answer = amara.get("/drafts/").json()
    assert answer["person"] == cast.coachee.pk
    assert answer["token"]


def test_discarding_asks_first_and_goes_nowhere_else(amara, cast):
    keep(amara, "An old idea")
    page = amara.get("/drafts/removal/", {"key": KEY, "next": "/goals/"})
    assert "An old idea" in page.content.decode()
    assert draft_of(cast.coachee, KEY)
    gone = amara.post("/drafts/removal/", {"key": KEY, "next": "https://evil.example/"})
    assert (gone.headers["Location"], draft_of(cast.coachee, KEY)) == ("/", None)
    assert amara.get("/drafts/removal/", {"key": "\x00", "next": "//evil.example"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_tabs_at_once_one_is_first_and_the_others_are_told(cast):
    def tab(number):
        try:
            save_draft(cast.coachee, KEY, {"text": f"Tab {number}"}, 0, NOW)
            return "kept"
        except ChangedMeanwhileError as faster:
            return faster.current.fields["text"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as tabs:
        told = list(tabs.map(tab, range(8)))
    kept = draft_of(cast.coachee, KEY).fields["text"]
    assert (told.count("kept"), set(told)) == (1, {"kept", kept})


def test_a_verb_says_why_it_refuses(cast):
    with pytest.raises(RefusedError, match="characters"):
        save_draft(cast.coachee, KEY, {"text": "\x00"}, 0, NOW)


@pytest.mark.parametrize("onward", ["a", "today", "\x00", "-1", "//elsewhere.org", "https://elsewhere.org/", ""])
def test_throwing_a_draft_away_leads_nowhere_but_into_the_site(client, cast, onward):
    client.force_login(cast.coach)
    answer = client.post("/drafts/removal/", {"key": "article:0", "next": onward})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
