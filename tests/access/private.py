"""A world in which every private text, name and address carries a marker of its own, and who may see each of them.

The lists follow the table “Who sees what”. Staff know kinds and dates, no text and no title.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from activity.encouragement import engine
from coaching.models import Relationship
from profiles.models import Person
from tests.access.matrix import EVERYBODY, SIGNED_OUT, STAFF
from tests.access.private_library import SHARING, members, put_in_library, suggested
from tests.access.private_sessions import open_calendars, schedule_groups, tell_of_sessions, write_notes
from tests.access.private_unsent import leave_unsent, said_to_nudges, told_of_writing
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    H,
    make_assignment,
    make_course,
    make_credential,
    make_employment,
    make_goal,
    make_goal_change,
    make_invitation,
    make_message,
    make_micro_goal,
    make_milestone,
    make_notification,
    make_private_note,
    make_rater,
    make_reflection,
    make_response,
    make_review,
    make_session,
    make_shared_note,
    make_survey,
    make_takeaway,
)
from tests.make_between import (
    make_answer,
    make_assignment_file,
    make_draft,
    make_message_file,
    make_response_file,
    make_template,
    make_template_file,
)
from tests.make_observations import make_comment, make_observation, make_rubric, make_version
from tests.make_sessions import make_consent, make_private_version, make_shared_version

PREFIX = "mark"
MARKERS = re.compile(
    rf'{PREFIX}[0-9a-f]{{12}}|id="session-[0-9]+"|/availability/exceptions/[0-9]+/|\b[0-9]+-[A-Za-z0-9_-]{{43}}'
)
RUNNING = (
    ("coach", "coachee"),
    ("co_coach", "coachee"),
    ("coach", "other_coachee"),
    ("coach", "deactivated"),
    ("stranger_coach", "strangers_coachee"),
    ("outsider_coach", "outsider"),
)
ENDED = (("former_coach", "coachee"),)
DELIVERED = {
    "delivery_manager": {"coachee", "other_coachee", "strangers_coachee", "deactivated"},
    "other_delivery_manager": {"outsider"},
}
NAMED = {"coachee": "delivery_manager", "outsider": "other_delivery_manager"}
"""Whom a coachee's subscription names, which is basic information."""
COACHEES = sorted({coachee for _coach, coachee in RUNNING})
STATES = {
    "open": {},
    "done": {"completed_at": NOW - 3 * D},
    "archived": {"completed_at": NOW - 4 * D, "archived_at": NOW - 2 * D},
}
PEOPLE = sorted((EVERYBODY | {"strangers_coachee"}) - {"anonymous"})
LOOKING = sorted(EVERYBODY | {"strangers_coachee"})


@dataclass(frozen=True)
class Mark:
    """Something marked: what it is, who may see it, and who does see it on some page of today's site."""

    what: str
    text: str
    may: frozenset[str]
    see: frozenset[str]


@dataclass
class World:
    """The cast with everything marked."""

    cast: Cast
    marks: list[Mark] = field(default_factory=list)
    _by_text: dict[str, Mark] = field(default_factory=dict)

    def mark(self, what: str, may: Iterable[str], *, see: Iterable[str] | None = None) -> str:
        """A new marker for those who `may` see it; without `see` all of them who can sign in do."""
        text = PREFIX + secrets.token_hex(6)
        allowed = frozenset(may)
        self.marks.append(Mark(what, text, allowed, (allowed if see is None else frozenset(see)) - SIGNED_OUT))
        return text

    def mark_row(self, what: str, text: str, may: Iterable[str]) -> None:
        """Something without words of its own, known by what its row in a list is called."""
        allowed = frozenset(may)
        self.marks.append(Mark(what, text, allowed, allowed - SIGNED_OUT))

    def runs(self, coach: str, coachee: str) -> bool:
        """Whether the one coaches the other now."""
        return (coach, coachee) in RUNNING

    def in_text(self, text: str) -> list[Mark]:
        """The markers that stand in this text."""
        if len(self._by_text) != len(self.marks):
            self._by_text = {mark.text: mark for mark in self.marks}
        return [self._by_text[found] for found in set(MARKERS.findall(text)) if found in self._by_text]


