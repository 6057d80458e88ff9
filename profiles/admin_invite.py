"""Inviting several people at once in the admin."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.admin_bulk import NAMED, ask
from config.admin_base import TrellisAdmin, admin_of
from profiles.invitations import AT_ONCE, Invited, invite_many
from profiles.querysets import PersonQuerySet


def invite_selected(model_admin: TrellisAdmin, request: HttpRequest, people: PersonQuerySet) -> TemplateResponse | None:
    """Asks for confirmation, then invites those who never signed in and tells what became of the others."""
    if "apply" not in request.POST:
        context = {"title": _("Invite people"), "names": [str(one) for one in people[:NAMED]], "action_name": "invite"}
        return ask(model_admin, request, people, "admin/profiles/invite_many.html", context)
    chosen = list(people.values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(chosen) > AT_ONCE:
        sentence = _("More than %(most)d at once cannot be invited. Nobody was.")
        model_admin.message_user(request, sentence % {"most": AT_ONCE}, messages.ERROR)
        return None
    _tell(model_admin, request, invite_many(chosen, admin_of(request), timezone.now()))
    return None


def _tell(model_admin: TrellisAdmin, request: HttpRequest, done: Invited) -> None:
    """One message for each thing that happened to some."""
    invited, just, impossible = len(done.invited), len(done.just_invited), len(done.impossible)
    said = [
        (invited, messages.SUCCESS, ngettext("%(count)d person invited.", "%(count)d people invited.", invited)),
        (just, messages.INFO, ngettext(
            "%(count)d was invited a moment ago.", "%(count)d were invited a moment ago.", just)),
        (impossible, messages.WARNING, ngettext(
            "%(count)d was left out: has signed in already, or may not.",
            "%(count)d were left out: they have signed in already, or may not.", impossible)),
    ]  # fmt: skip
    for count, level, sentence in said:
        if count:
            model_admin.message_user(request, sentence % {"count": count}, level)
