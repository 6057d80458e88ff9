"""The library as one viewer sees it: what they may see of it, searched, narrowed and in order, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Func, Q, QuerySet, TextField
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.library import in_order
from assignments.links import web_target
from assignments.models import Resource, Suggestion
from assignments.querysets import ResourceQuerySet
from config.cursors import seal, unseal
from profiles.folding import words
from profiles.models import Person, Role

PAGE_SIZE = 20
LONGEST_QUERY = 200
MOST_WORDS = 10
TAGS_SHOWN, TAGS_OFFERED, TAGS_OF = 30, 300, 2_000
"""How many tags are shown above the list, how many are offered to whoever adds something, of how many resources."""
ICONS = {"article": "book", "link": "link", "file": "file"}
SORTS = ("title", "newest")
SHOWS = ("all", "yours", "private", "suggested", "out")


@dataclass(frozen=True)
class Asked:
    """What of the library is asked for; anything nonsensical is nothing asked."""

    words: str = ""
    tag: str = ""
    kind: str = ""
    show: str = "all"
    sort: str = "title"
    coachee: int | None = None
    """For whom a coach looks for something to suggest."""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """Of a query string."""

        def one_of(name: str, allowed: Iterable[str]) -> str:
            return found if (found := query.get(name, "")) in allowed else next(iter(allowed))

        asked = query.get("for", "")
        return cls(
            words=query.get("q", "").replace("\0", " ").strip()[:LONGEST_QUERY],
            tag=query.get("tag", "").replace("\0", "")[:100].strip().lower(),
            kind=one_of("kind", ("", *Resource.Kind.values)),
            show=one_of("show", SHOWS),
            sort=one_of("sort", SORTS),
            coachee=int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None,
        )

    def link(self, **changes: object) -> str:
        """The library with these changes; what is usual is left out of the address."""
        asked = {**self.__dict__, **changes}
        named = {"words": "q", "coachee": "for"}
        usual = Asked()
        kept = {
            named.get(name, name): value for name, value in asked.items() if value and value != getattr(usual, name, "")
        }
        return reverse("library") + (f"?{urlencode(kept)}" if kept else "")


@dataclass(frozen=True)
class Choice:
    """A link that narrows the list."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Entry:
    """A resource in the list, and who suggested it to the viewer."""

    resource: Resource
    icon: str
    about: str
    suggestions: list[Suggestion]


@dataclass(frozen=True)
class LibraryPage:
    """A page of the library; `coachee` is whom a coach looks for something for."""

    asked: Asked
    entries: list[Entry]
    newer: str
    older: str
    shows: list[Choice]
    tags: list[Choice]
    tag_off: str
    coachee: Person | None
    may_add: bool
    everything: str
    kinds: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_narrowed(self) -> bool:
        """Whether something was asked for that nothing may match."""
        return bool(self.asked.words or self.asked.tag or self.asked.kind)


def library_page(viewer: Person, query: QueryDict, now: datetime, *, may_add: bool) -> LibraryPage:
    """What the viewer may see of the library. Four queries at most, however much there is."""
    asked = Asked.read(query)
    coachee = _coachee(viewer, asked.coachee, now)
    shown = _shown(viewer, asked.show, now) if coachee is None else Resource.objects.givable_by(viewer)
    rows, newer, older = _cut(_narrowed(shown, asked), asked, query.get("at", ""))
    return LibraryPage(
        asked=asked,
        entries=_entries(viewer, rows, now),
        newer=newer,
        older=older,
        shows=_shows(viewer, asked, may_add=may_add) if coachee is None else [],
        tags=[Choice(tag, asked.link(tag=tag), tag == asked.tag) for tag in _tags(shown, TAGS_SHOWN)],
        tag_off=asked.link(tag=""),
        coachee=coachee,
        may_add=may_add,
        everything=asked.link(words="", tag="", kind="", show="all"),
        kinds=[("", _("Every kind")), *((str(value), str(label)) for value, label in Resource.Kind.choices)],
    )


def known_tags(viewer: Person, now: datetime) -> list[str]:
    """Tags of what the viewer may see, the most frequent first, to choose from. One query."""
    return _tags(Resource.objects.visible_to(viewer, now), TAGS_OFFERED)


def _coachee(viewer: Person, pk: int | None, now: datetime) -> Person | None:
    if pk is None or Role.COACH not in viewer.roles:
        return None
    return Person.objects.coached_by(viewer, now).filter(pk=pk, is_active=True).first()


def _shown(viewer: Person, show: str, now: datetime) -> ResourceQuerySet:
    """Those of the list that was chosen. What was taken out stands in a list of its own, and with suggestions."""
    visible = Resource.objects.visible_to(viewer, now)
    if show == "suggested":
        standing = Suggestion.objects.standing().filter(coachee=viewer)
        return visible.filter(pk__in=standing.values("resource"))
    if show == "out":
        mine = Q(added_by=viewer) | ~Q(audience="private") if viewer.is_staff else Q(added_by=viewer)
        return visible.filter(mine, archived_at__isnull=False)
    visible = visible.filter(archived_at=None)
    if show == "yours":
        return visible.filter(added_by=viewer)
    return visible.filter(added_by=viewer, audience="private") if show == "private" else visible


