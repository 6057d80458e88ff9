"""What the three credentials of the International Coaching Federation ask for, and how much of it there is.

The numbers: coachingfederation.org/experience-requirements, and for the master's credentials-and-standards/mcc-path.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.learning import hours_in_words
from sessions_app.hours_log import Sums

HOUR = 60


@dataclass(frozen=True)
class Asked:
    """What a credential asks for: minutes of coaching, how many of them paid, clients, and minutes of late."""

    name: str
    total: int
    paid: int
    clients: int
    recent: int
    """In the last 18 months; 0 where nothing is asked."""


CREDENTIALS = (
    Asked("ACC", 100 * HOUR, 75 * HOUR, 8, 25 * HOUR),
    Asked("PCC", 500 * HOUR, 450 * HOUR, 25, 50 * HOUR),
    Asked("MCC", 2_500 * HOUR, 2_250 * HOUR, 35, 0),
)


@dataclass(frozen=True)
class Measure:
    """One thing a credential asks for: what there is of it, of how much, and what is missing."""

    label: str
    have: str
    of: str
    percent: int
    missing: str

    @property
    def is_met(self) -> bool:
        """Whether there is enough."""
        return not self.missing


@dataclass(frozen=True)
class Credential:
    """How far it is to one credential."""

    name: str
    measures: tuple[Measure, ...]

    @property
    def is_met(self) -> bool:
        """Whether there is enough of everything."""
        return all(measure.is_met for measure in self.measures)


def credentials(sums: Sums) -> list[Credential]:
    """All three, the first one first."""
    return [_credential(asked, sums) for asked in CREDENTIALS]


def _credential(asked: Asked, sums: Sums) -> Credential:
    measures = [
        _time(_("Hours"), sums.total, asked.total),
        _time(_("Paid hours"), sums.paid, asked.paid),
        _people(sums.clients, asked.clients),
    ]
    if asked.recent:
        measures.append(_time(_("In the last 18 months"), sums.recent, asked.recent))
    return Credential(asked.name, tuple(measures))


def _time(label: str, have: int, need: int) -> Measure:
    missing = hours_in_words(need - have) if have < need else ""
    return Measure(label, hours_in_words(have), hours_in_words(need), _percent(have, need), missing)


def _people(have: int, need: int) -> Measure:
    rest = need - have
    missing = ngettext("%(count)s client", "%(count)s clients", rest) % {"count": rest} if rest > 0 else ""
    return Measure(_("Clients"), str(have), str(need), _percent(have, need), missing)


def _percent(have: int, need: int) -> int:
    """Rounded down, so that 100 is all of it."""
    return min(have * 100 // need, 100)
