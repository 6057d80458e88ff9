"""Who may administer what. What a person may see is `visible_to` (querysets); these are the deeds."""

import rules

from profiles.sight import Sight

ADMINISTERED = {
    "organization": ("view", "add", "change", "delete"),
    "program": ("view", "add", "change", "delete"),
    "package": ("view", "add", "change", "delete"),
    "subscription": ("view", "add", "change"),
    "person": ("view", "add", "change"),
}
"""Models and deeds for admins. Nothing else may be done to them by anybody: people and subscriptions stay."""


@rules.predicate
def is_admin(person) -> bool:
    """Staff of the installation: the role `admin`, or a superuser, who is an admin and no more."""
    return person.is_active and person.is_staff


@rules.predicate
def is_coachee(person, row) -> bool:
    """Whom a row of a coachee's is about: a session, an assignment, an observation, …"""
    return row.coachee_id == person.pk


@rules.predicate
def is_coach(person, row) -> bool:
    """Whose a row of a pair is as a coach."""
    return row.coach_id == person.pk


@rules.predicate
def has_coaching_access(person) -> bool:
    """The role `coach`, which admins turn on and off."""
    return "coach" in person.roles


@rules.predicate
def may_edit_profile(person, profile) -> bool:
    """Who may change parts of a profile that they may open: the person, their current coaches, and admins."""
    return is_admin(person) or profile.sight in (Sight.SELF, Sight.COACH)


rules.add_perm("profiles", is_admin)
rules.add_perm("profiles.edit_profile", may_edit_profile)
for model, deeds in ADMINISTERED.items():
    for deed in deeds:
        rules.add_perm(f"profiles.{deed}_{model}", is_admin)


@rules.predicate
def keeps_records(viewer, person) -> bool:
    """Whose courses, licenses and credentials they are, and admins. `person` is anything with the person's `pk`."""
    return viewer.is_active and (viewer.pk == person.pk or viewer.is_staff)


rules.add_perm("profiles.keep_records", keeps_records)
rules.add_perm("profiles.change_employment", is_admin)
