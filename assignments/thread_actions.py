"""What coachee and coach do in the thread of an assignment: respond, answer, edit, mark as done, reopen, read.

Each is one transaction. Those that write take turns about a coachee by the locks of `engine.changing`, then lock the
assignment, so that what was archived or ended a moment ago is so here as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import rules
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from activity.encouragement import engine
from activity.record import record
from assignments.models import Assignment, Response, ResponseFile
from config.files import Checked, Store, storing
from notifications.models import NoticeKind, Notification
from notifications.outbox import Notice, tell
from profiles.actions import RefusedError
from profiles.drafts import forget_draft
from profiles.keeping import forget, keep
from profiles.models import Person
from profiles.once import digest, take_once
from profiles.versions import save_version

EDITABLE_FOR = timedelta(minutes=15)
"""From `responded_at`: time to mend a slip, not to rewrite what was answered."""
MOST_FILES = 5
FOLDER = "responses"
Sender = Response.Sender


class NotNowError(RefusedError):
    """It may be read but not changed, and the sentence says why."""


def draft_key(given: Assignment) -> str:
    """Under which the unsent text of somebody's next response is kept."""
    return f"response:{given.pk}"


def edit_draft_key(response: Response) -> str:
    """Under which the unsaved text of an edit is kept."""
    return f"response-edit:{response.pk}"


def respond(
    *,
    given: Assignment,
    by: Person,
    now: datetime,
    form_id: str,
    text: str,
    documents: Sequence[Checked] = (),
    done: bool = False,
) -> Response:
    """Adds a line to the thread: the coachee's response, or the coach's answer; with `done` the coachee is done, too.

    Tells the other side once until they have looked. The same form sent again makes nothing and returns what it made.
    Raises Http404 when `by` may not see it any more; NotNowError when it is archived or the coaching has ended.
    """
    content = [str(given.pk), text, *map(digest, documents)]
    with storing() as store, transaction.atomic():
        taken = take_once(form_id, by=by, now=now, content=content)  # before the locks, see there
        if taken.again and not done:
            return Response.objects.get(pk=taken.made)  # type: ignore[misc]  # whoever takes a form remembers
        with _taking_turns(given, by, now) as found:
            if taken.again:
                made = Response.objects.get(pk=taken.made)  # type: ignore[misc]
            else:
                made = _respond(found, by, now, text, documents, store)
                taken.remember(made.pk)
            # Of two buttons pressed in turn, the second still does what it says.
            if done and not take_once(form_id, by=by, now=now, content=[*content, "done"]).again:
                _complete(found, by, now)
    return made


def edit_response(
    *,
    response: Response,
    by: Person,
    now: datetime,
    version: int,
    text: str,
    documents: Sequence[Checked] = (),
    remove: Collection[int] = (),
) -> bool:
    """Changes an own response within 15 minutes: its text, files added, and files (ids) removed. Tells whether it did.

    Raises Http404; NotNowError when it is too late, archived or over, or nothing would be left; and
    ChangedMeanwhileError when another window saved since `version`.
    """
    with storing() as store, _taking_turns(response.assignment, by, now) as found:
        rows = Response.objects.visible_to(by, now).filter(pk=response.pk, assignment=found)
        current = rows.select_for_update(no_key=True, of=("self",)).first()
        if current is None:
            raise Http404
        if reason := why_not_edit(current, found, by, now):
            raise NotNowError(reason)
        files = current.files.order_by("pk")
        gone, left = files.filter(pk__in=remove), files.exclude(pk__in=remove)
        if current.text == text and not documents and not gone.exists():
            return False
        if not (text or documents or left.exists()):
            raise NotNowError(_("Write something, or leave a file."))
        save_version(current, version, text=text, edited_at=now)
        forget(gone)
        _attach(current, documents, store, now)
        forget_draft(by, edit_draft_key(current))
    return True


def mark_done(*, given: Assignment, by: Person, now: datetime) -> bool:
    """The coachee is done with it; tells whether it was this call. Raises Http404 and NotNowError."""
    with _taking_turns(given, by, now) as found:
        return _complete(found, by, now)


def reopen(*, given: Assignment, by: Person, now: datetime) -> bool:
    """The coachee is not done after all: it leaves the feed; tells whether it did. Raises Http404 and NotNowError."""
    with _taking_turns(given, by, now) as found:
        _refuse_unless("complete_assignment", by, found)
        rows = Assignment.objects.filter(pk=found.pk)
        reopened = rows.filter(completed_at__isnull=False).update(completed_at=None)
        record("completed_assignment", rows)
    return bool(reopened)


