"""Who may assign and remove coaches, and write messages."""

import rules

from profiles.rules import is_admin

rules.add_perm("coaching", is_admin)
rules.add_perm("coaching.view_relationship", is_admin)
rules.add_perm("coaching.add_relationship", is_admin)
rules.add_perm("coaching.end_relationship", is_admin)


@rules.predicate
def in_running_talk(person, talk) -> bool:
    """The two of a relationship that runs. `talk` has the ids of both and says whether theirs `runs`."""
    return person.pk in (talk.coach, talk.coachee) and talk.runs


rules.add_perm("coaching.write_message", in_running_talk)
