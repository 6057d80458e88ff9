"""Who may assign and remove coaches."""

import rules

from profiles.rules import is_admin

rules.add_perm("coaching", is_admin)
rules.add_perm("coaching.view_relationship", is_admin)
rules.add_perm("coaching.add_relationship", is_admin)
rules.add_perm("coaching.end_relationship", is_admin)
