"""When a session can begin: weekly hours, exceptions, zones and rules put together. Pure: no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time in which a session fits, as instants."""

    starts_at: datetime
    ends_at: datetime
