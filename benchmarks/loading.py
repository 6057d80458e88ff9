"""Writes a population by COPY, table by table, and the events that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from activity.models import EventKind
from activity.record import record
from assessments.models import BehaviorSurvey, Rater, Review360
from assignments.models import Assignment, Reflection, Resource, ResourceView, Response
from benchmarks import histories, population
from benchmarks.population import Population
from coaching.models import Message, Relationship
from profiles.models import Organization, Package, Person, Program, RoleGrant, Subscription
from sessions_app.models import Attendance, MicroGoal, Session, Takeaway

Rows = Callable[[Population], Iterator[tuple]]
DAYS = "resources_days messages_days reflections_days goals_days takeaways_days"
WRITTEN = "session coach coachee text submitted_at shared_at"
TABLES: tuple[tuple[type[Model], str, Rows], ...] = (
    (Organization, "id name", population.organizations),
    (Program, f"id name {DAYS} rules_off review_label survey_label", population.programs),
    (Package, "id name", population.packages),
    (
        Person,
        "id password is_superuser email name organization position timezone language manager_name manager_email"
        " about photo version is_active created_at",
        population.people,
    ),
    (RoleGrant, "person role granted_at", population.role_grants),
    (
        Subscription,
        "coachee program package sessions_per_month complimentary_call flash_sessions group_module delivery_manager"
        " starts_on ends_on active_from active_until",
        population.subscriptions,
    ),
    (Relationship, "coachee coach started_at", population.relationships),
    (Resource, "id ref title url", population.resources),
    (Message, "coach coachee sender text sent_at read_at", histories.messages),
    (ResourceView, "coachee resource viewed_at", histories.views),
    (Reflection, "coachee prompt text submitted_at shared_at", histories.reflections),
    (
        Session,
        "id ref coach coachee kind starts_at ends_at status marked_at reason cancelled_by",
        histories.sessions,
    ),
    (Attendance, "person session during", histories.attendances),
    (MicroGoal, WRITTEN, histories.micro_goals),
    (Takeaway, WRITTEN, histories.takeaways),
    (BehaviorSurvey, "ref coachee title assigned_on due_on completed_at", histories.surveys),
    (Review360, "id ref coachee enrolled_at due_on closed_at closed_by close_reason", histories.reviews),
    (Rater, "review coachee name email relationship invited_at completed_at", histories.raters),
    (
        Assignment,
        "id ref coach coachee title instructions assigned_at due_on completed_at archived_at",
        histories.assignments,
    ),
    (Response, "assignment coach coachee text responded_at read_at", histories.responses),
)
FACTS = (
    Message,
    ResourceView,
    Reflection,
    Session,
    MicroGoal,
    Takeaway,
    BehaviorSurvey,
    Review360,
    Rater,
    Assignment,
    Response,
)
SOURCES = (
    (EventKind.ENROLLED_360, Review360),
    (EventKind.CLOSED_360, Review360),
    (EventKind.COMPLETED_SURVEY, BehaviorSurvey),
    (EventKind.COMPLETED_ASSIGNMENT, Assignment),
    (EventKind.RESPONDED_TO_ASSIGNMENT, Response),
    (EventKind.VIEWED_RESOURCE, ResourceView),
    (EventKind.SENT_MESSAGE, Message),
    (EventKind.SHARED_MICRO_GOAL, MicroGoal),
    (EventKind.SHARED_TAKEAWAY, Takeaway),
    (EventKind.SUBMITTED_REFLECTION, Reflection),
)


def load(people: Population, say: Callable[[str], None]) -> dict[str, int]:
    """Writes everything into an empty database; returns the rows per table. Statistics are fresh afterwards."""
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
    for model, fields, rows in TABLES:
        with transaction.atomic():
            counts[model.__name__] = copy(model, fields.split(), rows(people))
        say(f"{model.__name__}: {counts[model.__name__]:,}")
    follow_ids([model for model, fields, _ in TABLES if fields.startswith("id ")])
    counts["Event"] = 0
    for kind, model in SOURCES:
        with transaction.atomic():
            counts["Event"] += record(kind, model.objects.all())
    say(f"Event: {counts['Event']:,}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return counts


def copy(model: type[Model], fields: list[str], rows: Iterator[tuple]) -> int:
    """Streams the rows into the model's table; returns how many."""
    columns = ", ".join(model._meta.get_field(name).column for name in fields)
    written = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as target:
        for row in rows:
            target.write_row(row)
            written += 1
    return written


def follow_ids(models: list[type[Model]]) -> None:
    """Moves the sequences behind the ids that were written."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def facts_per_coachee(people: Population, counts: dict[str, int]) -> float:
    """How much there is on each coachee on average, the measured ones with their long histories left out."""
    long = [coachee.history for coachee in people.coachees if not coachee.history.shares]
    special = sum(one.messages + one.views + one.reflections + one.responses for one in long)
    return (sum(counts[model.__name__] for model in FACTS) - special) / len(people.coachees)
