"""What a notice says, put together when it is read or sent, so that it is true then.

It tells that something happened, never what somebody wrote. It leads only to where its reader may go at that moment;
a notice about a person whom they may no longer see still makes sense.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, Suggestion
from coaching.models import Relationship
from notifications.models import NoticeKind, Notification
from notifications.reminder_words import OF_REMINDERS, REMINDER_SENTENCES
from notifications.sentence import Known, Words, day_of, one_line
from notifications.session_words import OF_SESSIONS, SESSION_SENTENCES
from profiles.models import Credential, Person, Role
from profiles.zones import local_day
from sessions_app.models import Session

_PAIRED = (NoticeKind.COACH_ASSIGNED, NoticeKind.COACHEE_ASSIGNED)
"""Kinds that say something is so now; their subject is a relationship."""
_OF_ASSIGNMENTS = (NoticeKind.ASSIGNMENT_GIVEN, NoticeKind.RESPONSE_GIVEN, NoticeKind.RESPONSE_ANSWERED)
"""Kinds whose subject is an assignment."""


def words_for(notices: Sequence[Notification], reader: Person, now: datetime) -> list[Words]:
    """The words of these notices, all of them `reader`'s, in the same order. At most eight queries."""
    known = _look_up(notices, reader, now)
    return [_SENTENCES[NoticeKind(notice.kind)](notice, known) for notice in notices]


def _look_up(notices: Sequence[Notification], reader: Person, now: datetime) -> Known:
    about = {pk for notice in notices for pk in (notice.about_id, _former(notice)) if pk}
    pairs = _subjects(notices, *_PAIRED)
    credentials = _subjects(notices, NoticeKind.CREDENTIAL_EXPIRES)
    people = Person.objects.filter(pk__in=about)
    called = list(people.values_list("pk", "name", "timezone")) if about else []
    sessions = _sessions(_subjects(notices, *OF_SESSIONS, *OF_REMINDERS), reader, now)
    mine = Relationship.objects.running(now).filter(coach=reader, coachee__in=about)
    return Known(
        reader=reader,
        now=now,
        names={pk: one_line(name) for pk, name, _zone in called},
        zones={pk: zone for pk, _name, zone in called},
        visible=frozenset(people.visible_to(reader, now).values_list("pk", flat=True)) if about else frozenset(),
        coached=frozenset(mine.values_list("coachee", flat=True)) if about else frozenset(),
        running=frozenset(_running(pairs, now)) if pairs else frozenset(),
        expiring={
            pk: (one_line(title), last)
            for pk, title, last in Credential.objects.filter(pk__in=credentials, person=reader).values_list(
                "pk", "title", "expires_on"
            )
        }
        if credentials
        else {},
        assignments=_open(_subjects(notices, *_OF_ASSIGNMENTS), reader, now),
        sessions=frozenset(sessions),
        scheduled={pk: start for pk, (status, start) in sessions.items() if status == Session.Status.SCHEDULED},
        suggested=_suggested(_subjects(notices, NoticeKind.RESOURCE_SUGGESTED), reader),
    )


def _running(pairs: set[int], now: datetime) -> Iterable[int]:
    return Relationship.objects.running(now).filter(pk__in=pairs).values_list("pk", flat=True)


def _open(assignments: set[int], reader: Person, now: datetime) -> frozenset[int]:
    rows = Assignment.objects.visible_to(reader, now).filter(pk__in=assignments, assigned_at__lte=now)
    return frozenset(rows.values_list("pk", flat=True)) if assignments else frozenset()


def _sessions(sessions: set[int], reader: Person, now: datetime) -> dict[int, tuple[str, datetime]]:
    """Status and start of those that the reader may open."""
    rows = Session.objects.visible_to(reader, now).filter(pk__in=sessions)
    return {pk: (status, at) for pk, status, at in rows.values_list("pk", "status", "starts_at")} if sessions else {}


def _suggested(suggestions: set[int], reader: Person) -> dict[int, int]:
    standing = Suggestion.objects.standing().filter(pk__in=suggestions, coachee=reader)
    return dict(standing.values_list("pk", "resource")) if suggestions else {}


def _subjects(notices: Sequence[Notification], *kinds: NoticeKind) -> set[int]:
    return {notice.subject_id for notice in notices if notice.kind in kinds and notice.subject_id}


