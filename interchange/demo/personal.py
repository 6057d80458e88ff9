"""What the demo knows of people beside their coaching: about themselves, jobs, courses, credentials, invitations."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from assessments.models import Observation
from coaching.models import Relationship, RelationshipReview
from interchange.demo.roster import AMARA, HARBOUR, INES, LAKESIDE, MAYA, SAMUEL, WAITING
from interchange.demo.times import DAY
from interchange.demo.world import World
from notifications.models import NoticeKind, Notification
from profiles.models import Course, Credential, Employment, Invitation, Person

ABOUT = {
    MAYA: "I coach people who were good at something and now lead others who are.\n\nBefore that, fourteen years in"
    " logistics, the last six as a head of operations. I ask short questions and am slow to answer them.",
    SAMUEL: "Former head teacher. I work with leaders in schools, shops and hospitals, mostly on the conversations"
    " they put off.",
    INES: "I look after your programs. Write to me when something about your sessions does not work.",
    AMARA.key: "I lead two engineering teams in Lagos and one in Porto. Two children, one allotment, no patience.",
    "misaki": "東京とリスボンのあいだで働いています。",
    "layla": "أعمل في المستشفى منذ اثني عشر عاماً.",
}
CAPACITY = {MAYA: 24, SAMUEL: 5}
SITES = {
    "Northwind Logistics": ("Lagos Hub", "Rotterdam", "Prague"),
    "Fjord Retail": ("Store 14", "Head office"),
    LAKESIDE: ("Lakeside Primary", "Hilltop School"),
    HARBOUR: ("Main building", "Surgical Centre"),
    "Kestrel Energy Cooperative": ("Control room", "Field office North"),
}
DEPARTMENTS = ("Operations", "Engineering", "Customer service", "Finance", "People")
# whose, title, issuer, number, issued days ago, expires in days
CREDENTIALS = (
    (MAYA, "Professional Certified Coach", "International Coaching Federation", "PCC-008214", 1055, 40),
    (MAYA, "Senior Practitioner", "EMCC Global", "EIA-51977", 500, 1325),
    (SAMUEL, "Associate Certified Coach", "International Coaching Federation", "ACC-112045", 1120, -25),
    (AMARA.key, "Chartered Engineer", "Council for the Regulation of Engineering in Nigeria", "R.41822", 2100, None),
    (AMARA.key, "First aid at work", "Red Cross", "FA-2209-77", 1082, 13),
    ("priya", "Principal’s license", "State Board of Education", "PL-30418", 1700, 125),
    ("mia", "Registered nurse", "Swiss Red Cross", "NAREG 7601000", 4000, 330),
    ("sunil", "Pharmacist registration", "Nepal Pharmacy Council", "NPC 5532", 900, 9),
)
# whose, title, provider, minutes, days ago, certificate number
COURSES = (
    (MAYA, "Coaching supervision, group of four", "Open Door Supervision", 1200, 60, ""),
    (MAYA, "Ethics for internal and external coaches", "International Coaching Federation", 180, 210, "ETH-2291"),
    (SAMUEL, "Difficult conversations in schools", "Teachers’ Guild", 480, 130, ""),
    (AMARA.key, "Leading without being in the room", "Northwind Academy", 420, 48, "NA-1180"),
    (AMARA.key, "Finance for engineering managers", "Northwind Academy", 960, 190, "NA-0977"),
    (AMARA.key, "Feedback in three sentences", "Trellis library", 45, 12, ""),
    ("priya", "Instructional rounds", "School Leaders Network", 840, 90, "SLN 4471"),
    ("hannah", "Coaching skills for managers", "Harbour Business School", 1440, 75, ""),
)
Told = dict[str, Any]
NEVER_SIGNED_IN = tuple(story.key for story in WAITING) + ("grace",)


def personal(world: World) -> None:
    """Everything that needs no ids: before the rows are written."""
    for key, person in world.people.items():
        rng = Random(f"{world.seed} {key} job")  # noqa: S311, a story and not a secret
        person.about = ABOUT.get(key, "")
        person.capacity = CAPACITY.get(key)
        if key in NEVER_SIGNED_IN:
            person.set_unusable_password()
        else:
            person.last_login = world.now - timedelta(hours=rng.randint(2, 90))
        if person.organization is not None and key != "claire":
            _job(world, person, person.organization.name, rng)
    for key, title, issuer, number, issued, expires in CREDENTIALS:
        person = world.people[key]
        today = world.now.date()
        world.rows.add(
            Credential,
            person=person,
            title=title,
            issuer=issuer,
            number=number,
            issued_on=today - issued * DAY,
            expires_on=None if expires is None else today + expires * DAY,
            added_by=person,
            added_at=world.now - 30 * DAY,
        )
    for key, title, provider, minutes, days, number in COURSES:
        world.rows.add(
            Course,
            person=world.people[key],
            title=title,
            provider=provider,
            minutes=minutes,
            completed_on=world.now.date() - days * DAY,
            certificate_number=number,
            added_by=world.people[key],
            added_at=world.now - days * DAY,
        )
    _invited(world)


def _job(world: World, person: Person, where: str, rng: Random) -> None:
    world.rows.add(
        Employment,
        person=person,
        employee_number=f"{rng.randint(10_000, 99_999)}",
        site=rng.choice(SITES[where]),
        department=rng.choice(DEPARTMENTS),
        hired_on=world.now.date() - rng.randint(400, 4_500) * DAY,
    )


def _invited(world: World) -> None:
    """One invitation waits, one has expired; Grace was never invited."""
    for key, days in zip(NEVER_SIGNED_IN, (20, 3), strict=False):
        at = world.now - days * DAY
        world.rows.add(
            Invitation,
            person=world.people[key],
            nonce=world.ref("demo"),
            invited_at=at,
            sent_at=at,
            invited_by=world.people[INES],
            expires_at=at + 14 * DAY,
        )


def reviewed(world: World) -> None:
    """Inés looked at Amara's relationship six weeks ago."""
    for relationship in world.rows.of(Relationship):
        if relationship.coachee == world.people[AMARA.key]:
            at = world.now - 42 * DAY
            world.rows.add(
                RelationshipReview, relationship=relationship, reviewed_at=at, reviewed_by=world.people[INES]
            )


