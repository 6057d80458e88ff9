"""Who may write rubrics, and who may do what with an observation they may see."""

import rules

from profiles.rules import is_admin, is_coachee


@rules.predicate
def is_author(person, observation) -> bool:
    """The coach who recorded it."""
    return observation.coach_id == person.pk


@rules.predicate
def is_draft(person, observation) -> bool:
    """Not shared yet; sharing is final."""
    return observation.shared_at is None


rules.add_perm("assessments.edit_observation", is_author)
rules.add_perm("assessments.acknowledge_observation", is_coachee & ~is_draft)
rules.add_perm("assessments.comment_observation", ~is_draft)

rules.add_perm("assessments", is_admin)
for deed in ("view", "add", "change"):
    rules.add_perm(f"assessments.{deed}_rubric", is_admin)
rules.add_perm("assessments.view_rubricversion", is_admin)
rules.add_perm("assessments.change_rubricversion", is_admin)
for model in ("component", "level"):
    for deed in ("view", "add", "change", "delete"):
        rules.add_perm(f"assessments.{deed}_{model}", is_admin)
