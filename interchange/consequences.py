"""What else has to change with the rows of a file: before they are written, and after.

All of it is set based and looks only at what the import touches. `BEFORE` and `AFTER` are the whole list.
"""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db.models.expressions import RawSQL

from activity.record import record
from interchange import attendance
from interchange.files import (
    ASSIGNMENTS,
    PEOPLE,
    RATERS,
    RELATIONSHIPS,
    REVIEWS,
    SESSIONS,
    SUBSCRIPTIONS,
    SURVEYS,
)
from interchange.layout import File
from interchange.sql import run, temporary
from profiles.actions import write_periods
from profiles.models import Subscription


def touch_coachees(query: str) -> None:
    """Notes the coachees that this query gives, whose encouragements have to be worked out again."""
    run(f"INSERT INTO touched_coachees SELECT DISTINCT coachee_id FROM ({query}) q ON CONFLICT DO NOTHING")


# People ---------------------------------------------------------------------------------------------


def _add_organizations(_now: datetime) -> None:
    _add_by_name("profiles_organization", "SELECT organization FROM import_people")


def _note_new_time_zones(_now: datetime) -> None:
    temporary(
        "moved_people",
        "AS SELECT p.id FROM profiles_person p JOIN import_people s ON s.person = p.id AND s.timezone <> p.timezone",
    )


def _follow_new_time_zones(_now: datetime) -> None:
    """Days begin at other instants where somebody lives now: subscriptions first, then everything counted in days."""
    write_periods(Subscription.objects.filter(coachee__in=RawSQL("SELECT id FROM moved_people", [])))
    touch_coachees("SELECT id AS coachee_id FROM moved_people")


def _bring_roles_in_line(now: datetime) -> None:
    """Gives the roles that are listed and ends the others; roles that stay are not touched."""
    run(
        """WITH ended AS (
               UPDATE profiles_rolegrant g SET ended_at = greatest(%(now)s, g.granted_at) FROM import_people s
                WHERE g.person_id = s.person AND g.ended_at IS NULL AND NOT g.role = ANY(s.roles)
               RETURNING g.person_id),
           given AS (
               INSERT INTO profiles_rolegrant (person_id, role, granted_at)
               SELECT s.person, listed.name, %(now)s FROM import_people s, unnest(s.roles) listed(name)
                WHERE NOT EXISTS (SELECT FROM profiles_rolegrant g
                                   WHERE g.person_id = s.person AND g.role = listed.name AND g.ended_at IS NULL)
               RETURNING person_id)
           INSERT INTO touched_people SELECT person_id, false FROM (TABLE ended UNION TABLE given) changed
           ON CONFLICT DO NOTHING""",
        {"now": now},
    )


# Subscriptions and relationships --------------------------------------------------------------------


def _add_programs_and_packages(_now: datetime) -> None:
    _add_by_name("profiles_package", "SELECT package FROM import_subscriptions")
    run(
        """INSERT INTO profiles_program (name, resources_days, messages_days, reflections_days, goals_days,
                                         takeaways_days, rules_off, review_label, survey_label)
           SELECT DISTINCT s.program, 7, 7, 7, 2, 2, '{}'::varchar[], '360 program', 'Behavioral Change Survey'
             FROM import_subscriptions s
            WHERE s.program <> '' AND NOT EXISTS (SELECT FROM profiles_program p WHERE p.name = s.program)
           ON CONFLICT DO NOTHING"""
    )


def _write_periods(_now: datetime) -> None:
    touched = RawSQL("SELECT id FROM touched_subscriptions", [])
    write_periods(Subscription.objects.filter(pk__in=touched))


def _forget_who_ended(_now: datetime) -> None:
    run(
        """UPDATE coaching_relationship SET ended_by_id = NULL
            WHERE ended_at IS NULL AND ended_by_id IS NOT NULL AND id IN (SELECT id FROM touched_relationships)"""
    )


# What has an id may be given to somebody else by a second import ----------------------------------------


def _former_coachees(file: File):
    def touch(_now: datetime) -> None:
        touch_coachees(
            f"""SELECT t.coachee_id FROM {file.table} t JOIN {file.staged} s ON s.id = t.ref
                 WHERE t.coachee_id <> s.coachee"""
        )

    return touch


