"""Reflections: written once, shared or not, taken back, edited; private ones leave no trace with anybody else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from activity.encouragement import engine
from activity.models import Encouragement, Event
from assignments.models import Prompt, Reflection
from assignments.reflection_actions import draft_key, edit_key, submit_reflection
from coaching.models import Relationship
from profiles.drafts import draft_of
from profiles.once import new_form_id
from tests.make import NOW, D, make_reflection
from tests.make_between import make_draft, make_prompt

NEW = "/reflections/new/"


@pytest.fixture
def prompt(cast):
    """The one prompt of Amara's program."""
    return make_prompt(text="Where did you hold back?", program=cast.coachee.subscriptions.get().program)


@pytest.fixture
def amara(cast, signed_in):
    return signed_in(cast.coachee)


def listed(cast):
    return f"/people/{cast.coachee.pk}/reflections/"


def write(browser, prompt, text="In the budget round.", save="private", **more):
    shown = browser.get(f"{NEW}?prompt={prompt.pk}").content.decode()
    fields = dict(re.findall(r'name="(form_id|asked)" value="([^"]*)"', shown))
    return browser.post(f"{NEW}?prompt={prompt.pk}", {**fields, "text": text, "save": save, **more})


def opened(coachee):
    """Whether “no reflection shared for a week” is open now."""
    return Encouragement.objects.filter(
        relationship__coachee=coachee, rule="reflections_unshared", since__lte=NOW, until__gt=NOW
    ).exists()


def swept():
    found = engine.sweep(NOW)
    return found.opened + found.cleared


def test_a_private_answer_is_an_action_taken_whose_text_nobody_else_reads(cast, amara, signed_in, prompt):
    answer = write(amara, prompt)
    made = Reflection.objects.get()
    assert answer.headers["Location"] == f"/reflections/{made.pk}/"
    assert (made.prompt, made.asked, made.shared_at, made.submitted_at) == (prompt.text, prompt, None, NOW)
    assert Event.objects.get().kind == "submitted_reflection"
    maya = signed_in(cast.coach)
    assert maya.get(f"/reflections/{made.pk}/").status_code == 404
    assert "budget" not in maya.get(listed(cast)).content.decode() + maya.get(cast.coachee.get_absolute_url()).text
    assert "No reflection shared" in maya.get(listed(cast)).content.decode()


def test_sharing_clears_the_encouragement_and_taking_back_reopens_it(cast, amara, signed_in, prompt):
    engine.sweep(NOW)
    assert opened(cast.coachee)
    write(amara, prompt, save="share")
    made = Reflection.objects.get()
    for coach in (cast.coach, cast.co_coach):
        assert "In the budget round." in signed_in(coach).get(f"/reflections/{made.pk}/").content.decode()
    assert (opened(cast.coachee), swept()) == (False, 0)
    amara.post(f"/reflections/{made.pk}/sharing/", {"back": "yes"})
    assert signed_in(cast.coach).get(f"/reflections/{made.pk}/").status_code == 404
    assert (opened(cast.coachee), swept()) == (True, 0)
    amara.post(f"/reflections/{made.pk}/sharing/")
    made.refresh_from_db()
    assert (made.shared_at, opened(cast.coachee), swept(), Event.objects.count()) == (NOW, False, 0, 1)


def test_the_same_form_twice_is_one_reflection(cast, amara, prompt):
    shown = amara.get(f"{NEW}?prompt={prompt.pk}").content.decode()
    fields = dict(re.findall(r'name="(form_id|asked)" value="([^"]*)"', shown))
    fields |= {"text": "Once.", "save": "private"}
    answers = [amara.post(f"{NEW}?prompt={prompt.pk}", fields) for _ in range(3)]
    assert len({answer.headers["Location"] for answer in answers}) == Reflection.objects.count() == 1
    again = amara.post(f"{NEW}?prompt={prompt.pk}", {**fields, "save": "share"})
    assert (again.status_code, Reflection.objects.get().shared_at) == (302, None)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_is_made(cast):
    form = {"coachee": cast.coachee, "form_id": new_form_id(cast.coachee), "now": NOW}

    def send(_number):
        try:
            return submit_reflection(prompt=0, words="", text="Once.", share=True, **form).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as clicks:
        made = set(clicks.map(send, range(20)))
    assert made == {Reflection.objects.get().pk}


