"""The Permissions tab: roles, signing in, and in plain words who can see what of this person.

Who can is asked of the predicates that show the tabs, for each person who comes near, not written down once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.models import Relationship
from profiles.days import short_day
from profiles.models import Person, Role, RoleGrant, Subscription
from profiles.profile import TABS, Profile, everybody, not_contacts, reads_texts, sight_of
from profiles.zones import local_day

MOST_NAMES = 20
"""How many delivery managers, and how many admins for an admin, are named one by one."""
Shown = Callable[[Profile], bool]


@dataclass(frozen=True, slots=True)
class Given:
    """A role from when until when; who gave and took it is for admins to read."""

    label: str
    since: datetime
    by: str
    until: datetime | None
    ended_by: str


@dataclass(frozen=True, eq=False)
class Looker:
    """Somebody, or some people alike, with the profile as they would see it; `pk` when they have a page to open."""

    name: str
    why: str
    profile: Profile
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Sees:
    """Some things of the person's and who sees them beside the person; nobody when `lookers` is empty."""

    what: str
    text: str
    lookers: tuple[Looker, ...]
    nobody: str = ""


@dataclass(frozen=True, slots=True)
class Permissions:
    """The whole tab."""

    held: list[Given]
    past: list[Given]
    is_coach: bool
    may_sign_in: bool
    two_step: bool
    sees: list[Sees]


def permissions(profile: Profile) -> Permissions:
    """What the tab shows to the person or an admin. Eight queries."""
    grants = RoleGrant.objects.filter(person=profile.person.pk).select_related("granted_by", "ended_by")
    given = [_given(one, profile) for one in grants.order_by("-granted_at", "-pk")]
    strong = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return Permissions(
        held=[one for one in given if one.until is None],
        past=[one for one in given if one.until] if profile.by_admin else [],
        is_coach=Role.COACH in profile.person.role_names,
        may_sign_in=Person.objects.filter(pk=profile.person.pk, is_active=True).exists(),
        two_step=strong.filter(user=profile.person.pk).exists(),
        sees=_sees(profile, _lookers(profile)),
    )


def _given(grant: RoleGrant, profile: Profile) -> Given:
    named = profile.by_admin
    return Given(
        label=str(Role(grant.role).label) if grant.role != Role.COACH else _("Coach (coaching access)"),
        since=grant.granted_at,
        by=grant.granted_by.name if named and grant.granted_by else "",
        until=grant.ended_at,
        ended_by=grant.ended_by.name if named and grant.ended_by else "",
    )


# Who comes near -----------------------------------------------------------------------------------


def _lookers(profile: Profile) -> list[Looker]:
    """Coaches and delivery managers by name, admins by name for admins, else as a group, and contacts as a group."""
    spells = Relationship.objects.running(profile.now).filter(coachee=profile.person.pk).order_by("started_at")
    since = {one.coach_id: one.started_at for one in spells}
    people = {one.pk: one for one in _candidates(profile, since)}
    found = [_person(profile, people[pk], since, near) for pk, near in _nearness(profile, people).items() if any(near)]
    found.sort(key=lambda one: (not one.profile.person.coached, one.name))
    named = [one for one in found if profile.by_admin or one.pk in _own(profile, since)]
    others = sum(one not in named and not one.profile.by_admin for one in found)
    besides = {profile.person.pk, *(one.pk for one in named)}
    return [*named, *_other_managers(profile, others), *_admins(profile, besides), *_contacts(profile)]


def _candidates(profile: Profile, since: dict[int, datetime]) -> QuerySet[Person]:
    """Current coaches, and delivery managers who may deliver to this person; nobody sees without signing in."""
    near = Person.objects.near(profile.person.pk, since, MOST_NAMES).filter(is_active=True)
    return near.exclude(pk=profile.person.pk).with_roles()


def _nearness(profile: Profile, people: dict[int, Person]) -> dict[int, tuple[bool, bool]]:
    """By id, whether they coach and whether they deliver to the person. One query for all of them."""
    asked: dict[str, Exists | Value] = {}
    for pk, one in people.items():
        coached, delivered = Person.objects.coached_by(one, profile.now), Person.objects.delivered_by(one)
        asked[f"coached_{pk}"] = _among(coached, Role.COACH in one.roles)
        asked[f"delivered_{pk}"] = _among(delivered, Role.DELIVERY_MANAGER in one.roles)
    found = Person.objects.filter(pk=profile.person.pk).annotate(**asked).values(*asked).get() if asked else {}
    return {pk: (found[f"coached_{pk}"], found[f"delivered_{pk}"]) for pk in people}


def _among(people: QuerySet, asked: bool) -> Exists | Value:
    return Exists(people.filter(pk=OuterRef("pk"))) if asked else Value(False)


def _person(profile: Profile, person: Person, since: dict[int, datetime], near: tuple[bool, bool]) -> Looker:
    zone = profile.viewer.timezone
    why = []
    if near[0]:
        day = short_day(local_day(since[person.pk], zone), local_day(profile.now, zone))
        why.append(_("coach since %(day)s") % {"day": day})
    if near[1]:
        why.append(_("delivery manager"))
    if person.is_staff:
        why.append(_("admin"))
    return Looker(person.name, ", ".join(why), _as_seen_by(profile, person, *near), person.pk)


def _as_seen_by(profile: Profile, viewer: Person, coached: bool = False, delivered: bool = False) -> Profile:
    """The same profile, looked at by somebody else."""
    row = profile.person._replace(coached=coached, delivered=delivered)
    return replace(profile, person=row, viewer=viewer, sight=sight_of(viewer, row))