def _narrowed(shown: ResourceQuerySet, asked: Asked) -> ResourceQuerySet:
    if asked.kind:
        shown = shown.filter(kind=asked.kind)
    if asked.tag:
        shown = shown.filter(tags__contains=[asked.tag])
    return matching(shown, asked.words) if asked.words else shown


def matching(resources: ResourceQuerySet, typed: str) -> ResourceQuerySet:
    """Those in which each typed word begins a word of title, sentence, tags or text."""
    return resources.matching(words(typed)[:MOST_WORDS])


# Pages --------------------------------------------------------------------------------------------


def _cut(rows: QuerySet[Resource], asked: Asked, place: str) -> tuple[list[Resource], str, str]:
    """One page, and the addresses of the one before and the one behind. One query."""
    key, pk, back = _place(asked, place)
    rows = rows.annotate(in_order=in_order()).select_related("added_by").only(*_COLUMNS)
    down = (asked.sort == "newest") != back
    if pk:
        rows = rows.filter(_beyond(asked.sort, key, pk, down))
    sign = "-" if down else ""
    keys = [f"{sign}in_order", f"{sign}pk"] if asked.sort == "title" else [f"{sign}pk"]
    found: list[Any] = list(rows.order_by(*keys)[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if back:
        found.reverse()
    if not found:
        return [], "", ""
    newer = _leads(asked, found[0], back=True) if (more if back else pk) else ""
    older = _leads(asked, found[-1], back=False) if more or back else ""
    return found, newer, older


_COLUMNS = ["kind", "title", "summary", "url", "file_name", "file_size", "tags", "audience", "added_at", "edited_at"]
_COLUMNS += ["archived_at", "added_by__name"]


def _place(asked: Asked, text: str) -> tuple[str, int, bool]:
    """A title and an id, and whether the page lies before it; no id on the first page."""
    found: Any = unseal("library", text)
    if not found or found[0] != asked.sort:
        return "", 0, False
    return found[1], found[2], found[3]


def _leads(asked: Asked, row: Any, *, back: bool) -> str:
    address = asked.link()
    place = urlencode({"at": seal("library", [asked.sort, row.in_order, row.pk, back])})
    return f"{address}{'&' if '?' in address else '?'}{place}"


def _beyond(sort: str, key: str, pk: int, down: bool) -> Q:
    side = "lt" if down else "gt"
    if sort == "newest":
        return Q(**{f"pk__{side}": pk})
    # The first condition follows from the second; it is what the index can use.
    further = Q(**{f"in_order__{side}": key}) | Q(**{"in_order": key, f"pk__{side}": pk})
    return Q(**{f"in_order__{side}e": key}) & further


# What stands there --------------------------------------------------------------------------------


def _entries(viewer: Person, rows: list[Resource], now: datetime) -> list[Entry]:
    standing = Suggestion.objects.standing().filter(coachee=viewer, resource__in=[row.pk for row in rows])
    known: dict[int, list[Suggestion]] = {}
    if Role.COACHEE in viewer.roles:
        for one in standing.select_related("coach").order_by("-suggested_at", "-pk"):
            known.setdefault(one.resource_id, []).append(one)
    return [Entry(row, ICONS[row.kind], about(row), known.get(row.pk, [])) for row in rows]


def about(resource: Resource) -> str:
    """Where a link leads to; what a file is called."""
    if resource.kind == Resource.Kind.LINK:
        target = web_target(resource.url)
        return target.host if target else ""
    return resource.file_name


def _shows(viewer: Person, asked: Asked, *, may_add: bool) -> list[Choice]:
    labels = {"all": _("All")}
    if Role.COACHEE in viewer.roles:
        labels["suggested"] = _("Suggested to you")
    if may_add:
        labels["yours"] = _("Yours")
        if Role.COACH in viewer.roles:
            labels["private"] = _("Private")
        labels["out"] = _("Taken out")
    return (
        [Choice(label, asked.link(show=show, tag=""), show == asked.show) for show, label in labels.items()]
        if len(labels) > 1
        else []
    )


def _tags(shown: QuerySet[Resource], most: int) -> list[str]:
    """The most frequent first, among the newest of these resources."""
    newest = shown.order_by("-pk").values("pk")[:TAGS_OF]
    each = Resource.objects.filter(pk__in=newest).order_by()
    tags = each.annotate(tag=Func(F("tags"), function="unnest", output_field=TextField())).values("tag")
    return list(tags.annotate(times=Count("pk")).order_by("-times", "tag").values_list("tag", flat=True)[:most])
