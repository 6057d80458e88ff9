"""The tabs Learning and Licenses and credentials, with the forms behind them."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.files import attachment
from profiles.credentials import credentials
from profiles.learning import learning
from profiles.models import Course, Credential
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, not_contacts
from profiles.record_actions import (
    add_course,
    add_credential,
    change_course,
    change_credential,
    remove_course,
    remove_credential,
)
from profiles.record_forms import CourseForm, CredentialForm
from profiles.record_pages import done, form_page, may, profile_for, removal_page, row_or_404, sent
from profiles.requests import PersonRequest
from profiles.zones import local_day

KEEP = "keep_records"
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def person_learning(request: PersonRequest, pk: int) -> HttpResponse:
    """Courses and hours."""
    profile = profile_or_404(request, pk, not_contacts)
    found, keeps = learning(profile), may(request, profile, KEEP)
    return render_tab(request, profile, "person-learning", "profiles/learning.html", learning=found, keeps=keeps)


@form_methods
def course_add(request: PersonRequest, pk: int) -> HttpResponse:
    """A new course."""
    profile = profile_for(request, pk, KEEP)
    form = CourseForm(**sent(request), today=_today(profile))

    def add() -> None:
        values = form.cleaned_data
        add_course(person=pk, fields=values, file=values["file"], by=request.user, now=profile.now)

    if done(form, add):
        messages.success(request, _("The course was added."))
        return redirect("person-learning", pk)
    return form_page(request, profile, "person-learning", title=_("Add a course"), form=form)


@form_methods
def course_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """A course and its certificate."""
    course = row_or_404(Course, request, pk)
    profile = profile_for(request, course.person_id, KEEP)
    form = CourseForm(**sent(request), instance=course, today=_today(profile))

    def change() -> None:
        values = form.cleaned_data
        without = values.get("without_file", False)
        change_course(course=course, fields=values, file=values["file"], without_file=without)

    if done(form, change):
        messages.success(request, _("The course was saved."))
        return redirect("person-learning", profile.person.pk)
    return form_page(request, profile, "person-learning", title=_("Edit the course"), form=form)


@form_methods
def course_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks, and removes a course with its certificate."""
    course = row_or_404(Course, request, pk)
    profile = profile_for(request, course.person_id, KEEP)
    if request.method == "POST":
        remove_course(course=course)
        messages.success(request, _("The course was removed."))
        return redirect("person-learning", profile.person.pk)
    text = _("The course and its certificate go for good.") if course.certificate else _("The course goes for good.")
    return removal_page(
        request, profile, "person-learning", title=_("Remove this course?"), name=course.title, text=text
    )


@require_safe
def course_certificate(request: PersonRequest, pk: int) -> FileResponse:
    """The certificate's file, to be saved."""
    course = row_or_404(Course, request, pk)
    if not course.certificate:
        raise Http404
    return attachment(course.certificate, download_name=course.certificate_name)


@require_safe
def person_credentials(request: PersonRequest, pk: int) -> HttpResponse:
    """Licenses and credentials, what expires first on top."""
    profile = profile_or_404(request, pk, not_contacts)
    found, keeps = credentials(profile), may(request, profile, KEEP)
    template = "profiles/credentials.html"
    return render_tab(request, profile, "person-credentials", template, credentials=found, keeps=keeps)


@form_methods
def credential_add(request: PersonRequest, pk: int) -> HttpResponse:
    """A new license or credential."""
    profile = profile_for(request, pk, KEEP)
    form = CredentialForm(**sent(request))
    if done(form, lambda: add_credential(person=pk, fields=form.cleaned_data, by=request.user, now=profile.now)):
        messages.success(request, _("It was added."))
        return redirect("person-credentials", pk)
    title = _("Add a license or credential")
    return form_page(request, profile, "person-credentials", title=title, form=form)


@form_methods
def credential_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """A license or credential."""
    credential = row_or_404(Credential, request, pk)
    profile = profile_for(request, credential.person_id, KEEP)
    form = CredentialForm(**sent(request), instance=credential)
    if done(form, lambda: change_credential(credential=credential, fields=form.cleaned_data)):
        messages.success(request, _("It was saved."))
        return redirect("person-credentials", profile.person.pk)
    title = _("Edit the license or credential")
    return form_page(request, profile, "person-credentials", title=title, form=form)


@form_methods
def credential_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks, and removes a license or credential."""
    credential = row_or_404(Credential, request, pk)
    profile = profile_for(request, credential.person_id, KEEP)
    if request.method == "POST":
        remove_credential(credential=credential)
        messages.success(request, _("It was removed."))
        return redirect("person-credentials", profile.person.pk)
    words = {"title": _("Remove this license or credential?"), "name": credential.title}
    return removal_page(
        request, profile, "person-credentials", **words, text=_("It goes for good, with its reminders.")
    )


def _today(profile: Profile) -> date:
    return local_day(profile.now, profile.person.timezone)