def test_an_empty_answer_is_said_beside_the_field(cast, amara, prompt):
    for save in ("private", "share"):
        answer = write(amara, prompt, text=" \u200b\n", save=save)
        assert answer.status_code == 422
        assert "A few words are enough." in answer.content.decode()
    assert not Reflection.objects.exists()


def test_without_javascript_a_draft_is_kept_by_a_button(cast, amara, signed_in, prompt):
    answer = write(amara, prompt, text="Half a thou", save="draft", draft_version="0")
    assert answer.headers["Location"] == f"{NEW}?prompt={prompt.pk}"
    assert "Half a thou</textarea>" in amara.get(NEW).content.decode()
    assert "Half a thou" in amara.get(listed(cast)).content.decode()
    assert "Half a thou" not in signed_in(cast.coach).get(listed(cast)).content.decode()
    other = write(amara, prompt, text="From another tab", save="draft", draft_version="0")
    assert other.status_code == 409
    assert "From another tab</textarea>" in other.content.decode()
    write(amara, prompt, text="A whole thought")
    assert draft_of(cast.coachee, draft_key(prompt.pk)) is None


def test_an_answer_keeps_the_words_that_were_asked(cast, amara, prompt):
    shown = amara.get(f"{NEW}?prompt={prompt.pk}").content.decode()
    fields = dict(re.findall(r'name="(form_id|asked)" value="([^"]*)"', shown))
    Prompt.objects.filter(pk=prompt.pk).update(text="Something else entirely?", retired_at=NOW)
    assert amara.get(f"{NEW}?prompt={prompt.pk}").status_code == 404
    assert amara.post(f"{NEW}?prompt={prompt.pk}", {**fields, "text": "So.", "save": "private"}).status_code == 302
    assert Reflection.objects.get().prompt == "Where did you hold back?"
    Prompt.objects.all().delete()
    assert "Where did you hold back?" in amara.get(listed(cast)).content.decode()


def test_a_draft_of_a_retired_prompt_can_be_finished(cast, amara, prompt):
    make_draft(person=cast.coachee, key=draft_key(prompt.pk), text="Begun before")
    Prompt.objects.update(retired_at=NOW)
    assert "Begun before" in amara.get(f"{NEW}?prompt={prompt.pk}").content.decode()


def test_only_a_coachees_own_prompts_are_asked(cast, amara, prompt):
    elsewhere = make_prompt(text="Not yours", program=None)
    for asked in (elsewhere.pk, "9" * 19, "9" * 40, "x", "-1", "٣", ""):
        assert amara.get(NEW, {"prompt": asked}).status_code == 404
    assert "What is on your mind?" in amara.get(f"{NEW}?prompt=0").content.decode()


def test_editing_says_edited_and_the_slower_tab_is_told(cast, amara, signed_in):
    made = make_reflection(coachee=cast.coachee, text="First.")
    where = f"/reflections/{made.pk}/edit/"
    make_draft(person=cast.coachee, key=edit_key(made.pk), text="Typed later")
    assert "Typed later</textarea>" in amara.get(where).content.decode()
    assert amara.post(where, {"text": "Second.", "version": 0}).status_code == 302
    assert "edited" in signed_in(cast.coach).get(f"/reflections/{made.pk}/").content.decode()
    assert draft_of(cast.coachee, edit_key(made.pk)) is None
    slower = amara.post(where, {"text": "Third.", "version": 0})
    page = slower.content.decode()
    assert (slower.status_code, "Second." in page, "Third.</textarea>" in page) == (409, True, True)
    assert 'name="version" value="1"' in page
    assert amara.post(where, {"text": "Third.", "version": 1}).status_code == 302


def test_what_was_typed_while_private_is_not_saved_into_what_another_tab_shared(cast, amara):
    made = make_reflection(coachee=cast.coachee, text="First.", shared=False)
    where = f"/reflections/{made.pk}/edit/"
    amara.post(f"/reflections/{made.pk}/sharing/")
    slower = amara.post(where, {"text": "For me alone.", "version": made.version})
    assert (slower.status_code, "Your coaches read what is saved" in slower.content.decode()) == (409, True)
    made.refresh_from_db()
    assert made.text == "First."


def test_what_is_shared_cannot_be_emptied_and_what_is_empty_cannot_be_shared(cast, amara):
    made = make_reflection(coachee=cast.coachee)
    emptied = amara.post(f"/reflections/{made.pk}/edit/", {"text": " ", "version": 0})
    assert (emptied.status_code, "take it back first" in emptied.content.decode()) == (422, True)
    amara.post(f"/reflections/{made.pk}/sharing/", {"back": "yes"})
    assert amara.post(f"/reflections/{made.pk}/edit/", {"text": " ", "version": 1}).status_code == 302
    shared = amara.post(f"/reflections/{made.pk}/sharing/")
    assert (shared.status_code, "Write something before you share it." in shared.content.decode()) == (422, True)
    made.refresh_from_db()
    assert (made.text, made.shared_at) == ("", None)


