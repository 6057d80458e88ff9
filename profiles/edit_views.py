"""Editing a profile, and handing out photos."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.files import opened, storing
from profiles.edit import Conflict, EditedMeanwhileError, FieldRefusedError, edit_person
from profiles.edit_forms import EditForm
from profiles.edit_page import edit_page, fields_for
from profiles.models import Person
from profiles.pages import profile_or_404
from profiles.photos import SIZES, file_name
from profiles.profile import Profile

PHOTO_KEPT_SECONDS = 60 * 60
"""How long a browser may show a photo without asking again who may see it; a new photo has a new address."""


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile's form for whoever may change parts of it: the person, their current coaches, admins."""
    profile = profile_or_404(request, pk)
    viewer = cast(Person, request.user)
    if not profile.may_edit:
        raise PermissionDenied
    person = Person.objects.with_roles().get(pk=pk)
    asked: dict[str, Any] = {"person": person, "by": viewer, "allowed": fields_for(profile, person), "now": profile.now}
    if request.method != "POST":
        return _shown(request, profile, EditForm(**asked))
    form = EditForm(request.POST, request.FILES, **asked)
    return _saved(request, profile, form) if form.is_valid() else _shown(request, profile, form, 422)


def _saved(request: HttpRequest, profile: Profile, form: EditForm) -> HttpResponse:
    """Saves and leads on; shows the form again where something cannot be, with 409 where somebody was faster."""
    try:
        with storing() as store:
            done = edit_person(
                person=form.person, wanted=form.wanted(store), shown=form.shown, by=form.by, now=profile.now
            )
    except FieldRefusedError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _shown(request, profile, form, 422)
    except EditedMeanwhileError as late:
        form.now_shows(late.stored, late.version)
        return _shown(request, profile, form, 409, late.conflicts)
    if done.asks:
        if done.changed:
            messages.success(request, _("Saved. Coaching access stays on until you say what becomes of the coachees."))
        return redirect("coaching-access", pk=form.person.pk)
    messages.success(request, _("Saved.") if done.changed else _("Nothing was changed."))
    return redirect("person", pk=form.person.pk)


def _shown(
    request: HttpRequest, profile: Profile, form: EditForm, status: int = 200, conflicts: list[Conflict] | None = None
) -> HttpResponse:
    page = edit_page(profile, Person.objects.get(pk=form.person.pk), form, conflicts)
    return render(request, "profiles/edit.html", {"page": page, "now": profile.now}, status=status)


@require_safe
def photo(request: HttpRequest, pk: int, name: str, size: int) -> FileResponse:
    """One size of somebody's photo, for whoever may open their profile."""
    viewer, now = cast(Person, request.user), timezone.now()
    visible = Person.objects.visible_to(viewer, now).filter(pk=pk, photo=name)
    if size not in SIZES or not visible.exists():
        raise Http404
    response = FileResponse(opened(file_name(name, size)), content_type="image/webp")
    response["Cache-Control"] = f"private, max-age={PHOTO_KEPT_SECONDS}, immutable"
    return response