def _follow(parent: File, child: str, column: str, owners: tuple[str, ...], event: str | None = None):
    """Rows that hang on another row are their owners' too: when it changes hands they go along."""

    def follow(_now: datetime) -> None:
        model = apps.get_model(child)
        settings = ", ".join(f"{owner} = x.{owner}" for owner in owners)
        changed = " OR ".join(f"t.{owner} <> x.{owner}" for owner in owners)
        moved = run(
            f"""UPDATE {model._meta.db_table} t SET {settings} FROM {parent.table} x
                 WHERE t.{column} = x.id AND ({changed})
                   AND x.id IN (SELECT id FROM {parent.touched} WHERE NOT fresh)"""
        )
        if moved and event:
            touched = RawSQL(f"SELECT id FROM {parent.touched} WHERE NOT fresh", [])
            record(event, model._default_manager.filter(**{f"{column}__in": touched}))

    return follow


def _free_the_managers_place(_now: datetime) -> None:
    """Who is no longer the manager of a review makes room before somebody else becomes it."""
    run(
        """UPDATE assessments_rater t SET relationship = CASE s.relationship WHEN 'other' THEN 'peer' ELSE 'other' END
             FROM import_raters_360 s JOIN assessments_review360 x ON x.ref = s.review
            WHERE t.review_id = x.id AND t.email = s.email
              AND t.relationship = 'manager' AND s.relationship <> 'manager'"""
    )


def _add_by_name(table: str, query: str) -> None:
    run(
        f"""INSERT INTO {table} (name) SELECT DISTINCT name FROM ({query}) q(name)
             WHERE name <> '' AND NOT EXISTS (SELECT FROM {table} t WHERE t.name = q.name) ON CONFLICT DO NOTHING"""
    )


_PAIR = ("coach_id", "coachee_id")
_COACHEE = ("coachee_id",)


def _follow_private_notes(_now: datetime) -> None:
    """Earlier versions of private notes are about whom the notes are about."""
    run(
        """UPDATE sessions_app_privatenoteversion v SET coachee_id = n.coachee_id
             FROM sessions_app_privatenote n
            WHERE v.note_id = n.id AND n.session_id IN (SELECT id FROM touched_sessions)
              AND v.coachee_id <> n.coachee_id"""
    )


BEFORE = {
    PEOPLE.name: (_add_organizations, _note_new_time_zones),
    SUBSCRIPTIONS.name: (_add_programs_and_packages,),
    SESSIONS.name: (_former_coachees(SESSIONS), attendance.note_meetings),
    ASSIGNMENTS.name: (_former_coachees(ASSIGNMENTS),),
    SURVEYS.name: (_former_coachees(SURVEYS),),
    REVIEWS.name: (_former_coachees(REVIEWS),),
    RATERS.name: (_free_the_managers_place,),
}
AFTER = {
    PEOPLE.name: (_bring_roles_in_line, _follow_new_time_zones),
    SUBSCRIPTIONS.name: (_write_periods,),
    RELATIONSHIPS.name: (_forget_who_ended,),
    SESSIONS.name: (
        attendance.hold,
        _follow(SESSIONS, "sessions_app.MicroGoal", "session_id", _PAIR, "shared_micro_goal"),
        _follow(SESSIONS, "sessions_app.Takeaway", "session_id", _PAIR, "shared_takeaway"),
        _follow(SESSIONS, "sessions_app.SharedNote", "session_id", _PAIR),
        _follow(SESSIONS, "sessions_app.SharedNoteVersion", "session_id", _PAIR),
        _follow(SESSIONS, "sessions_app.SessionChange", "session_id", _PAIR),
        _follow(SESSIONS, "sessions_app.PrivateNote", "session_id", _COACHEE),
        _follow_private_notes,
    ),
    ASSIGNMENTS.name: (
        _follow(ASSIGNMENTS, "assignments.Response", "assignment_id", _PAIR, "responded_to_assignment"),
    ),
    REVIEWS.name: (_follow(REVIEWS, "assessments.Rater", "review_id", _COACHEE),),
}
