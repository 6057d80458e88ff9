"""The SQL behind facts.collect: set based, no clock, the instant is the parameter `since`.

Every fact is read through an index that starts with the coachee, so a long history costs no more than a short one.
"""

# Instants from the last one at or before `since` on.
_SERIES = """
    ARRAY(SELECT {at} FROM {table} x WHERE {whose}
             AND {at} >= COALESCE((SELECT max({at}) FROM {table} x WHERE {whose} AND {at} <= %(since)s), %(since)s)
           ORDER BY {at})
"""

RELATIONSHIPS = f"""
    SELECT r.id, r.coach_id, r.coachee_id, p.timezone, r.started_at, r.ended_at,
           {_SERIES.format(table="coaching_message", at="sent_at", whose="x.coachee_id = r.coachee_id AND x.coach_id = r.coach_id")},
           {_SERIES.format(table="assignments_resourceview", at="viewed_at", whose="x.coachee_id = r.coachee_id")},
           {_SERIES.format(table="assignments_reflection", at="shared_at", whose="x.coachee_id = r.coachee_id AND x.shared_at IS NOT NULL")}
      FROM coaching_relationship r
      JOIN profiles_person p ON p.id = r.coachee_id
     WHERE r.id = ANY(%(ids)s)
"""  # noqa: S608, E501

PROGRAMS = """
    SELECT id, resources_days, messages_days, reflections_days, goals_days, takeaways_days, rules_off
      FROM profiles_program
"""

SUBSCRIPTIONS = """
    SELECT r.id, s.active_from, s.active_until, s.program_id
      FROM coaching_relationship r
      JOIN profiles_subscription s ON s.coachee_id = r.coachee_id AND s.active_until > %(since)s
     WHERE r.id = ANY(%(ids)s)
     ORDER BY r.id, s.active_from
"""

# From the survey that was the most recent one two days before `since` in UTC: time zones differ by less than that.
# OFFSET 0 keeps the planner from working out that day again for every survey.
SURVEYS = """
    SELECT r.id, s.ref, s.title, s.assigned_on, s.due_on, s.completed_at
      FROM coaching_relationship r
     CROSS JOIN LATERAL (
           SELECT COALESCE(max(x.assigned_on), '-infinity') AS day FROM assessments_behaviorsurvey x
            WHERE x.coachee_id = r.coachee_id
              AND x.assigned_on <= (%(since)s::timestamptz AT TIME ZONE 'UTC')::date - 2
           OFFSET 0) recent
      JOIN LATERAL (
           SELECT * FROM assessments_behaviorsurvey x
            WHERE x.coachee_id = r.coachee_id AND x.assigned_on >= recent.day
           OFFSET 0) s ON true
     WHERE r.id = ANY(%(ids)s)
     ORDER BY r.id, s.assigned_on, s.ref COLLATE "C"
"""

# From the session that was the most recent occurred and marked one at `since`.
SESSIONS = """
    SELECT r.id, s.ref, s.starts_at, s.status, s.marked_at, s.cancelled_at, g.shared_at, t.shared_at
      FROM coaching_relationship r
     CROSS JOIN LATERAL (
           SELECT COALESCE((SELECT x.starts_at FROM sessions_app_session x
                             WHERE x.coachee_id = r.coachee_id AND x.coach_id = r.coach_id AND x.starts_at <= %(since)s
                               AND x.kind <> 'complimentary' AND x.status = 'occurred' AND x.marked_at <= %(since)s
                             ORDER BY x.starts_at DESC LIMIT 1), '-infinity') AS start
           OFFSET 0) recent
      JOIN LATERAL (
           SELECT * FROM sessions_app_session x
            WHERE x.coachee_id = r.coachee_id AND x.coach_id = r.coach_id AND x.starts_at >= recent.start
              AND x.kind <> 'complimentary'
           OFFSET 0) s ON true
      LEFT JOIN sessions_app_microgoal g ON g.session_id = s.id
      LEFT JOIN sessions_app_takeaway t ON t.session_id = s.id
     WHERE r.id = ANY(%(ids)s)
     ORDER BY r.id, s.starts_at, s.ref COLLATE "C"
"""

REVIEWS = """
    SELECT r.id, v.ref, v.enrolled_at, v.closed_at, m.invited_at, m.completed_at,
           (SELECT count(*) FROM assessments_rater a WHERE a.review_id = v.id),
           ARRAY(SELECT a.completed_at FROM assessments_rater a
                  WHERE a.review_id = v.id AND a.completed_at IS NOT NULL ORDER BY a.completed_at)
      FROM coaching_relationship r
      JOIN assessments_review360 v ON v.coachee_id = r.coachee_id AND (v.closed_at IS NULL OR v.closed_at > %(since)s)
      JOIN assessments_rater m ON m.review_id = v.id AND m.relationship = 'manager'
     WHERE r.id = ANY(%(ids)s)
     ORDER BY r.id, v.enrolled_at, v.ref COLLATE "C"
"""
