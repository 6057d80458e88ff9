"""Who may do what with an assignment they may see, fetched with how it stands: `Assignment.objects.as_of(now)`."""

import rules

from profiles.rules import has_coaching_access, is_admin, is_coach, is_coachee


@rules.predicate
def pair_runs(person, assignment) -> bool:
    """The two have a running relationship; afterwards nobody writes any more."""
    return assignment.pair_runs


@rules.predicate
def is_put_away(person, assignment) -> bool:
    """Archived: it is read, and nothing else until the coach restores it."""
    return assignment.put_away


rules.add_perm("assignments.give", has_coaching_access)
rules.add_perm("assignments.change_assignment", is_coach & pair_runs)
rules.add_perm("assignments.complete_assignment", is_coachee & pair_runs & ~is_put_away)
rules.add_perm("assignments.respond_assignment", (is_coach | is_coachee) & pair_runs & ~is_put_away)
rules.add_perm("assignments.change_reflection", is_coachee)
rules.add_perm("assignments", is_admin)
for deed in ("view", "add", "change"):
    rules.add_perm(f"assignments.{deed}_prompt", is_admin)
