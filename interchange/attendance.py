"""Who is taken when, brought in line with imported sessions. Set based; the same rows as a single booking writes."""

from __future__ import annotations

from datetime import datetime

from interchange.sql import run, temporary

_DESIRED = """
    SELECT s.id AS session_id, NULL::bigint AS meeting_id, s.coachee_id AS person_id,
           tstzrange(s.starts_at, s.ends_at) AS during
      FROM sessions_app_session s WHERE s.status <> 'cancelled' AND s.id IN (SELECT id FROM touched_sessions)
     UNION ALL
    SELECT s.id, NULL, s.coach_id, tstzrange(s.starts_at, s.ends_at)
      FROM sessions_app_session s
     WHERE s.status <> 'cancelled' AND s.meeting_id IS NULL AND s.id IN (SELECT id FROM touched_sessions)
     UNION ALL
    SELECT NULL, m.id, m.coach_id,
           tstzrange(m.starts_at, greatest(m.starts_at + make_interval(mins => m.minutes::int), max(s.ends_at)))
      FROM sessions_app_groupmeeting m
      LEFT JOIN sessions_app_session s ON s.meeting_id = m.id AND s.status <> 'cancelled'
     WHERE m.id IN (SELECT id FROM concerned_meetings) AND m.cancelled_at IS NULL
     GROUP BY m.id HAVING m.minutes IS NOT NULL OR count(s.id) > 0
"""
# COALESCE instead of IS NOT DISTINCT FROM: the database can hash it.
_SAME = """
    COALESCE(d.session_id, 0) = COALESCE(a.session_id, 0) AND COALESCE(d.meeting_id, 0) = COALESCE(a.meeting_id, 0)
    AND d.person_id = a.person_id AND d.during = a.during
"""


def note_meetings(_now: datetime) -> None:
    """Adds the group meetings that are new, and notes those that listed sessions may leave."""
    run(
        """INSERT INTO sessions_app_groupmeeting (coach_id, starts_at)
           SELECT DISTINCT s.coach, s.starts_at FROM import_sessions s
            WHERE s.kind = 'group' AND NOT EXISTS (
                  SELECT FROM sessions_app_groupmeeting m WHERE (m.coach_id, m.starts_at) = (s.coach, s.starts_at)
                     AND m.cancelled_at IS NULL)
           ON CONFLICT DO NOTHING"""
    )
    temporary(
        "concerned_meetings",
        """AS SELECT DISTINCT t.meeting_id AS id FROM sessions_app_session t JOIN import_sessions s ON s.id = t.ref
            WHERE t.meeting_id IS NOT NULL""",
    )


def hold(_now: datetime) -> None:
    """Takes everybody's time as the sessions say, and gives back what is no longer taken.

    Locks all participants in id order first, as every booking does, so that two never wait for each other.
    """
    run(
        """SELECT id FROM profiles_person WHERE id IN (
               SELECT coach_id FROM sessions_app_session WHERE id IN (SELECT id FROM touched_sessions)
                UNION SELECT coachee_id FROM sessions_app_session WHERE id IN (SELECT id FROM touched_sessions))
            ORDER BY id FOR NO KEY UPDATE"""
    )
    run(
        """INSERT INTO concerned_meetings SELECT DISTINCT s.meeting_id FROM sessions_app_session s
            WHERE s.meeting_id IS NOT NULL AND s.id IN (SELECT id FROM touched_sessions)"""
    )
    temporary("desired_attendance", f"AS {_DESIRED}")
    run("ANALYZE desired_attendance")
    run(
        f"""DELETE FROM sessions_app_attendance a
            WHERE (a.session_id IN (SELECT id FROM touched_sessions)
                   OR a.meeting_id IN (SELECT id FROM concerned_meetings))
              AND NOT EXISTS (SELECT FROM desired_attendance d
                               WHERE {_SAME})"""
    )
    run(
        f"""INSERT INTO sessions_app_attendance (session_id, meeting_id, person_id, during)
           SELECT d.session_id, d.meeting_id, d.person_id, d.during FROM desired_attendance d
            WHERE NOT EXISTS (SELECT FROM sessions_app_attendance a
                               WHERE {_SAME})"""
    )
    run(
        """DELETE FROM sessions_app_groupmeeting m
            WHERE m.id IN (SELECT id FROM concerned_meetings) AND m.minutes IS NULL
              AND NOT EXISTS (SELECT FROM sessions_app_session s WHERE s.meeting_id = m.id)"""
    )
