"""The Observations and Assessments tabs, and an observation from draft to answer."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.actions import (
    Outcome,
    acknowledge,
    comment,
    discard_draft,
    record_observation,
    save_draft,
    share,
    written_in,
)
from assessments.assessed import assessments_of
from assessments.forms import CommentForm, ObservationForm, values
from assessments.models import Observation, RubricVersion
from assessments.observed import comments_on, observation_page, offered, seen, visible_observations
from assessments.progress import progress
from config.keyset import read_cursor
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, coaches_them, reads_texts, sees_assessments

ASK = require_http_methods(["GET", "HEAD", "POST"])
TAB = "person-observations"


@require_safe
def assessments(request: HttpRequest, pk: int) -> HttpResponse:
    """A coachee's surveys and 360 reviews."""
    profile = profile_or_404(request, pk, sees_assessments)
    page = assessments_of(profile, request.GET)
    return render_tab(request, profile, "person-assessments", "assessments/assessments.html", page=page)


@require_safe
def observations(request: HttpRequest, pk: int) -> HttpResponse:
    """What coaches observed, and how the scores changed."""
    profile = profile_or_404(request, pk, reads_texts)
    parts: dict[str, Any] = {
        "page": observation_page(profile, read_cursor(request.GET)),
        "progress": progress(profile),
        "records": coaches_them(profile),
    }
    return render_tab(request, profile, TAB, "assessments/observations.html", **parts)


@ASK
def new_observation(request: HttpRequest, pk: int) -> HttpResponse:
    """Chooses a rubric where there are several, then the form; kept as a draft of its author's."""
    profile = profile_or_404(request, pk, coaches_them)
    version = _version(request, profile)
    if version is None:
        choices, status = offered(profile), 422 if request.method == "POST" else 200
        return render_tab(request, profile, TAB, "assessments/rubrics.html", status=status, choices=choices)
    form = ObservationForm(request.POST or None, version=version, today=profile.today, auto_id="observation-%s")
    if request.method != "POST":
        form.initial["observed_on"] = profile.today
        return _form(request, profile, form, version)
    if not form.is_valid():
        return _form(request, profile, form, version, status=422)
    made = record_observation(
        coach=profile.viewer, coachee=pk, version=version, written=form.written, form_key=form.key, now=profile.now
    )
    if made is None:
        raise Http404
    if not made[1]:  # sent before: what was typed since then counts as an edit of that draft
        return _saved(request, profile, made[0], form)
    messages.success(request, _("Saved as a draft. Only you can read it until you share it."))
    return redirect("observation", made[0].pk)


def _version(request: HttpRequest, profile: Profile) -> RubricVersion | None:
    """The version that the form was made for; before there is a form, of the rubric that was asked for."""
    if request.method == "POST":
        posted = request.POST.get("version", "")
        published = RubricVersion.objects.published(profile.now).select_related("rubric")
        return published.filter(pk=posted).first() if _is_key(posted) else None
    choices = offered(profile)
    asked = request.GET.get("rubric", "")
    if len(choices) == 1 and not asked:
        return choices[0]
    return next((one for one in choices if str(one.rubric_id) == asked), None)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _form(
    request: HttpRequest,
    profile: Profile,
    form: ObservationForm,
    version: RubricVersion,
    *,
    status: int = 200,
    **parts: object,
) -> HttpResponse:
    return render_tab(
        request,
        profile,
        TAB,
        "assessments/observation_form.html",
        status=status,
        form=form,
        version=version,
        **parts,
    )


@require_safe
def observation(request: HttpRequest, pk: int) -> HttpResponse:
    """One observation, with what was said about it."""
    profile, found = _observed(request, pk)
    return _page(request, profile, found, CommentForm(auto_id="comment-%s"))


@ASK
def edit_observation(request: HttpRequest, pk: int) -> HttpResponse:
    """The author goes on writing a draft."""
    profile, found = _authored(request, pk)
    if request.method == "POST":
        form = ObservationForm(request.POST, version=found.version, today=profile.today, auto_id="observation-%s")
        if not form.is_valid():
            return _form(request, profile, form, found.version, status=422, observation=found)
        return _saved(request, profile, found, form)
    if found.shared_at is not None:
        messages.info(request, _("This observation is shared and stays as it is. You can add a comment."))
        return redirect("observation", pk)
    initial = {**values(written_in(found)), "revision": found.revision}
    form = ObservationForm(initial=initial, version=found.version, today=profile.today, auto_id="observation-%s")
    return _form(request, profile, form, found.version, observation=found)


