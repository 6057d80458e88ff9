"""Relationships in the admin: begun and ended, never edited or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from coaching.actions import assign_coach, end_relationship
from coaching.admin_bulk import end_selected, pair_of
from coaching.admin_forms import AssignForm, asked_anyway
from coaching.admin_history import events_of
from coaching.models import Relationship
from coaching.querysets import RelationshipQuerySet
from config.admin_base import TrellisAdmin, admin_of, admin_url, link, page_of
from config.admin_site import site
from profiles.models import Person


class StateFilter(DropdownFilter):
    """Running or ended."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("running", _("Running")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: RelationshipQuerySet) -> RelationshipQuerySet:
        now = timezone.now()
        if self.value() == "running":
            return queryset.not_over(now)
        return queryset.filter(ended_at__lte=now) if self.value() == "ended" else queryset


class OverCapacityFilter(DropdownFilter):
    """Those of coaches who have more coachees than they take on."""

    title = gettext_lazy("capacity")
    parameter_name = "capacity"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("over", _("Coach over capacity"))]

    def queryset(self, request: HttpRequest, queryset: RelationshipQuerySet) -> RelationshipQuerySet:
        if self.value() != "over":
            return queryset
        now = timezone.now()
        return queryset.not_over(now).filter(coach__in=Person.objects.over_capacity(now).values("pk"))


class RelationshipAdmin(TrellisAdmin):
    """Who coaches whom, since when, and until when."""

    form = AssignForm
    fields = ("coach", "coachee", "started_at", "ended_at", "started_by", "ended_by")
    list_display = ("coach_page", "coachee_page", "started_at", "ended_at", "end_link")
    list_display_links = ("started_at",)
    list_select_related = ("coach", "coachee")
    list_filter = (StateFilter, OverCapacityFilter)
    search_fields = ("coach__name", "coach__email", "coachee__name", "coachee__email")
    search_help_text = gettext_lazy("Name or e-mail of either")
    autocomplete_fields = ("coach", "coachee")
    actions = ("end_selected",)
    actions_detail = ("end",)
    object_history_template = "admin/coaching/history_of.html"

    def get_fields(self, request: HttpRequest, obj: Relationship | None = None) -> tuple[str, ...]:
        """Two people to begin with; the rest writes itself."""
        return self.fields if obj else ("coach", "coachee")

    def has_change_permission(self, request: HttpRequest, obj: Relationship | None = None) -> bool:
        """Never edited; see `end`."""
        return False

    def has_end_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Who may end relationships."""
        return request.user.has_perm("coaching.end_relationship")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """What is over cannot be ended again."""
        relationship = self.get_object(request, object_id)
        over = relationship is None or _is_over(relationship)
        return [] if over else super().get_actions_detail(request, object_id)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is nothing to continue editing afterwards."""
        context = {**(extra_context or {}), "title": _("Assign a coach"), "show_save_and_continue": False}
        return super().add_view(request, form_url, context)

    def save_model(self, request: HttpRequest, obj: Relationship, form: AssignForm, change: bool) -> None:
        """Begun by the verb."""
        made = assign_coach(
            coach=obj.coach,
            coachee=obj.coachee,
            by=admin_of(request),
            now=timezone.now(),
            within_capacity=not asked_anyway(request.POST),
        )
        obj.pk, obj.started_at, obj.started_by = made.pk, made.started_at, made.started_by

    def response_add(
        self, request: HttpRequest, obj: Relationship, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Back to the person one came from, or to the coachee."""
        self.message_user(
            request,
            format_html(_("{coach} now coaches {coachee}."), coach=page_of(obj.coach), coachee=page_of(obj.coachee)),
            messages.SUCCESS,
        )
        if "_addanother" in request.POST:
            return redirect(request.get_full_path())
        return redirect(admin_url(obj.coach if "coach" in request.GET else obj.coachee))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what the database keeps of it."""
        relationship = self.get_object(request, object_id)
        events = events_of(relationship) if relationship else {}
        return super().history_view(request, object_id, {**(extra_context or {}), **events})

    @action(
        description=gettext_lazy("End relationship"),
        url_path="end",
        permissions=["end"],
        icon="link_off",
        variant=ActionVariant.DANGER,
    )
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then ends it. Ended already: says so."""
        relationship = self.get_object(request, object_id)
        if relationship is None:
            raise Http404
        if request.method != "POST" and not _is_over(relationship):
            return self._ask(request, relationship)
        if end_relationship(relationship=relationship, by=admin_of(request), now=timezone.now()):
            self.log_change(request, relationship, _("Ended."))
            self.message_user(request, _("Ended: %(pair)s.") % {"pair": pair_of(relationship)}, messages.SUCCESS)
        else:
            self.message_user(request, _("This relationship has ended already."), messages.INFO)
        return redirect(_back_to(request, relationship))

    def _ask(self, request: HttpRequest, relationship: Relationship) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("End relationship"),
            "names": [pair_of(relationship)],
            "count": 1,
            "back": _back_to(request, relationship),
        }
        return TemplateResponse(request, "admin/coaching/end.html", context)

    @admin.action(description=gettext_lazy("End relationships"), permissions=["end"])
    def end_selected(self, request: HttpRequest, queryset: RelationshipQuerySet) -> HttpResponse | None:
        """Asks, then ends all that were selected."""
        return end_selected(self, request, queryset)

    @display(description=gettext_lazy("Coach"), ordering="coach__name")
    def coach_page(self, obj: Relationship) -> SafeString:
        """The coach, linked."""
        return page_of(obj.coach)

    @display(description=gettext_lazy("Coachee"), ordering="coachee__name")
    def coachee_page(self, obj: Relationship) -> SafeString:
        """The coachee, linked."""
        return page_of(obj.coachee)

    @display(description="")
    def end_link(self, obj: Relationship) -> SafeString | str:
        """To the page that asks whether to end it."""
        if _is_over(obj):
            return ""
        return link(reverse("admin:coaching_relationship_end", args=[obj.pk]), _("End"))


def _is_over(relationship: Relationship) -> bool:
    return relationship.ended_at is not None and relationship.ended_at <= timezone.now()


def _back_to(request: HttpRequest, relationship: Relationship) -> str:
    """The page of the one of the two from which one came, else the relationship's."""
    both = (relationship.coach, relationship.coachee)
    came_from = next((one for one in both if str(one.pk) == request.GET.get("person")), None)
    return admin_url(came_from or relationship)


site.register(Relationship, RelationshipAdmin)
