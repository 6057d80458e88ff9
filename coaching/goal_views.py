"""The Goals tab, a goal's own page, and what coach and coachee do there. Whoever may read a goal may work on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import goal_actions as verbs
from coaching.goal_forms import AchievedForm, GoalForm, LettingGoForm, MilestoneForm, ProgressForm
from coaching.goal_words import percent
from coaching.goals import goal_page, goals_page
from coaching.models import Goal, Milestone
from config.keyset import read_cursor
from profiles.actions import RefusedError
from profiles.days import short_day
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, reads_texts
from profiles.requests import PersonRequest
from profiles.versions import ChangedMeanwhileError, form_status
from profiles.versions import again as _again
from profiles.zones import local_day

TAB = "person-goals"
FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def goals(request: PersonRequest, pk: int) -> HttpResponse:
    """The goals of a coachee, and a new one."""
    profile = profile_or_404(request, pk, reads_texts)
    form = GoalForm(_sent(request), today=_today(profile))
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("title", "why", "target_on")}
        goal = verbs.set_goal(coachee_id=pk, by=request.user, now=profile.now, **words)
        return redirect(f"{reverse(TAB, args=[pk])}#goal-{goal.pk}")
    page = goals_page(profile, request.GET.get("state"), read_cursor(request.GET))
    status = 422 if form.errors else 200
    return render_tab(request, profile, TAB, "goals/tab.html", status=status, page=page, form=form)


@require_safe
def goal(request: PersonRequest, pk: int) -> HttpResponse:
    """One goal with all its history."""
    goal, profile = _opened(request, pk=pk)
    return render_tab(request, profile, TAB, "goals/own.html", goal=goal_page(profile, goal, read_cursor(request.GET)))


@require_http_methods(FORM)
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """A goal's words and its date."""
    goal, profile = _opened(request, pk=pk)
    known = {"title": goal.title, "why": goal.why, "target_on": goal.target_on, "version": goal.version}
    form = GoalForm(_sent(request), initial=known, today=_today(profile), kept=goal.target_on)
    about: dict[str, Any] = {"title": _("Edit the goal"), "save": _("Save")}
    if request.method == "POST" and form.is_valid():
        try:
            by: dict[str, Any] = {"goal": goal, "by": request.user, "now": profile.now}
            return _done(request, goal, lambda: verbs.edit_goal(**by, **form.cleaned_data))
        except ChangedMeanwhileError as faster:
            form.cleaned_data |= faster.wanted
            both = _both(form, {name: getattr(faster.current, name) for name in faster.wanted}, profile)
            again = _again(form, faster, **faster.wanted, version=faster.current.version)
            return _form(request, profile, goal, again, both=both, **about)
    return _form(request, profile, goal, form, **about)


@require_http_methods(FORM)
def progress(request: PersonRequest, pk: int) -> HttpResponse:
    """How far a goal is."""
    goal, profile = _opened(request, pk=pk)
    form = ProgressForm(_sent(request), initial={"progress": goal.progress, "shown": goal.progress})
    about: dict[str, Any] = {"title": _("Update progress"), "save": _("Save")}
    if request.method == "POST" and form.is_valid():
        try:
            by: dict[str, Any] = {"goal": goal, "by": request.user, "now": profile.now}
            return _done(request, goal, lambda: verbs.update_progress(**by, **form.cleaned_data))
        except ChangedMeanwhileError as faster:
            both = _both(form, {"progress": faster.current.progress}, profile)
            again = _again(form, faster, shown=faster.current.progress)
            return _form(request, profile, goal, again, both=both, **about)
    return _form(request, profile, goal, form, **about)


@require_http_methods(FORM)
def outcome(request: PersonRequest, pk: int) -> HttpResponse:
    """Achieved, let go with a reason, or in progress again. The page asks for words: `?as=achieved`, else why not."""
    goal, profile = _opened(request, pk=pk)
    by: dict[str, Any] = {"goal": goal, "by": request.user, "now": profile.now}
    asked = request.POST.get("outcome") or request.GET.get("as")
    if request.method == "POST" and asked == Goal.State.ACTIVE:
        return _done(request, goal, lambda: verbs.reopen_goal(**by))
    if asked == Goal.State.ACHIEVED:
        form: BaseForm = AchievedForm(_sent(request), initial={"outcome": asked})
        title, save, verb = _("Mark as achieved"), _("Mark as achieved"), verbs.achieve_goal
    else:
        form = LettingGoForm(_sent(request))
        title, save, verb = _("Let this goal go"), _("Let it go"), verbs.let_go_of_goal
    if request.method == "POST" and form.is_valid():
        return _done(request, goal, lambda: verb(**by, reason=form.cleaned_data["reason"]))
    return _form(request, profile, goal, form, title=title, save=save)


@require_http_methods(FORM)
def milestones(request: PersonRequest, pk: int) -> HttpResponse:
    """A new milestone."""
    goal, profile = _opened(request, pk=pk)
    form = MilestoneForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("title", "due_on")}
        by: dict[str, Any] = {"goal": goal, "by": request.user, "now": profile.now}
        return _done(request, goal, lambda: verbs.add_milestone(**by, **words))
    return _form(request, profile, goal, form, title=_("Add a milestone"), save=_("Add"))


