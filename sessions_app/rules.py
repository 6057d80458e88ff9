"""Who may do what about a session that they may see. Whether it is the time to is a question of the verbs."""

import rules

from profiles.rules import is_admin, is_coach, is_coachee

rules.add_perm("sessions_app.write_microgoal", is_coachee)
rules.add_perm("sessions_app.write_takeaway", is_coachee)
rules.add_perm("sessions_app.mark_session", is_coach)
rules.add_perm("sessions_app.change_payment", is_coach)
rules.add_perm("sessions_app.write_notes", is_coach)
rules.add_perm("sessions_app.change_group", is_coach)
rules.add_perm("sessions_app", is_admin)
for deed in ("view", "add", "change"):
    rules.add_perm(f"sessions_app.{deed}_groupmodule", is_admin)