def mark_read(*, given: Assignment, shown: Sequence[Response], by: Person, now: datetime) -> None:
    """What the other side wrote and this person is looking at counts as read, and so do the notices about it."""
    if any(is_unread(one, by) for one in shown):
        Response.objects.unread_by(by).filter(pk__in=[one.pk for one in shown]).update(read_at=now)
    unread: list[int] = getattr(by, "unread_notices", [])
    kinds = [NoticeKind.ASSIGNMENT_GIVEN, NoticeKind.RESPONSE_GIVEN, NoticeKind.RESPONSE_ANSWERED]
    about = Notification.objects.unread().filter(pk__in=unread, kind__in=kinds, subject_id=given.pk)
    if unread and (seen := list(about.values_list("pk", flat=True))):
        Notification.objects.filter(pk__in=seen).update(read_at=now)
        by.unread_notices = [pk for pk in unread if pk not in seen]  # type: ignore[attr-defined]


def why_closed(given: Assignment, by: Person) -> str:
    """The sentence that says why nothing can be added; empty when something can. `given` is as of now."""
    if rules.has_perm("assignments.respond_assignment", by, given):
        return ""
    if not given.pair_runs:  # type: ignore[attr-defined]  # from as_of
        return _("This coaching has ended. You can read everything here, and nobody can add to it.")
    if by.pk == given.coachee_id:
        return _("This assignment is archived. Your coach can restore it.")
    return _("This assignment is archived. Restore it to go on here.")


def why_not_edit(response: Response, given: Assignment, by: Person, now: datetime) -> str:
    """The sentence that says why this response cannot be edited; empty when it can. `given` is as of now."""
    if not is_own(response, by):
        return _("Only who wrote this can edit it.")
    if reason := why_closed(given, by):
        return reason
    if now >= response.responded_at + EDITABLE_FOR:
        return _("A response can be edited for 15 minutes. Add another one with what you want to say now.")
    return ""


def is_own(response: Response, person: Person) -> bool:
    """Whether this person wrote it. What was imported is the coachee's."""
    if response.sender == Sender.COACH:
        return response.author_id == person.pk
    return response.coachee_id == person.pk


def is_unread(response: Response, by: Person) -> bool:
    """Whether the other side wrote it and this person has not seen it."""
    reader = response.coach_id if response.sender == Sender.COACHEE else response.coachee_id
    return response.read_at is None and reader == by.pk


@contextmanager
def _taking_turns(given: Assignment, by: Person, now: datetime) -> Iterator[Assignment]:
    """One transaction about this assignment, which comes locked and as it is by then. Raises Http404."""
    with engine.changing([given.coachee_id], now):
        rows = Assignment.objects.visible_to(by, now).as_of(now).filter(pk=given.pk, assigned_at__lte=now)
        found = rows.select_for_update(no_key=True, of=("self",)).first()
        if found is None:
            raise Http404
        yield found


def _refuse_unless(deed: str, by: Person, found: Assignment) -> None:
    if not rules.has_perm(f"assignments.{deed}", by, found):
        raise NotNowError(why_closed(found, by) or _("Only the coachee can do this."))


def _complete(found: Assignment, by: Person, now: datetime) -> bool:
    _refuse_unless("complete_assignment", by, found)
    rows = Assignment.objects.filter(pk=found.pk)
    completed = rows.filter(Q(completed_at=None) | Q(completed_at__gt=now)).update(completed_at=now)
    record("completed_assignment", rows)
    return bool(completed)


def _respond(
    found: Assignment, by: Person, now: datetime, text: str, documents: Sequence[Checked], store: Store
) -> Response:
    _refuse_unless("respond_assignment", by, found)
    made = Response.objects.create(
        assignment=found,
        coach_id=found.coach_id,
        coachee_id=found.coachee_id,
        sender=Sender.COACH if by.pk == found.coach_id else Sender.COACHEE,
        author=by,
        text=text,
        responded_at=_free_instant(found, now),
    )
    _attach(made, documents, store, now)
    record("responded_to_assignment", Response.objects.filter(pk=made.pk))
    forget_draft(by, draft_key(found))
    tell([_notice(made)], now)
    return made


def _free_instant(found: Assignment, now: datetime) -> datetime:
    """Now, or the next instant at which nobody wrote: responses of an assignment are told apart by when they came."""
    while found.responses.filter(responded_at=now).exists():
        now += timedelta(microseconds=1)
    return now


def _attach(response: Response, documents: Sequence[Checked], store: Store, now: datetime) -> None:
    keep(store, FOLDER, documents, partial(ResponseFile, response=response, added_at=now))


def _notice(made: Response) -> Notice:
    """To the other side, once for all that they have not read; the coach finds it in the product only."""
    to_coach = made.sender == Sender.COACHEE
    kind = NoticeKind.RESPONSE_GIVEN if to_coach else NoticeKind.RESPONSE_ANSWERED
    reader, writer = (made.coach_id, made.coachee_id) if to_coach else (made.coachee_id, made.coach_id)
    unread = Response.objects.filter(assignment=made.assignment_id, sender=made.sender, read_at=None)
    first = unread.order_by("responded_at", "pk").values_list("pk", flat=True)[0]
    return Notice(
        key=f"{kind}:{made.assignment_id}:{reader}:{first}",
        person=reader,
        kind=kind,
        about=writer,
        subject_id=made.assignment_id,
        by_mail=not to_coach,
    )
