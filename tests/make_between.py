"""Rows of what happens between sessions, beside those of `tests/make.py`. Everything is keyword-only."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TypeVar

from activity.models import Encouragement, NotRelevant
from assignments.models import (
    Assignment,
    AssignmentFile,
    AssignmentTemplate,
    Prompt,
    Resource,
    Response,
    ResponseFile,
    Suggestion,
    TemplateFile,
)
from coaching.models import Message, MessageFile
from config.files import save_as
from config.kept_files import KeptFile
from profiles.models import Person
from profiles.typed import Draft, SentForm
from tests.make import NOW, D

PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
Kept = TypeVar("Kept", bound=KeptFile)


def make_article(
    *,
    added_by: Person | None = None,
    title: str = "Giving feedback",
    body: str = "Say what you **saw**.",
    audience: str = "everybody",
    added_at: datetime = NOW - 9 * D,
    **fields,
) -> Resource:
    """An article of the library; with the audience `organization` it is for that of whoever added it."""
    if audience == "organization":
        fields.setdefault("organization", added_by.organization)
    return Resource.objects.create(
        kind="article", title=title, body=body, audience=audience, added_by=added_by, added_at=added_at, **fields
    )


def make_file_resource(
    *, added_by: Person, title: str = "The GROW worksheet", content: bytes = PDF_BYTES, audience: str = "everybody"
) -> Resource:
    """A file of the library, with its content in the storage."""
    name = f"resources/{secrets.token_hex(16)}.pdf"
    save_as(name, content)
    return Resource.objects.create(
        kind="file",
        title=title,
        file=name,
        file_name="GROW.pdf",
        file_size=len(content),
        audience=audience,
        organization=added_by.organization if audience == "organization" else None,
        added_by=added_by,
        added_at=NOW - 9 * D,
    )


def make_suggestion(
    *,
    coach: Person,
    coachee: Person,
    resource: Resource,
    note: str = "Before our next session.",
    suggested_at: datetime = NOW - D,
    **fields,
) -> Suggestion:
    """What a coach suggested; standing unless `withdrawn_at` is given."""
    return Suggestion.objects.create(
        coach=coach, coachee=coachee, resource=resource, note=note, suggested_at=suggested_at, **fields
    )


def make_template(*, owner: Person, title: str = "Stakeholder map", **fields) -> AssignmentTemplate:
    """An assignment to give again and again."""
    return AssignmentTemplate.objects.create(owner=owner, title=title, **fields)


def make_answer(
    *, assignment: Assignment, text: str = "Well done.", responded_at: datetime = NOW - D / 2, **fields
) -> Response:
    """What the coach answered in the thread of an assignment; unread unless `read_at` is given."""
    return Response.objects.create(
        assignment=assignment,
        coach=assignment.coach,
        coachee=assignment.coachee,
        sender="coach",
        author=assignment.coach,
        text=text,
        responded_at=responded_at,
        **fields,
    )


def make_assignment_file(
    *, assignment: Assignment, name: str = "Brief.pdf", content: bytes = PDF_BYTES
) -> AssignmentFile:
    """A file that came with an assignment."""
    return _kept(AssignmentFile, name, content, assignment=assignment)


def make_template_file(
    *, template: AssignmentTemplate, name: str = "Brief.pdf", content: bytes = PDF_BYTES
) -> TemplateFile:
    """A file of a template."""
    return _kept(TemplateFile, name, content, template=template)


def make_response_file(*, response: Response, name: str = "Map.pdf", content: bytes = PDF_BYTES) -> ResponseFile:
    """A file that came with a response or an answer."""
    return _kept(ResponseFile, name, content, response=response)


def make_message_file(*, message: Message, name: str = "Notes.pdf", content: bytes = PDF_BYTES) -> MessageFile:
    """A file that came with a message."""
    return _kept(MessageFile, name, content, message=message)


def _kept(model: type[Kept], name: str, content: bytes, **belongs) -> Kept:
    stored = f"kept/{secrets.token_hex(16)}.pdf"
    save_as(stored, content)
    return model._default_manager.create(file=stored, name=name, size=len(content), added_at=NOW - D, **belongs)


def make_prompt(*, text: str = "What did you put off?", **fields) -> Prompt:
    """A question to reflect on, for all programs unless a `program` is given."""
    return Prompt.objects.create(text=text, **fields)


def make_not_relevant(*, encouragement: Encouragement, reason: str = "I am on leave.", **fields) -> NotRelevant:
    """The coachee said why something to encourage does not concern them."""
    fields.setdefault("said_at", NOW - timedelta(hours=1))
    return NotRelevant.objects.create(
        encouragement=encouragement, coachee=encouragement.relationship.coachee, reason=reason, **fields
    )


def make_draft(*, person: Person, key: str = "reflection:0", saved_at: datetime = NOW - D, **fields) -> Draft:
    """What somebody has typed and not sent; `fields` are its texts."""
    return Draft.objects.create(person=person, key=key, saved_at=saved_at, fields=fields or {"text": "Half a thought"})


def make_sent_form(*, person: Person, digest: str | None = None, sent_at: datetime = NOW - D, **fields) -> SentForm:
    """A form that was taken."""
    return SentForm.objects.create(digest=digest or secrets.token_hex(32), person=person, sent_at=sent_at, **fields)
