"""Finding people by the beginnings of the words of their name and e-mail address.

However many people there are, an answer looks at some thousand words at most. What is rare is fetched and sorted; of
what is common the first are read off an index that holds the words in order (`PersonWord`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, F, Func, IntegerField, Value

from config.prepared import Prepared
from profiles.folding import words
from profiles.models import Person, Role
from profiles.querysets import PersonQuerySet
from profiles.search_words import PersonWord

MOST_WORDS = 10
LONGEST_QUERY = 200
"""Letters that are looked at."""
FEW = 1_000
"""So many people, or words, are sorted; of more the first are read in the order in which they are kept."""
MANY = 5_000
"""Of several words that so many have, those who have all of them are found first."""
MOST_FOUND = 50
_LAST = "\U0010ffff"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Search:
    """The words typed; among whom, None for everybody; and of whom only the name is looked at."""

    terms: list[str]
    among: list[int] | None
    by_name_only: list[int]
    limit: int

    def ids(self) -> list[int]:
        """The best first. At most four queries, none of them long."""
        if self.among is not None and len(self.among) <= FEW:
            return self._ranked(self.among)
        counts = _counts(self.terms)
        rarest = min(self.terms, key=lambda term: counts[term])
        if counts[rarest] > MANY or (counts[rarest] > FEW and len(self.terms) == 1):
            return self._first(rarest)
        found = _having([term for term in self.terms if counts[term] <= MANY]) if counts[rarest] else set()
        if self.among is not None:
            found &= set(self.among)
        return self._ranked(list(found)) if len(found) <= FEW else self._first(rarest)

    def _ranked(self, candidates: list[int]) -> list[int]:
        """Those of the candidates who match: found by the name before the e-mail, whole words first, then by name."""
        if not candidates:
            return []
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
        found = self._kept_in_order(term, in_email=False, limit=self.limit)
        if len(found) < self.limit:
            found += self._kept_in_order(term, in_email=True, limit=self.limit - len(found))
        return found

    def _kept_in_order(self, term: str, *, in_email: bool, limit: int) -> list[int]:
        others = [other for other in self.terms if other != term]
        values: dict[str, Any] = {
            "in_email": in_email,
            "term": term,
            "until": term + _LAST,
            "terms": others,
            "ends": [other + _LAST for other in others],
            "among": self.among,
            "by_name_only": self.by_name_only,
            "limit": limit,
        }
        with connection.cursor() as cursor:
            cursor.execute(_KEPT_IN_ORDER, values)
            return [pk for (pk,) in cursor.fetchall()]


def people_matching(
    query: str, people: PersonQuerySet, *, by_name_only: Sequence[int] = (), limit: int = MOST_FOUND
) -> PersonQuerySet:
    """Those `people` each typed word begins a word of: of the name, or of the e-mail address; the best first.

    The best are those found by their name, then those with whole words, then by name; among more than a thousand, by
    the word that matches and then by name. At most `limit` of them. Of `by_name_only` (ids) the address counts for
    nothing. Looks at once, in up to five queries; who may be seen is up to the caller.
    """
    among = list(people.order_by().values_list("pk", flat=True)) if people.query.where else None
    return _in_order(people, _ids(query, among, by_name_only, limit))


def people_found(query: str, viewer: Person, now: datetime, *, limit: int) -> PersonQuerySet:
    """Whom this viewer finds: those they may see, and by the address only those whose address they may read.

    A coachee reads neither their coach's address nor their delivery manager's.
    """
    if viewer.is_staff:
        return _in_order(Person.objects.all(), _ids(query, None, (), limit))
    roles = viewer.roles & {Role.COACH, Role.DELIVERY_MANAGER}
    at = {"now": now} if Role.COACH in roles else {}
    known_to = _DELIVERED if Role.DELIVERY_MANAGER in roles else _KNOWN
    known = {row.pk for row in known_to.rows(roles, viewer=viewer.pk, **at)}
    contacts = {row.pk for row in _CONTACTS.rows(viewer=viewer.pk, now=now)}
    ids = _ids(query, [*known | contacts], [*contacts - known], limit)
    return _in_order(Person.objects.all(), ids)


def _known(roles: frozenset[str], *, viewer: int, now: datetime = _NEVER) -> PersonQuerySet:
    looking = Person(pk=viewer)
    looking.roles = roles
    return Person.objects.known_to(looking, now).order_by()


def _contacts(*, viewer: int, now: datetime) -> PersonQuerySet:
    return Person.objects.contacts_of(Person(pk=viewer), now).order_by()


# Planning these takes longer than answering them. How to find a delivery manager's people hangs on how many they are.
_KNOWN = Prepared(_known, ["pk"])
_DELIVERED = Prepared(_known, ["pk"], plan_each_time=True)
_CONTACTS = Prepared(_contacts, ["pk"])


def _ids(query: str, among: list[int] | None, by_name_only: Sequence[int], limit: int) -> list[int]:
    terms = words(query.replace("\0", " ")[:LONGEST_QUERY])[:MOST_WORDS]
    return _Search(terms, among, list(by_name_only), limit).ids() if terms else []


def _in_order(people: PersonQuerySet, ids: list[int]) -> PersonQuerySet:
    array = Value(ids, output_field=ArrayField(BigIntegerField()))
    place = Func(array, F("pk"), function="array_position", output_field=IntegerField())
    return people.filter(pk__in=ids).order_by(place)


def _having(terms: list[str]) -> set[int]:
    """Who has words that begin with each of these. One query."""
    each = [
        PersonWord.objects.filter(in_email__in=[False, True], word__gte=term, word__lt=term + _LAST).values_list(
            "person_id", flat=True
        )
        for term in terms
    ]
    return set(each[0].intersection(*each[1:]) if len(each) > 1 else each[0])


def _counts(terms: list[str]) -> dict[str, int]:
    """How many words begin with each, as far as that matters. One query."""
    most = MANY if len(terms) > 1 else FEW
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"terms": terms, "ends": [term + _LAST for term in terms], "most": most + 1})
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
    SELECT person_id, name, rank
    FROM unnest(%(people)s::bigint[]) AS person (id)
    CROSS JOIN unnest(%(terms)s::text[], %(ends)s::text[]) AS typed (term, until)
    CROSS JOIN LATERAL (
        SELECT person_id, name, min(in_email::int * 2 + (word <> term)::int) AS rank
        FROM profiles_personword
        WHERE person_id = person.id AND word >= term AND word < until
        AND NOT (in_email AND person_id = ANY(%(by_name_only)s::bigint[]))
        GROUP BY person_id, name
    ) AS best_word
)
SELECT person_id FROM best GROUP BY person_id, name HAVING count(*) = cardinality(%(terms)s::text[])
ORDER BY sum(rank / 2), sum(rank %% 2), name, person_id LIMIT %(limit)s
"""
# One index has these words in this order. What else must be true of a person is asked in a way that is neither joined
# nor hashed nor looked up first (hence no EXISTS, and + 0), so that reading stops when enough are found.
_KEPT_IN_ORDER = """
SELECT person_id FROM profiles_personword AS found
WHERE in_email = %(in_email)s AND word >= %(term)s AND word < %(until)s
AND NOT (in_email AND person_id = ANY(%(by_name_only)s::bigint[]))
AND (%(among)s::bigint[] IS NULL OR person_id + 0 = ANY(%(among)s::bigint[]))
AND (
    SELECT 1 FROM unnest(%(terms)s::text[], %(ends)s::text[]) AS typed (term, until)
    WHERE (
        SELECT 1 FROM profiles_personword AS other
        WHERE other.person_id = found.person_id AND other.word >= typed.term AND other.word < typed.until
        AND NOT (other.in_email AND other.person_id = ANY(%(by_name_only)s::bigint[])) LIMIT 1
    ) IS NULL LIMIT 1
) IS NULL
AND (
    SELECT 1 FROM profiles_personword AS better
    WHERE better.person_id = found.person_id AND better.word >= %(term)s AND better.word < %(until)s
    AND (better.in_email, better.word) < (found.in_email, found.word) LIMIT 1
) IS NULL
ORDER BY word, name, person_id LIMIT %(limit)s
"""
