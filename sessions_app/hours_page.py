"""The pages Hours, and Consent to be named there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.models import Relationship
from config.keyset import Slice, link, read_cursor, sliced
from profiles.learning import hours_in_words
from profiles.models import Person, Role
from sessions_app.consenting import ASKED_ONCE_IN, last_asked
from sessions_app.hours_goals import Credential, credentials
from sessions_app.hours_log import LARGEST_GROUP, HoursLog, Line, hours_log
from sessions_app.models import LogConsent

PAGE_SIZE = 50
NAMED = 20
"""How many who have not agreed are listed by name."""
EARLIEST = date(1950, 1, 1)


class TrainingForm(forms.Form):
    """From when on hours count."""

    training_started_on = forms.DateField(
        label=gettext_lazy("Your coach training began on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Only hours after that count for a credential. Left empty, all of them do."),
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_training_started_on(self) -> date | None:
        """A day that has come, within a life."""
        day = self.cleaned_data["training_started_on"]
        if day and not EARLIEST <= day <= self._today:
            raise forms.ValidationError(_("Choose a day between 1950 and today."))
        return day


@dataclass(frozen=True)
class Row:
    """A line of the log, ready to show."""

    line: Line
    paid: str
    pro_bono: str


@dataclass(frozen=True)
class HoursPage:
    """The log with how far it is to each credential; `rows` are one page of it."""

    log: HoursLog
    rows: list[Row]
    older: str
    newer: str
    credentials: list[Credential]

    @property
    def total(self) -> str:
        """All hours in the log."""
        return hours_in_words(self.log.sums.total)

    @property
    def paid(self) -> str:
        """Those that are paid."""
        return hours_in_words(self.log.sums.paid)

    @property
    def pro_bono(self) -> str:
        """Those that are not."""
        return hours_in_words(self.log.sums.pro_bono)

    @property
    def recent(self) -> str:
        """Those of the last 18 months."""
        return hours_in_words(self.log.sums.recent)

    @property
    def left_off(self) -> str:
        """Hours with people who have not agreed."""
        return hours_in_words(self.log.left_off.minutes)

    @property
    def large_groups(self) -> str:
        """Hours with groups that are too large; empty for none."""
        return hours_in_words(self.log.left_off.large_groups) if self.log.left_off.large_groups else ""

    @property
    def largest_group(self) -> int:
        """How many a group may have."""
        return LARGEST_GROUP

    @property
    def asked(self) -> tuple[Person, ...]:
        """Current coachees who have not agreed, the first of them by name."""
        return self.log.left_off.asked[:NAMED]

    @property
    def more_asked(self) -> int:
        """How many are not listed."""
        return max(len(self.log.left_off.asked) - NAMED, 0)


def hours_page(coach: Person, now: datetime, query: QueryDict) -> HoursPage:
    """The page in a fixed number of queries; `query` holds the place in the list."""
    log = hours_log(coach, now)
    page = _page(log, query)
    rows = [Row(line, hours_in_words(line.paid), hours_in_words(line.pro_bono)) for line in page.rows]
    return HoursPage(log, rows, link(page.onward), link(page.back), credentials(log.sums))


def _page(log: HoursLog, query: QueryDict) -> Slice:
    """The log adds up as a whole, so that it is in memory; nobody coaches two at once, so no two end alike."""
    cursor, lines = read_cursor(query), list(log.lines)
    if cursor and cursor.back:
        lines = [line for line in reversed(lines) if (line.last_at, line.pk) > (cursor.at, cursor.pk)]
    elif cursor:
        lines = [line for line in lines if (line.last_at, line.pk) < (cursor.at, cursor.pk)]
    return sliced(lines[: PAGE_SIZE + 1], key="last_at", cursor=cursor, size=PAGE_SIZE)


@dataclass(frozen=True)
class ConsentPage:
    """What stands between the viewer and the other person: as their coachee, as their coach, or both."""

    other: Person
    given: LogConsent | None
    """The viewer's to the other as their coach."""
    is_coachee: bool
    received: LogConsent | None
    """The other's to the viewer."""
    is_coach: bool
    asked_at: datetime | None
    may_ask: bool

    @property
    def given_on_paper(self) -> bool:
        """Whether the coach noted it."""
        return self.given is not None and self.given.recorded_by_id == self.other.pk

    @property
    def received_on_paper(self) -> bool:
        """Whether the viewer noted it."""
        return self.received is not None and self.received.recorded_by_id == self.received.coach_id


def consent_page(viewer: Person, other: Person, now: datetime) -> ConsentPage | None:
    """The page; None where the two are nothing to each other.

    A coachee decides on former coaches, too; a coach asks those whom they coach now.
    """
    spells = Relationship.objects.filter(coach=other, coachee=viewer, started_at__lte=now)
    is_coachee = spells.exclude(ended_at=F("started_at")).exists()  # those never began
    is_coach = Role.COACH in viewer.roles and Relationship.objects.running(now).between(viewer, other).exists()
    if not is_coachee and not is_coach:
        return None
    standing = LogConsent.objects.standing()
    asked_at = last_asked(viewer, other) if is_coach else None
    return ConsentPage(
        other=other,
        given=standing.filter(coach=other, coachee=viewer).first() if is_coachee else None,
        is_coachee=is_coachee,
        received=standing.filter(coach=viewer, coachee=other).first() if is_coach else None,
        is_coach=is_coach,
        asked_at=asked_at,
        may_ask=asked_at is None or now >= asked_at + ASKED_ONCE_IN,
    )