def _former(notice: Notification) -> int | None:
    found = notice.facts.get("former")
    return found if isinstance(found, int) else None


# Where to look ------------------------------------------------------------------------------------


def _assignment(pk: int | None, words: str, known: Known) -> tuple[str, str]:
    """The assignment's own page, for who may still open it."""
    return (reverse("assignment", args=[pk]), words) if pk in known.assignments else ("", "")


def _profile(pk: int | None, known: Known) -> tuple[str, str]:
    """The other person's profile, where the reader may open it."""
    if pk not in known.visible:
        return _own("person-coaching", _("Open your Coaching tab"), known)
    return reverse("person", args=[pk]), _("Open %(name)s’s profile") % {"name": known.name(pk)}


def _own(tab: str, link: str, known: Known) -> tuple[str, str]:
    """A tab of the reader's own profile."""
    return reverse(tab, args=[known.reader.pk]), link


# One function for each kind -----------------------------------------------------------------------


def _coach_assigned(notice: Notification, known: Known) -> Words:
    name = known.name(notice.about_id)
    if notice.subject_id not in known.running:
        return Words(
            _("%(name)s became your coach.") % {"name": name},
            _("That has ended since."),
            *_own("person-coaching", _("Open your Coaching tab"), known),
        )
    then = _("%(name)s now sees your profile, and you two can write to each other in Messages.")
    return Words(
        _("%(name)s is now your coach.") % {"name": name},
        then % {"name": known.first_name(notice.about_id)},
        *_profile(notice.about_id, known),
    )


def _coachee_assigned(notice: Notification, known: Known) -> Words:
    name = known.name(notice.about_id)
    if notice.subject_id not in known.running:
        return Words(
            _("You became the coach of %(name)s.") % {"name": name},
            _("That has ended since."),
            *_own("person-coaching", _("Open your Coaching tab"), known),
        )
    return Words(
        _("You now coach %(name)s.") % {"name": name},
        _("Their profile shows what they did lately and what there is to encourage."),
        *_profile(notice.about_id, known),
    )


def _coach_removed(notice: Notification, known: Known) -> Words:
    then = _("You keep everything that you two wrote and did. Sessions that were still ahead are cancelled.")
    return Words(
        _("%(name)s no longer coaches you.") % {"name": known.name(notice.about_id)},
        then,
        *_own("person-coaching", _("Open your Coaching tab"), known),
    )


def _coachee_removed(notice: Notification, known: Known) -> Words:
    then = _("You no longer see what was between you. The private notes you wrote stay with you.")
    return Words(
        _("You no longer coach %(name)s.") % {"name": known.name(notice.about_id)},
        then,
        reverse("own-notes"),
        _("Open your notes on former coachees"),
    )


def _coach_changed(notice: Notification, known: Known) -> Words:
    former = _former(notice)
    names = {"name": known.name(notice.about_id), "former": known.name(former)}
    then = _(
        "Your goals and open assignments go along. What you wrote to %(former)s stays between the two of you,"
        " and sessions with %(former)s that were still ahead are cancelled."
    )
    return Words(
        _("%(name)s takes over as your coach from %(former)s.") % names,
        then % {"former": known.first_name(former)},
        *_profile(notice.about_id, known),
    )


def _access_on(notice: Notification, known: Known) -> Words:
    has_it = Role.COACH in known.reader.roles
    return Words(
        _("You were given coaching access."),
        _("An admin can now assign coachees to you. They appear under Your coachees.") if has_it else "",
        reverse("coachees") if has_it else "",
        _("Open Your coachees") if has_it else "",
    )


def _access_off(notice: Notification, known: Known) -> Words:
    return Words(
        _("Your coaching access was turned off."),
        _("The private notes you wrote stay with you."),
        reverse("own-notes"),
        _("Open your notes on former coachees"),
    )


def _invitation(notice: Notification, known: Known) -> Words:
    return Words(_("You were invited to Trellis."))  # its mail has words of its own


