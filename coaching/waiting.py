"""What came for a coachee and was not read or opened yet: messages, answers, suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import ResourceView, Response, Suggestion
from coaching.models import Message
from coaching.step import Step
from config.text import first_line
from profiles.models import Person

SUGGESTIONS = ANSWERED = 5
"""At most so many are listed."""


def waiting(coachee: Person, now: datetime) -> list[Step]:
    """Unread messages of each coach, assignments with unread answers, and suggestions not opened since. Three queries.

    What former coaches wrote last is there to read as well.
    """
    return [*_messages(coachee, now), *_answers(coachee, now), *_suggestions(coachee, now)]


def _messages(coachee: Person, now: datetime) -> Iterator[Step]:
    unread = Message.objects.filter(coachee=coachee, sender="coach", read_at=None, sent_at__lte=now)
    by_coach = unread.order_by().values("coach", "coach__name").annotate(number=Count("pk"), last=Max("sent_at"))
    for found in by_coach.order_by("-last", "coach"):
        number = found["number"]
        words = ngettext("%(count)d new message from %(coach)s", "%(count)d new messages from %(coach)s", number)
        yield Step(
            icon="chat",
            title=words % {"count": number, "coach": found["coach__name"]},
            hint="",
            url=f"{reverse('person-messages', args=[coachee.pk])}?with={found['coach']}",
            do=_("Read"),
            due=found["last"],
        )


def _answers(coachee: Person, now: datetime) -> Iterator[Step]:
    unread = Response.objects.filter(coachee=coachee, sender="coach", read_at=None, responded_at__lte=now)
    threads = unread.order_by().values("assignment", "assignment__title", "coach__name")
    for found in threads.annotate(last=Max("responded_at")).order_by("-last", "assignment")[:ANSWERED]:
        yield Step(
            icon="tasks",
            title=_("%(coach)s answered you") % {"coach": found["coach__name"]},
            hint=found["assignment__title"],
            url=reverse("assignment", args=[found["assignment"]]),
            do=_("Read"),
            due=found["last"],
        )


def _suggestions(coachee: Person, now: datetime) -> Iterator[Step]:
    seen = ResourceView.objects.filter(
        coachee=coachee, resource=OuterRef("resource"), viewed_at__gte=OuterRef("suggested_at"), viewed_at__lte=now
    )
    standing = Suggestion.objects.standing().filter(~Exists(seen), coachee=coachee, suggested_at__lte=now)
    rows = standing.annotate(title=F("resource__title"), by=F("coach__name"), address=F("resource__url"))
    for one in rows.order_by("-suggested_at", "-pk")[:SUGGESTIONS]:
        note = first_line(one.note, 90)
        yield Step(
            icon="book",
            title=one.title or one.address or _("A resource"),
            hint=_("%(coach)s suggests it: %(note)s") % {"coach": one.by, "note": note}
            if note
            else _("%(coach)s suggests it") % {"coach": one.by},
            url=reverse("resource", args=[one.resource_id]),
            do=_("Open"),
            due=one.suggested_at,
        )
