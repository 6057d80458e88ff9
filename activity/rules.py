"""Who may do what with an action to encourage they may see."""

import rules

from profiles.rules import is_coachee

rules.add_perm("activity.answer_encouragement", is_coachee)
