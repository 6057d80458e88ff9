"""Rows of scheduling, beside those of `tests/make.py`. Everything is keyword-only."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from profiles.models import Person
from sessions_app.models import (
    Attendance,
    Availability,
    AvailabilityException,
    BusyTime,
    CalendarFeed,
    GroupMeeting,
    GroupModule,
    LogConsent,
    OutsideCalendar,
    PrivateNote,
    PrivateNoteVersion,
    Session,
    SessionChange,
    SharedNote,
    SharedNoteVersion,
    WeeklyHours,
)
from tests.make import MINUTES, NOW, D, H

DAY = 24 * 60


def make_rules(*, coach: Person, **fields) -> Availability:
    """The coach's rules of booking; without a row the defaults hold."""
    return Availability.objects.create(coach=coach, **fields)


def make_hours(*, coach: Person, days: str = "0123456", opens: int = 0, closes: int = DAY) -> list[WeeklyHours]:
    """Weekly hours on these weekdays (0 is Monday), in minutes after midnight; all day, every day by default."""
    rows = [WeeklyHours(coach=coach, weekday=int(day), opens=opens, closes=closes) for day in days]
    return WeeklyHours.objects.bulk_create(rows)


def make_exception(
    *, coach: Person, starts_on: date = date(2026, 11, 24), ends_on: date | None = None, **fields
) -> AvailabilityException:
    """One day off, unless a last day or `is_open` is given."""
    return AvailabilityException.objects.create(
        coach=coach, starts_on=starts_on, ends_on=ends_on or starts_on, **fields
    )


def make_busy(*, coach: Person, starts_at: datetime = NOW + 3 * D, lasts: timedelta = H) -> BusyTime:
    """A time that the coach's own calendar calls busy."""
    return BusyTime.objects.create(coach=coach, during=(starts_at, starts_at + lasts))


def make_outside_calendar(
    *, coach: Person, url: str = "https://calendar.example.org/maya.ics", **fields
) -> OutsideCalendar:
    """The address of the coach's own calendar, due to be read."""
    fields.setdefault("next_read_at", NOW)
    return OutsideCalendar.objects.create(coach=coach, url=url, **fields)


def make_feed(*, person: Person, **fields) -> CalendarFeed:
    """Somebody's private calendar address."""
    return CalendarFeed.objects.create(person=person, **fields)


def make_module(*, name: str = "Delegation, cohort 3", **fields) -> GroupModule:
    """A group module; the cast's coachee is enrolled in the one by default."""
    return GroupModule.objects.create(name=name, **fields)


def make_meeting(
    *, coach: Person, starts_at: datetime = NOW + 3 * D, minutes: int = 60, capacity: int = 8, **fields
) -> GroupMeeting:
    """A group meeting as the site schedules it, with seats, without anybody in them; the coach's time is taken."""
    meeting = GroupMeeting.objects.create(
        coach=coach, starts_at=starts_at, minutes=minutes, capacity=capacity, **fields
    )
    if meeting.cancelled_at is None:
        during = (starts_at, starts_at + timedelta(minutes=minutes))
        Attendance.objects.create(person=coach, meeting=meeting, during=during)
    return meeting


def make_seat(*, meeting: GroupMeeting, coachee: Person, seat: int = 1, **fields) -> Session:
    """Somebody's session in a group meeting."""
    ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes or MINUTES["group"])
    whose = {"coach": meeting.coach, "coachee": coachee}
    fields = {"starts_at": meeting.starts_at, "ends_at": ends_at, "booked_at": NOW - D, **fields}
    session = Session.objects.create(**whose, kind="group", meeting=meeting, seat=seat, **fields)
    if session.status != Session.Status.CANCELLED:
        Attendance.objects.create(person=coachee, session=session, during=(session.starts_at, ends_at))
    return session


def make_change(*, session: Session, what: str = "scheduled", at: datetime = NOW - D, **fields) -> SessionChange:
    """What became of a session, by its coach unless somebody else is named."""
    fields.setdefault("by", session.coach)
    fields.setdefault("starts_at", session.starts_at)
    fields.setdefault("status", session.status)
    return SessionChange.objects.create(
        session=session, coach=session.coach, coachee=session.coachee, what=what, at=at, **fields
    )


def make_consent(*, coach: Person, coachee: Person, **fields) -> LogConsent:
    """A coachee agreed to be named in the coach's log, or was asked to."""
    return LogConsent.objects.create(coach=coach, coachee=coachee, **fields)


def make_private_version(*, note: PrivateNote, text: str = "What I thought first.", **fields) -> PrivateNoteVersion:
    """What a private note said before."""
    fields.setdefault("written_at", NOW - 2 * D)
    return PrivateNoteVersion.objects.create(note=note, author=note.author, coachee=note.coachee, text=text, **fields)


def make_shared_version(*, note: SharedNote, text: str = "What we agreed first.", **fields) -> SharedNoteVersion:
    """What a shared note said before."""
    fields.setdefault("written_at", NOW - 2 * D)
    return SharedNoteVersion.objects.create(
        session=note.session, coach=note.coach, coachee=note.coachee, text=text, **fields
    )


def attended() -> set[tuple[int, int | None, int | None, datetime, datetime]]:
    """Who is taken when, as stored: person, session, meeting, from, until."""
    rows = Attendance.objects.values_list("person", "session", "meeting", "during")
    return {(person, session, meeting, taken.lower, taken.upper) for person, session, meeting, taken in rows}


def attended_by_sessions() -> set[tuple[int, int | None, int | None, datetime, datetime]]:
    """Who should be taken when, worked out naively from the sessions and meetings that are not cancelled."""
    taken: set = set()
    longest: dict[int, tuple] = {}
    for one in Session.objects.exclude(status="cancelled").order_by("ends_at"):
        taken.add((one.coachee_id, one.pk, None, one.starts_at, one.ends_at))
        if one.meeting_id is None:
            taken.add((one.coach_id, one.pk, None, one.starts_at, one.ends_at))
        else:
            longest[one.meeting_id] = (one.coach_id, None, one.meeting_id, one.starts_at, one.ends_at)
    for one in GroupMeeting.objects.filter(cancelled_at=None, minutes__isnull=False).exclude(pk__in=longest):
        until = one.starts_at + timedelta(minutes=one.minutes)
        taken.add((one.coach_id, None, one.pk, one.starts_at, until))  # with all its seats free again
    return taken | set(longest.values())