def _saved(request: HttpRequest, profile: Profile, found: Observation, form: ObservationForm) -> HttpResponse:
    """Saves what was typed over the draft, or shows the form again with what came between."""
    outcome = save_draft(
        observation=found.pk,
        by=profile.viewer,
        written=form.written,
        revision=form.shown,
        now=profile.now,
    )
    if outcome == Outcome.GONE:
        raise Http404
    if outcome == Outcome.DONE:
        messages.success(request, _("Saved. Only you can read it until you share it."))
        return redirect("observation", found.pk)
    if outcome == Outcome.CHANGED:
        found.refresh_from_db(fields=["observed_on", "setting", "strengths", "next_step", "revision"])
        form.tell_apart(written_in(found), found.revision)
    parts = {"observation": found, "outcome": outcome.name}
    return _form(request, profile, form, found.version, status=422, **parts)


@require_POST
def sharing(request: HttpRequest, pk: int) -> HttpResponse:
    """Shares a draft with the coachee, for good."""
    profile, found = _authored(request, pk)
    revision = request.POST.get("revision", "")
    shown = int(revision) if _is_key(revision) else -1
    outcome = share(observation=pk, by=profile.viewer, revision=shown, now=profile.now)
    if outcome == Outcome.GONE:
        raise Http404
    name = {"name": profile.first_name}
    said = {
        Outcome.DONE: _("Shared. %(name)s is told and can read it now.") % name,
        Outcome.SHARED: _("This observation is shared already."),
        Outcome.CHANGED: _("This draft was changed in another window. Read it once more, then share it."),
        Outcome.EMPTY: _("There is nothing to share yet: choose a level or write something first."),
    }
    level = messages.SUCCESS if outcome in (Outcome.DONE, Outcome.SHARED) else messages.WARNING
    messages.add_message(request, level, said[outcome])
    return redirect("observation", pk)


@ASK
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then deletes the author's draft."""
    profile, found = _authored(request, pk)
    if request.method != "POST" and found.shared_at is None:
        return render_tab(request, profile, TAB, "assessments/observation_removal.html", seen=seen(profile, found))
    outcome = Outcome.SHARED
    if request.method == "POST":
        outcome = discard_draft(observation=pk, by=profile.viewer, now=profile.now)
    if outcome == Outcome.GONE:
        raise Http404
    if outcome == Outcome.SHARED:
        messages.warning(request, _("This observation is shared and stays."))
        return redirect("observation", pk)
    messages.success(request, _("The draft is deleted."))
    return redirect(TAB, profile.person.pk)


@require_POST
def acknowledgement(request: HttpRequest, pk: int) -> HttpResponse:
    """The coachee says that they have read it."""
    profile, found = _observed(request, pk)
    _allow("acknowledge_observation", profile, found)
    if acknowledge(observation=found, by=profile.viewer, now=profile.now):
        messages.success(request, _("Acknowledged. %(name)s is told.") % {"name": found.coach.name})
    return redirect("observation", pk)


@require_POST
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """Coachee and coaches talk about a shared observation."""
    profile, found = _observed(request, pk)
    _allow("comment_observation", profile, found)
    form = CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return _page(request, profile, found, form, status=422)
    if comment(observation=found, by=profile.viewer, text=form.cleaned_data["text"], now=profile.now) is None:
        raise Http404
    return redirect(f"{request.path.removesuffix('comments/')}#comments")


def _page(
    request: HttpRequest, profile: Profile, found: Observation, form: CommentForm, *, status: int = 200
) -> HttpResponse:
    parts = {"seen": seen(profile, found), "form": form, "comments": comments_on(found, read_cursor(request.GET))}
    return render_tab(request, profile, TAB, "assessments/observation.html", status=status, **parts)


def _observed(request: HttpRequest, pk: int) -> tuple[Profile, Observation]:
    """An observation that the viewer may read, inside its coachee's profile; 404 for any other."""
    of = Observation.objects.filter(pk=pk).values_list("coachee", flat=True).first()
    if of is None:
        raise Http404
    profile = profile_or_404(request, of, reads_texts)
    found = visible_observations(profile).filter(pk=pk).first()
    if found is None:
        raise Http404
    return profile, found


def _authored(request: HttpRequest, pk: int) -> tuple[Profile, Observation]:
    """An observation of the viewer's own; 403 for one that they may read but did not write."""
    profile, found = _observed(request, pk)
    _allow("edit_observation", profile, found)
    return profile, found


def _allow(deed: str, profile: Profile, found: Observation) -> None:
    if not rules.has_perm(f"assessments.{deed}", profile.viewer, found):
        raise PermissionDenied
