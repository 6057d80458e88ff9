"""People in the admin: what they are, who coaches them, and what admins may do about it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from coaching.admin_bulk import assign_to_selected
from coaching.admin_history import events_of
from coaching.admin_tables import relationship_tables
from coaching.models import Relationship
from config.admin_base import TrellisAdmin, admin_of
from config.admin_site import site
from profiles.actions import save_person
from profiles.admin_catalogue import OrganizationAdmin, PackageAdmin, ProgramAdmin, SubscriptionAdmin
from profiles.admin_filters import (
    AccessFilter,
    AccountFilter,
    CapacityFilter,
    CoachedFilter,
    RoleFilter,
    SignInFilter,
    StatusFilter,
)
from profiles.admin_forms import PersonForm
from profiles.admin_invite import invite_selected
from profiles.admin_people_csv import export_people, import_people
from profiles.models import Organization, Package, Person, Program, Role, Subscription
from profiles.querysets import PersonQuerySet

WHO = (None, {"fields": ("name", "email", "organization", "position", "is_active")})
ACCESS = (gettext_lazy("Roles"), {"fields": ("coaching_access", "capacity", "other_roles")})
SUBSCRIPTIONS_SHOWN = 20
MORE = (
    gettext_lazy("Time zone, language, about, manager"),
    {"fields": ("timezone", "language", "about", "manager_name", "manager_email")},
)


class PersonAdmin(TrellisAdmin):
    """People are added and changed, never deleted. No confidential text is anywhere near."""

    form = PersonForm
    fieldsets = (WHO, ACCESS, MORE)
    list_display = ("name", "email", "organization", "role_list", "has_access", "used", "coaches")
    list_filter = (
        RoleFilter,
        AccessFilter,
        CapacityFilter,
        CoachedFilter,
        StatusFilter,
        ("organization", AutocompleteSelectFilter),
        AccountFilter,
        SignInFilter,
    )
    lookups_offered = ("organization__id__exact",)
    search_fields = ("name", "email")
    search_help_text = gettext_lazy("Name or e-mail")
    autocomplete_fields = ("organization",)
    ordering = ("name", "id")
    actions = ("assign_coach", "invite", "export_selected")
    actions_list = ("import_people", "export_people")
    change_form_outer_after_template = "admin/profiles/around.html"
    object_history_template = "admin/coaching/history_of.html"

    def get_queryset(self, request: HttpRequest) -> PersonQuerySet:
        """With all that the list shows, in one query."""
        running = Relationship.objects.running(timezone.now()).filter(coachee=OuterRef("pk"))
        coaches = ArraySubquery(running.order_by("coach__name").values("coach__name"))
        people = super().get_queryset(request).select_related("organization")
        return people.with_roles().with_load(timezone.now()).annotate(coach_names=coaches)

    def get_search_results(
        self, request: HttpRequest, queryset: PersonQuerySet, search_term: str
    ) -> tuple[PersonQuerySet, bool]:
        """Suggestions hold only people who can be chosen in that field."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        return eligible(found, request.GET.get("field_name")) if _is_suggesting(request) else found, doubled

    def suggestion(self, obj: Person) -> str:
        """Tells namesakes apart."""
        return f"{obj.name} · {obj.email}"

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        """The address is theirs once they have signed in: with it one could take over what they may read."""
        return ("email",) if obj and obj.last_login else ()

    def get_form(self, request: HttpRequest, obj: Person | None = None, change: bool = False, **kwargs) -> type:
        """The form knows who is asking."""
        return type("PersonFormOfAdmin", (super().get_form(request, obj, change, **kwargs),), {"by": request.user})

    def save_model(self, request: HttpRequest, obj: Person, form: PersonForm, change: bool) -> None:
        """Saved by the verb, roles and what follows from a time zone included."""
        save_person(person=obj, roles=form.roles, by=admin_of(request), now=timezone.now())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With who coaches them, whom they coach and their subscriptions below the form."""
        person = self.get_object(request, object_id)
        context = {**(extra_context or {}), **_around(person)} if person else extra_context
        return super().change_view(request, object_id, form_url, context)

    @action(description=gettext_lazy("Import"), url_path="import-people", icon="upload", permissions=["import"])
    def import_people(self, request: HttpRequest) -> HttpResponse:
        """From a CSV file, after a preview."""
        return import_people(self, request)

    @action(description=gettext_lazy("Export"), url_path="export-people", icon="download", permissions=["export"])
    def export_people(self, request: HttpRequest) -> HttpResponseBase:
        """Those whom the filters and the search of the list show, as a CSV file."""
        listed = self.get_changelist_instance(request).get_queryset(request)
        return export_people(request, Person.objects.filter(pk__in=listed.order_by().values("pk")))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The way to the export takes along how the list is narrowed."""
        response = super().changelist_view(request, extra_context)
        export = reverse("admin:profiles_person_export_people")
        for one in (getattr(response, "context_data", None) or {}).get("actions_list", []):
            if one["path"] == export and request.GET:
                one["path"] = f"{export}?{request.GET.urlencode()}"
        return response

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["export"])
    def export_selected(self, request: HttpRequest, queryset: PersonQuerySet) -> HttpResponseBase:
        """Those who were selected."""
        return export_people(request, Person.objects.filter(pk__in=queryset.values("pk")))

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Who may add and change people may do it by the file."""
        return request.user.has_perm("profiles.add_person") and request.user.has_perm("profiles.change_person")

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may see people may take them along."""
        return request.user.has_perm("profiles.view_person")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what the database keeps of their relationships, roles and access."""
        person = self.get_object(request, object_id)
        events = events_of(person) if person else {}
        return super().history_view(request, object_id, {**(extra_context or {}), **events})

    @admin.action(description=gettext_lazy("Assign a coach"), permissions=["assign"])
    def assign_coach(self, request: HttpRequest, queryset: PersonQuerySet) -> HttpResponse | None:
        """Asks for the coach, then assigns them to all that were selected."""
        return assign_to_selected(self, request, queryset)

    @admin.action(description=gettext_lazy("Invite"), permissions=["invite"])
    def invite(self, request: HttpRequest, queryset: PersonQuerySet) -> HttpResponse | None:
        """Asks, then invites those who were selected and never signed in."""
        return invite_selected(self, request, queryset)

    def has_invite_permission(self, request: HttpRequest) -> bool:
        """Who may invite people."""
        return request.user.has_perm("profiles.add_person")

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """Who may assign coaches."""
        return request.user.has_perm("coaching.add_relationship")

    @display(description=gettext_lazy("Roles"))
    def role_list(self, obj: Person) -> str:
        """In a fixed order, without coaching access, which has a column of its own."""
        return ", ".join(str(label) for value, label in Role.choices if value in obj.roles and value != Role.COACH)

    @display(description=gettext_lazy("Coaching access"), label={"on": "success"}, empty_value="")
    def has_access(self, obj: Person) -> tuple[str, str] | None:
        """Whether they can be assigned as a coach."""
        return ("on", _("On")) if Role.COACH in obj.roles else None

    @display(description=gettext_lazy("Coaching"))
    def used(self, obj: Person) -> str:
        """How many people they coach, of how many they take on."""
        load = getattr(obj, "load", 0)
        if Role.COACH not in obj.roles and not load:
            return ""
        return str(load) if obj.capacity is None else _("%(load)d of %(most)d") % {"load": load, "most": obj.capacity}

    @display(description=gettext_lazy("Coached by"))
    def coaches(self, obj: Person) -> SafeString:
        """Names of the coaches of now."""
        names: list[str] = getattr(obj, "coach_names", [])
        return format_html_join(", ", "{}", ((name,) for name in names))


def _around(person: Person) -> dict[str, Any]:
    """What the page shows below the form."""
    subscriptions = person.subscriptions.select_related("program", "package")
    return {**relationship_tables(person, timezone.now()), "subscriptions": subscriptions[:SUBSCRIPTIONS_SHOWN]}


def _is_suggesting(request: HttpRequest) -> bool:
    return request.path.endswith("/autocomplete/")


def eligible(people: PersonQuerySet, field: str | None) -> PersonQuerySet:
    """Those who can be chosen as `coach`, `delivery_manager` or `coachee`."""
    people = people.filter(is_active=True)
    if field == "coach":
        return people.holding(Role.COACH)
    if field == "delivery_manager":
        return people.holding(Role.DELIVERY_MANAGER)
    return people


site.register(Person, PersonAdmin)
site.register(Organization, OrganizationAdmin)
site.register(Program, ProgramAdmin)
site.register(Package, PackageAdmin)
site.register(Subscription, SubscriptionAdmin)
