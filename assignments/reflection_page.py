"""Reflections as coachee and coach see them, and the page on which one is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from assignments.prompts import Asked, Library, library_of
from assignments.reflection_actions import draft_key, edit_key, why_closed
from assignments.reflections import Prompt, Reflection
from coaching.models import Relationship
from config.keyset import Cursor, cut, link
from config.text import plain_first_line, render_markdown
from profiles.drafts import draft_of
from profiles.models import Draft, Person
from profiles.profile import Profile

PAGE = 20
EXCERPT = 280
"""Characters of a reflection in the list."""
LARGEST = 2**63 - 1
SHARED, PRIVATE = "shared", "private"


@dataclass(frozen=True, slots=True)
class Shown:
    """A reflection, ready to show: in the list its beginning, on its own page all of it."""

    pk: int
    url: str
    prompt: str
    text: SafeString | str
    submitted_at: datetime
    shared_at: datetime | None
    edited: bool
    unsaved: bool = False

    @property
    def shared_later(self) -> bool:
        """Whether it was private at first, so that two instants are told."""
        return self.shared_at is not None and self.shared_at != self.submitted_at


@dataclass(frozen=True, slots=True)
class Begun:
    """A reflection that is not submitted yet."""

    prompt: str
    text: str
    saved_at: datetime
    url: str
    removal: str


@dataclass(frozen=True)
class ReflectionList:
    """A page of reflections. To coaches there are no drafts, states and counts, only what is shared."""

    reflections: list[Shown]
    drafts: list[Begun]
    states: list[Any]
    state: str
    closed: str
    older: str
    newer: str

    @property
    def is_empty(self) -> bool:
        """Nothing at all, rather than nothing on this page or in this state."""
        return not (self.reflections or self.drafts or self.state or self.newer)


@dataclass(frozen=True)
class Writing:
    """A new reflection: the prompt, what was typed of it, other prompts, and who would read it."""

    coachee: Person
    prompt: int
    words: str
    draft: Draft | None
    others: list[Asked]
    coaches: list[Person]
    closed: str

    @property
    def draft_key(self) -> str:
        """The name of what is typed and not sent."""
        return draft_key(self.prompt)

    @property
    def share(self) -> str:
        """What the button that shares says."""
        return share_words(self.coaches)

    @property
    def names(self) -> str:
        """Who would read it, by their whole names."""
        return get_text_list([coach.name for coach in self.coaches], _("and"))

    @property
    def address(self) -> str:
        """Of this very prompt."""
        return _writing_url(self.prompt)


def readable(viewer: Person, now: datetime) -> QuerySet[Reflection]:
    """The viewer's own, and what coachees have shared with them by now."""
    visible = Reflection.objects.visible_to(viewer, now)
    return visible.filter(Q(coachee=viewer) | Q(shared_at__lte=now))


def list_of(profile: Profile, state: str, cursor: Cursor | None) -> ReflectionList:
    """A page of the list, the latest on top. One query for coaches, six for the coachee."""
    rows = readable(profile.viewer, profile.now).filter(coachee=profile.person.pk, submitted_at__lte=profile.now)
    if not profile.is_self:
        page = cut(rows, key="submitted_at", cursor=cursor, size=PAGE)
        shown = [_brief(row, profile.now) for row in page.rows]
        return ReflectionList(shown, [], [], "", "", link(page.onward), link(page.back))
    shared = Q(shared_at__lte=profile.now)
    chosen = state if state in (SHARED, PRIVATE) else ""
    found = {SHARED: rows.filter(shared), PRIVATE: rows.exclude(shared)}.get(chosen, rows)
    page = cut(found, key="submitted_at", cursor=cursor, size=PAGE)
    drafts = _drafts(profile.viewer)
    shown = [_brief(row, profile.now, unsaved=edit_key(row.pk) in drafts) for row in page.rows]
    kept = {"state": chosen} if chosen else {}
    begun = [] if chosen or cursor else _begun(drafts, profile)
    closed = why_closed(profile.viewer, profile.now)
    states = _states(rows, shared, chosen)
    return ReflectionList(shown, begun, states, chosen, closed, link(page.onward, **kept), link(page.back, **kept))


def whole(reflection: Reflection, now: datetime) -> Shown:
    """One reflection with all its text."""
    return _shown(reflection, now, render_markdown(reflection.text))


