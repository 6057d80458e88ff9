"""The reflection prompts of a program, for the program's page in the admin."""

from __future__ import annotations

from django.db.models import Field
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget

from assignments.models import Prompt


def in_lines(field: FormField | None, db_field: Field) -> FormField | None:
    """The field of a prompt's words with room for them."""
    if field is not None and db_field.name == "text":
        field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 2, "maxlength": 500})
    return field


class PromptInline(TabularInline):
    """The prompts of a program. One that is asked no more is retired: answers keep the words they answered."""

    model = Prompt
    fields = ("text", "position", "retired_at")
    extra = 0
    can_delete = False
    verbose_name_plural = _("Reflection prompts of this program, instead of those for all programs")

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: object) -> FormField | None:
        """The words over two lines."""
        return in_lines(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)
