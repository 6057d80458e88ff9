"""Cases of what happens between sessions, for the table of `test_constraints`."""

from __future__ import annotations

from collections.abc import Callable

from assignments.models import Resource, Response
from profiles.typed import Draft
from tests.make import NOW, D, make_assignment, make_program, make_resource
from tests.make_between import (
    make_answer,
    make_article,
    make_draft,
    make_not_relevant,
    make_prompt,
    make_suggestion,
    make_template,
)
from tests.models.stage import Stage, encouragement, twice


def _suggest(stage: Stage, **fields) -> Callable[[Resource], object]:
    return lambda resource: make_suggestion(**{**stage.pair, **fields}, resource=resource)


def _answer(stage: Stage, sender: str) -> Response:
    answer = make_answer(assignment=make_assignment(**stage.pair))
    Response.objects.filter(pk=answer.pk).update(sender=sender)
    return answer


CASES_BETWEEN = {
    "program_prompt_days_up_to_365": (
        lambda s: make_program(prompt_days=366),
        lambda s: [make_program(prompt_days=365), make_program(prompt_days=0)],
    ),
    "one_draft_per_form": twice(lambda s, key: make_draft(person=s.cast.coachee, key=key)),
    "draft_has_a_key": (
        lambda s: Draft.objects.create(person=s.cast.coachee, key=""),
        lambda s: Draft.objects.create(person=s.cast.coachee, key="x"),
    ),
    "template_has_a_title": (
        lambda s: make_template(owner=s.cast.coach, title=" \n"),
        lambda s: make_template(owner=s.cast.coach, title="1"),
    ),
    "response_sender_is_known": (lambda s: _answer(s, "admin"), lambda s: _answer(s, "coachee")),
    "resource_kind_is_known": (lambda s: make_resource(kind="film"), lambda s: make_resource(kind="link")),
    "resource_shared_with_its_organization": (
        lambda s: make_resource(audience="organization"),
        lambda s: make_resource(audience="organization", organization=s.cast.coach.organization),
    ),
    "private_resource_has_an_owner": (
        lambda s: make_resource(audience="private"),
        lambda s: make_resource(audience="private", added_by=s.cast.coach),
    ),
    "file_resource_has_a_file": (
        lambda s: make_resource(kind="file"),
        lambda s: make_resource(kind="file", file="resources/1.pdf"),
    ),
    "article_has_a_text": (lambda s: make_article(body=" \n\t"), lambda s: make_article(body=" x")),
    "suggested_once": (
        lambda s: [_suggest(s)(resource) for resource in [make_resource()] * 2],
        lambda s: [
            suggest(resource)
            for resource in [make_resource()]
            for suggest in (_suggest(s, withdrawn_at=NOW), _suggest(s), _suggest(s, coach=s.cast.co_coach))
        ],
    ),
    "prompt_has_a_text": (
        lambda s: make_prompt(text=" \n"),
        lambda s: [make_prompt(text="?"), make_prompt(text="?", retired_at=NOW - D)],
    ),
    "not_relevant_has_a_reason": (
        lambda s: make_not_relevant(encouragement=encouragement(s, None), reason=" \n"),
        lambda s: make_not_relevant(encouragement=encouragement(s, None), reason=" x"),
    ),
}