def told(world: World) -> None:
    """What people find at their bell. Written last, for notices name rows by their ids; none of it is mailed."""
    now, people = world.now, world.people
    notices = []
    for one in world.rows.of(Relationship):
        started: Told = {"at": one.started_at, "subject_id": one.pk, "read": one.started_at < now - 5 * DAY}
        notices += [
            _notice(NoticeKind.COACHEE_ASSIGNED, one.coach, one.coachee, **started),
            _notice(NoticeKind.COACH_ASSIGNED, one.coachee, one.coach, **started),
        ]
    for seen in world.rows.of(Observation):
        if seen.shared_at:
            shared: Told = {"at": seen.shared_at, "subject_id": seen.pk, "read": bool(seen.acknowledged_at)}
            notices.append(_notice(NoticeKind.OBSERVATION_SHARED, seen.coachee, seen.coach, **shared))
        if seen.acknowledged_at:
            answered: Told = {
                "at": seen.acknowledged_at,
                "subject_id": seen.pk,
                "read": seen.acknowledged_at < now - 14 * DAY,
            }
            notices.append(_notice(NoticeKind.OBSERVATION_ANSWERED, seen.coach, seen.coachee, **answered))
    Notification.objects.bulk_create(one for one in notices if one.person in people.values())


def _notice(
    kind: NoticeKind, person: Person, about: Person, *, at: datetime, subject_id: int, read: bool
) -> Notification:
    return Notification(
        key=f"{kind}:{subject_id}:{person.pk}",
        person=person,
        kind=kind,
        about=about,
        subject_id=subject_id,
        created_at=at,
        by_mail=False,
        read_at=at + timedelta(hours=3) if read else None,
    )
