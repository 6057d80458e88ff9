"""Forms in which a coach writes an assignment or a template for many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.giving import MOST_FILES, Recipient, Written
from assignments.models import Resource
from coaching.goal_forms import Day, Number, says_something
from config.kept_files import KeptFile
from config.markdown import MarkdownField
from config.upload_fields import FilesField
from profiles.days import short_day
from profiles.models import Person
from profiles.once import OnceForm

FURTHEST = timedelta(days=5 * 365)
"""How far ahead an assignment may be due."""
MOST_RESOURCES = 20
LARGEST_KEY = 2**63 - 1


def key_in(text: object) -> int | None:
    """The primary key that somebody sent, or None for what is none."""
    written = str(text)
    known = written.isascii() and written.isdecimal() and len(written) < 20
    return int(written) if known and int(written) <= LARGEST_KEY else None


def keys_in(texts: Iterable[object]) -> list[int]:
    """Those of the texts that are primary keys, each once."""
    return list(dict.fromkeys(key for key in map(key_in, texts) if key is not None))


class KeysField(forms.MultipleChoiceField):
    """Rows chosen by checkboxes, as their primary keys. Which may be chosen, the form asks the database."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        """Only that something is chosen where something must be."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def clean(self, value: Any) -> list[int]:
        """The keys; what is none is dropped."""
        return keys_in(super().clean(value))


class TaskForm(OnceForm):
    """What an assignment says and what comes with it. `files_there` lie in the storage already.

    They are of what `is_there` and is changed, or of what a new one is made from.
    """

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=300,
        validators=[says_something],
        widget=forms.TextInput({"dir": "auto"}),
    )
    instructions = MarkdownField(label=gettext_lazy("Instructions"), required=False, rows=10)
    resources = KeysField(label=gettext_lazy("Resources"), required=False)
    without = KeysField(label=gettext_lazy("Leave out"), required=False)
    files = FilesField(max_files=5)  # type: ignore[assignment]  # forms take fields off the class

    def __init__(
        self,
        *args: Any,
        files_there: Sequence[KeptFile] = (),
        kept: Iterable[int] = (),
        is_there: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._author: Person = options["by"]
        self._kept = frozenset(kept)
        """Resources that are attached already: they may stay, whatever became of them in the library."""
        self.files_there = files_there
        self.fields["without"].choices = [(str(one.pk), one.name) for one in files_there]  # type: ignore[attr-defined]
        if not files_there:
            del self.fields["without"]
        elif is_there:
            self.fields["without"].label = _("Remove")

    @property
    def chosen(self) -> list[int]:
        """Resources that are checked in the form as it is shown."""
        shown = self["resources"].value() or []
        return keys_in(shown if isinstance(shown, list | tuple) else [shown])[:MOST_RESOURCES]

    def clean_resources(self) -> list[int]:
        """Such as the coach may give."""
        chosen = self.cleaned_data["resources"]
        if len(chosen) > MOST_RESOURCES:
            raise ValidationError(_("Attach at most %(count)d resources.") % {"count": MOST_RESOURCES})
        new = set(chosen) - self._kept
        found = set(Resource.objects.givable_by(self._author).filter(pk__in=new).values_list("pk", flat=True))
        if new - found:
            raise ValidationError(_("One of the resources is not in your library any more. Choose again."))
        return sorted(chosen)

    def clean(self) -> dict[str, Any]:
        """No more files than fit."""
        cleaned = super().clean() or self.cleaned_data
        staying = [one for one in self.files_there if one.pk not in cleaned.get("without", [])]
        if len(staying) + len(cleaned.get("files", [])) > MOST_FILES:
            self.add_error(
                "files", _("At most %(count)d files go with it. Leave one out first.") % {"count": MOST_FILES}
            )
        return cleaned

    @property
    def written(self) -> Written:
        """What a verb is given."""
        cleaned = self.cleaned_data
        return Written(
            title=cleaned["title"],
            instructions=cleaned["instructions"],
            resources=cleaned["resources"],
            without=cleaned.get("without", []),
            documents=cleaned["files"],
        )


class GiveForm(TaskForm):
    """A new assignment for one or several of the coach's `recipients`, to be done by a day of theirs."""

    due_on = Day(label=gettext_lazy("Due"))
    coachees = KeysField(label=gettext_lazy("For"), error_messages={"required": gettext_lazy("Choose who it is for.")})
    as_template = forms.BooleanField(
        label=gettext_lazy("Keep it as a template, too"),
        required=False,
        help_text=gettext_lazy("To give it again to others. Only you see your templates."),
    )
    field_order = ["form_id", "coachees", "title", "instructions", "due_on", "resources", "without", "files"]

    def __init__(self, *args: Any, recipients: Sequence[Recipient], **options: Any) -> None:
        super().__init__(*args, **options)
        recipients = [one for one in recipients if one.is_active]
        self._recipients = {one.pk: one for one in recipients}
        self.fields["coachees"].choices = [(str(one.pk), one.name) for one in recipients]  # type: ignore[attr-defined]

    def clean_coachees(self) -> list[int]:
        """Those whom this person coaches now."""
        chosen = self.cleaned_data["coachees"]
        if not chosen:
            raise ValidationError(_("Choose who it is for."))
        if not self._recipients.keys() >= set(chosen):
            raise ValidationError(_("You no longer coach one of them. Choose again."))
        return sorted(chosen)

    def clean(self) -> dict[str, Any]:
        """Due on no day that is over for one of them."""
        cleaned = super().clean()
        if "due_on" in cleaned and "coachees" in cleaned:
            latest = max((self._recipients[pk] for pk in cleaned["coachees"]), key=lambda one: one.today)
            if wrong := wrong_day(cleaned["due_on"], latest):
                self.add_error("due_on", wrong)
        return cleaned


class EditForm(TaskForm):
    """An assignment that was given. Its due day may stay as it is, even when it has passed."""

    due_on = Day(label=gettext_lazy("Due"))
    version = Number()
    field_order = ["form_id", "title", "instructions", "due_on", "resources", "without", "files"]

    def __init__(self, *args: Any, recipient: Recipient, due_on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._recipient, self._due_on = recipient, due_on

    def clean_due_on(self) -> date:
        """Today or later where the coachee is, or as it was."""
        day = self.cleaned_data["due_on"]
        if day != self._due_on and (wrong := wrong_day(day, self._recipient)):
            raise ValidationError(wrong)
        return day


class TemplateForm(TaskForm):
    """A template: how many days there are for it, instead of a day."""

    due_in_days = forms.IntegerField(
        label=gettext_lazy("Days to do it"),
        required=False,
        min_value=0,
        max_value=365,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        help_text=gettext_lazy("Counted from the day it is given. A week when this is empty."),
    )
    version = Number()
    field_order = ["form_id", "title", "instructions", "due_in_days", "resources", "without", "files"]


def wrong_day(day: date, recipient: Recipient) -> str:
    """Why something cannot be due on that day; empty when it can."""
    today = recipient.today
    if day < today:
        words = {"name": recipient.name, "day": short_day(today, day)}
        return _("For %(name)s it is %(day)s already. Choose that day or a later one.") % words
    if day > today + FURTHEST:
        return _("Choose a day within the next five years.")
    return ""
