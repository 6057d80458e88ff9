"""Finding people by the beginnings of the words of their name and e-mail address.

However many people there are, an answer looks at some thousand words at most. What is rare is fetched and sorted; of
what is common the first are read off an index that holds the words in order (`PersonWord`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value

from profiles.folding import words
from profiles.models import Person
from profiles.querysets import PersonQuerySet
from profiles.search_words import PersonWord

MOST_WORDS = 10
LONGEST_QUERY = 200
"""Letters that are looked at."""
FEW = 1_000
"""So many people, or words, are sorted; of more the first are read in the order in which they are kept."""
MOST_FOUND = 50
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class _Search:
    """The words typed; among whom; and of whom only the name is looked at."""

    terms: list[str]
    people: PersonQuerySet
    by_name_only: list[int]
    limit: int

    def ids(self) -> list[int]:
        """The best first. At most five queries, none of them long."""
        counts = _counts(self.terms)
        rarest = min(self.terms, key=lambda term: counts[term])
        if counts[rarest] <= FEW:
            with_it = self.people.filter(pk__in=_beginning(rarest).values("person"))
            return self._ranked(list(with_it.order_by().values_list("pk", flat=True)))
        some = list(self.people.order_by().values_list("pk", flat=True)[: FEW + 1])
        return self._ranked(some) if len(some) <= FEW else self._first(rarest)

    def _ranked(self, candidates: list[int]) -> list[int]:
        """Those of the candidates who match: found by the name before the e-mail, whole words first, then by name."""
        with connection.cursor() as cursor:
            cursor.execute(
                _RANKED,
                {
                    "terms": self.terms,
                    "ends": [term + _LAST for term in self.terms],
                    "people": candidates,
                    "by_name_only": self.by_name_only,
                    "limit": self.limit,
                },
            )
            return [pk for (pk,) in cursor.fetchall()]

    def _first(self, term: str) -> list[int]:
        """The first who match, in the order of the words that begin with the term; e-mail only where names run out."""
        found = list(self._kept_in_order(term, in_email=False)[: self.limit])
        if len(found) < self.limit:
            found += self._kept_in_order(term, in_email=True)[: self.limit - len(found)]
        return found

    def _kept_in_order(self, term: str, *, in_email: bool) -> QuerySet:
        own = _beginning(term).filter(person=OuterRef("person"))
        earlier = Q(word__lt=OuterRef("word"))
        better = own.filter(earlier | Q(in_email=False) if in_email else earlier & Q(in_email=False))
        found = _beginning(term).filter(
            ~Exists(better), in_email=in_email, person__in=self.people.order_by().values("pk")
        )
        if in_email:
            found = found.exclude(person__in=self.by_name_only)
        for other in self.terms:
            if other != term:
                matching = _beginning(other).filter(person=OuterRef("person"))
                found = found.filter(Exists(matching.exclude(in_email=True, person__in=self.by_name_only)))
        return found.order_by("word", "name", "person_id").values_list("person_id", flat=True)


def people_matching(
    query: str, people: PersonQuerySet, *, by_name_only: Sequence[int] = (), limit: int = MOST_FOUND
) -> PersonQuerySet:
    """Those `people` each typed word begins a word of: of the name, or of the e-mail address; the best first.

    The best are those found by their name, then those with whole words, then by name; among more than a thousand, by
    the word that matches and then by name. At most `limit` of them. Of `by_name_only` (ids) the address counts for
    nothing. Looks at once, in up to five queries; who may be seen is up to the caller.
    """
    terms = words(query.replace("\0", " ")[:LONGEST_QUERY])[:MOST_WORDS]
    if not terms:
        return people.none()
    found = _Search(terms, people, list(by_name_only), limit).ids()
    ids = Value(found, output_field=ArrayField(BigIntegerField()))
    place = Func(ids, F("pk"), function="array_position", output_field=IntegerField())
    return people.filter(pk__in=found).order_by(place)


def people_found(query: str, viewer: Person, now: datetime, *, limit: int) -> PersonQuerySet:
    """Whom this viewer finds: only whom they may see, and by the address only those whose address they may read.

    A coachee reads neither their coach's address nor their delivery manager's.
    """
    people = Person.objects.visible_to(viewer, now)
    contacts: list[int] = []
    if not viewer.is_staff:
        known = Person.objects.known_to(viewer, now).order_by().values("pk")
        contacts = list(Person.objects.contacts_of(viewer, now).exclude(pk__in=known).values_list("pk", flat=True))
    return people_matching(query, people, by_name_only=contacts, limit=limit)


def _beginning(term: str) -> QuerySet:
    return PersonWord.objects.filter(word__gte=term, word__lt=term + _LAST)


def _counts(terms: list[str]) -> dict[str, int]:
    """How many words begin with each, as far as that matters. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"terms": terms, "ends": [term + _LAST for term in terms], "most": FEW + 1})
        return dict(cursor.fetchall())


_COUNTS = """
SELECT term, (
    SELECT count(*) FROM (
        (SELECT FROM profiles_personword WHERE in_email = false AND word >= term AND word < until LIMIT %(most)s)
        UNION ALL
        (SELECT FROM profiles_personword WHERE in_email = true AND word >= term AND word < until LIMIT %(most)s)
    ) AS counted
)
FROM unnest(%(terms)s::text[], %(ends)s::text[]) AS typed (term, until)
"""
_RANKED = """
WITH best AS (
    SELECT person_id, name, term, min(in_email::int * 2 + (word <> term)::int) AS rank
    FROM profiles_personword JOIN unnest(%(terms)s::text[], %(ends)s::text[]) AS typed (term, until)
        ON word >= term AND word < until
    WHERE person_id = ANY(%(people)s) AND NOT (in_email AND person_id = ANY(%(by_name_only)s::bigint[]))
    GROUP BY person_id, name, term
)
SELECT person_id FROM best GROUP BY person_id, name HAVING count(*) = cardinality(%(terms)s::text[])
ORDER BY sum(rank / 2), sum(rank %% 2), name, person_id LIMIT %(limit)s
"""
