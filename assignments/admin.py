"""Reflection prompts in the admin, by themselves. Answers are nowhere here."""

from __future__ import annotations

from django.db.models import Field, Model
from django.forms import Field as FormField
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from assignments.models import Prompt
from assignments.prompt_inline import in_lines
from config.admin_base import TrellisAdmin
from config.admin_site import site


class PromptAdmin(TrellisAdmin):
    """Prompts of programs and those for all of them. Changing one changes what is asked from then on, no answer."""

    list_display = ("text", "program", "position", "retired_at")
    list_select_related = ("program",)
    list_filter = (("program", AutocompleteSelectFilter),)
    lookups_offered = ("program__id__exact",)
    search_fields = ("text",)
    autocomplete_fields = ("program",)
    fields = ("text", "program", "position", "retired_at")
    ordering = ("program", "position", "id")

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: object) -> FormField | None:
        """The words over two lines."""
        return in_lines(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """A new one is not retired."""
        return self.fields if obj else self.fields[:-1]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Whose it is, is chosen once."""
        return ("program",) if obj else ()


site.register(Prompt, PromptAdmin)