def test_coaches_read_and_change_nothing(cast, signed_in):
    made = make_reflection(coachee=cast.coachee)
    for coach in (cast.coach, cast.co_coach):
        browser = signed_in(coach)
        assert browser.post(f"/reflections/{made.pk}/edit/", {"text": "Mine", "version": 0}).status_code == 403
        assert browser.post(f"/reflections/{made.pk}/sharing/", {"back": "yes"}).status_code == 403
    made.refresh_from_db()
    assert (made.text, made.shared_at) == ("Too many meetings.", NOW - D)


def test_after_the_end_the_coachee_reads_and_takes_back_but_writes_no_more(cast, amara, signed_in, prompt):
    made = make_reflection(coachee=cast.coachee)
    make_draft(person=cast.coachee, key=draft_key(prompt.pk), text="Typed before")
    Relationship.objects.filter(coachee=cast.coachee).update(ended_at=NOW)
    cast.coachee.subscriptions.update(ends_on=date(2026, 11, 1), active_until=NOW)
    assert "Too many meetings." in amara.get(f"/reflections/{made.pk}/").content.decode()
    assert signed_in(cast.coach).get(f"/reflections/{made.pk}/").status_code == 404
    late = amara.post(f"{NEW}?prompt=0", {"text": "Too late", "save": "share"})
    assert (late.status_code, "Too late</textarea>" in late.content.decode()) == (403, True)
    assert amara.post(f"/reflections/{made.pk}/edit/", {"text": "Late", "version": 0}).status_code == 403
    assert amara.post(f"/reflections/{made.pk}/sharing/", {"back": "yes"}).status_code == 302
    assert amara.post(f"/reflections/{made.pk}/sharing/").status_code == 403
    made.refresh_from_db()
    assert (made.text, made.shared_at) == ("Too many meetings.", None)


def test_the_list_knows_private_from_shared(cast, amara):
    make_reflection(coachee=cast.coachee, prompt="Kept back?", shared=False)
    make_reflection(coachee=cast.coachee, prompt="Given away?")
    pages = {state: amara.get(listed(cast), {"state": state}).content.decode() for state in ("", "private", "shared")}
    found = {state: ("Kept back?" in page, "Given away?" in page) for state, page in pages.items()}
    assert found == {"": (True, True), "private": (True, False), "shared": (False, True)}
    assert amara.get(listed(cast), {"state": "\x00'", "after": "9" * 99}).status_code == 200


def test_of_private_ones_a_coach_sees_neither_count_nor_gap(cast, signed_in):
    make_reflection(coachee=cast.coachee, prompt="Given away?")
    maya = signed_in(cast.coach)
    before = maya.get(listed(cast)).content
    for day in range(30):
        make_reflection(coachee=cast.coachee, prompt="Kept back?", shared=False, submitted_at=NOW - day * D / 2)
    assert re.sub(rb'(?s)name="\w+" value="[^"]*"', b"", maya.get(listed(cast)).content) == re.sub(
        rb'(?s)name="\w+" value="[^"]*"', b"", before
    )


@pytest.mark.parametrize("who", ["coachee", "coach"])
def test_the_list_is_paged_and_costs_the_same_for_one_and_for_thirty(
    cast, signed_in, django_assert_max_num_queries, who
):
    browser = signed_in(getattr(cast, who))
    make_reflection(coachee=cast.coachee, prompt="The first?", submitted_at=NOW - 60 * D)
    with django_assert_max_num_queries(40) as once:
        browser.get(listed(cast))
    for day in range(30):
        make_reflection(coachee=cast.coachee, submitted_at=NOW - day * D)
        make_draft(person=cast.coachee, key=draft_key(1000 + day))
    with django_assert_max_num_queries(40) as many:
        page = browser.get(listed(cast)).content.decode()
    assert len(many) <= len(once) + (who == "coachee")  # the prompts of drafts, looked up together
    older = re.search(r'href="(\?before=[^"]+|\?after=[^"]+)"', page)
    assert "The first?" not in page
    assert "The first?" in browser.get(listed(cast) + older[1]).content.decode()
