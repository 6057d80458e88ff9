"""What the form of an assignment or a template shows besides its fields: whom and what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from assignments.giving import Recipient, recipients
from assignments.giving_forms import TaskForm, key_in, keys_in
from assignments.library import in_order
from assignments.library_page import matching
from assignments.models import Assignment, AssignmentTemplate, Resource
from config.kept_files import KeptFile
from profiles.days import full_day
from profiles.drafts import draft_of
from profiles.models import Draft, Person
from profiles.zones import local_day

USUAL_DAYS = 7
FOUND = 12
"""Resources that one search shows."""
LONGEST_SEARCH = 100
TEXTS = ("title", "instructions", "due_on", "due_in_days", "version")
LISTS = ("coachees", "resources", "without")


@dataclass(frozen=True)
class Choice:
    """Something with a box to check."""

    value: int
    label: str
    about: str = ""
    checked: bool = False
    private: bool = False


@dataclass(frozen=True)
class Start:
    """How a form begins: its values, the files that lie there, and what else its page shows."""

    initial: dict[str, Any]
    files: Sequence[KeptFile] = ()
    recipients: Sequence[Recipient] = ()
    template: AssignmentTemplate | None = None
    templates: Sequence[AssignmentTemplate] = ()
    coachee: Recipient | None = None
    draft: Draft | None = None
    draft_key: str = ""
    source: Assignment | None = None
    resources: Sequence[int] = field(default=())
    """Attached already, so that they may stay."""

    @property
    def draft_version(self) -> int:
        """Of the draft that the form was shown with; 0 for none."""
        return self.draft.version if self.draft else 0


def start_giving(coach: Person, asked: QueryDict, now: datetime) -> Start:
    """A new assignment, filled from `?template=`, `?coachee=` and `?resource=` as far as the coach has these.

    What was typed and not sent is there again, unless a template was asked for. Six queries at most.
    """
    people = recipients(coach, now)
    coachee = next((one for one in people if one.is_active and one.pk == key_in(asked.get("coachee"))), None)
    templates = list(AssignmentTemplate.objects.visible_to(coach))
    template = next((one for one in templates if one.pk == key_in(asked.get("template"))), None)
    key = f"assignment:{coachee.pk if coachee else 0}"
    draft = draft_of(coach, key)
    today = coachee.today if coachee else local_day(now, coach.timezone)
    initial = _from_template(template) | {"due_on": _due(template, today)}
    if draft and not template:
        initial |= _typed(draft, today)
    initial["coachees"] = [coachee.pk] if coachee else []
    wanted = key_in(asked.get("resource"))
    initial["resources"] = [*initial.get("resources", []), *([wanted] if wanted else [])]
    files = list(template.files.all()) if template else []
    return Start(initial, files, people, template, templates, coachee, draft, key)


def _typed(draft: Draft | None, today: date) -> dict[str, str]:
    """The texts of a draft; a day that has passed since is none that anybody would choose."""
    texts = {name: text for name, text in (draft.fields if draft else {}).items() if name in TEXTS}
    return {name: text for name, text in texts.items() if name != "due_on" or text >= today.isoformat()}


def _from_template(template: AssignmentTemplate | None) -> dict[str, Any]:
    return {**_texts(template), "resources": _attached(template)} if template else {}


def _due(template: AssignmentTemplate | None, today: date) -> date:
    days = template.due_in_days if template else None
    return today + timedelta(days=USUAL_DAYS if days is None else days)


def _texts(row: Assignment | AssignmentTemplate) -> dict[str, Any]:
    return {"title": row.title, "instructions": row.instructions}


def _attached(row: Assignment | AssignmentTemplate) -> list[int]:
    return list(row.resources.order_by("title", "pk").values_list("pk", flat=True))


def start_editing(assignment: Assignment) -> Start:
    """An assignment as it is. Two queries."""
    attached = _attached(assignment)
    initial = {**_texts(assignment), "due_on": assignment.due_on, "version": assignment.version, "resources": attached}
    return Start(initial, list(assignment.files.all()), resources=attached)


def start_template(coach: Person, asked: QueryDict, now: datetime) -> Start:
    """A new template, as of `?assignment=` when the coach may see it. Four queries at most."""
    pk = key_in(asked.get("assignment"))
    visible = Assignment.objects.visible_to(coach, now).filter(coach=coach)
    source = visible.filter(pk=pk).first() if pk else None
    if source is None:
        draft = draft_of(coach, "template:0")
        typed = _typed(draft, local_day(now, coach.timezone))
        return Start(typed, draft=draft, draft_key="template:0")
    days = (source.due_on - local_day(source.assigned_at, coach.timezone)).days
    initial = {**_texts(source), "due_in_days": min(max(days, 0), 365), "resources": _attached(source)}
    return Start(initial, list(source.files.all()), source=source, resources=initial["resources"])


def start_editing_template(template: AssignmentTemplate) -> Start:
    """A template as it is. Two queries."""
    attached = _attached(template)
    initial = {**_texts(template), "due_in_days": template.due_in_days, "version": template.version}
    return Start({**initial, "resources": attached}, list(template.files.all()), resources=attached)


def as_typed(sent: QueryDict) -> dict[str, Any]:
    """What stands in a form that is not sent yet, only shown again with what was looked for."""
    texts = {name: sent[name] for name in (*TEXTS, "form_id") if name in sent}
    return {**texts, **{name: keys_in(sent.getlist(name)) for name in LISTS}, "as_template": "as_template" in sent}


def both_versions(form: TaskForm, current: Assignment | AssignmentTemplate) -> list[tuple[str, str, str]]:
    """For `ui/both_versions.html`: label, what is saved by now, and what was typed, of the texts that differ."""

    def said(value: Any) -> str:
        return full_day(value) if isinstance(value, date) else "" if value is None else str(value)

    names = [name for name in ("title", "instructions", "due_on", "due_in_days") if name in form.fields]
    differ = [name for name in names if getattr(current, name) != form.cleaned_data[name]]
    return [
        (str(form.fields[name].label), said(getattr(current, name)), said(form.cleaned_data[name])) for name in differ
    ]


# Choosing -----------------------------------------------------------------------------------------


def recipient_choices(form: TaskForm, people: Sequence[Recipient]) -> list[Choice]:
    """Everybody whom the coach may give something to, with those who are chosen checked."""
    chosen = set(keys_in(form["coachees"].value() or []))
    return [Choice(one.pk, one.name, one.organization, one.pk in chosen) for one in people if one.is_active]


def file_choices(form: TaskForm) -> list[Choice]:
    """The files that lie there, with those checked that are to go."""
    gone = set(keys_in(form["without"].value() or [])) if "without" in form.fields else set()
    return [Choice(one.pk, one.name, checked=one.pk in gone) for one in form.files_there]


@dataclass(frozen=True)
class Offered:
    """Resources to check; `nothing` tells that what was looked for is not there."""

    choices: list[Choice]
    nothing: bool


def resource_choices(coach: Person, now: datetime, chosen: Sequence[int], search: str) -> Offered:
    """The chosen resources, checked, and then others that match what is looked for. Two queries at most."""
    attached: list[Resource] = []
    if chosen:
        attached = list(Resource.objects.visible_to(coach, now).filter(pk__in=chosen).order_by(in_order(), "pk"))
    others = Resource.objects.givable_by(coach).exclude(pk__in=[one.pk for one in attached])
    typed = search.replace("\0", " ")[:LONGEST_SEARCH].strip()
    if typed:
        others = matching(others, typed)
    found = [_resource(one, coach) for one in others.order_by(in_order(), "pk")[:FOUND]]
    return Offered([*(_resource(one, coach, checked=True) for one in attached), *found], nothing=not found)


def _resource(row: Resource, coach: Person, checked: bool = False) -> Choice:
    is_private = row.audience == Resource.Audience.PRIVATE
    return Choice(row.pk, row.title or _("Untitled resource"), row.get_kind_display(), checked, is_private)
