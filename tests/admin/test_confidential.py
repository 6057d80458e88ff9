"""What people wrote in confidence is nowhere in the admin, for a superuser either."""

from __future__ import annotations

from collections.abc import Iterator

import pghistory
import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from activity.encouragement import engine
from activity.models import Encouragement
from config.admin_site import site
from sessions_app.models import LogSettings, Session
from tests.admin.pages import addresses, body
from tests.cast import Cast
from tests.make import (
    NOW,
    make_assignment,
    make_goal,
    make_goal_change,
    make_message,
    make_micro_goal,
    make_milestone,
    make_notification,
    make_person,
    make_private_note,
    make_rater,
    make_reflection,
    make_resource,
    make_response,
    make_review,
    make_session,
    make_shared_note,
    make_survey,
    make_takeaway,
    make_view,
)
from tests.make_between import (
    make_assignment_file,
    make_draft,
    make_message_file,
    make_not_relevant,
    make_response_file,
    make_suggestion,
    make_template,
    make_template_file,
)
from tests.make_observations import make_comment, make_observation
from tests.make_sessions import (
    make_busy,
    make_change,
    make_consent,
    make_exception,
    make_feed,
    make_hours,
    make_meeting,
    make_outside_calendar,
    make_private_version,
    make_rules,
    make_shared_version,
)

MARK = "canary"
RUBRICS = {f"assessments.{model}" for model in ("rubric", "rubricversion", "component", "level")}
HISTORY = {model._meta.label_lower for model in pghistory.core.event_models()}
"""Ids, instants and flags (tests/audit)."""
OPEN = {
    "profiles",
    "sessions_app.groupmodule",
    "coaching.relationship",
    "coaching.relationshipreview",
    "pghistory",
    *HISTORY,
    *RUBRICS,
    "assignments.prompt",
    "admin",
    "auth",
    "contenttypes",
    "sessions",
    "account",
    "mfa",
}
SEALED = {"profiles.draft"}
"""Confidential although the rest of their app is not."""
pytestmark = pytest.mark.usefixtures("clock")


def scheduled(cast: Cast, session: Session) -> None:
    """What booking, calendars and the log keep; where there are words, they are marked."""
    coach = cast.coach
    make_rules(coach=coach, meeting_url=f"https://{MARK}.example/meeting")
    make_hours(coach=coach)
    make_exception(coach=coach)
    make_busy(coach=coach)
    make_outside_calendar(coach=coach, url=f"https://{MARK}.example/busy.ics")
    make_feed(person=coach, nonce=f"{MARK}-nonce")
    make_meeting(coach=coach, module=f"{MARK}-module")
    make_change(session=session)
    make_consent(coach=coach, coachee=cast.coachee)
    LogSettings.objects.create(coach=coach)


@pytest.fixture
def written(cast: Cast) -> None:
    """A marked text in every place that people write in, and encouragements that were worked out from them."""
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    session = make_session(**pair, starts_at=NOW - (NOW - NOW.replace(day=14)), status="occurred")
    private = make_private_note(session=session, text=f"{MARK}-private-note")
    make_private_version(note=private, text=f"{MARK}-private-version")
    shared = make_shared_note(session=session, text=f"{MARK}-shared-note")
    make_shared_version(note=shared, text=f"{MARK}-shared-version")
    scheduled(cast, session)
    make_micro_goal(session=session, text=f"{MARK}-goal")
    make_takeaway(session=session, text=f"{MARK}-takeaway")
    make_message_file(message=make_message(**pair, text=f"{MARK}-message"), name=f"{MARK}-message.pdf")
    assignment = make_assignment(**pair, title=f"{MARK}-title", instructions=f"{MARK}-instructions")
    response = make_response(assignment=assignment, text=f"{MARK}-response")
    make_assignment_file(assignment=assignment, name=f"{MARK}-assignment.pdf")
    make_response_file(response=response, name=f"{MARK}-response.pdf")
    template = make_template(owner=cast.coach, title=f"{MARK}-template")
    make_template_file(template=template, name=f"{MARK}-template.pdf")
    make_reflection(coachee=cast.coachee, prompt=f"{MARK}-prompt", text=f"{MARK}-reflection")
    make_draft(person=cast.coachee, text=f"{MARK}-draft")
    resource = make_resource(title=f"{MARK}-resource", url=f"https://{MARK}.example")
    make_view(coachee=cast.coachee, resource=resource)
    make_suggestion(**pair, resource=resource, note=f"{MARK}-note")
    make_survey(coachee=cast.coachee, title=f"{MARK}-survey")
    review = make_review(coachee=cast.coachee, close_reason=f"{MARK}-reason")
    make_rater(review=review, relationship="manager", name=f"{MARK}-rater", email=f"{MARK}@example.org")
    goal = make_goal(coachee=cast.coachee, title=f"{MARK}-goal-title", why=f"{MARK}-why")
    make_milestone(goal=goal, title=f"{MARK}-milestone")
    make_goal_change(goal=goal, progress=20, comment=f"{MARK}-progress")
    make_notification(person=cast.coachee)
    texts = {name: f"{MARK}-{name}" for name in ("setting", "strengths", "next_step")}
    seen = make_observation(**pair, **texts, ratings={"listens": (2, f"{MARK}-evidence")})
    make_comment(observation=seen, author=cast.coachee, text=f"{MARK}-comment")
    engine.sweep(NOW)
    make_not_relevant(encouragement=Encouragement.objects.filter(until__gt=NOW).first(), reason=f"{MARK}-not-relevant")


