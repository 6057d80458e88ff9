"""Two people, or two tabs, at one row: the second is told instead of writing over the first.

The form carries the `version` it was shown. The verb saves with `save_version`; what that raises, the view answers with
409 and `again`: the same form with what was typed, beside what is saved by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import F, Model
from django.forms import BaseForm
from django.utils.translation import gettext as _

from profiles.actions import RefusedError

CONFLICT = 409
Typed = TypeVar("Typed", bound=BaseForm)


class ChangedMeanwhileError(RefusedError):
    """Somebody else was faster; nothing was changed. `current` is the row as it is now.

    `wanted` is what was asked for, with the other's values in the fields that were left as they had been shown.
    """

    def __init__(self, sentence: str, current: Any, wanted: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.current, self.wanted = current, wanted or {}


def save_version(row: Model, shown: int, **values: Any) -> None:
    """Writes these fields if the row still has the version that was shown, and raises the version by one.

    `row` gets the new values too. Raises ChangedMeanwhileError when somebody else has written it since.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    if not rows.filter(version=shown).update(**values, version=F("version") + 1):
        raise ChangedMeanwhileError(_("This was changed while you were writing."), rows.get())
    for name, value in values.items():
        setattr(row, name, value)
    row.version = shown + 1  # type: ignore[attr-defined]


def again(form: Typed, faster: ChangedMeanwhileError, **shown: object) -> Typed:
    """The same form with what was typed, knowing now what somebody else made of it. `shown` are its hidden fields."""
    form.data = {**form.data.dict(), **shown}  # type: ignore[attr-defined]  # what was sent is a QueryDict
    form.add_error(None, _("%(what)s Nothing of yours is lost: compare, then save again.") % {"what": faster})
    return form


def form_status(form: BaseForm, both: Sequence[Any] | None = None) -> int:
    """Of the page with this form: 200, 422 with something wrong in it, 409 with the two versions that are compared."""
    return CONFLICT if both is not None else 422 if form.errors else 200


def both(form: BaseForm, theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """For `ui/both.html`: label, what is saved by now, and what was typed, of each field in which they differ."""
    mine = form.cleaned_data
    return [
        (str(form.fields[name].label), str(saved or ""), str(mine.get(name) or ""))
        for name, saved in theirs.items()
        if saved != mine.get(name)
    ]
