"""The tabs Personnel and Permissions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from profiles.pages import profile_or_404, render_tab
from profiles.permissions import permissions
from profiles.personnel import differences, employment_of, personnel
from profiles.profile import sees_permissions, sees_personnel
from profiles.record_actions import StaleError, change_employment
from profiles.record_forms import EmploymentForm
from profiles.record_pages import form_page, may, profile_for, sent
from profiles.requests import PersonRequest

EDIT = "change_employment"


@require_safe
def person_personnel(request: PersonRequest, pk: int) -> HttpResponse:
    """Employment facts."""
    profile = profile_or_404(request, pk, sees_personnel)
    lines, edits = personnel(profile), may(request, profile, EDIT)
    return render_tab(request, profile, "person-personnel", "profiles/personnel.html", lines=lines, edits=edits)


@require_http_methods(["GET", "HEAD", "POST"])
def personnel_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The personnel record, for admins. Who saves second is shown both versions, and what they typed stays (409)."""
    profile = profile_for(request, pk, EDIT, sees_personnel)
    record = employment_of(profile)
    parts: dict[str, Any] = {}
    form = EmploymentForm(**sent(request), instance=record, initial={"version": record.version})
    if form.is_bound and form.is_valid():
        try:
            change_employment(person=pk, fields=form.cleaned_data, shown_version=form.cleaned_data["version"])
        except StaleError as stale:
            parts = {"status": 409, "conflicts": differences(stale.current, form.cleaned_data)}
            form.at_version(stale.current.version)
        else:
            messages.success(request, _("The personnel record was saved."))
            return redirect("person-personnel", pk)
    return form_page(request, profile, "person-personnel", title=_("Edit the personnel record"), form=form, **parts)


@require_safe
def person_permissions(request: PersonRequest, pk: int) -> HttpResponse:
    """Roles, coaching access, signing in, and who can see what of this person."""
    profile = profile_or_404(request, pk, sees_permissions)
    page = permissions(profile)
    return render_tab(request, profile, "person-permissions", "profiles/permissions.html", permissions=page)
