"""Who may do what with an action to encourage they may see."""

import rules


@rules.predicate
def is_about(person, encouragement) -> bool:
    """The coachee it is about."""
    return encouragement.coachee_id == person.pk


rules.add_perm("activity.answer_encouragement", is_about)
