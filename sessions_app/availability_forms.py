"""Forms of a coach's availability: weekly hours with the rules, and exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.goal_forms import Day, Number
from profiles.once import OnceForm
from sessions_app.availability import DAY
from sessions_app.availability_actions import Week, Wished
from sessions_app.slots import Minutes, joined

MOST_ROWS = 8
"""Hours of one weekday."""
FURTHEST = timedelta(days=1000)
RULES = ("notice_hours", "buffer_minutes", "furthest_days", "step_minutes", "meeting_url")
STEPS = (10, 15, 20, 30, 60)
_ROW = re.compile(r"day([0-6])-([0-7])-(?:from|until)", re.ASCII)


class ClockField(forms.TimeField):
    """A time of day by the coach's clock; `to_minutes` tells how many minutes after midnight."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], required=False, **options)


def minutes_of(at: time, *, closes: bool = False) -> int:
    """Minutes after midnight. Hours that close at 00:00 close with the day."""
    return at.hour * 60 + at.minute or (DAY if closes else 0)


def clock_of(minutes: int) -> str:
    """What a field for a time shows: “09:30”, and “00:00” for the end of the day."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def hours_in_words(hours: list[Minutes]) -> str:
    """“09:00 to 12:00, 13:00 to 17:00”."""
    words = _("%(from)s to %(until)s")
    return ", ".join(words % {"from": clock_of(opens), "until": clock_of(closes)} for opens, closes in hours)


def weekday_name(day: int) -> str:
    """“Monday” for 0."""
    return str(WEEKDAYS[day])


@dataclass(frozen=True)
class Row:
    """One pair of hours of a weekday in the form; `number` counts from 0."""

    number: int
    opens: BoundField
    closes: BoundField

    @property
    def fields(self) -> tuple[BoundField, BoundField]:
        """Both ends."""
        return self.opens, self.closes


@dataclass(frozen=True)
class Weekday:
    """A day of the form, with its hours."""

    number: int
    name: str
    rows: list[Row]

    @property
    def is_full(self) -> bool:
        """Whether no more hours fit."""
        return len(self.rows) >= MOST_ROWS

    @property
    def errors(self) -> list[str]:
        """What is wrong with its hours."""
        return [str(error) for row in self.rows for field in row.fields for error in field.errors]


class Whole(forms.IntegerField):
    """A whole number from `least` to `most`."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        widget = forms.NumberInput(attrs={"inputmode": "numeric"})
        super().__init__(min_value=least, max_value=most, widget=widget, **options)