def confidential() -> Iterator[type]:
    """All models but those that admins look after or that hold no word of coaching."""
    for model in apps.get_models():
        label = model._meta.label_lower
        if label in SEALED or (model._meta.app_label not in OPEN and label not in OPEN):
            yield model


def test_there_is_a_marked_row_of_every_confidential_model(written: None) -> None:
    """A model that is added later must be marked here too."""
    empty = {model._meta.label for model in confidential() if not model.objects.exists()}
    assert empty == {
        "activity.Fingerprint",
        "activity.Heartbeat",
        "activity.Reevaluation",
    }


def test_no_confidential_model_is_registered() -> None:
    assert not set(confidential()) & set(site._registry)


@pytest.mark.parametrize("who", ["admin", "superuser"])
def test_no_page_shows_a_word_of_it(cast: Cast, written: None, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    everything = addresses()
    for url in [url for name, urls in everything.items() for url in urls if name != "logout"]:
        assert MARK not in body(client.get(url)), url


def test_no_row_of_it_is_found_by_searching_or_suggesting(cast: Cast, written: None, client: Client) -> None:
    client.force_login(cast.superuser)
    for model, admin in site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert not client.get(url, {"q": MARK}).context["cl"].result_list.exists(), url
        for field in admin.autocomplete_fields:
            named = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
            assert client.get("/admin/autocomplete/", {**named, "term": MARK}).json()["results"] == []


def test_suggestions_cannot_be_turned_on_a_confidential_model(cast: Cast, client: Client) -> None:
    client.force_login(cast.superuser)
    fields = [field for model in confidential() for field in model._meta.get_fields()]
    for field in [field for field in fields if field.is_relation and field.concrete]:
        of = field.model._meta
        named = {"app_label": of.app_label, "model_name": of.model_name, "field_name": field.name}
        assert client.get("/admin/autocomplete/", {**named, "term": "a"}).status_code == 403


def test_the_way_to_a_row_on_the_site_shows_none_of_it(cast: Cast, written: None, client: Client) -> None:
    client.force_login(cast.superuser)
    for model in confidential():
        kind = ContentType.objects.get_for_model(model).pk
        for pk in model.objects.values_list("pk", flat=True):
            response = client.get(f"/admin/r/{kind}/{pk}/")
            assert (response.status_code, MARK in response.text) == (404, False)


def test_the_log_of_the_admin_names_rows_and_fields_and_no_texts(cast: Cast, written: None, client: Client) -> None:
    client.force_login(cast.admin)
    new = make_person(name="Nils New", roles=["coachee"])
    client.post("/admin/coaching/relationship/add/", {"coach": cast.stranger_coach.pk, "coachee": new.pk})
    client.post(reverse("admin:coaching_relationship_end", args=[cast.relationship.pk]))
    bulk = {"action": "assign_coach", "_selected_action": [cast.outsider.pk], "apply": "1", "index": "0"}
    client.post("/admin/profiles/person/", {**bulk, "coach": cast.coach.pk})
    logged = [f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.order_by("pk")]
    assert len(logged) == 3
    assert not [line for line in logged if MARK in line]
