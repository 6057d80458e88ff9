"""The demo under construction, and the people in it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import TypeVar

from django.contrib.auth.hashers import make_password

from assignments.models import Resource
from coaching.models import Relationship
from interchange.demo import roster
from interchange.demo.between import RESOURCES
from interchange.demo.roster import Story
from interchange.demo.rows import Rows
from interchange.demo.times import DAY, Diary, Life, clock
from profiles.models import Organization, Package, Person, Program, RoleGrant, Subscription
from profiles.zones import start_of_day

PASSWORD = "trellis"  # noqa: S105, printed by bin/demo
DOMAIN = "demo.trellis"
Named = TypeVar("Named", Organization, Program, Package)


class World:
    """Everything that has been made so far. `people` is by key, `used` counts one-on-one sessions by month."""

    def __init__(self, now: datetime, seed: int) -> None:
        self.now, self.seed = now.replace(second=0, microsecond=0), seed
        self.rows, self.diary = Rows(), Diary()
        self.rng = Random(seed)  # noqa: S311
        self.used: Counter[tuple[str, int, int]] = Counter()
        self.people: dict[str, Person] = {}
        self.password = make_password(PASSWORD)
        self.organizations = {name: self._named(Organization, name) for name in roster.ORGANIZATIONS}
        self.programs = {name: self._named(Program, name, **fields) for name, fields in roster.PROGRAMS.items()}
        self.packages = {name: self._named(Package, name) for name in roster.PACKAGES}
        self.resources = [
            self.rows.add(Resource, ref=f"demo-{number:02}", title=title, url=f"https://example.org/library/{slug}")
            for number, (title, slug) in enumerate(RESOURCES, 1)
        ]
        for person in roster.STAFF:
            self._staff(person)

    def _named(self, model: type[Named], name: str, **fields) -> Named:
        """The one of that name; what an import brought before is used as it is."""
        found = model._default_manager.filter(name=name).first()
        return found or self.rows.add(model, name=name, **fields)

    def ref(self, prefix: str) -> str:
        """An id as it could come from elsewhere; the same for the same seed."""
        return f"{prefix}-{self.rng.getrandbits(32):08x}"

    def life(self, story: Story, back: int = 0) -> Life:
        """The coachee's days, counted from when the story is over or from `back` days ago."""
        return Life(self.now - (story.over + back) * DAY, story.zone, f"{self.seed} {story.key} {back}")

    def settled(self, story: Story) -> Story:
        """The story with what it leaves open decided: when the last message, view and reflection were."""
        rng = Random(f"{self.seed} {story.key}")  # noqa: S311
        message, view, reflection = (rng.randint(1, 5) for _ in range(3))
        return replace(
            story,
            message=story.message or message,
            view=story.view or view,
            reflection=story.reflection or reflection,
        )

    def zone(self, key: str) -> str:
        """The time zone of somebody."""
        return self.people[key].timezone

    def pair(self, coach: str, story: Story) -> dict[str, Person]:
        """Coach and coachee, as rows name them."""
        return {"coach": self.people[coach], "coachee": self.people[story.key]}

    def _staff(self, staff: roster.Staff) -> None:
        person = self._person(staff.key, staff.name, staff.organization, staff.position, staff.zone, staff.language)
        self._grant(person, *staff.roles)

    def coachee(self, story: Story) -> Person:
        """The person, with their manager."""
        email = address(story.manager, story.organization, f"manager.of.{story.key}")
        person = self._person(
            story.key,
            story.name,
            story.organization,
            story.position,
            story.zone,
            story.language,
            manager_name=story.manager,
            manager_email=email if story.manager else "",
        )
        self._grant(person, "coachee")
        return person

    def _person(
        self, key: str, name: str, organization: str | None, position: str, zone: str, language: str, **fields
    ) -> Person:
        self.people[key] = self.rows.add(
            Person,
            email=f"{key}@{DOMAIN}",
            name=name,
            password=self.password,
            organization=self.organizations[organization] if organization else None,
            position=position,
            timezone=zone,
            language=language,
            created_at=self.now - 400 * DAY,
            **fields,
        )
        return self.people[key]

    def _grant(self, person: Person, *roles: str) -> None:
        for role in roles:
            self.rows.add(RoleGrant, person=person, role=role, granted_at=self.now - 400 * DAY)

    def subscribe(self, story: Story, starts_on: date, ends_on: date) -> None:
        """What the coachee may use and when, delivered by Inés."""
        self.rows.add(
            Subscription,
            coachee=self.people[story.key],
            program=self.programs[story.program],
            package=self.packages[story.package],
            sessions_per_month=story.per_month,
            complimentary_call=story.complimentary,
            flash_sessions=story.flash,
            group_module=roster.COHORT if story.cohort else "",
            delivery_manager=self.people[roster.INES],
            starts_on=starts_on,
            ends_on=ends_on,
            active_from=start_of_day(starts_on, story.zone),
            active_until=start_of_day(ends_on + DAY, story.zone),
        )

    def assign(self, coach: str, story: Story, day: date, until: datetime | None = None) -> None:
        """A relationship since that morning, started by Inés, who also ends it."""
        self.rows.add(
            Relationship,
            **self.pair(coach, story),
            started_at=clock(day, 10, 0, story.zone),
            started_by=self.people[roster.INES],
            ended_at=until,
            ended_by=self.people[roster.INES] if until else None,
        )


def address(name: str, organization: str | None, otherwise: str) -> str:
    """A work address for somebody who has no account."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [word for word in plain.replace("’", "").replace("'", "").split() if not word.endswith(".")]
    host = (organization or "home").split()[0].lower()
    return f"{'.'.join(words) or otherwise}@{host}.example"
