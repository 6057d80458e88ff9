"""Who may do what in the library with a resource they may see."""

import rules

from profiles.rules import has_coaching_access, is_admin, is_coach


@rules.predicate
def uses_library(person) -> bool:
    """Coaches, coachees and admins have the library in their bar. A single resource opens for whom it is visible to."""
    return is_admin(person) or bool(person.roles & {"coach", "coachee"})


@rules.predicate
def adds_resources(person) -> bool:
    """Coaches and admins."""
    return is_admin(person) or has_coaching_access(person)


@rules.predicate
def is_owner(person, resource) -> bool:
    """Whoever added it."""
    return resource.added_by_id == person.pk


@rules.predicate
def is_shared(person, resource) -> bool:
    """It is for an organization or for everybody."""
    return resource.audience != "private"


rules.add_perm("assignments.add_resource", adds_resources)
rules.add_perm("assignments.change_resource", is_owner | (is_admin & is_shared))
rules.add_perm("assignments.suggest_resource", has_coaching_access)
rules.add_perm("assignments.withdraw_suggestion", is_coach)
