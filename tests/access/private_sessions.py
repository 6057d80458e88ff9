"""The scheduling of the marked world: groups, availability, calendars, and what was told of sessions."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from notifications.models import NoticeKind
from notifications.session_reminders import remind_of_sessions
from sessions_app.calendar_actions import token_of
from sessions_app.models import Session
from sessions_app.telling import tell_of
from tests.access.matrix import COACHES, IN_COACHING
from tests.make import NOW, D, H, make_notification, make_private_note, make_shared_note
from tests.make_between import make_draft
from tests.make_sessions import (
    make_change,
    make_exception,
    make_feed,
    make_meeting,
    make_outside_calendar,
    make_rules,
    make_seat,
)

if TYPE_CHECKING:
    from tests.access.private import World

IN_GROUP = ("coachee", "other_coachee")
"""Who has a seat in Maya's groups. Neither knows of the other."""
TOLD = (NoticeKind.SESSION_SCHEDULED, NoticeKind.SESSION_RESCHEDULED, NoticeKind.SESSION_CANCELLED)


def schedule_groups(world: World) -> None:
    """A group session of Maya's that is over and one that is ahead, with notes on each seat."""
    coach = world.cast.coach
    for which, starts_at, status in (("last", NOW - 8 * D, "occurred"), ("next", NOW + 12 * D, "scheduled")):
        module = world.mark(f"module of the {which} group", {"coach", *IN_GROUP})
        meeting = make_meeting(coach=coach, starts_at=starts_at, module=module)
        for number, who in enumerate(IN_GROUP, start=1):
            seat = make_seat(meeting=meeting, coachee=getattr(world.cast, who), seat=number, status=status)
            both = {"coach", who}
            world.mark_row(f"seat of {who} in the {which} group", f'id="session-{seat.pk}"', both)
            for what in ("scheduled", "payment"):
                make_change(session=seat, what=what, payment="pro_bono" if what == "payment" else "")
            if which == "last":
                make_private_note(
                    session=seat, text=world.mark(f"private note on the seat of coach and {who}", {"coach"})
                )
                make_shared_note(session=seat, text=world.mark(f"shared note on the seat of coach and {who}", both))


def open_calendars(world: World) -> None:
    """Each coach's own link and a day off, each person's calendar address, and the address of Maya's own calendar."""
    for who in sorted(COACHES):
        coach = getattr(world.cast, who)
        make_rules(coach=coach, meeting_url=f"https://{world.mark(f'meeting link of {who}', {who})}.example.org/")
        off = make_exception(coach=coach)
        world.mark_row(f"day off of {who}", f"/availability/exceptions/{off.pk}/", {who})
    for who in sorted(IN_COACHING):
        feed = make_feed(
            person=getattr(world.cast, who), nonce=world.mark(f"nonce of the calendar address of {who}", ())
        )
        world.mark_row(f"calendar address of {who}", token_of(feed), {who})
    host = world.mark("host of a coach’s own calendar", {"coach"})
    path = world.mark("address of a coach’s own calendar", ())
    make_outside_calendar(coach=world.cast.coach, url=f"https://{host}.example.org/{path}/basic.ics")


def write_notes(world: World) -> None:
    """Notes on the last session that Maya typed and did not save."""
    cast = world.cast
    last = Session.objects.filter(coach=cast.coach, coachee=cast.coachee, kind="one_on_one", status="occurred")
    texts = {part: world.mark(f"unsaved {part} notes", {"coach"}) for part in ("private", "shared")}
    make_draft(person=cast.coach, key=f"notes:{last.latest('starts_at').pk}", **texts)


def tell_of_sessions(world: World) -> None:
    """Everybody was told of each change of what is ahead, by either side and by nobody; and reminded."""
    ahead = list(Session.objects.filter(starts_at__gt=NOW).select_related("coach", "coachee", "meeting"))
    doers = (None, world.cast.coach, world.cast.coachee)
    for version, (kind, by) in enumerate(product(TOLD, doers)):
        for session in ahead:
            session.version = version
            if session.meeting:
                session.meeting.version = version
        rows = [one for one in ahead if by is None or by.pk in (one.coach_id, one.coachee_id)]
        tell_of(kind, rows, by=by, now=NOW - H, was_at=NOW + D if kind == NoticeKind.SESSION_RESCHEDULED else None)
    make_notification(person=world.cast.coachee, kind="consent_asked", about=world.cast.coach)
    remind_of_sessions(NOW)
