"""What people of the marked world typed and did not send, what they said to nudges, and what they were told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activity.models import Encouragement
from assignments.models import Assignment, Reflection, Resource, Response
from coaching.models import Message, Relationship
from profiles.models import Person
from sessions_app.models import Session
from tests.make import NOW, H, make_notification
from tests.make_between import make_draft, make_not_relevant

if TYPE_CHECKING:
    from tests.access.private import World

WRITERS = ("coach", "coachee")
"""Who left forms of every kind half written."""


def leave_unsent(world: World) -> None:
    """A draft of each kind for Maya and Amara, each marked for its writer alone: both have forms of the same key."""
    cast = world.cast
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    given = Assignment.objects.get(**pair, completed_at=None, archived_at=None)
    for who in WRITERS:
        _draft(world, who, f"message:{cast.coach.pk}:{cast.coachee.pk}", "text")
        _draft(world, who, f"response:{given.pk}", "text")
    written = Response.objects.get(assignment=given, sender="coachee")
    Response.objects.filter(pk=written.pk).update(responded_at=NOW - H / 12, author=cast.coachee)
    _draft(world, "coachee", f"response-edit:{written.pk}", "text")
    reflection = Reflection.objects.filter(coachee=cast.coachee, shared_at__isnull=False).earliest("pk")
    _draft(world, "coachee", f"reflection-edit:{reflection.pk}", "text")
    sessions = Session.objects.filter(**pair)
    _draft(world, "coachee", f"goal:{sessions.filter(status='scheduled').earliest('starts_at').pk}", "text")
    _draft(world, "coachee", f"takeaway:{sessions.filter(status='occurred').latest('starts_at').pk}", "text")
    article = Resource.objects.get(added_by=cast.coach, kind="article")
    _draft(world, "coach", "article:0", "title", "summary", "body", "tags")
    _draft(world, "coach", f"article:{article.pk}", "title", "summary", "body", "tags")
    _draft(world, "coach", f"suggestion:{article.pk}", "note")
    for coachee in (0, cast.coachee.pk):
        _draft(world, "coach", f"assignment:{coachee}", "title", "instructions")
    _draft(world, "coach", "template:0", "title", "instructions")


def _draft(world: World, who: str, key: str, *names: str) -> None:
    texts = {name: world.mark(f"{name} of the unsent {key} of {who}", {who}) for name in names}
    make_draft(person=getattr(world.cast, who), key=key, **texts)


def said_to_nudges(world: World, running: tuple[tuple[str, str], ...]) -> None:
    """Each coachee says why silence with this coach is not relevant: for the two of them. After the rules ran."""
    for coach, coachee in running:
        spell = Relationship.objects.get(coach=getattr(world.cast, coach), coachee=getattr(world.cast, coachee))
        silence = Encouragement.objects.open(NOW).filter(relationship=spell, rule="messages_silent").first()
        if silence is not None:
            reason = world.mark(f"not relevant to {coachee} with {coach}", {coachee, coach})
            make_not_relevant(encouragement=silence, reason=reason)


def told_of_writing(coach: Person, coachee: Person, given: Assignment) -> None:
    """Both were told that the other wrote: never what."""
    make_notification(person=coachee, kind="assignment_given", about=coach, subject_id=given.pk)
    make_notification(person=coachee, kind="response_answered", about=coach, subject_id=given.pk)
    make_notification(person=coach, kind="response_given", about=coachee, subject_id=given.pk)
    said = Message.objects.filter(coach=coach, coachee=coachee)
    for reader, other, sender in ((coach, coachee, "coachee"), (coachee, coach, "coach")):
        first = said.filter(sender=sender).earliest("pk").pk
        about = {"about": other, "subject_id": first, "facts": {"coachee": coachee.pk}, "in_product": False}
        make_notification(person=reader, kind="message_received", **about)