def coaches_of(coachee: str) -> set[str]:
    """Who coaches them now."""
    return {coach for coach, coached in RUNNING if coached == coachee}


def contacts_of(who: str) -> set[str]:
    """Coachees who may open this person's profile, as that of their coach or delivery manager."""
    coached = {coachee for coach, coachee in RUNNING if coach == who}
    return coached | {coachee for coachee, manager in NAMED.items() if manager == who}


def make_world(cast: Cast) -> World:
    """Everything there is to know about everybody, marked; encouragements are worked out."""
    world = World(cast)
    for coachee in COACHEES:
        _about(world, coachee)
    for hour, (coach, coachee) in enumerate((*RUNNING, *ENDED)):
        _between(world, coach, coachee, hour)
    _history(world)
    put_in_library(world)
    for who in ("coach", "former_coach"):
        _templates(world, who)
    for who in PEOPLE:
        _person(world, who)
    make_invitation(person=cast.sponsor, nonce=world.mark("nonce of an invitation", ()))
    schedule_groups(world)
    open_calendars(world)
    write_notes(world)
    tell_of_sessions(world)
    leave_unsent(world)
    engine.evaluate(list(Relationship.objects.values_list("pk", flat=True)), NOW)
    said_to_nudges(world, RUNNING)
    return world


def _person(world: World, who: str) -> None:
    person = getattr(world.cast, who)
    coachees = {coachee for coach, coachee in (*RUNNING, *ENDED) if coach == who}
    staff = STAFF | {manager for manager, delivered in DELIVERED.items() if who in delivered}
    knows = {who, *staff, *coaches_of(who), *coachees}
    knows |= {coach for coach, coachee in ENDED if coachee == who}  # on the page of their own notes
    knows |= {coach for coachee in coachees for coach in coaches_of(coachee)}  # who observed, who else coaches
    managers = [manager for manager, delivered in DELIVERED.items() if delivered & coachees]
    knows |= set(managers)  # on the Coaching tabs of their people
    for named in [coachee for coachee, manager in NAMED.items() if manager == who]:
        knows |= {named, *coaches_of(named), *STAFF}
    if who in SHARING:
        knows |= members(world, who)  # who added it stands in the library
    email = world.mark(f"e-mail of {who}", {who, *staff, *coaches_of(who)})
    opens = {who, *staff, *coaches_of(who), *contacts_of(who)}
    position = world.mark(f"position of {who}", opens)
    personnel = {who, *staff}
    _records(world, who, {who, *staff, *coaches_of(who)}, personnel)
    Person.objects.filter(pk=person.pk).update(
        name=f"{world.mark(f'name of {who}', knows)} {person.name}",
        email=f"{email}@example.org",
        position=position,
        about=world.mark(f"about of {who}", opens),
        photo=world.mark(f"photo of {who}", opens),
        manager_name=world.mark(f"name of the manager of {who}", personnel),
        manager_email=f"{world.mark(f'e-mail of the manager of {who}', personnel)}@example.org",
    )


def _records(world: World, who: str, readers: set[str], personnel: set[str]) -> None:
    """Learning, licenses and credentials, employment."""
    person = getattr(world.cast, who)

    def marks(thing: str, may: set[str], *fields: str) -> dict[str, str]:
        return {field: world.mark(f"{thing}’s {field} of {who}", may) for field in fields}

    course = marks("course", readers, "title", "provider", "certificate_number", "certificate_name")
    content = world.mark(f"certificate’s content of {who}", readers)
    make_course(person=person, file=f"%PDF-1.7 {content} %%EOF".encode(), **course)
    held = marks("credential", readers, "title", "issuer", "number")
    credential = make_credential(person=person, expires_on=date(2026, 12, 1), **held)
    facts = {"days": 14, "expires_on": "2026-12-01"}
    make_notification(person=person, kind="credential_expires", subject_id=credential.pk, facts=facts)
    for kind in ("access_on", "access_off"):
        make_notification(person=person, kind=kind)
    make_employment(person=person, **marks("employment", personnel, "employee_number", "site", "department"))