def _own(profile: Profile, since: dict[int, datetime]) -> set[int]:
    """Whom the person knows by name: their coaches, and who is named by subscriptions of theirs."""
    return {*since, *(one.delivery_manager_id for one in profile.subscriptions if one.delivery_manager_id)}


def _group(profile: Profile, name: str, role: str, **near: bool) -> Looker:
    person = Person(pk=0, is_superuser=role == Role.ADMIN)
    person.roles = frozenset({role})
    return Looker(name, "", _as_seen_by(profile, person, **near))


def _other_managers(profile: Profile, count: int) -> list[Looker]:
    words = ngettext(
        "%(count)d other delivery manager of the organization",
        "%(count)d other delivery managers of the organization",
        count,
    )
    return [_group(profile, words % {"count": count}, Role.DELIVERY_MANAGER, delivered=True)] if count else []


def _admins(profile: Profile, besides: set[int]) -> list[Looker]:
    """The staff of the installation beside the person and those who are named already."""
    granted = RoleGrant.objects.current().filter(role=Role.ADMIN).order_by().values("person")
    superusers = Person.objects.filter(is_superuser=True).order_by().values("pk")
    admins = Person.objects.filter(pk__in=granted.union(superusers, all=True), is_active=True).exclude(pk__in=besides)
    if profile.by_admin:
        found = list(admins.with_roles()[: MOST_NAMES + 1])
        if len(found) <= MOST_NAMES:
            return [Looker(one.name, _("admin"), _as_seen_by(profile, one), one.pk) for one in found]
    count = admins.count()
    words = ngettext("%(count)d admin of this installation", "%(count)d admins of this installation", count)
    return [_group(profile, words % {"count": count}, Role.ADMIN)] if count else []


def _contacts(profile: Profile) -> list[Looker]:
    """Those who know the person as their coach or delivery manager."""
    coached = Relationship.objects.running(profile.now).filter(coach=profile.person.pk).values("coachee")
    delivered = Subscription.objects.not_over(profile.now).filter(delivery_manager=profile.person.pk).values("coachee")
    near = Person.objects.filter(pk__in=coached.order_by().union(delivered.order_by(), all=True), is_active=True)
    count = near.exclude(pk=profile.person.pk).aggregate(count=Count("pk"))["count"]
    words = ngettext("%(count)d person they coach or look after", "%(count)d people they coach or look after", count)
    if profile.is_self:
        words = ngettext("%(count)d person you coach or look after", "%(count)d people you coach or look after", count)
    return [_group(profile, words % {"count": count}, Role.COACHEE)] if count else []


# Who sees what ------------------------------------------------------------------------------------


def _sees(profile: Profile, lookers: list[Looker]) -> list[Sees]:
    """The things in the order of how private they are, those alike in one."""

    def who(shown: Shown) -> tuple[Looker, ...]:
        return tuple(one for one in lookers if shown(one.profile))

    about = Sees(_("Profile"), _("Name, photo, position, organization, language, local time, about."), who(everybody))
    if not profile.is_coachee:
        return [about, *_tabs(profile, who)]
    facts = _("Subscription and program, what was done and when, what to encourage; for staff never what it says.")
    basic = Sees(_("Basic information and activity"), facts, who(not_contacts))
    return [about, basic, *_tabs(profile, who), *_texts(profile, who(reads_texts))]


def _tabs(profile: Profile, who: Callable[[Shown], tuple[Looker, ...]]) -> list[Sees]:
    """The tabs that hold no texts of coaching, by who sees them."""
    by_lookers: dict[tuple[Looker, ...], list[str]] = {}
    for name, label, _count, shown in TABS:
        if name != "person" and shown is not reads_texts and shown(_own_sight(profile)):
            by_lookers.setdefault(who(shown), []).append(str(label()))
    return [Sees(" · ".join(labels), "", lookers, _only(profile)) for lookers, labels in by_lookers.items()]


def _own_sight(profile: Profile) -> Profile:
    """The profile as the person sees it."""
    viewer = Person(pk=profile.person.pk)
    viewer.roles = frozenset(profile.person.role_names)
    return _as_seen_by(profile, viewer)


def _texts(profile: Profile, readers: tuple[Looker, ...]) -> list[Sees]:
    """What is written in coaching: by pair, by everybody who coaches, by nobody else."""
    words = {"name": profile.first_name}
    own = _("Goals, reflections once shared, survey and 360 reports, observations once shared.")
    pair = _("Sessions with shared notes, goals and takeaways; assignments; messages.")
    return [
        Sees(_("What belongs to every current coach"), own, readers, _only(profile)),
        *(Sees(_title_of_pair(profile, one), pair, (one,)) for one in readers),
        Sees(
            _("Drafts"),
            _("Goals for a session, takeaways and reflections that are not shared."),
            (),
            _only(profile),
        ),
        Sees(
            _("A coach’s private notes"),
            "",
            (),
            _("Only the coach who wrote them. You cannot read them, and neither can anybody else.")
            if profile.is_self
            else _("Only the coach who wrote them. Neither %(name)s nor anybody else can read them.") % words,
        ),
    ]


def _title_of_pair(profile: Profile, coach: Looker) -> str:
    if profile.is_self:
        return _("Between you and %(coach)s") % {"coach": coach.name}
    return _("Between %(name)s and %(coach)s") % {"name": profile.first_name, "coach": coach.name}


def _only(profile: Profile) -> str:
    return _("Only you") if profile.is_self else _("Only %(name)s") % {"name": profile.first_name}
