"""What a coach does with assignments: gives them to one or many, changes them, puts them away and takes them out again.

Each is one transaction. Nothing here is a fact that encouragements follow from; completing and responding are in
`thread_actions.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assignments.models import Assignment, AssignmentFile, AssignmentTemplate, TemplateFile
from coaching.models import Relationship
from config.files import Checked, Store, storing
from config.kept_files import KeptFile
from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from profiles.actions import RefusedError
from profiles.drafts import forget_draft
from profiles.keeping import forget, keep, share
from profiles.models import Person
from profiles.once import digest, take_once
from profiles.versions import save_version
from profiles.zones import local_day

MOST_FILES = 10
"""That go with one assignment or template."""
MOST_TEMPLATES = 200
"""Of one coach."""
FOLDER = "assignments"


class NotCoachedError(RefusedError):
    """One of those who were to get it has another coach by now."""


@dataclass(frozen=True)
class Recipient:
    """Somebody whom a coach coaches now, and the calendar day it is where they are."""

    pk: int
    name: str
    organization: str
    is_active: bool
    today: date


@dataclass(frozen=True)
class Written:
    """What an assignment or a template says, and what comes with it.

    `resources` are their keys; `documents` are new files. `without` are keys of files that were there and are to go:
    of the assignment or template that is changed, or of the one that a new one was made from.
    """

    title: str
    instructions: str = ""
    resources: Sequence[int] = ()
    without: Sequence[int] = ()
    documents: Sequence[Checked] = field(default=())

    @property
    def content(self) -> list[str]:
        """All of it as texts, for `take_once`."""
        lists = [*map(str, self.resources), "without", *map(str, self.without)]
        return [self.title, self.instructions, *lists, *map(digest, self.documents)]


@dataclass(frozen=True)
class Made:
    """The first of the rows that a form made, and whether it was sent before."""

    pk: int | None
    again: bool = False


def recipients(coach: Person, now: datetime) -> list[Recipient]:
    """Those whom this coach coaches now, by name. Who may not sign in any more is among them. One query."""
    running = Relationship.objects.running(now).filter(coach=coach).order_by("coachee__name", "coachee")
    fields = ("coachee", "coachee__name", "coachee__organization__name", "coachee__is_active", "coachee__timezone")
    return [
        Recipient(pk, name, organization or "", is_active, local_day(now, zone))
        for pk, name, organization, is_active, zone in running.values_list(*fields)
    ]


# Assignments --------------------------------------------------------------------------------------


def give(
    *,
    by: Person,
    coachees: Sequence[int],
    written: Written,
    due_on: date,
    now: datetime,
    form_id: str = "",
    template: AssignmentTemplate | None = None,
    as_template: bool = False,
    draft_key: str = "",
) -> Made:
    """Gives the same assignment to each of these coachees and tells them; with `as_template` keeps it as one, too.

    The files of a `template` come along, stored once for all. The same form sent again makes nothing and returns what
    it made. Raises NotCoachedError when one of them is not coached by this person any more, and then nothing is given.
    """
    told = [*map(str, coachees), "given", str(due_on), str(as_template), str(template and template.pk)]
    with storing() as store, transaction.atomic():
        taken = take_once(form_id, by=by, now=now, content=[*told, *written.content])
        if taken.again:
            return Made(taken.made, again=True)
        _lock_pairs(by, coachees, now)
        template = _still_there(template)
        made = _give(by, coachees, written, due_on, now, template)
        _attach_all(store, made, written, template)
        if as_template:
            _keep_as_template(made[0], (due_on - local_day(now, by.timezone)).days, now)
        _tell(made, now)
        _forget(by, draft_key)
        taken.remember(made[0].pk)
    return Made(made[0].pk)


def _lock_pairs(coach: Person, coachees: Sequence[int], now: datetime) -> None:
    """Those who hand over or end one of these relationships at this moment come before or after, never in between."""
    pairs = Relationship.objects.running(now).filter(coach=coach, coachee__in=coachees).locked()
    if set(pairs.values_list("coachee", flat=True)) != set(coachees):
        raise NotCoachedError(_("You no longer coach one of them. Nothing was given to anybody."))


def _still_there(template: AssignmentTemplate | None) -> AssignmentTemplate | None:
    """The template, which then stays until the transaction ends; None when it was removed meanwhile."""
    rows = AssignmentTemplate.objects.select_for_update(no_key=True)
    return rows.filter(pk=template.pk).first() if template else None


def _forget(person: Person, draft_key: str) -> None:
    if draft_key:
        forget_draft(person, draft_key)


def _give(
    by: Person,
    coachees: Sequence[int],
    written: Written,
    due_on: date,
    now: datetime,
    template: AssignmentTemplate | None,
) -> list[Assignment]:
    rows = Assignment.objects.bulk_create(
        Assignment(
            coach=by,
            coachee_id=coachee,
            title=written.title,
            instructions=written.instructions,
            due_on=due_on,
            assigned_at=now,
            given_from=template,
        )
        for coachee in coachees
    )
    links = Assignment.resources.through
    links._default_manager.bulk_create(
        links(assignment_id=row.pk, resource_id=resource) for row in rows for resource in written.resources
    )
    return list(rows)


def _attach_all(
    store: Store, made: Sequence[Assignment], written: Written, template: AssignmentTemplate | None
) -> None:
    """New files and those of the template, with the first; the others get rows for the same stored files."""
    first = partial(AssignmentFile, assignment=made[0])
    if template:
        share(TemplateFile.objects.filter(template=template).exclude(pk__in=written.without), first)
    keep(store, FOLDER, written.documents, first)
    files = list(AssignmentFile.objects.filter(assignment=made[0]))
    AssignmentFile.objects.bulk_create(
        AssignmentFile(assignment=row, file=one.file, name=one.name, size=one.size) for row in made[1:] for one in files
    )


def _tell(made: Iterable[Assignment], now: datetime) -> None:
    kind = NoticeKind.ASSIGNMENT_GIVEN
    tell([Notice(f"{kind}:{row.pk}", row.coachee_id, kind, row.coach_id, row.pk) for row in made], now)


def edit(
    *,
    assignment: Assignment,
    by: Person,
    written: Written,
    due_on: date,
    version: int,
    now: datetime,
    form_id: str = "",
) -> bool:
    """Changes what an assignment says and what comes with it; tells whether anything was different.

    `version` is the one that was shown. Raises ChangedMeanwhileError when another tab was faster.
    """
    words: dict[str, Any] = {"title": written.title, "instructions": written.instructions, "due_on": due_on}
    with storing() as store, transaction.atomic():
        again = _added_before(form_id, by, now, written)
        current = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
        if again or not _differs(current, words, written):
            return False
        save_version(current, version, **words, edited_at=now)
        _replace(store, current, written, AssignmentFile, partial(AssignmentFile, assignment=current))
    return True


def _added_before(form_id: str, by: Person, now: datetime, written: Written) -> bool:
    """Whether this form has added its files already: texts sent again change nothing, files would come twice."""
    return bool(written.documents) and take_once(form_id, by=by, now=now, content=written.content).again


def _differs(current: Assignment | AssignmentTemplate, words: dict[str, Any], written: Written) -> bool:
    attached = set(current.resources.values_list("pk", flat=True))
    new = attached != set(written.resources) or written.documents
    gone = current.files.filter(pk__in=written.without).exists()
    return bool(new or gone or any(getattr(current, name) != value for name, value in words.items()))


def _replace(
    store: Store,
    current: Assignment | AssignmentTemplate,
    written: Written,
    model: type[KeptFile],
    make: partial,
) -> None:
    """Brings resources and files in line with what was sent."""
    current.resources.set(written.resources)
    files: QuerySet = current.files.filter(pk__in=written.without)
    forget(files)
    keep(store, FOLDER, written.documents, make)


def archive(*, assignment: Assignment, now: datetime) -> bool:
    """Puts an assignment away, whatever its state; tells whether it was not there already."""
    rows = Assignment.objects.filter(Q(archived_at=None) | Q(archived_at__gt=now), pk=assignment.pk)
    return bool(rows.update(archived_at=now))


def restore(*, assignment: Assignment) -> bool:
    """Takes an assignment out again, in progress or completed as it was; tells whether it was archived."""
    return bool(Assignment.objects.filter(pk=assignment.pk, archived_at__isnull=False).update(archived_at=None))


# Templates ----------------------------------------------------------------------------------------


def make_template(
    *,
    by: Person,
    written: Written,
    due_in_days: int | None,
    now: datetime,
    form_id: str = "",
    source: Assignment | None = None,
    draft_key: str = "",
) -> Made:
    """A new template of this coach; the files of the assignment that is its `source` come along.

    The same form sent again makes nothing. Raises RefusedError when there are too many.
    """
    told = ["template", str(due_in_days), str(source and source.pk)]
    with storing() as store, transaction.atomic():
        taken = take_once(form_id, by=by, now=now, content=[*told, *written.content])
        if taken.again:
            return Made(taken.made, again=True)
        template = _add_template(by, written.title, written.instructions, due_in_days, now)
        template.resources.set(written.resources)
        make = partial(TemplateFile, template=template)
        if source:
            share(AssignmentFile.objects.filter(assignment=source).exclude(pk__in=written.without), make)
        keep(store, FOLDER, written.documents, make)
        _forget(by, draft_key)
        taken.remember(template.pk)
    return Made(template.pk)


def _add_template(
    owner: Person, title: str, instructions: str, due_in_days: int | None, now: datetime
) -> AssignmentTemplate:
    if AssignmentTemplate.objects.visible_to(owner).count() >= MOST_TEMPLATES:
        sentence = _("You have %(count)d templates, which is as many as can be kept. Remove one first.")
        raise RefusedError(sentence % {"count": MOST_TEMPLATES})
    return AssignmentTemplate.objects.create(
        owner=owner, title=title, instructions=instructions, due_in_days=due_in_days, made_at=now
    )


def _keep_as_template(given: Assignment, days: int, now: datetime) -> None:
    """A template that says what has just been given."""
    due_in_days = min(max(days, 0), 365)
    template = _add_template(given.coach, given.title, given.instructions, due_in_days, now)
    template.resources.set(given.resources.all())
    share(AssignmentFile.objects.filter(assignment=given), partial(TemplateFile, template=template))


def edit_template(
    *,
    template: AssignmentTemplate,
    written: Written,
    due_in_days: int | None,
    version: int,
    now: datetime,
    form_id: str = "",
) -> bool:
    """Changes a template, and nothing that was given from it; tells whether anything was different.

    Raises ChangedMeanwhileError when another tab was faster, RefusedError when it was removed meanwhile.
    """
    words: dict[str, Any] = {"title": written.title, "instructions": written.instructions, "due_in_days": due_in_days}
    with storing() as store, transaction.atomic():
        again = _added_before(form_id, template.owner, now, written)
        current = _still_there(template)
        if current is None:
            raise RefusedError(_("This template was removed meanwhile."))
        if again or not _differs(current, words, written):
            return False
        save_version(current, version, **words)
        _replace(store, current, written, TemplateFile, partial(TemplateFile, template=current))
    return True


def remove_template(*, template: AssignmentTemplate) -> None:
    """Removes a template; what was given from it stays with its files. Nothing happens when it is gone already."""
    with transaction.atomic():
        _still_there(template)  # locked before its files, as whoever gives from it does
        forget(TemplateFile.objects.filter(template=template.pk))
        AssignmentTemplate.objects.filter(pk=template.pk).delete()
