"""Rubrics in the admin. A draft is written on one page, components with their levels inside; what is published stays.

Observations are not here, nor is anything that leads to them: no admin reads what a coach observed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, models, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import StackedInline, TabularInline
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from assessments.models import Component, Level, Rubric, RubricVersion
from assessments.rubrics import RubricError, bring_back, discard, new_version, publish, retire, why_not_publish
from config.admin_base import TrellisAdmin, admin_of, admin_url, link
from config.admin_site import site
from profiles.actions import violates


class OfADraft:
    """An inline of a version that can be changed as long as the version is a draft."""

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """In drafts."""
        return _is_draft(obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """In drafts."""
        return _is_draft(obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """In drafts."""
        return _is_draft(obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]


def _is_draft(row: object) -> bool:
    """Whether this is a draft, or a component of one; the theme asks about both, and about rows not made yet."""
    if isinstance(row, Component):
        return row.version_id is None or row.version.published_at is None
    return isinstance(row, RubricVersion) and row.published_at is None


class LevelInline(OfADraft, TabularInline):
    """The levels of a component."""

    model = Level
    fields = ("value", "name", "descriptor")
    hide_title = True
    extra = 0
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 2})}}


class ComponentInline(OfADraft, StackedInline):
    """The components of a version, each with its levels."""

    model = Component
    fields = (("title", "position"), "description")
    extra = 0
    inlines = [LevelInline]
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 2})}}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """With the version, on which hangs what may be done."""
        return super().get_queryset(request).select_related("version")


def _asked(
    page: TrellisAdmin,
    request: HttpRequest,
    row: Rubric | RubricVersion,
    question: str,
    deed: str,
    danger: bool = False,
) -> TemplateResponse:
    """The page that asks before something is done."""
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": deed,
        "question": question,
        "deed": deed,
        "danger": danger,
        "names": [str(row)],
        "back": admin_url(row),
    }
    return TemplateResponse(request, "admin/assessments/ask.html", context)


class RubricAdmin(TrellisAdmin):
    """What observations are recorded against."""

    list_display = ("name", "wording", "state")
    search_fields = ("name",)
    fields = ("name", "description", "versions")
    readonly_fields = ("versions",)
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}
    actions_detail = ("new_version", "retire", "bring_back")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """With their versions, in one more query."""
        return super().get_queryset(request).prefetch_related("versions")

    def get_fields(self, request: HttpRequest, obj: Rubric | None = None) -> tuple[str, ...]:
        """A new one has no versions yet."""
        return self.fields if obj else ("name", "description")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Retire what is in use, bring back what is not."""
        rubric = self.get_object(request, object_id)
        hidden = "retire" if rubric is None or rubric.retired_at else "bring_back"
        return [one for one in super().get_actions_detail(request, object_id) if not one.action_name.endswith(hidden)]

    def save_model(self, request: HttpRequest, obj: Rubric, form: ModelForm, change: bool) -> None:
        """A new rubric begins with the draft of its first version."""
        super().save_model(request, obj, form, change)
        if not change:
            new_version(rubric=obj, now=timezone.now())

    def response_add(self, request: HttpRequest, obj: Rubric, post_url_continue: str | None = None) -> HttpResponse:
        """On to the components of the first version."""
        draft = obj.versions.get(published_at=None)
        self.message_user(request, _("Now add the components with their levels, then publish."), messages.SUCCESS)
        return redirect(admin_url(draft))

    @action(description=gettext_lazy("New version"), url_path="new-version", permissions=["change"], icon="edit_note")
    def new_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then opens a draft that begins as a copy of the newest version."""
        rubric = self._rubric(request, object_id)
        draft = rubric.versions.filter(published_at=None).first()
        if draft is not None:
            return redirect(admin_url(draft))
        if request.method != "POST":
            words = _("A copy of the newest version to change. Coaches go on with that one until this is published.")
            return _asked(self, request, rubric, words, _("New version"))
        draft = new_version(rubric=rubric, now=timezone.now())
        self.log_change(request, rubric, _("Began version %(number)d.") % {"number": draft.number})
        return redirect(admin_url(draft))

    @action(
        description=gettext_lazy("Retire"),
        url_path="retire",
        permissions=["change"],
        icon="archive",
        variant=ActionVariant.DANGER,
    )
    def retire(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then offers the rubric no more."""
        rubric = self._rubric(request, object_id)
        if request.method != "POST":
            words = _("Nobody can begin an observation against it any more. Observations that exist stay as they are.")
            return _asked(self, request, rubric, words, _("Retire"), danger=True)
        retire(rubric=rubric, now=timezone.now())
        return self._done(request, rubric, _("Retired."))

    @action(description=gettext_lazy("Use again"), url_path="bring-back", permissions=["change"], icon="unarchive")
    def bring_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then offers the rubric again."""
        rubric = self._rubric(request, object_id)
        if request.method != "POST":
            return _asked(self, request, rubric, _("Coaches can choose it again."), _("Use again"))
        bring_back(rubric=rubric)
        return self._done(request, rubric, _("In use again."))

    def _rubric(self, request: HttpRequest, object_id: str) -> Rubric:
        rubric = self.get_object(request, object_id)
        if rubric is None:
            raise Http404
        return rubric

    def _done(self, request: HttpRequest, rubric: Rubric, words: str) -> HttpResponse:
        self.log_change(request, rubric, words)
        self.message_user(request, words, messages.SUCCESS)
        return redirect(admin_url(rubric))

    @display(description=gettext_lazy("Versions"))
    def versions(self, obj: Rubric) -> SafeString:
        """Links to them, the newest first."""
        lines = ((link(admin_url(one), _named(one)),) for one in obj.versions.all())
        return format_html_join("", "<div>{}</div>", lines)

    @display(description=gettext_lazy("Version"))
    def wording(self, obj: Rubric) -> str:
        """What coaches use, and whether a draft waits."""
        numbers = [one.number for one in obj.versions.all() if one.published_at]
        words = _("version %(number)d") % {"number": max(numbers)} if numbers else _("not published")
        waits = any(one.published_at is None for one in obj.versions.all())
        return _("%(words)s, draft of the next") % {"words": words} if waits and numbers else words

    @display(description=gettext_lazy("State"), label={_("Retired"): "warning"})
    def state(self, obj: Rubric) -> str:
        """Whether coaches can choose it."""
        return _("Retired") if obj.retired_at else _("In use")


def _named(version: RubricVersion) -> str:
    number = {"number": version.number}
    return _("Version %(number)d") % number if version.published_at else _("Version %(number)d, draft") % number


class RubricVersionAdmin(TrellisAdmin):
    """One wording of a rubric: written while it is a draft, only read from then on."""

    list_display = ("rubric", "number", "published_at", "published_by")
    list_select_related = ("rubric", "published_by")
    search_fields = ("rubric__name",)
    fields = ("rubric_page", ("number", "published_at", "published_by"))
    readonly_fields = ("rubric_page", "number", "published_at", "published_by")
    inlines = [ComponentInline]
    actions_detail = ("publish", "discard")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Begun on the rubric's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: RubricVersion | None = None) -> bool:
        """Drafts only."""
        published = isinstance(obj, RubricVersion) and not _is_draft(obj)
        return super().has_change_permission(request, obj) and not published

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """With the rubric, whose name every version bears."""
        return super().get_queryset(request).select_related("rubric", "published_by")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Only a draft can be published or thrown away."""
        return super().get_actions_detail(request, object_id) if _is_draft(self.get_object(request, object_id)) else []

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Somebody else published it in this moment: the page says so, and shows what holds."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            if not violates(error, "published_rubric_stays", "level_once_in_a_component"):
                raise
            stays = violates(error, "published_rubric_stays")
            words = _("This version was published meanwhile. Begin a new one to change it.")
            self.message_user(request, words if stays else _("Each value stands once in a component."), messages.ERROR)
            return redirect(request.get_full_path())

    @action(
        description=gettext_lazy("Publish"),
        url_path="publish",
        permissions=["change"],
        icon="publish",
        variant=ActionVariant.PRIMARY,
    )
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then freezes the version and offers it to coaches. What is missing is said instead."""
        version = self._version(request, object_id)
        if request.method != "POST" and _is_draft(version) and not why_not_publish(version):
            words = _("From now on its words stay as they are, for every observation made against it.")
            return _asked(self, request, version, words, _("Publish"))
        by, now = admin_of(request), timezone.now()
        return self._tried(request, version, lambda: publish(version=version, by=by, now=now), _("Published."))

    @action(
        description=gettext_lazy("Throw draft away"),
        url_path="discard",
        permissions=["change"],
        icon="delete",
        variant=ActionVariant.DANGER,
    )
    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then deletes a draft."""
        version = self._version(request, object_id)
        if request.method != "POST":
            words = _("What is written in this draft is gone for good. Published versions stay.")
            return _asked(self, request, version, words, _("Throw draft away"), danger=True)
        gone = discard(version=version)
        words = _("The draft is gone.") if gone else _("This version was published and stays.")
        self.message_user(request, words, messages.SUCCESS if gone else messages.ERROR)
        return redirect(admin_url(version.rubric))

    def _version(self, request: HttpRequest, object_id: str) -> RubricVersion:
        version = self.get_object(request, object_id)
        if version is None:
            raise Http404
        return version

    def _tried(
        self, request: HttpRequest, version: RubricVersion, deed: Callable[[], None], words: str
    ) -> HttpResponse:
        if request.method == "POST":
            try:
                deed()
            except RubricError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.log_change(request, version, words)
                self.message_user(request, words, messages.SUCCESS)
        else:
            reason = why_not_publish(version) or _("This version is published already.")
            self.message_user(request, reason, messages.ERROR)
        return redirect(admin_url(version))

    @display(description=gettext_lazy("Rubric"))
    def rubric_page(self, obj: RubricVersion) -> SafeString:
        """The rubric, linked."""
        return link(admin_url(obj.rubric), obj.rubric.name)


site.register(Rubric, RubricAdmin)
site.register(RubricVersion, RubricVersionAdmin)
