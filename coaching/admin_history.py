"""The history of relationships, roles and accounts in the admin. Read only: nobody edits what happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminSelectWidget

from coaching.admin_forms import PersonChoice
from coaching.history import KINDS, Place, history
from coaching.models import Relationship
from config.admin_base import SuggestedSelect
from config.admin_site import site
from config.cursors import seal, unseal
from profiles.models import Person

LIST = "admin history"


class HistoryFilter(forms.Form):
    """What of it, and about whom. What makes no sense narrows nothing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[("", gettext_lazy("Everything")), *((key, label) for key, (label, _sources) in KINDS.items())],
        widget=UnfoldAdminSelectWidget,
    )
    person = PersonChoice(Person.objects.all(), label=gettext_lazy("Whom it concerns"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = SuggestedSelect(Relationship._meta.get_field("coachee"), site)
        person = self.fields["person"]
        person.widget, widget.choices = widget, person.choices  # type: ignore[attr-defined]


@require_safe
def show_history(request: HttpRequest) -> HttpResponse:
    """All of it, newest first, a page at a time. Seven queries at most."""
    form = HistoryFilter(request.GET)
    form.is_valid()
    kind, person = form.cleaned_data.get("kind", ""), form.cleaned_data.get("person")
    found = history(kind=kind, person=person.pk if person else None, before=_place(request))
    kept = {name: value for name, value in (("kind", kind), ("person", person.pk if person else "")) if value}
    context = {
        **site.each_context(request),
        "title": _("History"),
        "form": form,
        "media": form.media,
        "history": found,
        "onward": f"?{urlencode({**kept, 'before': _sealed(found.onward)})}" if found.onward else "",
        "newest": f"?{urlencode(kept)}" if "before" in request.GET else "",
    }
    return TemplateResponse(request, "admin/coaching/history.html", context)


def events_of(row: Person | Relationship) -> dict[str, Any]:
    """What the page with the history of this row shows above what was saved in the admin."""
    about: dict[str, int] = {"person" if isinstance(row, Person) else "relationship": row.pk}
    url = f"{reverse('admin:history')}?{urlencode(about)}"
    return {"history": history(person=about.get("person"), relationship=about.get("relationship")), "all_history": url}


def _place(request: HttpRequest) -> Place | None:
    found = unseal(LIST, request.GET.get("before"))
    return Place(datetime.fromisoformat(found[0]), found[1], found[2]) if found else None


def _sealed(place: Place) -> str:
    return seal(LIST, [place.at.astimezone(UTC).isoformat(), place.source, place.number])


site.add_page("history/", show_history, "history")
