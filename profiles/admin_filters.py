"""Ways to narrow the list of people."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from coaching.models import Relationship
from profiles.models import Invitation, Role, RoleGrant, Subscription
from profiles.querysets import PersonQuerySet
from profiles.status import Status, status_at

Choices = list[tuple[str, Any]]
YES_NO: Choices = [("yes", _("Yes")), ("no", _("No"))]


def _holds(role: str) -> Exists:
    return Exists(RoleGrant.objects.current().filter(person=OuterRef("pk"), role=role))


def _coachees() -> Q:
    """People with the role or with a subscription."""
    return Q(_holds(Role.COACHEE)) | Q(Exists(Subscription.objects.filter(coachee=OuterRef("pk"))))


class RoleFilter(DropdownFilter):
    """What they are. Coachee includes people with a subscription whatever their role."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: PersonQuerySet) -> PersonQuerySet:
        if self.value() == Role.COACHEE:
            return queryset.filter(_coachees())
        return queryset.filter(_holds(self.value())) if self.value() in Role.values else queryset


class AccessFilter(DropdownFilter):
    """Whether they may coach."""

    title = _("coaching access")
    parameter_name = "access"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return YES_NO

    def queryset(self, request: HttpRequest, queryset: PersonQuerySet) -> PersonQuerySet:
        if self.value() == "yes":
            return queryset.filter(_holds(Role.COACH))
        return queryset.filter(~_holds(Role.COACH)) if self.value() == "no" else queryset


class CoachedFilter(DropdownFilter):
    """Coachees with and without a coach now."""

    title = _("coach")
    parameter_name = "coached"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("yes", _("Coachees with a coach")), ("no", _("Coachees without a coach"))]

    def queryset(self, request: HttpRequest, queryset: PersonQuerySet) -> PersonQuerySet:
        running = Exists(Relationship.objects.running(timezone.now()).filter(coachee=OuterRef("pk")))
        if self.value() == "yes":
            return queryset.filter(running)
        return queryset.filter(_coachees(), ~running) if self.value() == "no" else queryset


class StatusFilter(DropdownFilter):
    """Where coachees stand."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("current", _("Active or onboarding")), *Status.choices]

    def queryset(self, request: HttpRequest, queryset: PersonQuerySet) -> PersonQuerySet:
        wanted = [Status.ACTIVE, Status.ONBOARDING] if self.value() == "current" else [self.value()]
        if not set(wanted) <= set(Status.values):
            return queryset
        return queryset.filter(_coachees()).alias(status=status_at(timezone.now())).filter(status__in=wanted)


class CapacityFilter(DropdownFilter):
    """Coaches by how many people they take on."""

    title = _("capacity")
    parameter_name = "capacity"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("over", _("Coaches over capacity")), ("room", _("Coaches with room"))]

    def queryset(self, request: HttpRequest, queryset: PersonQuerySet) -> PersonQuerySet:
        now = timezone.now()
        if self.value() == "over":
            return queryset.over_capacity(now)
        if self.value() != "room":
            return queryset
        has_room = Q(capacity=None) | Q(capacity__gt=F("load"))
        return queryset.filter(_holds(Role.COACH)).with_load(now).filter(has_room)


class AccountFilter(DropdownFilter):
    """Who has come in yet."""

    title = _("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("invited", _("Invited")), ("never", _("Never signed in")), ("uninvited", _("Never invited"))]

    def queryset(self, request: HttpRequest, queryset: PersonQuerySet) -> PersonQuerySet:
        invitations = Invitation.objects.filter(person=OuterRef("pk"))
        if self.value() == "invited":
            return queryset.filter(Exists(invitations.open()), last_login=None)
        if self.value() == "uninvited":
            return queryset.never_signed_in().filter(~Exists(invitations))
        return queryset.never_signed_in() if self.value() == "never" else queryset


class SignInFilter(DropdownFilter):
    """Whether they may sign in."""

    title = _("may sign in")
    parameter_name = "active"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return YES_NO

    def queryset(self, request: HttpRequest, queryset: PersonQuerySet) -> PersonQuerySet:
        return queryset.filter(is_active=self.value() == "yes") if self.value() in ("yes", "no") else queryset
