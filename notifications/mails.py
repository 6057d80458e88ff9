"""The mails: plain text, put together from the stored row when they leave. None of them holds what anybody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.models import Message, Relationship
from notifications import session_mails, session_reminders
from notifications.models import NoticeKind, Notification
from notifications.sentence import Words, one_line
from notifications.words import words_for
from profiles.days import short_day
from profiles.invitations import link_token
from profiles.models import Credential, Invitation, Person
from profiles.zones import local_day

SUBJECT_LENGTH = 150


def message_id(notice: Notification) -> str:
    """The same for every try, so that a mail that was sent twice is shown once."""
    return f"<notice-{notice.pk}@{urlsplit(settings.BASE_URL).hostname}>"


def mail_for(notice: Notification, now: datetime) -> EmailMultiAlternatives | None:
    """The mail of this notice; None when nobody is to get it any more.

    That is so for people who may not sign in, for an invitation that was accepted, revoked or sent again, for a
    credential whose date has changed or passed, for an answer from somebody whom the reader no longer coaches, for
    messages that were read meanwhile or cannot be any more, and for a reminder of what has passed or changed.
    """
    person = Person.objects.with_roles().filter(pk=notice.person_id, is_active=True).first()
    if person is None:
        return None
    if notice.kind == NoticeKind.INVITATION:
        return _invitation(notice, person, now)
    return _told(notice, person, now) if _still_so(notice, person, now) else None


def _still_so(notice: Notification, person: Person, now: datetime) -> bool:
    if notice.kind == NoticeKind.CREDENTIAL_EXPIRES:
        credential = Credential.objects.filter(pk=notice.subject_id or 0, person=person).first()
        last = credential.expires_on if credential else None
        told = notice.facts.get("expires_on")
        return last is not None and last.isoformat() == told and last >= local_day(now, person.timezone)
    if notice.kind == NoticeKind.OBSERVATION_ANSWERED:
        return Relationship.objects.running(now).filter(coach=person, coachee=notice.about_id).exists()
    if notice.kind == NoticeKind.MESSAGE_RECEIVED:
        return _unseen(notice, person, now)
    if notice.kind in session_reminders.BY_KIND:
        return session_reminders.still_due(notice, now)
    return True


def _unseen(notice: Notification, person: Person, now: datetime) -> bool:
    """Whether this is still the first message of those that the reader has not come back to."""
    waiting = Message.objects.visible_to(person, now).unread_by(person)
    message = waiting.filter(pk=notice.subject_id or 0).first()
    if message is None:
        return False
    sent = Message.objects.filter(coach=message.coach_id, coachee=message.coachee_id, sender=message.sender)
    return not sent.filter(pk__gt=message.pk, read_at__isnull=False).exists()


def _told(notice: Notification, person: Person, now: datetime) -> EmailMultiAlternatives:
    [words] = words_for([notice], person, now)
    if notice.kind in session_mails.CHANGES:
        return _changed(notice, person, words, now)
    context = {"person": one_line(person.first_name), "words": words, "link": _absolute(words.url)}
    return _mail(notice, person, words.sentence.rstrip("."), "emails/notice.txt", context)


def _changed(notice: Notification, person: Person, words: Words, now: datetime) -> EmailMultiAlternatives:
    """What became of a session, with the invitation that tells the reader's calendar."""
    entry = session_mails.entry_for(notice)
    context = {"person": one_line(person.first_name), "words": words, "link": _absolute(words.url)}
    context |= session_mails.facts_for(entry, person, now)
    mail = _mail(notice, person, words.sentence.rstrip("."), "emails/session.txt", context)
    session_mails.invite(mail, entry, person)
    return mail


def _invitation(notice: Notification, person: Person, now: datetime) -> EmailMultiAlternatives | None:
    invitation = Invitation.objects.usable(now).select_related("invited_by").filter(pk=notice.subject_id or 0).first()
    sent_again = invitation is not None and notice.facts.get("time", 1) != invitation.times_sent
    if invitation is None or sent_again or person.last_login is not None:
        return None
    by = invitation.invited_by
    until = local_day(invitation.expires_at, person.timezone)
    context = {
        "person": one_line(person.first_name),
        "by": one_line(by.name) if by else "",
        "link": _absolute(reverse("invitation", args=[link_token(invitation, person)])),
        "until": short_day(until, local_day(now, person.timezone)),
    }
    return _mail(notice, person, _("Your invitation to Trellis"), "emails/invitation.txt", context)


def _mail(
    notice: Notification, person: Person, subject: str, template: str, context: Mapping[str, object]
) -> EmailMultiAlternatives:
    body = render_to_string(template, {**context, "site": settings.BASE_URL})
    return EmailMultiAlternatives(
        subject=one_line(subject)[:SUBJECT_LENGTH],
        body=body.strip() + "\n",
        to=[person.email],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
    )


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}" if path else ""
