"""Forms that schedule, reschedule and cancel: a free time that was chosen, a time typed by hand, a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.goal_forms import Day, Number
from profiles.days import place_of
from profiles.once import OnceForm
from sessions_app.models import Session

YEARS = range(2000, 2100)
"""A session in any other year is a slip of the hand."""
LONGEST = 40


def instants_of(day: date, at: time, zone: str) -> list[datetime]:
    """The instants, in UTC, at which the wall clock of a zone reads this.

    One as a rule; none where clocks jump over it; two where they go back, the earlier first.
    """
    reading, tz = datetime.combine(day, at), ZoneInfo(zone)
    both = (reading.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    return sorted({one for one in both if one.astimezone(tz).replace(tzinfo=None, fold=0) == reading})


class Instant(forms.CharField):
    """An instant as `slot_value` writes it."""

    def to_python(self, value: Any) -> datetime | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text) if len(text) <= LONGEST else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is None or found.year not in YEARS:
            raise ValidationError(_("Choose one of the times."))
        return found.astimezone(UTC)

    def run_validators(self, value: Any) -> None:
        """None but that it is one."""


def slot_value(at: datetime) -> str:
    """An instant as the value of a button: “2026-11-24T12:00:00+00:00”."""
    return at.astimezone(UTC).isoformat()


class SlotForm(OnceForm):
    """One of the times that were offered. `version` is that of the session to be moved, as it was shown."""

    starts_at = Instant(
        label=gettext_lazy("Time"), error_messages={"required": gettext_lazy("Choose a time first.")}, strip=True
    )
    version = Number()


class TimeByHandForm(OnceForm):
    """A time by the clock of the zone of whoever types it."""

    day = Day(label=gettext_lazy("Day"), error_messages={"required": gettext_lazy("Which day?")})
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": gettext_lazy("What time?")},
    )
    which = forms.ChoiceField(label=gettext_lazy("Which of the two?"), required=False, widget=forms.RadioSelect)
    version = Number()

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._zone = zone
        found = self._found()
        if len(found) > 1:
            choices = [(slot_value(one), _hour_of(one, zone, number)) for number, one in enumerate(found)]
            self.fields["which"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["which"]

    def _found(self) -> list[datetime]:
        """What was typed, as instants; nothing where it is no time yet."""
        try:
            day = self.fields["day"].clean(self.data.get("day"))
            at = self.fields["at"].clean(self.data.get("at"))
            return instants_of(day, at.replace(microsecond=0), self._zone) if day.year in YEARS else []
        except (ValidationError, AttributeError, ValueError, OverflowError):
            return []

    def clean_day(self) -> date | None:
        """Of these times."""
        day = self.cleaned_data["day"]
        if day.year not in YEARS:
            raise ValidationError(_("Choose a day that is not so far away."))
        return day

    def clean(self) -> dict[str, Any]:
        """The instant, as `starts_at`; a word where clocks are changed."""
        cleaned = super().clean() or self.cleaned_data
        if "day" not in cleaned or "at" not in cleaned:
            return cleaned
        found, words = self._found(), {"time": cleaned["at"].strftime("%H:%M"), "place": place_of(self._zone)}
        if not found:
            skipped = _("There is no %(time)s on that day: clocks in %(place)s skip it. Choose another time.")
            self.add_error("at", skipped % words)
        elif len(found) == 1:
            cleaned["starts_at"] = found[0]
        elif cleaned.get("which"):
            cleaned["starts_at"] = datetime.fromisoformat(cleaned["which"])
        elif "which" not in self.errors:
            twice = _("%(time)s comes twice on that day: clocks in %(place)s go back. Say which of the two you mean.")
            self.add_error("which", twice % words)
        return cleaned


class TypedForm(TimeByHandForm):
    """Another time than those that are free."""


def _hour_of(at: datetime, zone: str, number: int) -> str:
    """“The first 02:30 (UTC+02:00)”."""
    local = at.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    words = {"time": local.strftime("%H:%M"), "offset": f"UTC{offset[:3]}:{offset[3:5]}"}
    if number:
        return _("The second %(time)s, after clocks went back (%(offset)s)") % words
    return _("The first %(time)s, before clocks go back (%(offset)s)") % words


class CancellationForm(forms.Form):
    """Why a session is cancelled. `version` is that of the session as it was shown."""

    reason = forms.ChoiceField(label=gettext_lazy("Why?"), required=False, widget=forms.RadioSelect)
    version = Number()

    def __init__(self, *args: Any, reasons: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]


def reasons_of(*, by_coach: bool, coachee: str) -> list[tuple[str, str]]:
    """The reasons that coach and coachee can give. `coachee` is a first name."""
    reason = Session.Reason
    if by_coach:
        return [
            (reason.OTHER.value, _("Something else")),
            (reason.COACH_EMERGENCY.value, _("An emergency of mine")),
            (reason.COACHEE_EMERGENCY.value, _("An emergency of %(name)s’s") % {"name": coachee}),
        ]
    return [("", _("I can’t make it")), (reason.COACHEE_EMERGENCY.value, _("An emergency"))]
