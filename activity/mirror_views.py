"""Not relevant, because…: what a coachee says to something the coach is to encourage."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from activity.mirror_actions import reason_given, say_not_relevant, take_back_not_relevant
from activity.models import Encouragement
from profiles.actions import RefusedError
from profiles.encouraged import one_shown
from profiles.pages import profile_or_404, render_tab
from profiles.requests import PersonRequest, coachs_or_own_or_404
from profiles.versions import ChangedMeanwhileError, again, both, form_status


class NotRelevantForm(forms.Form):
    """The reason; `shown` is the one that was there before."""

    reason = forms.CharField(
        label=gettext_lazy("Not relevant, because"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "autofocus": True}),
        error_messages={"required": gettext_lazy("Say why, so that your coach understands.")},
    )
    shown = forms.CharField(required=False, strip=False, max_length=1000, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def not_relevant(request: PersonRequest, pk: int) -> HttpResponse:
    """The reason, and the form that asks for it."""
    encouragement, now = _own_or_404(request, pk)
    reason = reason_given(encouragement)
    sent = request.POST if request.method == "POST" else None
    form = NotRelevantForm(sent, initial={"reason": reason, "shown": reason})
    conflict: list[tuple[str, str, str]] | None = None
    if form.is_valid():
        try:
            say_not_relevant(encouragement=encouragement, now=now, **form.cleaned_data)
            messages.success(request, _("Saved. Your coach can read the reason beside this item."))
            return redirect(_place(encouragement))
        except ChangedMeanwhileError as faster:
            conflict = both(form, {"reason": faster.current.reason})
            form = again(form, faster, shown=faster.current.reason)
        except RefusedError as refusal:
            messages.info(request, str(refusal))
            return redirect(_place(encouragement))
    profile = profile_or_404(request, request.user.pk)
    status = form_status(form, conflict)
    parts = {"item": one_shown(profile, pk), "form": form, "both": conflict, "reason": reason}
    return render_tab(request, profile, "person", "activity/not_relevant.html", status=status, **parts)


@require_POST
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes the reason back."""
    encouragement, now = _own_or_404(request, pk)
    if take_back_not_relevant(encouragement=encouragement, now=now):
        messages.success(request, _("Taken back. Your coach no longer sees the reason."))
    return redirect(_place(encouragement))


def _own_or_404(request: PersonRequest, pk: int):
    """The open item and now. Coaches see it and may not answer it: 403."""
    now = timezone.now()
    visible = Encouragement.objects.visible_to(request.user, now).open(now)
    encouragement = get_object_or_404(visible.select_related("relationship"), pk=pk)
    coachs_or_own_or_404(request, encouragement.coachee_id)
    if not request.user.has_perm("activity.answer_encouragement", encouragement):
        raise PermissionDenied
    return encouragement, now


def _place(encouragement: Encouragement) -> str:
    return f"{reverse('person', args=[encouragement.coachee_id])}#to-encourage"
