"""Organizations, programs, packages and subscriptions in the admin."""

from __future__ import annotations

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from assignments.prompt_inline import PromptInline
from config.admin_base import ErasableAdmin, TrellisAdmin, admin_of
from profiles.actions import save_program, save_subscription
from profiles.admin_forms import ProgramForm, SubscriptionForm
from profiles.models import Person, Program, Subscription


class OrganizationAdmin(ErasableAdmin):
    """Where people belong."""

    list_display = search_fields = ("name",)

    def in_use(self, obj: Model) -> list[str]:
        """People of the organization."""
        count = Person.objects.filter(organization=obj.pk).count()
        return [ngettext("%(count)d person", "%(count)d people", count) % {"count": count}] if count else []


class PackageAdmin(ErasableAdmin):
    """What was bought, by name."""

    list_display: tuple[str, ...] = ("name",)
    search_fields = ("name",)

    def in_use(self, obj: Model) -> list[str]:
        """Subscriptions that name it."""
        count = Subscription.objects.filter(**{self.opts.model_name: obj.pk}).count()
        words = ngettext("%(count)d subscription", "%(count)d subscriptions", count)
        return [words % {"count": count}] if count else []


class ProgramAdmin(PackageAdmin):
    """A program with its thresholds, the actions it encourages, and its labels."""

    form = ProgramForm
    list_display = (
        "name",
        "resources_days",
        "messages_days",
        "reflections_days",
        "goals_days",
        "takeaways_days",
    )
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name",)}),
        (
            gettext_lazy("When to encourage"),
            {
                "fields": (
                    "encouraged",
                    ("resources_days", "messages_days"),
                    "reflections_days",
                    ("goals_days", "takeaways_days"),
                )
            },
        ),
        (gettext_lazy("What things are called"), {"fields": (("review_label", "survey_label"),)}),
        (gettext_lazy("Reflection prompts"), {"fields": ("prompt_days",)}),
    )
    inlines = (PromptInline,)

    def save_model(self, request: HttpRequest, obj: Program, form: ProgramForm, change: bool) -> None:
        """Saved by the verb, so that the encouragements of everybody in it follow."""
        save_program(program=obj, now=timezone.now())


class SubscriptionAdmin(TrellisAdmin):
    """What a coachee may use and when. For whom it is does not change; a wrong one is ended by its dates."""

    form = SubscriptionForm
    list_display = ("coachee", "program", "package", "starts_on", "ends_on", "delivery_manager")
    list_select_related = ("coachee", "program", "package", "delivery_manager")
    list_filter = (
        ("program", AutocompleteSelectFilter),
        ("package", AutocompleteSelectFilter),
    )
    lookups_offered = ("program__id__exact", "package__id__exact")
    search_fields = ("coachee__name", "coachee__email")
    search_help_text = gettext_lazy("The coachee’s name or e-mail")
    autocomplete_fields = ("coachee", "program", "package", "delivery_manager")
    fieldsets = (
        (None, {"fields": ("coachee", ("starts_on", "ends_on"))}),
        (gettext_lazy("What for"), {"fields": ("program", "package", "delivery_manager")}),
        (
            gettext_lazy("What is included"),
            {"fields": ("sessions_per_month", ("complimentary_call", "flash_sessions"), "group_module")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The coachee is chosen once."""
        return ("coachee",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Subscription, form: forms.ModelForm, change: bool) -> None:
        """Saved by the verb: midnights in the coachee's zone, the role of coachee, encouragements."""
        save_subscription(subscription=obj, by=admin_of(request), now=timezone.now())