@require_http_methods(FORM)
def milestone(request: PersonRequest, pk: int) -> HttpResponse:
    """A milestone's words and its date."""
    milestone, profile = _opened_milestone(request, pk)
    words = {"title": milestone.title, "due_on": milestone.due_on}
    form = MilestoneForm(_sent(request), initial={**words, **_as_shown(milestone)})
    about: dict[str, Any] = {"title": _("Edit the milestone"), "save": _("Save"), "milestone": milestone}
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        shown = [typed.pop("shown_title"), typed.pop("shown_due_on")]
        by: dict[str, Any] = {"milestone": milestone, "by": request.user, "now": profile.now, "shown": shown}
        try:
            return _done(request, milestone.goal, lambda: verbs.edit_milestone(**by, **typed))
        except ChangedMeanwhileError as faster:
            about["both"] = _both(form, {name: getattr(faster.current, name) for name in words}, profile)
            form = _again(form, faster, **_as_shown(faster.current))
    return _form(request, profile, milestone.goal, form, **about)


@require_http_methods(FORM)
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Taking a milestone away, after asking."""
    milestone, profile = _opened_milestone(request, pk)
    if request.method == "POST":
        by: dict[str, Any] = {"milestone": milestone, "by": request.user, "now": profile.now}
        return _done(request, milestone.goal, lambda: verbs.remove_milestone(**by))
    return render_tab(request, profile, TAB, "goals/removal.html", goal=milestone.goal, milestone=milestone)


@require_POST
def reached(request: PersonRequest, pk: int) -> HttpResponse:
    """A milestone that was reached."""
    milestone, profile = _opened_milestone(request, pk)
    by: dict[str, Any] = {"milestone": milestone, "by": request.user, "now": profile.now}
    return _done(request, milestone.goal, lambda: verbs.reach_milestone(**by))


@require_POST
def reopened(request: PersonRequest, pk: int) -> HttpResponse:
    """A milestone that was not reached after all."""
    milestone, profile = _opened_milestone(request, pk)
    by: dict[str, Any] = {"milestone": milestone, "by": request.user, "now": profile.now}
    return _done(request, milestone.goal, lambda: verbs.reopen_milestone(**by))


def _opened(request: PersonRequest, **which: int) -> tuple[Goal, Profile]:
    """A goal and the profile it is on; 404 where there is none that the viewer may read."""
    now = timezone.now()
    visible = Goal.objects.visible_to(request.user, now).select_related("set_by")
    goal = get_object_or_404(visible, **which)
    return goal, profile_or_404(request, goal.coachee_id, reads_texts, now=now)


def _opened_milestone(request: PersonRequest, pk: int) -> tuple[Milestone, Profile]:
    """A milestone with its goal, and the profile it is on; else 404."""
    goal, profile = _opened(request, milestones=pk)
    return get_object_or_404(goal.milestones, pk=pk), profile


def _sent(request: PersonRequest) -> Any:
    """What a form is bound to: nothing when it is only shown."""
    return request.POST if request.method == "POST" else None


def _today(profile: Profile) -> date:
    return local_day(profile.now, profile.person.timezone)


def _as_shown(milestone: Milestone) -> dict[str, str]:
    title, due_on = verbs.words_of(milestone)
    return {"shown_title": title, "shown_due_on": due_on}


def _done(request: PersonRequest, goal: Goal, deed: Callable[[], object]) -> HttpResponse:
    """Does it and goes back to where it was asked for; what is refused is said there."""
    try:
        deed()
    except ChangedMeanwhileError:
        raise
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("from") == "tab":
        return redirect(f"{reverse(TAB, args=[goal.coachee_id])}#goal-{goal.pk}")
    return redirect("goal", pk=goal.pk)


def _both(form: BaseForm, theirs: dict[str, Any], profile: Profile) -> list[tuple[str, str, str]]:
    """Label, what is saved by now, and what was typed, of each field in which they differ."""

    def said(name: str, value: Any) -> str:
        if isinstance(value, date):
            return short_day(value, profile.today)
        return percent(value) if name == "progress" else str(value or "")

    mine = form.cleaned_data
    differ = [name for name in theirs if theirs[name] != mine[name]]
    return [(str(form.fields[name].label), said(name, theirs[name]), said(name, mine[name])) for name in differ]


def _form(
    request: PersonRequest,
    profile: Profile,
    goal: Goal,
    form: BaseForm,
    *,
    title: str,
    save: str,
    both: list[tuple[str, str, str]] | None = None,
    milestone: Milestone | None = None,
) -> HttpResponse:
    """A page with one form about a goal."""
    status = form_status(form, both)
    parts = {"goal": goal, "form": form, "title": title, "save": save, "both": both, "milestone": milestone}
    return render_tab(request, profile, TAB, "goals/form.html", status=status, **parts)
