"""Reading people and subscriptions: the words the rest of the code uses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from profiles.models import Person


class PersonQuerySet(models.QuerySet):
    """People."""

    def with_roles(self) -> Self:
        """Brings the names of the current roles along, as `role_names`."""
        grants = apps.get_model("profiles", "RoleGrant").objects.current()
        return self.annotate(role_names=ArraySubquery(grants.filter(person=OuterRef("pk")).values("role")))

    def holding(self, role: str) -> Self:
        """People who have this role now."""
        return self.filter(role_grants__role=role, role_grants__ended_at=None)

    def never_signed_in(self) -> Self:
        """People who may sign in and never did."""
        return self.filter(is_active=True, last_login=None)

    def with_load(self, now: datetime) -> Self:
        """Brings along how many people they coach now, as `load`."""
        running = apps.get_model("coaching", "Relationship").objects.running(now).filter(coach=OuterRef("pk"))
        counted = running.order_by().values("coach").annotate(count=Count("pk")).values("count")
        return self.annotate(load=Coalesce(Subquery(counted), 0))

    def over_capacity(self, now: datetime) -> Self:
        """Coaches of more people than they take on."""
        running = apps.get_model("coaching", "Relationship").objects.running(now)
        limited = running.filter(coach__capacity__isnull=False).order_by().values("coach", "coach__capacity")
        over = limited.annotate(load=Count("pk")).filter(load__gt=F("coach__capacity"))
        return self.filter(pk__in=over.values("coach"))

    def coached_by(self, coach: Person, now: datetime) -> Self:
        """Coachees with a running relationship with this coach, whatever their subscription."""
        relationships = apps.get_model("coaching", "Relationship").objects.running(now).filter(coach=coach)
        return self.filter(pk__in=relationships.values("coachee"))

    def delivered_by(self, manager: Person) -> Self:
        """Coachees of the organizations of the coachees whose subscriptions name this manager.

        A coachee without an organization counts when a subscription of their own names the manager.
        """
        first, *others = self._delivered(manager)
        return self.filter(pk__in=first.union(*others, all=True))

    def near(self, coachee: int, others: Iterable[int], most: int) -> Self:
        """Who delivers to this coachee, named for them or (so many at most) for their organization; and the others."""
        named = apps.get_model("profiles", "Subscription").objects.filter(delivery_manager__isnull=False).order_by()
        people = self._everybody().order_by()
        place = people.filter(pk=coachee, organization__isnull=False).values("organization")
        there = named.filter(coachee__organization__in=place).order_by("delivery_manager")
        managers = there.values("delivery_manager").distinct()[:most]
        own = named.filter(coachee=coachee).values("delivery_manager")
        # In parts, for OR would look at everybody.
        return self.filter(pk__in=own.union(managers, people.filter(pk__in=list(others)).values("pk"), all=True))

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """People whose profile the viewer may open, in whatever sight. Everything else answers 404."""
        if viewer.is_staff:
            return self.all()
        return self.filter(pk__in=self._known(viewer, now).union(*self._contacts(viewer, now), all=True))

    def known_to(self, viewer: Person, now: datetime) -> Self:
        """Those of them whom the viewer sees as themself, as their coach or as staff. Coaches need the time."""
        return self.all() if viewer.is_staff else self.filter(pk__in=self._known(viewer, now))

    def contacts_of(self, viewer: Person, now: datetime) -> Self:
        """A coachee's current coaches, and the delivery managers named by subscriptions of theirs that are not over."""
        coaches, managers = self._contacts(viewer, now)
        return self.filter(pk__in=coaches.union(managers, all=True))

    def _known(self, viewer: Person, now: datetime) -> models.QuerySet:
        people = self._everybody()
        known = people.filter(pk=viewer.pk).order_by().values("pk")
        if "coach" in viewer.roles:
            known = known.union(people.coached_by(viewer, now).order_by().values("pk"), all=True)
        if "delivery_manager" in viewer.roles:
            known = known.union(*self._delivered(viewer), all=True)
        return known

    def _delivered(self, manager: Person) -> tuple[models.QuerySet, ...]:
        """In parts, for OR would look at everybody: each begins with the few it names and looks up the others."""
        named = apps.get_model("profiles", "Subscription").objects.filter(delivery_manager=manager).order_by()
        places = named.exclude(coachee__organization=None).values("coachee__organization")
        there = self._everybody().filter(organization__in=places).order_by()
        subscribed = there.filter(subscriptions__isnull=False)
        return named.values("coachee"), subscribed.values("pk"), there.holding("coachee").values("pk")

    def _contacts(self, viewer: Person, now: datetime) -> tuple[models.QuerySet, models.QuerySet]:
        relationships = apps.get_model("coaching", "Relationship").objects.running(now).filter(coachee=viewer)
        named = apps.get_model("profiles", "Subscription").objects.not_over(now)
        managers = named.filter(coachee=viewer, delivery_manager__isnull=False)
        return relationships.order_by().values("coach"), managers.order_by().values("delivery_manager")

    def _everybody(self) -> Self:
        return type(self)(self.model, using=self.db)


class PersonsOwnQuerySet(models.QuerySet):
    """Rows of a `person` that their coaches and staff may read: courses, licenses and credentials."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """One's own; a current coach's coachees'; a delivery manager's people; everybody's for admins."""
        if viewer.is_staff:
            return self.all()
        people = apps.get_model("profiles", "Person").objects
        allowed = Q(person=viewer)
        if "coach" in viewer.roles:
            allowed |= Q(person__in=people.coached_by(viewer, now).values("pk"))
        if "delivery_manager" in viewer.roles:
            allowed |= Q(person__in=people.delivered_by(viewer).values("pk"))
        return self.filter(allowed)


class PersonManager(BaseUserManager["Person"]):
    """Makes accounts; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, name: str, password: str | None = None, **fields) -> Person:
        """A person who may sign in once they have a password."""
        person = self.model(email=email.lower(), name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, name: str, password: str | None = None, **fields) -> Person:
        """The first admin of an installation, from the command line."""
        person = self.create_user(email, name, password, is_superuser=True, **fields)
        apps.get_model("profiles", "RoleGrant").objects.create(person=person, role="admin")
        return person


class SubscriptionQuerySet(models.QuerySet):
    """Subscriptions by where `now` falls."""

    def covering(self, now: datetime) -> Self:
        """In force at this instant."""
        return self.filter(active_from__lte=now, active_until__gt=now)

    def not_over(self, now: datetime) -> Self:
        """In force or still to come."""
        return self.filter(active_until__gt=now)
