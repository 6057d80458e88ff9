"""Who may write about a session that they may see. Whether it is the time to is `written_actions.why_closed`."""

import rules


@rules.predicate
def is_coachee(person, session) -> bool:
    """Whose session it is; the coach reads what is shared."""
    return session.coachee_id == person.pk


rules.add_perm("sessions_app.write_microgoal", is_coachee)
rules.add_perm("sessions_app.write_takeaway", is_coachee)
