"""How much of a person's page somebody sees."""

from enum import StrEnum


class Sight(StrEnum):
    """All of one's own; what a current coach may read; for staff, no text; for one's coachees, who one is.

    Staff are admins, and delivery managers for the people of their organizations: basic facts, kinds and dates.
    """

    SELF = "self"
    COACH = "coach"
    STAFF = "staff"
    CONTACT = "contact"
