"""The page that invites one person: what it begins with, and whom the person is assigned to afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.actions import why_no_room, why_not_coach
from profiles.invitation_forms import InviteForm
from profiles.invitations import NewPerson, invite_beside
from profiles.models import Person, Role
from profiles.requests import PersonRequest


@dataclass(frozen=True)
class Inviting:
    """`coach` is whose coachee the person becomes, `coachee` whose coach; at most one of them is somebody."""

    form: InviteForm
    coach: Person | None
    coachee: Person | None
    by: Person
    now: datetime

    @classmethod
    def of(cls, request: PersonRequest, now: datetime) -> Inviting:
        """The page for `?q=&coach=|coachee=`; a `q` with an @ is the address, else the name."""
        asked = request.GET
        coach = _person(asked.get("coach", ""))
        coachee = None if coach else _person(asked.get("coachee", ""))
        typed = asked.get("q", "").replace("\0", "").strip()[:200]
        begins: dict[str, object] = {"email" if "@" in typed else "name": typed}
        begins["roles"] = [Role.COACH] if coachee else [Role.COACHEE]
        form = InviteForm(request.POST if request.method == "POST" else None, initial=begins)
        return cls(form, coach, coachee, request.user, now)

    @property
    def other(self) -> Person | None:
        """Whoever the person is assigned to."""
        return self.coach or self.coachee

    @property
    def then(self) -> str:
        """What happens beside the invitation, in a sentence."""
        if self.coach:
            return _("%(name)s becomes their coach at once.") % {"name": self.coach.name}
        if self.coachee:
            return _("They become %(name)s’s coach at once, so they need the role Coach.") % {"name": self.coachee.name}
        return ""

    @property
    def warning(self) -> str:
        """What speaks against it."""
        if self.coach is None:
            return ""
        return why_not_coach(self.coach) or why_no_room(self.coach, 1, self.now)

    @property
    def back(self) -> str:
        """Where the page was opened from."""
        return reverse("person-coaching", args=[self.other.pk]) if self.other else reverse("invitations")

    @property
    def add_url(self) -> str:
        """Where whoever has the address already is added instead."""
        if self.other is None or self.form.existing is None:
            return ""
        side = "coachee" if self.coach else "coach"
        query = urlencode({"as": side, "q": self.form.existing.email})
        return f"{reverse('coaching-add', args=[self.other.pk])}?{query}"

    def invite(self) -> Person:
        """Invites whoever the form describes. Raises RefusedError, and then nobody was invited."""
        sent = self.form.cleaned_data
        return invite_beside(
            NewPerson(sent["email"], sent["name"]),
            organization=sent["organization"],
            roles=sent["roles"],
            coach=self.coach,
            coachee=self.coachee,
            by=self.by,
            now=self.now,
        )


def _person(sent: str) -> Person | None:
    """The person with this id, if there is one."""
    if not (sent.isascii() and sent.isdigit() and len(sent) < 19):
        return None
    return Person.objects.filter(pk=int(sent)).first()
