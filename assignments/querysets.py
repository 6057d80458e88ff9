"""Reading assignments, responses, views and reflections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from coaching.querysets import CoacheesOwnQuerySet, PairQuerySet

if TYPE_CHECKING:
    from profiles.models import Person


class AssignmentQuerySet(PairQuerySet):
    """Assignments by their state at an instant; an archived one is in neither of the others.

    What is dated later has not happened yet.
    """

    def in_progress(self, now: datetime) -> Self:
        """To be done, the next due on top."""
        open_still = Q(completed_at=None) | Q(completed_at__gt=now)
        return self._kept(now).filter(open_still, assigned_at__lte=now).order_by("due_on", "id")

    def completed(self, now: datetime) -> Self:
        """Marked as done by the coachee, the latest on top."""
        return self._kept(now).filter(completed_at__lte=now).order_by("-completed_at", "-id")

    def archived(self, now: datetime) -> Self:
        """Put away by the coach, the latest on top."""
        return self.filter(archived_at__lte=now).order_by("-archived_at", "-id")

    def as_of(self, now: datetime) -> Self:
        """Each with how it stands: `pair_runs`, `is_done`, `put_away`, for the predicates in rules.py."""
        running = apps.get_model("coaching", "Relationship").objects.running(now)
        return self.annotate(
            pair_runs=Exists(running.filter(coach=OuterRef("coach"), coachee=OuterRef("coachee"))),
            is_done=_at_last("completed_at", now),
            put_away=_at_last("archived_at", now),
        )

    def with_responses(self, viewer: Person, now: datetime) -> Self:
        """Each with `response_count` and `last_response_at` of the coachee's, and how many lines are `unread`.

        Unread is what the other side wrote and this viewer has not seen, response or answer.
        """
        said = apps.get_model("assignments", "Response").objects.filter(responded_at__lte=now)
        lines: Any = said.filter(assignment=OuterRef("pk")).order_by().values("assignment")
        own = lines.by_coachee()
        return self.annotate(
            response_count=_number(own.annotate(found=Count("pk"))),
            last_response_at=Subquery(own.annotate(found=Max("responded_at")).values("found")),
            unread=_number(lines.unread_by(viewer).annotate(found=Count("pk"))),
        )

    def _kept(self, now: datetime) -> Self:
        return self.filter(Q(archived_at=None) | Q(archived_at__gt=now))


def _number(counted: models.QuerySet) -> Coalesce:
    return Coalesce(Subquery(counted.values("found"), output_field=models.IntegerField()), Value(0))


def _at_last(name: str, now: datetime) -> Case:
    """Whether the instant in that column has come."""
    return Case(When(**{f"{name}__lte": now}, then=Value(True)), default=Value(False))


class ResponseQuerySet(PairQuerySet):
    """Responses to assignments, and the coach's answers to them."""

    def by_coachee(self) -> Self:
        """What the coachee wrote."""
        return self.filter(sender="coachee")

    def unread_by(self, reader: Person) -> Self:
        """What the other side wrote and this person has not seen."""
        as_coach, as_coachee = Q(coach=reader, sender="coachee"), Q(coachee=reader, sender="coach")
        return self.filter(as_coach | as_coachee, read_at=None)


class TemplateQuerySet(models.QuerySet):
    """Assignments to give again and again."""

    def visible_to(self, viewer: Person) -> Self:
        """The viewer's own."""
        return self.filter(owner=viewer)


class AssignmentFileQuerySet(models.QuerySet):
    """Files of assignments."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """Of those assignments which the viewer may see."""
        return self.filter(assignment__in=apps.get_model("assignments", "Assignment").objects.visible_to(viewer, now))


class ResponseFileQuerySet(models.QuerySet):
    """Files of responses."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """Of those responses which the viewer may see."""
        return self.filter(response__in=apps.get_model("assignments", "Response").objects.visible_to(viewer, now))


class ResourceQuerySet(models.QuerySet):
    """Resources of the library."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """For everybody, for the viewer's organization, the viewer's own, and what the viewer was given.

        Given is what a coach suggested to the viewer, and what hangs on an assignment that the viewer may see. Admins
        see what is not private. What was taken out of the library stays with its owner, admins and those who were
        given it.
        """
        assignments = apps.get_model("assignments", "Assignment").objects.visible_to(viewer, now)
        suggestions = apps.get_model("assignments", "Suggestion").objects.filter(coachee=viewer, withdrawn_at=None)
        given = Exists(assignments.filter(resources=OuterRef("pk"))) | Exists(
            suggestions.filter(resource=OuterRef("pk"))
        )
        listed = Q(audience="everybody")
        if viewer.organization_id is not None:
            listed |= Q(audience="organization", organization=viewer.organization_id)
        known = ~Q(audience="private") if viewer.is_staff else Q(listed, archived_at=None)
        return self.filter(known | Q(added_by=viewer) | given)

    def matching(self, terms: Iterable[str]) -> Self:
        """Those in which each term begins a word of title, sentence, tags or text. Terms are of `profiles.folding`."""
        # Not to_tsquery, which would take the words apart in its own way.
        wanted = " & ".join(f"'{term}':*" for term in terms)
        found = RawSQL("SELECT id FROM assignments_resource WHERE words @@ %s::tsquery", [wanted])  # noqa: S611
        return self.filter(pk__in=found) if wanted else self.none()

    def givable_by(self, coach: Person) -> Self:
        """What a coach may give to coachees: of the library, and their own. Not what was given to them privately."""
        listed = Q(audience="everybody") | Q(added_by=coach)
        if coach.organization_id is not None:
            listed |= Q(audience="organization", organization=coach.organization_id)
        return self.filter(listed, archived_at=None)


class SuggestionQuerySet(PairQuerySet):
    """Resources that a coach suggested."""

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(withdrawn_at=None)


class PromptQuerySet(models.QuerySet):
    """Reflection prompts."""

    def asked(self, now: datetime) -> Self:
        """Not retired."""
        return self.filter(Q(retired_at=None) | Q(retired_at__gt=now))


class ViewQuerySet(CoacheesOwnQuerySet):
    """Views of resources."""


class ReflectionQuerySet(CoacheesOwnQuerySet):
    """Reflections."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """The coachee's own, private ones included; current coaches' once shared."""
        return super().visible_to(viewer, now).filter(Q(coachee=viewer) | Q(shared_at__isnull=False))
