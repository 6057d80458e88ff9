"""Inviting people, which admins do, and accepting an invitation, which needs its link and nothing else."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from profiles.actions import RefusedError
from profiles.invitation import Invitation
from profiles.invitation_forms import AcceptForm, InviteManyForm
from profiles.invitation_page import Inviting
from profiles.invitations import AT_ONCE, Invited, LinkDead, accept, invitation_of, invite_many, invite_new, revoke
from profiles.invited import chosen, invited, state_of
from profiles.models import Role
from profiles.requests import PersonRequest

BACKEND = "profiles.backends.PersonBackend"
ASK = require_http_methods(["GET", "HEAD", "POST"])


def _admins_only(request: PersonRequest) -> None:
    """For everybody else there is no such page."""
    if not request.user.has_perm("profiles.add_person"):
        raise Http404


@require_safe
def invitations(request: PersonRequest) -> HttpResponse:
    """Everybody who never signed in, with what became of inviting them."""
    _admins_only(request)
    now = timezone.now()
    return render(request, "invitations/list.html", {"now": now, "page": invited(request.GET, now)})


@require_POST
def send(request: PersonRequest) -> HttpResponse:
    """Invites those chosen: one by their button, some by their boxes, or all of a list, up to a limit."""
    _admins_only(request)
    now = timezone.now()
    state = state_of(request.POST)
    people = _chosen(request, state, now)
    if people:
        _tell_admin(request, invite_many(people, request.user, now))
    else:
        messages.info(request, _("Nobody was chosen."))
    return redirect(f"{reverse('invitations')}?{urlencode({'state': state})}")


def _chosen(request: HttpRequest, state: str, now: datetime) -> list[int]:
    if "all" in request.POST:
        return list(chosen(state, now).order_by("name", "pk").values_list("pk", flat=True)[:AT_ONCE])
    sent = request.POST.getlist("only") or request.POST.getlist("person")[:AT_ONCE]
    return [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 19]


def _tell_admin(request: HttpRequest, result: Invited) -> None:
    if count := len(result.invited):
        words = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count)
        messages.success(request, words % {"count": count})
    if count := len(result.just_invited):
        words = ngettext(
            "%(count)d person was invited a moment ago.", "%(count)d people were invited a moment ago.", count
        )
        messages.info(request, words % {"count": count})
    if count := len(result.impossible):
        words = ngettext(
            "%(count)d person cannot be invited: they have signed in already, or may not.",
            "%(count)d people cannot be invited: they have signed in already, or may not.",
            count,
        )
        messages.warning(request, words % {"count": count})


@require_POST
def revoked(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes an invitation back."""
    _admins_only(request)
    found = get_object_or_404(Invitation.objects.select_related("person"), pk=pk)
    if revoke(found, request.user, timezone.now()):
        messages.success(request, _("The link of %(name)s no longer works.") % {"name": found.person.name})
    else:
        messages.info(request, _("This invitation was accepted or revoked already."))
    return redirect(f"{reverse('invitations')}?{urlencode({'state': state_of(request.POST)})}")


@ASK
def invite(request: PersonRequest) -> HttpResponse:
    """Invites one person, and from the Add dialog assigns them as well."""
    _admins_only(request)
    page = Inviting.of(request, timezone.now())
    if request.method == "POST" and page.form.is_valid():
        try:
            person = page.invite()
        except RefusedError as refusal:
            page.form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is invited. The mail is on its way.") % {"name": person.name})
            return redirect(page.back)
    status = 422 if request.method == "POST" else 200
    return render(request, "invitations/new.html", {"page": page, "form": page.form}, status=status)


@ASK
def invite_several(request: PersonRequest) -> HttpResponse:
    """Invites many people who have no account yet, all or nobody."""
    _admins_only(request)
    form = InviteManyForm(request.POST if request.method == "POST" else None, initial={"roles": [Role.COACHEE]})
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        fields = {"organization": sent["organization"], "roles": sent["roles"]}
        try:
            people = invite_new(sent["people"], **fields, by=request.user, now=timezone.now())
        except RefusedError as refusal:
            form.add_error("people", str(refusal))
        else:
            _tell_admin(request, Invited(tuple(person.pk for person in people)))
            return redirect("invitations")
    return render(request, "invitations/many.html", {"form": form}, status=422 if request.method == "POST" else 200)


@sensitive_post_parameters("password1", "password2")
@login_not_required
@ASK
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: a form to come in with. Looking at it uses nothing up, for mail scanners do."""
    now = timezone.now()
    try:
        person = invitation_of(token, now).person
        form = AcceptForm(request.POST if request.method == "POST" else None, person=person, now=now)
        if request.method == "POST" and form.is_valid():
            sent = {name: form.cleaned_data[name] for name in ("name", "timezone", "language")}
            person = accept(token, **sent, password=form.cleaned_data["password1"], now=now)
            login(request, person, backend=BACKEND)
            messages.success(request, _("Welcome, %(name)s.") % {"name": person.first_name})
            return redirect("today")
    except LinkDead:
        return render(request, "invitations/dead.html", status=404)
    status = 422 if request.method == "POST" else 200
    response = render(request, "invitations/accept.html", {"form": form, "person": person}, status=status)
    response["Referrer-Policy"] = "strict-origin"  # the address is a secret as long as the link works
    return response
