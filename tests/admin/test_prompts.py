"""Reflection prompts in the admin: for all programs, for one, and asked no more; never what was answered."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import Prompt, Reflection
from assignments.prompts import due
from tests.admin.test_catalogue import program_fields
from tests.cast import Cast
from tests.make import NOW, make_reflection
from tests.make_between import make_prompt

PROMPTS = "/admin/assignments/prompt/"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def page_of(prompt: Prompt) -> str:
    return reverse("admin:assignments_prompt_change", args=[prompt.pk])


def test_a_prompt_for_all_programs_is_asked_from_then_on(admin: Client, cast: Cast) -> None:
    assert admin.post(f"{PROMPTS}add/", {"text": "What now?", "position": 0, "program": ""}).status_code == 302
    assert due(cast.coachee, NOW).text == "What now?"
    assert admin.post(f"{PROMPTS}add/", {"text": " \n", "position": 0}).status_code == 200
    assert Prompt.objects.filter(position=0).count() == 1


def test_a_program_gets_prompts_of_its_own_on_its_page(admin: Client, cast: Cast) -> None:
    program = cast.coachee.subscriptions.get().program
    own = {"prompts-TOTAL_FORMS": 1, "prompts-0-text": "Only here?", "prompts-0-position": 1}
    url = reverse("admin:profiles_program_change", args=[program.pk])
    assert admin.post(url, program_fields(prompt_days=3, **own)).status_code == 302
    program.refresh_from_db()
    assert (program.prompt_days, due(cast.coachee, NOW)) == (3, program.prompts.get())


def test_answers_keep_their_words_whatever_becomes_of_the_prompt(admin: Client, cast: Cast) -> None:
    prompt = make_prompt(text="As it was asked?", program=cast.coachee.subscriptions.get().program)
    answer = make_reflection(coachee=cast.coachee, prompt=prompt.text, text="secret answer")
    Reflection.objects.update(asked=prompt)
    retired = {"text": "As it is now?", "position": 0, "retired_at_0": "2026-11-20", "retired_at_1": "12:00"}
    assert admin.post(page_of(prompt), retired).status_code == 302
    assert Prompt.objects.asked(NOW).filter(pk=prompt.pk).count() == 0
    answer.refresh_from_db()
    assert answer.prompt == "As it was asked?"
    assert "secret answer" not in admin.get(page_of(prompt)).text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "\x00", "x"])
def test_no_day_breaks_the_page(admin: Client, cast: Cast, day: str) -> None:
    prompt = make_prompt()
    sent = {"text": "A", "retired_at_0": day, "retired_at_1": "00:00"}
    for position in ("1", "9" * 30, "-1"):
        assert admin.post(page_of(prompt), {**sent, "position": position}).status_code in (200, 302)
        assert admin.get(PROMPTS).status_code == admin.get(page_of(prompt)).status_code == 200
