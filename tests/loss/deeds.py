"""Every form that makes something, with what one types into it; and the server that takes it from twenty at once."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urlencode, urlsplit

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from assessments.models import ObservationComment
from assignments.giving_forms import EditForm, GiveForm, TemplateForm
from assignments.library_forms import ResourceForm, SuggestionForm
from assignments.models import Assignment, AssignmentTemplate, Reflection, Resource, Response, Suggestion
from assignments.reflection_forms import ReflectionForm
from assignments.thread_forms import ResponseForm
from coaching.message_forms import MessageForm
from coaching.models import Goal, Message
from profiles.models import Course, Credential
from sessions_app.availability_forms import ExceptionForm
from sessions_app.booking_forms import SlotForm, TypedForm, slot_value
from sessions_app.group_forms import GroupForm
from sessions_app.models import AvailabilityException, MicroGoal, Session, Takeaway
from sessions_app.note_page import NotesForm
from sessions_app.written_forms import WrittenForm
from tests.cast import Cast
from tests.loss.forms import Form, form
from tests.make import ago, ahead, make_assignment, make_resource, make_session
from tests.make_between import make_prompt
from tests.make_observations import make_observation
from tests.make_sessions import make_hours
from tests.patience import COMES

AT_ONCE = 20
BACKEND = "profiles.backends.PersonBackend"


@dataclass(frozen=True)
class Deed:
    """`who` types `typed` into the form of the page at `path` that has the field `has`, and a `model` row is made."""

    who: str
    path: Callable[[Cast], str]
    typed: dict[str, Any]
    model: type[Model]
    has: str = "text"
    form: type | None = None
    """The class of the form, of those that are taken once."""
    action: str = ""
    """How the address ends to which it is sent; empty for any."""
    prepare: Callable[[Cast], object] = field(default=lambda cast: None)


def _pair(cast: Cast) -> dict:
    return {"coach": cast.coach, "coachee": cast.coachee}


def _of(name: str, key: Callable[[Cast], int], query: str = "") -> Callable[[Cast], str]:
    return lambda cast: reverse(name, args=[key(cast)]) + query


def _amaras(name: str, query: str = "") -> Callable[[Cast], str]:
    return _of(name, lambda cast: cast.coachee.pk, query)


def _given(cast: Cast) -> int:
    found = Assignment.objects.first() or make_assignment(**_pair(cast), assigned_at=ago(days=3))
    return found.pk


def _ahead(cast: Cast) -> int:
    return make_session(**_pair(cast), starts_at=ahead(days=2)).pk


def _new_session(cast: Cast) -> str:
    return f"{reverse('session-new', args=[cast.coachee.pk])}?coach={cast.coach.pk}"


def _over(cast: Cast) -> int:
    return make_session(**_pair(cast), starts_at=ago(days=2), status="occurred").pk


GIVEN = {"title": "Map your week", "instructions": "Draw it.", "due_on": f"{ahead(days=9):%Y-%m-%d}"}
DEEDS: dict[str, Deed] = {
    "message": Deed("coachee", _amaras("person-messages"), {"text": "It went well"}, Message, form=MessageForm),
    "message back": Deed("coach", _amaras("person-messages"), {"text": "Tell me more"}, Message, form=MessageForm),
    "response": Deed("coachee", _of("assignment", _given), {"text": "Half done"}, Response, form=ResponseForm),
    "answer": Deed("coach", _of("assignment", _given), {"text": "Well done"}, Response, form=ResponseForm),
    "assignment": Deed(
        "coach",
        lambda cast: f"{reverse('assignments-new')}?coachee={cast.coachee.pk}",
        GIVEN,
        Assignment,
        has="due_on",
        form=GiveForm,
    ),
    "template": Deed(
        "coach", lambda cast: reverse("template-new"), {"title": "Week"}, AssignmentTemplate, "title", form=TemplateForm
    ),
    "article": Deed(
        "coach",
        lambda cast: f"{reverse('resource-new')}?kind=article",
        {"title": "Feedback", "body": "Say what you saw."},
        Resource,
        has="body",
        form=ResourceForm,
    ),
    "link": Deed(
        "coach",
        lambda cast: f"{reverse('resource-new')}?kind=link",
        {"title": "Feedback", "url": "https://example.org/feedback"},
        Resource,
        has="url",
        form=ResourceForm,
    ),
    "suggestion": Deed(
        "coach",
        lambda cast: f"{_of('suggestion-new', lambda c: make_resource().pk)(cast)}?coachee={cast.coachee.pk}",
        {"note": "Before Tuesday"},
        Suggestion,
        has="note",
        form=SuggestionForm,
    ),
    "reflection": Deed(
        "coachee",
        lambda cast: reverse("reflection-new"),
        {"text": "Too many meetings", "save": "private"},
        Reflection,
        form=ReflectionForm,
        prepare=lambda cast: make_prompt(),
    ),
    "shared reflection": Deed(
        "coachee",
        lambda cast: f"{reverse('reflection-new')}?prompt={make_prompt().pk}",
        {"text": "Too many meetings", "save": "share"},
        Reflection,
        form=ReflectionForm,
    ),
    "micro goal": Deed("coachee", _of("session-goal", _ahead), {"text": "Say no"}, MicroGoal, form=WrittenForm),
    "takeaway": Deed("coachee", _of("session-takeaway", _over), {"text": "Let go"}, Takeaway, form=WrittenForm),
    "session": Deed(
        "coachee",
        _new_session,
        {"starts_at": slot_value(ahead(days=3))},
        Session,
        has="form_id",
        form=SlotForm,
        prepare=lambda cast: make_hours(coach=cast.coach),
    ),
    "session at another time": Deed(
        "coach",
        _new_session,
        {"day": f"{ahead(days=3):%Y-%m-%d}", "at": "10:15", "another": "1"},
        Session,
        has="day",
        form=TypedForm,
    ),
    "group session": Deed(
        "coach",
        lambda cast: reverse("groups-new"),
        {"day": f"{ahead(days=3):%Y-%m-%d}", "at": "10:15"},
        Session,
        has="module",
        form=GroupForm,
    ),
    "day off": Deed(
        "coach",
        lambda cast: reverse("availability"),
        {"kind": "closed", "starts_on": f"{ahead(days=9):%Y-%m-%d}"},
        AvailabilityException,
        has="starts_on",
        form=ExceptionForm,
    ),
    "goal": Deed("coachee", _amaras("person-goals"), {"title": "Delegate", "why": "Fridays"}, Goal, has="why"),
    "course": Deed("coachee", _amaras("course-add"), {"title": "Coaching"}, Course, has="title"),
    "credential": Deed("coachee", _amaras("credential-add"), {"title": "Coach"}, Credential, has="title"),
    "comment": Deed(
        "coachee",
        _of("observation", lambda cast: make_observation(**_pair(cast)).pk),
        {"text": "I saw it too"},
        ObservationComment,
        action="/comments/",
    ),
}
MAKES_NOTHING = {EditForm, NotesForm}
"""They change what is there; the id is for the files that come along."""


def opened(cast: Cast, deed: Deed) -> tuple[Client, Form]:
    """Somebody signed in, with the form filled in."""
    deed.prepare(cast)
    client = Client()
    client.force_login(getattr(cast, deed.who), BACKEND)
    path = deed.path(cast)
    found = form(client, path, has=deed.has, ends=deed.action)
    found.values |= deed.typed
    return client, found


def at_once(
    server: str, client: Client, found: Form, each: tuple[str, list[str]] | None = None
) -> list[tuple[int, str]]:
    """Sends the form twenty times at the same moment, or with each of these values of a field once.

    Returns status and Location of each answer.
    """
    name, texts = each or ("", [""] * AT_ONCE)
    start, answers = threading.Barrier(len(texts), timeout=COMES), []
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()),
        "Origin": server,
    }

    def send(text: str) -> None:
        body = urlencode(found.values | ({name: text} if name else {}), doseq=True)
        connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=COMES)
        connection.connect()
        start.wait()
        connection.request("POST", urldefrag(found.action).url, body, headers)
        answer = connection.getresponse()
        answer.read()
        answers.append((answer.status, answer.headers.get("Location", "")))
        connection.close()

    threads = [threading.Thread(target=send, args=[text]) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
