"""Two tabs, or two people, at one text: the second is shown both versions, and neither is written over the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from activity.encouragement import engine
from activity.models import Encouragement
from sessions_app.models import Session
from tests.cast import Cast
from tests.loss.deeds import BACKEND, at_once
from tests.loss.forms import Form, form, forms
from tests.make import (
    NOW,
    ago,
    ahead,
    make_assignment,
    make_goal,
    make_micro_goal,
    make_private_note,
    make_reflection,
    make_response,
    make_session,
    make_shared_note,
    make_takeaway,
)
from tests.make_between import make_article, make_not_relevant, make_template

FIRST, SECOND = "What the first tab says", "What the second tab says"


@dataclass(frozen=True)
class Edit:
    """`who` changes the `field` of the row that `make` makes, on the page with that name."""

    who: str
    make: Callable[[Cast], Model]
    page: str
    field: str = "text"
    about: Callable[[Model], int] = lambda row: row.pk
    """What the page is asked for with: the row's id, or its session's."""
    column: str = ""

    def form(self, client: Client, row: Model) -> Form:
        return form(client, reverse(self.page, args=[self.about(row)]), has=self.field)

    def saved(self, row: Model) -> str:
        return type(row)._default_manager.values_list(self.column or self.field, flat=True).get(pk=row.pk)


def _pair(cast: Cast) -> dict:
    return {"coach": cast.coach, "coachee": cast.coachee}


def _session_of(row: Model) -> int:
    return row.session_id


def _goal_text(shared: bool) -> Callable[[Cast], Model]:
    return lambda cast: make_micro_goal(session=make_session(**_pair(cast), starts_at=ahead(days=2)), shared=shared)


def _over(cast: Cast) -> Session:
    return make_session(**_pair(cast), starts_at=ago(days=3), status="occurred")


def _takeaway(cast: Cast) -> Model:
    return make_takeaway(session=_over(cast))


def _not_relevant(cast: Cast) -> Model:
    engine.evaluate([cast.relationship.pk], NOW)
    said = Encouragement.objects.open(NOW).filter(relationship=cast.relationship).first()
    return make_not_relevant(encouragement=said)


NOTES = {"about": _session_of, "column": "text"}
EDITS: dict[str, Edit] = {
    "assignment": Edit("coach", lambda c: make_assignment(**_pair(c)), "assignment-edit", "instructions"),
    "template": Edit("coach", lambda c: make_template(owner=c.coach), "template", "instructions"),
    "response": Edit(
        "coachee",
        lambda c: make_response(assignment=make_assignment(**_pair(c)), responded_at=ago(minutes=2)),
        "response",
    ),
    "article": Edit("coach", lambda c: make_article(added_by=c.coach, audience="private"), "resource-edit", "body"),
    "private reflection": Edit(
        "coachee", lambda c: make_reflection(coachee=c.coachee, shared=False), "reflection-edit"
    ),
    "shared reflection": Edit("coachee", lambda c: make_reflection(coachee=c.coachee), "reflection-edit"),
    "draft of a goal": Edit("coachee", _goal_text(shared=False), "session-goal", about=_session_of),
    "shared goal": Edit("coachee", _goal_text(shared=True), "session-goal", about=_session_of),
    "takeaway": Edit("coachee", _takeaway, "session-takeaway", about=_session_of),
    "private note": Edit("coach", lambda c: make_private_note(session=_over(c)), "session-notes", "private", **NOTES),
    "shared note": Edit("coach", lambda c: make_shared_note(session=_over(c)), "session-notes", "shared", **NOTES),
    "goal": Edit("coachee", lambda c: make_goal(coachee=c.coachee), "goal-edit", "why"),
    "not relevant": Edit("coachee", _not_relevant, "not-relevant", "reason", about=lambda row: row.encouragement_id),
}
VERSIONED_ELSEWHERE = {"Person", "PersonEdit", "Draft", "Employment", "Observation", "Availability", "LogSettings"}
VERSIONED_ELSEWHERE |= {"Session", "GroupMeeting"}
"""With tests of their own, beside the pages."""


def _tab(cast: Cast, edit: Edit, row: Model, text: str) -> tuple[Client, Form]:
    client = Client()
    client.force_login(getattr(cast, edit.who), BACKEND)
    found = edit.form(client, row)
    found.values[edit.field] = text
    return client, found


def _send(tab: tuple[Client, Form]):
    client, found = tab
    return client.post(found.action, found.values)


def test_every_model_with_a_version_is_here():
    versioned = {
        model.__name__
        for model in apps.get_models()
        if any(field.name == "version" and not field.is_relation for field in model._meta.get_fields())
    }
    edited = {"Assignment", "AssignmentTemplate", "Response", "Resource", "Reflection", "MicroGoal", "Takeaway", "Goal"}
    edited |= {"PrivateNote", "SharedNote"}
    assert versioned - VERSIONED_ELSEWHERE == edited


@pytest.mark.django_db
@pytest.mark.parametrize("name", EDITS)
def test_the_second_is_shown_both_and_may_save_then(name, cast, clock):
    edit = EDITS[name]
    row = edit.make(cast)
    tabs = [_tab(cast, edit, row, text) for text in (FIRST, SECOND)]
    assert _send(tabs[0]).status_code == 302
    late = _send(tabs[1])

    assert late.status_code == 409
    assert FIRST in late.text
    assert SECOND in late.text
    assert edit.saved(row) == FIRST
    shown = next(one for one in forms(late.text, tabs[1][1].action) if edit.field in one.values)
    assert shown.values[edit.field] == SECOND
    assert tabs[1][0].post(shown.action, shown.values).status_code == 302
    assert edit.saved(row) == SECOND


@pytest.mark.django_db
@pytest.mark.parametrize("name", EDITS)
def test_without_what_was_shown_it_would_be_overwritten(name, cast, clock):
    """The control: with the version of now in its form, the second tab wins unasked."""
    edit = EDITS[name]
    row = edit.make(cast)
    first, second = (_tab(cast, edit, row, text) for text in (FIRST, SECOND))
    assert _send(first).status_code == 302
    now = edit.form(second[0], row).values
    second[1].values |= {key: value for key, value in now.items() if key == "version" or key.startswith("shown")}
    assert _send(second).status_code == 302
    assert edit.saved(row) == SECOND


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["assignment", "shared goal"])
def test_of_many_at_once_one_is_the_first(name, cast, clock, live_server):
    edit = EDITS[name]
    row = edit.make(cast)
    client, found = _tab(cast, edit, row, FIRST)
    answers = at_once(live_server.url, client, found, each=(edit.field, [f"{FIRST} {number}" for number in range(10)]))
    assert sorted(status for status, _place in answers) == [302] + [409] * 9
