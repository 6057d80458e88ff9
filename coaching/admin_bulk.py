"""What admins do with several rows at once: assign one coach, end relationships."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.actions import Assigned, NoRoomError, assign_coach_to_many, end_relationships, why_no_room
from coaching.admin_forms import CoachForm, asked_anyway, with_anyway
from coaching.models import Relationship
from coaching.querysets import RelationshipQuerySet
from config.admin_base import TrellisAdmin, admin_of, with_link
from profiles.actions import RefusedError
from profiles.models import Person

NAMED = 20
"""How many of the selected are named on the page that asks."""


def assign_to_selected(model_admin: TrellisAdmin, request: HttpRequest, people: QuerySet) -> TemplateResponse | None:
    """Asks for the coach; once chosen, assigns them and tells what became of it."""
    form = CoachForm(request.POST if "apply" in request.POST else None)
    if form.is_bound and form.is_valid():
        coach, now = form.cleaned_data["coach"], timezone.now()
        chosen = set(people.values_list("pk", flat=True))
        try:
            if not asked_anyway(request.POST) and (reason := _why_no_room(coach, chosen, now)):
                raise NoRoomError(reason, coach)
            done = assign_coach_to_many(coach=coach, coachees=chosen, by=admin_of(request), now=now)
        except NoRoomError as warning:
            form.add_error("coach", with_anyway(str(warning)))
        except RefusedError as refusal:
            form.add_error("coach", with_link(refusal))
        else:
            _tell(model_admin, request, coach, done)
            return None
    context = {"title": _("Assign a coach"), "form": form, "names": [str(one) for one in people[:NAMED]]}
    context["action_name"] = "assign_coach"
    return ask(model_admin, request, people, "admin/coaching/assign_many.html", context)


def _why_no_room(coach: Person, chosen: set[int], now: datetime) -> str:
    """The warning that these are more than the coach takes on; those whom they coach already are not counted twice."""
    already = Relationship.objects.not_over(now).filter(coach=coach, coachee__in=chosen).count()
    return why_no_room(coach, len(chosen) - already, now)


def _tell(model_admin: TrellisAdmin, request: HttpRequest, coach: Person, done: Assigned) -> None:
    """One message for each thing that happened to some."""
    assigned, already, others = len(done.assigned), len(done.already), len(done.not_coachees)
    said = [
        (assigned, messages.SUCCESS, ngettext(
            "%(name)s now coaches %(count)d more person.", "%(name)s now coaches %(count)d more people.", assigned)),
        (already, messages.INFO, ngettext(
            "%(count)d was already coached by %(name)s.", "%(count)d were already coached by %(name)s.", already)),
        (others, messages.WARNING, ngettext(
            "%(count)d was left out: not a coachee, or %(name)s in person.",
            "%(count)d were left out: not coachees, or %(name)s in person.", others)),
    ]  # fmt: skip
    for count, level, sentence in said:
        if count:
            model_admin.message_user(request, sentence % {"name": coach.name, "count": count}, level)
    LogEntry.objects.log_actions(
        admin_of(request).pk, Person.objects.filter(pk__in=done.assigned), CHANGE, _("Coach assigned.")
    )


def end_selected(
    model_admin: TrellisAdmin, request: HttpRequest, relationships: RelationshipQuerySet
) -> TemplateResponse | None:
    """Asks for confirmation, then ends those that are not over."""
    now = timezone.now()
    relationships = relationships.not_over(now).select_related("coach", "coachee")
    if "apply" in request.POST:
        chosen = relationships.values_list("pk", flat=True)
        ended = end_relationships(relationships=chosen, by=admin_of(request), now=now)
        LogEntry.objects.log_actions(
            admin_of(request).pk, Relationship.objects.filter(pk__in=ended), CHANGE, _("Ended.")
        )
        sentence = ngettext("%(count)d relationship ended.", "%(count)d relationships ended.", len(ended))
        model_admin.message_user(request, sentence % {"count": len(ended)}, messages.SUCCESS)
        return None
    names = [pair_of(one) for one in relationships[:NAMED]]
    context = {"title": _("End relationships"), "names": names, "action_name": "end_selected"}
    return ask(model_admin, request, relationships, "admin/coaching/end.html", context)


def pair_of(relationship: Relationship) -> str:
    """Both names, the coach first."""
    return _("%(coach)s coaching %(coachee)s") % {
        "coach": relationship.coach.name,
        "coachee": relationship.coachee.name,
    }


def ask(
    model_admin: TrellisAdmin, request: HttpRequest, rows: QuerySet, template: str, context: dict
) -> TemplateResponse:
    """A page between choosing an action and doing it. Carries the selection along."""
    count = rows.count()
    return TemplateResponse(
        request,
        template,
        {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
            "checkbox": ACTION_CHECKBOX_NAME,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
            "count": count,
            "more": max(count - NAMED, 0),
            **context,
        },
    )