def _credential_expires(notice: Notification, known: Known) -> Words:
    title, last = known.expiring.get(notice.subject_id or 0, ("", None))
    told = notice.facts.get("expires_on")
    where = _own("person-credentials", _("Open your licenses and credentials"), known)
    if not title:
        return Words(_("A license or credential of yours was to expire on %(day)s.") % {"day": known.day(told)}, "")
    words = {"title": title, "day": known.day(told)}
    if last is None or last != day_of(told):
        return Words(
            _("“%(title)s” was to expire on %(day)s.") % words, _("You have noted another date since."), *where
        )
    if last < local_day(known.now, known.reader.timezone):
        return Words(_("“%(title)s” expired on %(day)s.") % words, "", *where)
    then = _("When you have renewed it, note the new date, and you are reminded in time again.")
    return Words(_("“%(title)s” expires on %(day)s.") % words, then, *where)


def _observation_shared(notice: Notification, known: Known) -> Words:
    return Words(
        _("%(name)s shared an observation with you.") % {"name": known.name(notice.about_id)},
        _("You can say that you have read it, and comment."),
        *_own("person-observations", _("Open your observations"), known),
    )


def _observation_answered(notice: Notification, known: Known) -> Words:
    sentence = _("%(name)s answered an observation of yours.") % {"name": known.name(notice.about_id)}
    if notice.about_id not in known.coached:
        return Words(sentence)
    where = reverse("person-observations", args=[notice.about_id])
    return Words(sentence, "", where, _("Open their observations"))


def _message_received(notice: Notification, known: Known) -> Words:
    sentence = _("You have new messages from %(name)s.") % {"name": known.name(notice.about_id)}
    if notice.about_id is None:
        where = reverse("messages")
    elif notice.facts.get("coachee") == known.reader.pk:
        where = f"{reverse('person-messages', args=[known.reader.pk])}?with={notice.about_id}"
    else:
        where = reverse("person-messages", args=[notice.about_id])
    return Words(sentence, "", where, _("Read and answer them here"))


def _assignment_given(notice: Notification, known: Known) -> Words:
    sentence = _("%(name)s gave you an assignment.") % {"name": known.name(notice.about_id)}
    return Words(sentence, "", *_assignment(notice.subject_id, _("See what to do and by when"), known))


def _response_given(notice: Notification, known: Known) -> Words:
    sentence = _("%(name)s responded to an assignment.") % {"name": known.name(notice.about_id)}
    return Words(sentence, "", *_assignment(notice.subject_id, _("Read and answer it"), known))


def _response_answered(notice: Notification, known: Known) -> Words:
    sentence = _("%(name)s wrote to you about an assignment.") % {"name": known.name(notice.about_id)}
    return Words(sentence, "", *_assignment(notice.subject_id, _("Read it in the assignment"), known))


def _resource_suggested(notice: Notification, known: Known) -> Words:
    sentence = _("%(name)s suggested a resource to you.") % {"name": known.name(notice.about_id)}
    resource = known.suggested.get(notice.subject_id or 0)
    if resource is None:
        return Words(sentence, _("That was withdrawn since."))
    return Words(sentence, "", reverse("resource", args=[resource]), _("Open it in the library"))


_SENTENCES: dict[NoticeKind, Callable[[Notification, Known], Words]] = {
    NoticeKind.COACH_ASSIGNED: _coach_assigned,
    NoticeKind.COACHEE_ASSIGNED: _coachee_assigned,
    NoticeKind.COACH_REMOVED: _coach_removed,
    NoticeKind.COACHEE_REMOVED: _coachee_removed,
    NoticeKind.COACH_CHANGED: _coach_changed,
    NoticeKind.ACCESS_ON: _access_on,
    NoticeKind.ACCESS_OFF: _access_off,
    NoticeKind.INVITATION: _invitation,
    NoticeKind.CREDENTIAL_EXPIRES: _credential_expires,
    NoticeKind.OBSERVATION_SHARED: _observation_shared,
    NoticeKind.OBSERVATION_ANSWERED: _observation_answered,
    NoticeKind.MESSAGE_RECEIVED: _message_received,
    NoticeKind.ASSIGNMENT_GIVEN: _assignment_given,
    NoticeKind.RESPONSE_GIVEN: _response_given,
    NoticeKind.RESPONSE_ANSWERED: _response_answered,
    NoticeKind.RESOURCE_SUGGESTED: _resource_suggested,
    **SESSION_SENTENCES,
    **REMINDER_SENTENCES,
}
