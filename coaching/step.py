"""One thing for a coachee to do, or to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

LATE, PRESSING, IN_TURN = range(3)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do. `url` leads to where it is done, `do` are the words of that button.

    `due` is a day or an instant, if any, `lead` the words before it; `urgency` is LATE once it has passed.
    """

    icon: str
    title: str
    hint: str
    url: str
    do: str
    lead: str = ""
    due: date | datetime | None = None
    urgency: int = IN_TURN

    @property
    def late(self) -> bool:
        """Its time has passed."""
        return self.urgency == LATE