def _about(world: World, who: str) -> None:
    """What belongs to a coachee: read by them and every current coach."""
    coachee = getattr(world.cast, who)
    readers = {who, *coaches_of(who)}
    known = readers | STAFF | {manager for manager, delivered in DELIVERED.items() if who in delivered}
    coachee.subscriptions.update(group_module=world.mark(f"group module of {who}", known))

    def mark(what: str, may: Iterable[str] = readers, **fields) -> str:
        return world.mark(f"{what} of {who}", may, **fields)

    make_reflection(coachee=coachee, prompt=mark("prompt"), text=mark("reflection"))
    make_reflection(
        coachee=coachee, prompt=mark("prompt of a draft"), text=mark("draft reflection", {who}), shared=False
    )
    make_draft(person=coachee, text=mark("reflection not sent yet", {who}))
    _goals(coachee, mark)
    make_survey(coachee=coachee, title=mark("open survey"), assigned_on=date(2026, 10, 1), due_on=date(2026, 11, 1))
    answered = {"assigned_on": date(2026, 8, 1), "due_on": date(2026, 9, 1), "completed_at": NOW - 9 * D}
    make_survey(coachee=coachee, title=mark("survey"), **answered)
    closed = {"closed_at": NOW - 80 * D, "closed_by": "coachee", "close_reason": mark("close reason")}
    for which, review in {
        "closed": make_review(coachee=coachee, enrolled_at=NOW - 120 * D, due_on=date(2026, 9, 1), **closed),
        "open": make_review(coachee=coachee),
    }.items():
        for rater in ("manager", "peer", "self"):
            name, email = (
                mark(f"{what} of the {rater} in the {which} 360", {who}, see=()) for what in ("name", "e-mail")
            )
            make_rater(review=review, relationship=rater, name=name, email=f"{email}@example.org")


def _goals(coachee: Person, mark: Callable[[str], str]) -> None:
    """A goal in progress whose every text is marked, those of its past too, and one of each that is closed."""
    goal = make_goal(coachee=coachee, title=mark("goal"), why=mark("why of the goal"))
    make_milestone(goal=goal, title=mark("milestone"))
    make_goal_change(goal=goal, progress=20, comment=mark("comment on progress"), at=NOW - 3 * D)
    edits = {"title": [mark("former title of the goal"), goal.title], "why": [mark("former why of the goal"), goal.why]}
    make_goal_change(goal=goal, kind="edited", changed=edits)
    gone = {"milestone": mark("removed milestone")}
    make_goal_change(goal=goal, kind="milestone_removed", changed=gone, at=NOW - 2 * D)
    for state in ("achieved", "let_go"):
        reason = mark(f"reason of the goal {state}")
        make_goal(coachee=coachee, title=mark(f"goal {state}"), state=state, close_reason=reason)


def _between(world: World, coach: str, coachee: str, hour: int) -> None:
    """What belongs to a pair: read by the coachee, and by the coach while the relationship runs."""
    pair = {"coach": getattr(world.cast, coach), "coachee": getattr(world.cast, coachee)}
    readers = {coachee} | ({coach} if (coach, coachee) in RUNNING else set())

    def mark(what: str, may: Iterable[str] = readers, **fields) -> str:
        return world.mark(f"{what} of {coach} and {coachee}", may, **fields)

    _told(**pair)
    for sender in ("coach", "coachee"):
        said = make_message(
            **pair, sender=sender, text=mark(f"message of the {sender}"), sent_at=NOW - 9 * D + hour * H
        )
        make_message_file(message=said, name=f"{mark(f'file with a message of the {sender}')}.pdf")
    last = make_session(**pair, starts_at=NOW - 6 * D + hour * H, status="occurred")
    before = make_session(**pair, starts_at=NOW - 36 * D + hour * H, status="occurred")
    following = make_session(**pair, starts_at=NOW + D + hour * H)
    for which, session in (("last", last), ("earlier", before), ("next", following)):
        world.mark_row(f"{which} session of {coach} and {coachee}", f'id="session-{session.pk}"', readers)
        private = make_private_note(session=session, text=mark(f"private note on the {which} session", {coach}))
        shared = make_shared_note(session=session, text=mark(f"shared note on the {which} session"))
        if which == "last":
            sees = {coach} & readers
            make_private_version(note=private, text=mark("private note as it was", {coach}, see=sees))
            make_shared_version(note=shared, text=mark("shared note as it was", see=sees))
    make_consent(**pair, withdrawn_at=None if (coach, coachee) in RUNNING else NOW - D)
    _observed(world, coach, coachee)
    suggested(world, coach, coachee, f"suggestion of {coach} to {coachee}", viewed_at=NOW - D - hour * H)
    make_micro_goal(session=before, text=mark("goal"))
    make_takeaway(session=before, text=mark("takeaway"))
    make_takeaway(session=last, text=mark("draft takeaway", {coachee}), shared=False)
    make_micro_goal(session=following, text=mark("draft goal", {coachee}), shared=False)
    for name, state in STATES.items():
        words = {"title": mark(f"title of the {name} assignment"), "instructions": mark(f"{name} instructions")}
        assignment = make_assignment(**pair, **words, **state)
        response = make_response(assignment=assignment, text=mark(f"response to the {name} assignment"))
        make_answer(assignment=assignment, text=mark(f"answer in the {name} assignment"))
        make_response_file(response=response, name=f"{mark(f'file with a response, {name}')}.pdf")
        make_assignment_file(assignment=assignment, name=f"{mark(f'file with the {name} assignment')}.pdf")
        if name == "open":
            told_of_writing(**pair, given=assignment)


