"""Who may administer what. What a person may see is `visible_to` (querysets); these are the deeds."""

import rules

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


rules.add_perm("profiles", is_admin)
for model, deeds in ADMINISTERED.items():
    for deed in deeds:
        rules.add_perm(f"profiles.{deed}_{model}", is_admin)
