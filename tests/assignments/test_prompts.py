"""Which prompt a coachee is asked, and when: against a naive statement, and as programs have it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignments.default_prompts import TEXTS, add_default_prompts
from assignments.models import Prompt, Reflection
from assignments.prompts import Asked, Library, due, library_of
from assignments.reflection_actions import draft_key
from tests.encouragement.naive import midnight
from tests.encouragement.worlds import PLACES, instants
from tests.make import NOW, D, make_program, make_reflection
from tests.make_between import make_draft, make_prompt


def naive(library: Library, now: datetime) -> Asked | None:
    """Count the midnights since; then one that was begun, else never answered, else answered longest ago."""
    if library.submitted_at is not None:
        first = (library.submitted_at - timedelta(days=3)).date()
        days = [first + timedelta(days=number) for number in range(80)]
        passed = [day for day in days if library.submitted_at < midnight(day, library.zone) <= now]
        if len(passed) < library.days:
            return None
    begun = [one for one in library.prompts if one.has_draft] or list(library.prompts)
    never = [one for one in begun if one.answered_at is None]
    return never[0] if never else min(begun, key=lambda one: one.answered_at, default=None)


@st.composite
def libraries(draw) -> tuple[Library, datetime]:
    """Up to four prompts, some answered or begun, in awkward places at awkward times."""
    zone, around = draw(st.sampled_from(PLACES))
    answered = st.none() | instants(around)
    prompts = [Asked(pk, f"Prompt {pk}", draw(answered), draw(st.booleans())) for pk in range(draw(st.integers(0, 4)))]
    now, submitted = draw(instants(around)), draw(answered)
    if submitted is not None and submitted > now:
        now, submitted = submitted, now
    return Library(prompts, draw(st.integers(1, 9)), zone, submitted), now


@given(libraries())
@settings(max_examples=500)
def test_what_is_due_is_what_a_patient_reader_would_say(drawn):
    library, now = drawn
    assert library.due(now) == naive(library, now)


@pytest.fixture
def own(cast):
    """Three prompts of Amara's program, in another order than they were made."""
    program = cast.coachee.subscriptions.get().program
    return [make_prompt(text=f"Prompt {place}", program=program, position=place) for place in (3, 1, 2)]


def answer(cast, prompt, at):
    made = make_reflection(coachee=cast.coachee, prompt=prompt.text, shared=False, submitted_at=at)
    Reflection.objects.filter(pk=made.pk).update(asked=prompt)


def test_one_prompt_a_week_each_in_its_turn(cast, own):
    third, first, second = own
    assert due(cast.coachee, NOW) == first
    answer(cast, first, NOW - 7 * D)
    assert due(cast.coachee, NOW) == second
    answer(cast, second, NOW - 6 * D)
    assert due(cast.coachee, NOW) is None
    assert due(cast.coachee, NOW + D) == third
    answer(cast, third, NOW)
    assert due(cast.coachee, NOW + 7 * D) == first


def test_what_was_begun_is_asked_again(cast, own):
    make_draft(person=cast.coachee, key=draft_key(own[0].pk))
    make_draft(person=cast.coach, key=draft_key(own[2].pk))
    assert due(cast.coachee, NOW) == own[0]


def test_an_answer_dated_later_has_not_happened_yet(cast, own):
    answer(cast, own[1], NOW + D)
    assert due(cast.coachee, NOW) == own[1]


def test_retired_prompts_are_not_asked_and_those_of_other_programs_neither(cast, own):
    third, first, second = own
    add_default_prompts(Prompt)
    Prompt.objects.filter(pk=first.pk).update(retired_at=NOW)
    make_prompt(text="Elsewhere", program=make_program(name="Elsewhere"), position=0)
    assert due(cast.coachee, NOW) == second
    assert [one.text for one in library_of(cast.coachee, NOW).prompts] == ["Prompt 2", "Prompt 3"]
    Prompt.objects.filter(pk__in=[second.pk, third.pk]).update(retired_at=NOW)
    assert due(cast.coachee, NOW).text == TEXTS[0]  # none of its own any more: those for all programs


def test_a_program_says_how_often_and_whether_at_all(cast, own):
    answer(cast, own[1], NOW - 2 * D)
    program = own[0].program
    program.prompt_days = 2
    program.save()
    assert due(cast.coachee, NOW) == own[2]
    program.prompt_days = 0
    program.save()
    assert due(cast.coachee, NOW) is None
    assert library_of(cast.coachee, NOW).prompts == []


def test_an_installation_begins_with_a_dozen(cast):
    Prompt.objects.all().delete()  # tests that commit empty the tables, and with them what migrations wrote
    assert (add_default_prompts(Prompt), add_default_prompts(Prompt)) == (12, 0)
    assert list(Prompt.objects.filter(program=None).values_list("text", flat=True)) == list(TEXTS)


def test_asking_costs_the_same_for_one_prompt_and_for_thirty(cast, own, django_assert_num_queries):
    with django_assert_num_queries(3):
        due(cast.coachee, NOW)
    for place in range(30):
        answer(cast, make_prompt(program=own[0].program, position=place), NOW - (9 + place) * D)
    with django_assert_num_queries(3):
        due(cast.coachee, NOW)
