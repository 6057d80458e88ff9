"""How much of a coachee's page somebody sees."""

from enum import StrEnum


class Sight(StrEnum):
    """All of one's own; what a current coach may read; or, for staff, basic facts and kinds and dates only."""

    SELF = "self"
    COACH = "coach"
    STAFF = "staff"
