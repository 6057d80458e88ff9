"""Who may write about a session that they may see. Whether it is the time to is `written_actions.why_closed`."""

import rules

from profiles.rules import is_coachee

rules.add_perm("sessions_app.write_microgoal", is_coachee)
rules.add_perm("sessions_app.write_takeaway", is_coachee)
