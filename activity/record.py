"""The one writer of events.

An event says that a coachee did something; where it comes from is the table below. `record` derives events from
the rows of the deed, so calling it again after an edit, or for a million imported rows, is the same call.
"""

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast


@dataclass(frozen=True)
class Source:
    """How rows of one model become events: which of them count, and which columns say when, whose and of what."""

    at: str
    happened: Q
    coach: str | None = None
    topic: str | None = None


ALWAYS = Q()
SOURCES = {
    "enrolled_360": Source(at="enrolled_at", happened=ALWAYS),
    "closed_360": Source(at="closed_at", happened=Q(closed_at__isnull=False)),
    "completed_survey": Source(at="completed_at", happened=Q(completed_at__isnull=False)),
    "completed_assignment": Source(at="completed_at", happened=Q(completed_at__isnull=False), coach="coach_id"),
    "responded_to_assignment": Source(at="responded_at", happened=Q(sender="coachee"), coach="coach_id"),
    "viewed_resource": Source(at="viewed_at", happened=ALWAYS, topic="resource_id"),
    "sent_message": Source(at="sent_at", happened=Q(sender="coachee"), coach="coach_id"),
    "shared_micro_goal": Source(at="shared_at", happened=Q(shared_at__isnull=False), coach="coach_id"),
    "shared_takeaway": Source(at="shared_at", happened=Q(shared_at__isnull=False), coach="coach_id"),
    "submitted_reflection": Source(at="submitted_at", happened=ALWAYS),
}


def record(kind: str, rows: QuerySet) -> int:
    """Brings the events of these rows in line with them: writes, moves or removes; returns how many changed.

    Call it in the transaction that wrote the rows. `rows` are of the model of the deed (messages for
    `sent_message`, reviews for `closed_360`, and so on). Nothing a person wrote is copied.
    """
    source = SOURCES[kind]
    rows = rows.order_by()
    with transaction.atomic(), connection.cursor() as cursor:
        withdrawn = 0 if source.happened == ALWAYS else _withdraw(cursor, kind, rows.exclude(source.happened))
        return withdrawn + _write(cursor, kind, _deeds(source, rows))


def _withdraw(cursor: CursorWrapper, kind: str, undone: QuerySet) -> int:
    sql, params = _sql(undone.values("pk"))
    if not sql:
        return 0
    cursor.execute(
        f"DELETE FROM activity_event WHERE kind = %s AND object_id IN ({sql})",  # noqa: S608, ORM-made
        [kind, *params],
    )
    return cursor.rowcount


def _write(cursor: CursorWrapper, kind: str, deeds: QuerySet) -> int:
    sql, params = _sql(deeds)
    if not sql:
        return 0
    cursor.execute(_UPSERT.format(deeds=sql), [kind, *params])
    return cursor.rowcount


def _sql(rows: QuerySet) -> tuple[str, tuple]:
    """The query as text; none where the ORM knows without asking that there are no such rows."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return "", ()


_UPSERT = """
    INSERT INTO activity_event (kind, coachee_id, coach_id, at, object_id, topic_id)
    SELECT %s, deed.* FROM ({deeds}) deed
    ON CONFLICT (kind, object_id) DO UPDATE
       SET coachee_id = excluded.coachee_id, coach_id = excluded.coach_id,
           at = excluded.at, topic_id = excluded.topic_id
     WHERE (activity_event.coachee_id, activity_event.coach_id, activity_event.at, activity_event.topic_id)
           IS DISTINCT FROM (excluded.coachee_id, excluded.coach_id, excluded.at, excluded.topic_id)
"""


def _deeds(source: Source, rows: QuerySet) -> QuerySet:
    nobody = Cast(Value(None), BigIntegerField())
    columns = {
        "deed_coachee": F("coachee_id"),
        "deed_coach": F(source.coach) if source.coach else nobody,
        "deed_at": F(source.at),
        "deed_object": F("pk"),
        "deed_topic": F(source.topic) if source.topic else nobody,
    }
    return rows.filter(source.happened).annotate(**columns).values_list(*columns)
