"""What people are told of sessions: both by mail, with an invitation that their calendar follows, change by change."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import icalendar
import pytest
from django.core import mail

from notifications.mails import mail_for
from notifications.models import NoticeKind, Notification
from notifications.sending import send_due
from notifications.words import words_for
from profiles.models import Person
from sessions_app.models import Session
from sessions_app.telling import tell_of
from tests.make import NOW, D, H, make_person, make_relationship, make_session
from tests.make_sessions import make_meeting, make_seat
from tests.sessions.calendars import READERS

pytestmark = pytest.mark.django_db
SCHEDULED, RESCHEDULED, CANCELLED = (
    NoticeKind.SESSION_SCHEDULED,
    NoticeKind.SESSION_RESCHEDULED,
    NoticeKind.SESSION_CANCELLED,
)


def sent(notice: Notification) -> EmailMessage:
    """The mail as it goes out."""
    made = mail_for(notice, NOW)
    assert made is not None
    return message_from_bytes(made.message().as_bytes(linesep="\r\n"), policy=policy.default)


def invitation_in(message: EmailMessage) -> bytes:
    """The calendar part; the attached file has to be the same."""
    parts = {part.get_content_type(): part for part in message.walk()}
    file = parts["application/ics"].get_payload(decode=True)
    part = parts["text/calendar"].get_content()
    assert part.replace("\r\n", "\n") == file.decode().replace("\r\n", "\n")
    assert parts["text/calendar"].get_param("method") == str(icalendar.Calendar.from_ical(file)["METHOD"])
    return file


def sentence(notice: Notification) -> str:
    reader = Person.objects.with_roles().get(pk=notice.person_id)
    [words] = words_for([notice], reader, NOW)
    return words.sentence


def notice_to(person: Person) -> Notification:
    return Notification.objects.filter(person=person).latest("pk")


@pytest.fixture
def session(cast) -> Session:
    return make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 3 * D, status="scheduled")


def test_both_get_a_mail_and_the_other_one_a_notice(cast, session):
    tell_of(SCHEDULED, [session], by=cast.coachee, now=NOW)
    told = {notice.person_id: notice for notice in Notification.objects.all()}
    assert set(told) == {cast.coach.pk, cast.coachee.pk}
    assert all(notice.by_mail for notice in told.values())
    assert (told[cast.coach.pk].in_product, told[cast.coachee.pk].in_product) == (True, False)

    tell_of(SCHEDULED, [session], by=cast.coachee, now=NOW)
    assert Notification.objects.count() == 2, "told once of each version"


def test_each_reads_it_in_their_own_words_and_time(cast, session):
    tell_of(SCHEDULED, [session], by=cast.coachee, now=NOW)
    assert cast.coachee.timezone == "Africa/Lagos"
    assert sentence(notice_to(cast.coachee)) == ("You scheduled a session with Maya Castellanos for Tue 24 Nov, 13:00.")
    to_coach = sentence(notice_to(cast.coach))
    assert to_coach.startswith("Amara Okafor scheduled a session with you for Tue 24 Nov, ")


def test_the_mail_holds_the_invitation_twice_and_the_reader_alone(cast, session):
    tell_of(SCHEDULED, [session], by=cast.coachee, now=NOW)
    message = sent(notice_to(cast.coachee))
    text = invitation_in(message)
    body = message.get_body(("plain",)).get_content()
    assert "Tue 24 Nov, 13:00 to 13:55, Lagos time" in body
    assert f"/sessions/{session.pk}/join/" in body
    for read in READERS:
        [seen] = read(text)
        assert (seen.starts_at, seen.ends_at) == (session.starts_at, session.ends_at)
        assert seen.summary == "Coaching with Maya Castellanos"
    assert cast.coach.email.encode() not in text
    assert "@".join(message["From"].addresses[0].addr_spec.split("@")).encode() in text, "the sender organizes"


def test_changes_rise_and_keep_the_entry_and_a_late_mail_tells_of_its_own_state(cast, session):
    tell_of(SCHEDULED, [session], by=cast.coach, now=NOW)
    first = notice_to(cast.coachee)
    was, session.starts_at, session.ends_at = session.starts_at, session.starts_at + D, session.ends_at + D
    session.version = 1
    session.save()
    tell_of(RESCHEDULED, [session], by=cast.coach, now=NOW + H, was_at=was)
    second = notice_to(cast.coachee)
    session.status, session.cancelled_at, session.version = "cancelled", NOW, 2
    session.save()
    tell_of(CANCELLED, [session], by=cast.coach, now=NOW + 2 * H)
    third = notice_to(cast.coachee)

    found = [icalendar.Calendar.from_ical(invitation_in(sent(one))) for one in (first, second, third)]
    events = [calendar.walk("VEVENT")[0] for calendar in found]
    assert [str(calendar["METHOD"]) for calendar in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event.start for event in events] == [was, was + D, was + D]
    assert sentence(second) == ("Maya Castellanos moved your session from Tue 24 Nov, 13:00 to Wed 25 Nov, 13:00.")
    assert sentence(third) == "Maya Castellanos cancelled your session of Wed 25 Nov, 13:00."


def test_another_try_sends_the_same_to_the_byte(cast, session):
    tell_of(SCHEDULED, [session], by=cast.coach, now=NOW)
    notice = notice_to(cast.coachee)
    session.starts_at -= H
    session.version = 1
    session.save()
    assert invitation_in(sent(notice)) == invitation_in(sent(notice))
    assert icalendar.Calendar.from_ical(invitation_in(sent(notice))).walk("VEVENT")[0].start == session.starts_at + H


def test_a_group_tells_each_coachee_of_their_own_and_the_coach_once(cast):
    meeting = make_meeting(coach=cast.coach)
    seats = [
        make_seat(meeting=meeting, coachee=one, seat=n) for n, one in enumerate((cast.coachee, cast.other_coachee), 1)
    ]
    tell_of(SCHEDULED, seats, by=cast.coach, now=NOW)
    assert Notification.objects.count() == 3
    to_coach = notice_to(cast.coach)
    assert sentence(to_coach).startswith("Your group session is scheduled for Tue 24 Nov")
    text = invitation_in(sent(to_coach))
    assert f"meeting-{meeting.pk}@".encode() in text
    for one, other in ((cast.coachee, cast.other_coachee), (cast.other_coachee, cast.coachee)):
        message = sent(notice_to(one)).as_string()
        assert other.name not in message
        assert other.email not in message


def test_the_coach_of_a_group_is_led_to_the_meeting(cast):
    meeting = make_meeting(coach=cast.coach)
    tell_of(SCHEDULED, [make_seat(meeting=meeting, coachee=cast.coachee)], by=cast.coachee, now=NOW)
    text = sent(notice_to(cast.coach)).get_body(("plain",)).get_content()
    assert text.count(f"/sessions/groups/{meeting.pk}/") == 2, "to join it, and to change it"


def test_a_group_that_is_called_off_is_and_one_that_has_seats_again_is_not(cast):
    meeting = make_meeting(coach=cast.coach)
    people = (cast.coachee, cast.other_coachee)
    seats = [make_seat(meeting=meeting, coachee=one, seat=n, version=1) for n, one in enumerate(people, 1)]
    tell_of(CANCELLED, seats, by=cast.admin, now=NOW)
    kept = notice_to(cast.coach)
    assert sentence(kept).startswith("Seats in your group session of Tue 24 Nov")
    meeting.cancelled_at, meeting.version = NOW, 1
    meeting.save()
    for one in seats:
        one.meeting, one.version = meeting, 2
    tell_of(CANCELLED, seats, by=cast.coach, now=NOW)
    gone = notice_to(cast.coach)
    assert sentence(gone).startswith("Your group session of Tue 24 Nov")
    assert [b"METHOD:CANCEL" in invitation_in(sent(one)) for one in (kept, gone)] == [False, True]


def test_a_seat_given_back_leaves_the_group_in_the_coachs_calendar(cast):
    meeting = make_meeting(coach=cast.coach)
    seat = make_seat(meeting=meeting, coachee=cast.coachee)
    seat.status, seat.cancelled_at, seat.version = "cancelled", NOW, 1
    seat.save()
    tell_of(CANCELLED, [seat], by=cast.coachee, now=NOW)
    to_coach, to_coachee = notice_to(cast.coach), notice_to(cast.coachee)
    assert sentence(to_coach).startswith("Amara Okafor is no longer in your group session")
    assert b"METHOD:REQUEST" in invitation_in(sent(to_coach))
    assert b"METHOD:CANCEL" in invitation_in(sent(to_coachee))


def test_who_no_longer_coaches_gets_the_cancellation_and_no_link(cast):
    session = make_session(
        coach=cast.former_coach, coachee=cast.coachee, starts_at=NOW + D, status="cancelled", cancelled_at=NOW
    )
    tell_of(CANCELLED, [session], by=None, now=NOW)
    message = sent(notice_to(cast.former_coach))
    assert b"METHOD:CANCEL" in invitation_in(message)
    assert f"/sessions/{session.pk}/" not in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "name", ['Ann "O\'Neil"; x', "Zoë, Müller: Ltd", "محمد علي", "a\r\nATTENDEE:mailto:evil@example.org"]
)
def test_odd_names_stay_names(cast, name):
    coachee = make_person(name=name, email="odd@example.org", timezone="Asia/Kolkata")
    make_relationship(coach=cast.coach, coachee=coachee)
    session = make_session(coach=cast.coach, coachee=coachee, starts_at=NOW + D, status="scheduled")
    tell_of(SCHEDULED, [session], by=cast.coach, now=NOW)
    text = invitation_in(sent(notice_to(coachee)))
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert event["ATTENDEE"] == "mailto:odd@example.org", "one, and no other"
    [seen] = READERS[1](invitation_in(sent(notice_to(cast.coach))))
    assert seen.summary == f"Coaching with {' '.join(name.split())}"


def test_the_mails_leave(cast, session, clock):
    tell_of(SCHEDULED, [session], by=cast.coach, now=NOW - timedelta(seconds=1))
    assert send_due(NOW) == 2
    assert {one.to[0] for one in mail.outbox} == {cast.coach.email, cast.coachee.email}
    assert all("Coaching with" in str(one.message()) or one.attachments for one in mail.outbox)