class AvailabilityForm(forms.Form):
    """Weekly hours and rules in one. `rows` says how many pairs of hours each weekday is shown with."""

    notice_hours = Whole(
        0,
        24 * 60,
        label=gettext_lazy("Minimum notice, in hours"),
        help_text=gettext_lazy("Coachees book no later than this before a session."),
    )
    furthest_days = Whole(
        1,
        730,
        label=gettext_lazy("Furthest ahead, in days"),
        help_text=gettext_lazy("Coachees book no further ahead than this."),
    )
    buffer_minutes = Whole(
        0,
        240,
        label=gettext_lazy("Buffer, in minutes"),
        help_text=gettext_lazy("Kept free before and after whatever you have."),
    )
    step_minutes = forms.TypedChoiceField(
        label=gettext_lazy("A session can begin every"),
        coerce=int,
        help_text=gettext_lazy("Counted from the beginning of your hours."),
    )
    meeting_url = forms.URLField(
        label=gettext_lazy("Your own meeting link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        help_text=gettext_lazy("Where you meet everybody. Leave it empty for a link of its own per session."),
    )
    version = Number()

    def __init__(
        self, data: Any = None, *, rules: Any, week: Week, rows: Mapping[int, int] | None = None, **options: Any
    ) -> None:
        """`rules` is the row they are shown from; `rows` how many hours each day has, where not as known or sent."""
        initial = {name: getattr(rules, name) for name in (*RULES, "version")} | options.pop("initial", {})
        super().__init__(data, initial=initial, **options)
        steps = [(step, _("%(number)s minutes") % {"number": step}) for step in STEPS]
        self.fields["step_minutes"].choices = steps  # type: ignore[attr-defined]
        self.week: dict[int, list[Minutes]] = {}
        self.rows = dict(rows) if rows else rows_sent(self.data) if self.is_bound else _rows_of(week)
        for day, number in self.rows.items():
            for row in range(number):
                self._add(day, row, week.get(day, ()))

    def _add(self, day: int, row: int, hours: Any) -> None:
        known = [clock_of(minutes) for minutes in hours[row]] if row < len(hours) else ["", ""]
        for at, end in enumerate(("from", "until")):
            label = (_("%(day)s, from") if end == "from" else _("%(day)s, until")) % {"day": weekday_name(day)}
            field = ClockField(label=label)
            field.widget.attrs["aria-label"] = label
            name = f"day{day}-{row}-{end}"
            self.fields[name] = field
            self.initial.setdefault(name, known[at])

    def clean_meeting_url(self) -> str:
        """An address that browsers open and nobody reads along."""
        url = self.cleaned_data["meeting_url"]
        if url and not url.lower().startswith("https://"):
            raise ValidationError(_("Begin the link with https://"))
        return url

    def clean(self) -> dict[str, Any]:
        """The hours as `week`; what is wrong with them is said beside them."""
        cleaned = super().clean() or self.cleaned_data
        for day, number in self.rows.items():
            read = [(row, self._read(day, row)) for row in range(number)]
            hours = [(row, found) for row, found in read if found]
            self._refuse_overlaps(day, hours)
            self.week[day] = joined(found for _row, found in hours)
        return cleaned

    def _read(self, day: int, row: int) -> Minutes | None:
        """The hours of one row, or nothing where it is empty or wrong."""
        first, last = f"day{day}-{row}-from", f"day{day}-{row}-until"
        if first in self.errors or last in self.errors:
            return None
        opens, closes = self.cleaned_data[first], self.cleaned_data[last]
        if opens is None or closes is None:
            if opens is not None or closes is not None:
                missing = _("When do these hours begin?") if opens is None else _("When do these hours end?")
                self.add_error(first if opens is None else last, missing)
            return None
        hours = minutes_of(opens), minutes_of(closes, closes=True)
        if hours[0] >= hours[1]:
            self.add_error(
                last, _("Hours must end after they begin. What goes on after 00:00 belongs to the next day.")
            )
            return None
        return hours

    def _refuse_overlaps(self, day: int, hours: list[tuple[int, Minutes]]) -> None:
        until = -1
        for row, (opens, closes) in sorted(hours, key=lambda one: one[1]):
            if opens < until:
                words = {"day": weekday_name(day), "time": clock_of(opens)}
                self.add_error(
                    f"day{day}-{row}-from", _("%(day)s: the hours from %(time)s overlap others of that day.") % words
                )
            until = max(until, closes)

    def days(self) -> list[Weekday]:
        """The weekdays with their fields."""
        return [
            Weekday(
                day,
                weekday_name(day),
                [Row(row, self[f"day{day}-{row}-from"], self[f"day{day}-{row}-until"]) for row in range(number)],
            )
            for day, number in sorted(self.rows.items())
        ]

    def rules(self) -> dict[str, Any]:
        """The rules, cleaned."""
        return {name: self.cleaned_data[name] for name in RULES}

    def rule_fields(self) -> list[BoundField]:
        """The rules, but for the link."""
        return [self[name] for name in RULES[:-1]]


def _rows_of(week: Week) -> dict[int, int]:
    return {day: max(1, len(week.get(day, ()))) for day in range(7)}


def rows_sent(data: Mapping[str, Any]) -> dict[int, int]:
    """How many pairs of hours a sent form had for each weekday, at least one."""
    rows = dict.fromkeys(range(7), 1)
    for name in data:
        if found := _ROW.fullmatch(name):
            day, row = int(found[1]), int(found[2])
            rows[day] = max(rows[day], row + 1)
    return rows


def rearranged(data: Mapping[str, str], how: str) -> tuple[dict[str, str], dict[int, int], str]:
    """What was typed, with hours added or removed as a button says: `more-2`, `less-2-0`, `copy`.

    Returns values, how many rows each day has, and the name of the field to go on with. Whatever else is asked for
    changes nothing.
    """
    rows = rows_sent(data)
    typed = {day: [_typed(data, day, row) for row in range(number)] for day, number in rows.items()}
    what, *numbers = how.split("-")
    day, row = ([int(one) for one in numbers if one in set("01234567")] + [9, 9])[:2]
    onward = ""
    if what == "more" and day in typed and len(typed[day]) < MOST_ROWS:
        typed[day].append(("", ""))
        onward = f"day{day}-{len(typed[day]) - 1}-from"
    elif what == "less" and day in typed and row < len(typed[day]):
        typed[day] = typed[day][:row] + typed[day][row + 1 :] or [("", "")]
        onward = f"day{day}-{min(row, len(typed[day]) - 1)}-from"
    elif what == "copy":
        typed |= {later: list(typed[0]) for later in range(1, 5)}
    values = {name: str(data.get(name, "")) for name in (*RULES, "version")}
    for day, hours in typed.items():
        for row, (opens, closes) in enumerate(hours):
            values |= {f"day{day}-{row}-from": opens, f"day{day}-{row}-until": closes}
    return values, {day: len(hours) for day, hours in typed.items()}, onward


def _typed(data: Mapping[str, str], day: int, row: int) -> tuple[str, str]:
    opens, closes = (str(data.get(f"day{day}-{row}-{end}", ""))[:20] for end in ("from", "until"))
    return opens, closes


class ExceptionForm(OnceForm):
    """Days off, or hours beyond the usual ones."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is different?"),
        choices=[("closed", gettext_lazy("Closed")), ("open", gettext_lazy("Extra hours"))],
        widget=forms.RadioSelect,
        initial="closed",
    )
    starts_on = Day(label=gettext_lazy("First day"), error_messages={"required": gettext_lazy("Which day?")})
    ends_on = Day(label=gettext_lazy("Last day"), required=False)
    opens = ClockField(label=gettext_lazy("From"))
    closes = ClockField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._today = today

    def clean(self) -> dict[str, Any]:
        """Days that lie ahead, and hours that end after they begin."""
        cleaned = super().clean() or self.cleaned_data
        self._check_days(cleaned.get("starts_on"), cleaned.get("ends_on"))
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if {"opens", "closes", "kind"} & self.errors.keys():
            return cleaned
        if opens is None and (closes is not None or cleaned["kind"] == "open"):
            self.add_error("opens", _("From when on?"))
        if closes is None and (opens is not None or cleaned["kind"] == "open"):
            self.add_error("closes", _("Until when?"))
        if opens is not None and closes is not None and minutes_of(opens) >= minutes_of(closes, closes=True):
            self.add_error("closes", _("Hours must end after they begin."))
        return cleaned

    def _check_days(self, first: date | None, last: date | None) -> None:
        if first and (last or first) < self._today:
            self.add_error("ends_on" if last else "starts_on", _("Choose today or a later day."))
        elif first and last and last < first:
            self.add_error("ends_on", _("The last day must not be before the first."))
        elif first and max(first, last or first) > self._today + FURTHEST:
            self.add_error("ends_on" if last else "starts_on", _("Choose a day within the next three years."))
        elif first and first < self._today - FURTHEST:
            self.add_error("starts_on", _("Choose a day that is not so long ago."))

    def wished(self) -> Wished:
        """What was typed, once it is valid; without hours it is the whole day."""
        typed = self.cleaned_data
        first, opens, closes = typed["starts_on"], typed["opens"], typed["closes"]
        hours = (0, DAY) if opens is None else (minutes_of(opens), minutes_of(closes, closes=True))
        return Wished(first, typed["ends_on"] or first, typed["kind"] == "open", *hours)
