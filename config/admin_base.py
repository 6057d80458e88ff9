"""What every page of the admin has in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db import IntegrityError, transaction
from django.db.models import Field, ForeignKey, Model, ProtectedError
from django.forms import Field as FormField
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from profiles.actions import RefusedError
from profiles.models import Person

LARGEST_KEY = 2**63 - 1


class SuggestedSelect(AutocompleteSelect):
    """Suggestions while typing. What can be no key counts as nothing chosen; Django's own widget fails on it."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict | None = None) -> list:
        """The row that is chosen, if there can be one."""
        return super().optgroups(name, [one for one in value if _is_key(one)], attr)


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= LARGEST_KEY


class TrellisAdmin(ModelAdmin):
    """Nothing is deleted, and no address can be made to ask the database more than a page offers."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True
    lookups_offered: tuple[str, ...] = ()
    """Query parameters of field filters in `list_filter`. Django would allow any field, a password's hash included."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the filters of this page ask."""
        own = {choice.parameter_name for choice in self.list_filter if hasattr(choice, "parameter_name")}
        return lookup in own or lookup in self.lookups_offered

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """An address with a lookup that no filter offers leads nowhere."""
        try:
            return super().get_changelist_instance(request)
        except DisallowedModelAdminLookup as error:
            raise Http404 from error

    def get_actions(self, request: HttpRequest) -> dict:
        """Without deleting in bulk."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted, by a superuser either, unless its page says so."""
        return False

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> FormField | None:
        """Without the little menus that open other forms in windows of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """With suggestions that survive an address somebody made up."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SuggestedSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What a verb refuses in the last moment is said on the same page again; nothing was written."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except RefusedError as refusal:
            self.message_user(request, with_link(refusal), messages.ERROR)
            return redirect(request.get_full_path())

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts, object_id: str) -> HttpResponse:
        raise Http404


class ErasableAdmin(TrellisAdmin):
    """For programs, packages and organizations: the empty ones may go."""

    delete_confirmation_template = "admin/delete_if_empty.html"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """By permission; whether it is empty is said on the page that asks for confirmation."""
        return request.user.has_perm(f"profiles.delete_{self.opts.model_name}")

    def in_use(self, obj: Model) -> list[str]:
        """What hangs on it, as sentences with counts; empty when it may go."""
        raise NotImplementedError

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Counts instead of Django's list of everything that points here."""
        return [str(obj) for obj in objs], {}, set(), [line for obj in objs for line in self.in_use(obj)]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """When somebody began to use it in this moment, it stays."""
        try:
            with transaction.atomic():
                back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
                return super().delete_view(request, object_id, {**(extra_context or {}), "back": back})
        except (ProtectedError, IntegrityError):
            self.message_user(request, _("This is in use by now and cannot be deleted."), messages.ERROR)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)


def admin_of(request: HttpRequest) -> Person:
    """Who is at work here; nobody gets this far signed out."""
    return cast("Person", request.user)


def page_of(person: Person, text: str | None = None) -> SafeString:
    """A link to a person's page in the admin."""
    return link(admin_url(person), text or person.name)


def link(url: str, text: str) -> SafeString:
    """A link in the theme's colour."""
    return format_html('<a href="{}" class="text-primary-600 dark:text-primary-500">{}</a>', url, text)


def admin_url(obj: Model) -> str:
    """The page of a row in the admin."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def with_link(refusal: RefusedError) -> SafeString | str:
    """The sentence of a refusal, with a link to where it can be put right."""
    if refusal.person is None:
        return str(refusal)
    where = page_of(refusal.person, _("Open %(name)s") % {"name": refusal.person.name})
    return format_html("{} {}", str(refusal), where)
