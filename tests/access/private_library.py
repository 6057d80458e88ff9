"""The library of the marked world: what is private to a coach, given to a coachee, or an organization's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from assignments.models import Resource
from profiles.models import Person
from tests.access.matrix import COACHES, EVERYBODY, STAFF
from tests.make import NOW, D, make_notification, make_view
from tests.make_between import make_article, make_file_resource, make_suggestion

if TYPE_CHECKING:
    from tests.access.private import World

SHARING = ("co_coach", "outsider_coach")
"""Coaches who share something with their organization."""


def members(world: World, who: str) -> set[str]:
    """Who finds what this person shares with their organization: those who belong to it, and admins."""
    place = getattr(world.cast, who).organization_id
    people = (EVERYBODY | {"strangers_coachee"}) - {"anonymous"}
    return STAFF | {one for one in people if getattr(world.cast, one).organization_id == place}


def put_in_library(world: World) -> None:
    """For each coach a private article, link and file; for two an article for everybody around them."""
    for who in sorted(COACHES):
        coach = getattr(world.cast, who)
        for kind in ("article", "link", "file"):
            _put(world, coach, kind, f"private {kind} of {who}", {who})
    for who in SHARING:
        readers = members(world, who)
        roles = COACHES | STAFF | {"coachee", "other_coachee", "strangers_coachee", "outsider"}
        coach = getattr(world.cast, who)
        _put(world, coach, "article", f"shared article of {who}", readers, readers & roles, audience="organization")


def _put(
    world: World, coach: Person, kind: str, what: str, may: set[str], see: set[str] | None = None, **fields: str
) -> None:
    def mark(name: str) -> str:
        return world.mark(f"{name} of the {what}", may, see=see)

    fields.setdefault("audience", "private")
    words = {"title": mark("title"), "summary": mark("summary"), "tags": [mark("tag")]}
    if kind == "article":
        make_article(added_by=coach, body=mark("text"), **words, **fields)
    elif kind == "link":
        url = f"https://{mark('host')}.example/"
        Resource.objects.create(kind="link", url=url, added_by=coach, added_at=NOW - D, **words, **fields)
    else:
        content = f"%PDF-1.7 {mark('content')} %%EOF".encode()
        row = make_file_resource(added_by=coach, content=content, **fields)
        Resource.objects.filter(pk=row.pk).update(file_name=f"{mark('file name')}.pdf", **words)


def suggested(
    world: World, coach: str, coachee: str, what: str, *, viewed_at: datetime | None = None, note: bool = True
) -> None:
    """A private link of a coach's that they suggested; with `viewed_at` the coachee opened it then."""
    pair = {"coach": getattr(world.cast, coach), "coachee": getattr(world.cast, coachee)}
    given = {coach, coachee}
    running = given if world.runs(coach, coachee) else {coachee}
    link = Resource.objects.create(
        title=world.mark(f"title of {what}", given),
        url=f"https://{world.mark(f'host of {what}', given)}.example/",
        audience="private",
        added_by=pair["coach"],
        added_at=NOW - 9 * D,
    )
    made = make_suggestion(**pair, resource=link, note=world.mark(f"note with {what}", running) if note else "")
    make_notification(person=pair["coachee"], kind="resource_suggested", about=pair["coach"], subject_id=made.pk)
    if viewed_at:
        make_view(coachee=pair["coachee"], resource=link, viewed_at=viewed_at)