def writing_page(
    coachee: Person, prompt: int | None, now: datetime, shown: tuple[int, str] | None = None
) -> Writing | None:
    """The page for the prompt with this id, 0 for none, None for the one whose turn it is. At most nine queries.

    None where it is no prompt of the coachee's, unless they have begun to answer it: `shown` are id and words of the
    prompt that a sent form was shown with, which may have been retired since.
    """
    library = library_of(coachee, now)
    asked = _chosen(library, coachee, prompt)
    if asked is None and shown is not None and shown[0] == prompt:
        asked = Asked(*shown)
    if asked is None:
        return None
    return Writing(
        coachee=coachee,
        prompt=asked.pk,
        words=asked.text,
        draft=draft_of(coachee, draft_key(asked.pk)),
        others=[one for one in library.prompts if one.pk != asked.pk],
        coaches=coaches_of(coachee, now),
        closed=why_closed(coachee, now),
    )


def coaches_of(coachee: Person, now: datetime) -> list[Person]:
    """Who would read what is shared: the current coaches, by name. One query."""
    running = Relationship.objects.running(now).filter(coachee=coachee).select_related("coach")
    return sorted({one.coach for one in running}, key=lambda coach: (coach.name, coach.pk))


def share_words(coaches: list[Person]) -> str:
    """“Share with Maya and Cornelia”."""
    if not coaches or len(coaches) > 3:
        return _("Share with your coaches")
    return _("Share with %(names)s") % {"names": get_text_list([one.first_name for one in coaches], _("and"))}


def _chosen(library: Library, coachee: Person, prompt: int | None) -> Asked | None:
    free = Asked(0, "")
    if prompt is None:
        return library.next() or free
    if prompt == 0:
        return free
    found = next((one for one in library.prompts if one.pk == prompt), None)
    if found is None and prompt <= LARGEST and draft_of(coachee, draft_key(prompt)):
        retired = Prompt.objects.filter(pk=prompt).first()
        found = Asked(retired.pk, retired.text) if retired else None
    return found


def _drafts(coachee: Person) -> dict[str, Draft]:
    found = Draft.objects.filter(person=coachee, key__startswith="reflection").order_by("-saved_at", "-pk")
    return {draft.key: draft for draft in found}


def _begun(drafts: dict[str, Draft], profile: Profile) -> list[Begun]:
    begun = {int(key.split(":")[1]): one for key, one in drafts.items() if key.startswith("reflection:")}
    words = dict(Prompt.objects.filter(pk__in=begun).values_list("pk", "text")) if begun else {}
    here = reverse("person-reflections", args=[profile.person.pk])
    return [
        Begun(
            prompt=words.get(pk, ""),
            text=plain_first_line(draft.fields.get("text", ""), EXCERPT),
            saved_at=draft.saved_at,
            url=_writing_url(pk),
            removal=f"{reverse('draft-removal')}?{urlencode({'key': draft.key, 'next': here})}",
        )
        for pk, draft in begun.items()
        if pk == 0 or pk in words
    ]


def _writing_url(prompt: int) -> str:
    return f"{reverse('reflection-new')}?prompt={prompt}"


def _states(rows: QuerySet[Reflection], shared: Q, chosen: str) -> list[Any]:
    counted = rows.order_by().aggregate(every=Count("pk"), shared=Count("pk", filter=shared))
    numbers: Iterable[tuple[str, str, int]] = (
        ("", _("All"), counted["every"]),
        (PRIVATE, _("Private"), counted["every"] - counted["shared"]),
        (SHARED, _("Shared"), counted["shared"]),
    )
    return [
        SimpleNamespace(label=label, url=f"?state={state}" if state else "?", current=state == chosen, count=count)
        for state, label, count in numbers
    ]


def _brief(row: Reflection, now: datetime, *, unsaved: bool = False) -> Shown:
    return _shown(row, now, plain_first_line(row.text, EXCERPT), unsaved=unsaved)


def _shown(row: Reflection, now: datetime, text: SafeString | str, *, unsaved: bool = False) -> Shown:
    return Shown(
        pk=row.pk,
        url=reverse("reflection", args=[row.pk]),
        prompt=row.prompt,
        text=text,
        submitted_at=row.submitted_at,
        shared_at=row.shared_at if row.shared_at and row.shared_at <= now else None,
        edited=row.edited_at is not None,
        unsaved=unsaved,
    )