def _templates(world: World, who: str) -> None:
    """What a coach gives again and again: theirs alone, also when they coach nobody any more."""
    words = {name: world.mark(f"{name} of a template of {who}", {who}) for name in ("title", "instructions")}
    template = make_template(owner=getattr(world.cast, who), **words)
    make_template_file(template=template, name=f"{world.mark(f'file of a template of {who}', {who})}.pdf")


def _observed(world: World, coach: str, coachee: str) -> None:
    """What a coach observed: shared it is for the coachee and every current coach, as a draft for its author."""
    pair = {"coach": getattr(world.cast, coach), "coachee": getattr(world.cast, coachee)}
    version = make_version(rubric=make_rubric(name="Meetings"), components=("Listens",))
    for state, readers in {
        "shared": {coachee, *coaches_of(coachee)},
        "draft": {coach} if (coach, coachee) in RUNNING else set(),
    }.items():

        def mark(what: str, state: str = state, readers: Iterable[str] = readers) -> str:
            return world.mark(f"{what} of the {state} observation of {coach} and {coachee}", readers)

        texts = {name: mark(name) for name in ("setting", "strengths", "next_step")}
        seen = make_observation(
            **pair, version=version, shared=state == "shared", ratings={"listens": (2, mark("evidence"))}, **texts
        )
        if state == "shared":
            for author in pair:
                make_comment(observation=seen, author=pair[author], text=mark(f"{author}’s comment"))


def _told(coach: Person, coachee: Person) -> None:
    """Both were told of each kind: who of whom, and never what either wrote."""
    spell = Relationship.objects.get(coach=coach, coachee=coachee).pk
    for kind in ("coachee_assigned", "coachee_removed", "observation_answered"):
        make_notification(person=coach, kind=kind, about=coachee, subject_id=spell)
    for kind in ("coach_assigned", "coach_removed", "coach_changed", "observation_shared"):
        make_notification(person=coachee, kind=kind, about=coach, subject_id=spell, facts={"former": coach.pk})


def _history(world: World) -> None:
    """Enough of Amara's past that each of her lists has older pages."""
    pair = {"coach": world.cast.coach, "coachee": world.cast.coachee}
    for day in range(40, 66):
        told, noted = (world.mark(f"{what} {day} days ago", {"coach", "coachee"}) for what in ("message", "note"))
        make_message(**pair, sender="coach" if day % 2 else "coachee", text=told, sent_at=NOW - day * D)
        session = make_session(**pair, starts_at=NOW - day * D, status="occurred")
        make_shared_note(session=session, text=noted)
        suggested(world, "coach", "coachee", f"resource {day} days ago", viewed_at=NOW - day * D, note=False)
    pair["coach"] = world.cast.former_coach
    for day in range(70, 92):
        session = make_session(**pair, starts_at=NOW - day * D, status="occurred")
        make_private_note(session=session, text=world.mark(f"note {day} days ago", {"former_coach"}))
