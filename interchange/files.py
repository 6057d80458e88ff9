"""The files of an import folder: their columns, what makes a row the same row again, and where it goes.

This table is the whole truth about the format; the steps in `staging`, `checks` and `writing` follow it. A file is
staged in a temporary table `import_<name>` with the file's own column names and the `line` of each row; `s` stands
for it in the SQL below, `x` for the row of the parent that `parent` names.
"""

from assessments.models import Rater, Review360
from coaching.models import Message
from interchange import cells
from interchange.layout import File, Parent, columns
from sessions_app.models import Session

_PAIR = {"coach": cells.PERSON, "coachee": cells.PERSON}
_PAIR_VALUES = {"coach_id": "s.coach", "coachee_id": "s.coachee"}
_OF_PARENT = {"coach_id": "x.coach_id", "coachee_id": "x.coachee_id"}
_SHARED = {
    "text": "s.text",
    "submitted_at": "s.submitted_at",
    "shared_at": "CASE WHEN s.shared THEN s.submitted_at END",
}
_SESSION = Parent("session", "sessions.csv", "sessions_app_session", "session")

SESSION_ENDS_AT = """
    s.starts_at + make_interval(mins => COALESCE(
        s.minutes, CASE s.kind WHEN 'flash' THEN 25 WHEN 'complimentary' THEN 30 WHEN 'group' THEN 60 ELSE 55 END))
"""

PEOPLE = File(
    name="people.csv",
    columns=columns(
        {"email": cells.EMAIL, "name": cells.NAME, "roles": cells.ROLES},
        {
            "organization": cells.NAME,
            "position": cells.NAME,
            "timezone": cells.ZONE,
            "language": cells.LANGUAGE,
            "manager_name": cells.NAME,
            "manager_email": cells.OPTIONAL_EMAIL,
        },
        "email name roles organization position timezone language manager_name manager_email",
    ),
    key=("email",),
    table="profiles_person",
    values={
        "id": "s.person",
        "email": "s.email",
        "name": "s.name",
        "organization_id": "(SELECT o.id FROM profiles_organization o WHERE o.name = s.organization)",
        "position": "s.position",
        "timezone": "s.timezone",
        "language": "s.language",
        "manager_name": "s.manager_name",
        "manager_email": "s.manager_email",
    },
    conflict=("email",),
)
SUBSCRIPTIONS = File(
    name="subscriptions.csv",
    columns=columns(
        {"coachee": cells.PERSON, "starts_on": cells.DATE, "ends_on": cells.DATE},
        {
            "program": cells.NAME,
            "package": cells.NAME,
            "sessions_per_month": cells.number(0, 1000),
            "complimentary_call": cells.BOOLEAN,
            "flash_sessions": cells.BOOLEAN,
            "group_module": cells.NAME,
            "delivery_manager": cells.PERSON,
        },
        "coachee program package sessions_per_month complimentary_call flash_sessions group_module delivery_manager"
        " starts_on ends_on",
    ),
    key=("coachee", "starts_on"),
    table="profiles_subscription",
    values={
        "coachee_id": "s.coachee",
        "program_id": "(SELECT p.id FROM profiles_program p WHERE p.name = s.program)",
        "package_id": "(SELECT p.id FROM profiles_package p WHERE p.name = s.package)",
        "sessions_per_month": "s.sessions_per_month",
        "complimentary_call": "s.complimentary_call",
        "flash_sessions": "s.flash_sessions",
        "group_module": "s.group_module",
        "delivery_manager_id": "s.delivery_manager",
        "starts_on": "s.starts_on",
        "ends_on": "s.ends_on",
    },
    conflict=(),  # the key is guarded by an exclusion constraint, which ON CONFLICT cannot update by
    starts_and_ends=("starts_on", "ends_on"),
)
RELATIONSHIPS = File(
    name="relationships.csv",
    columns=columns(
        {**_PAIR, "started_at": cells.INSTANT}, {"ended_at": cells.INSTANT}, "coach coachee started_at ended_at"
    ),
    key=("coach", "coachee", "started_at"),
    table="coaching_relationship",
    values={**_PAIR_VALUES, "started_at": "s.started_at", "ended_at": "s.ended_at"},
    conflict=("coach_id", "coachee_id", "started_at"),
    starts_and_ends=("started_at", "ended_at"),
)
SESSIONS = File(
    name="sessions.csv",
    columns=columns(
        {
            "id": cells.ID,
            **_PAIR,
            "kind": cells.one_of(*Session.Kind.values),
            "starts_at": cells.INSTANT,
            "status": cells.one_of(*Session.Status.values),
        },
        {
            "minutes": cells.number(1, 100_000),
            "marked_at": cells.INSTANT,
            "reason": cells.optional_one_of(*Session.Reason.values),
            "cancelled_at": cells.INSTANT,
            "cancelled_by": cells.optional_one_of(*Session.CancelledBy.values),
        },
        "id coach coachee kind starts_at minutes status marked_at reason cancelled_at cancelled_by",
    ),
    key=("id",),
    table="sessions_app_session",
    values={
        "ref": "s.id",
        **_PAIR_VALUES,
        "kind": "s.kind",
        "meeting_id": """CASE WHEN s.kind = 'group' THEN (SELECT m.id FROM sessions_app_groupmeeting m
                                WHERE m.coach_id = s.coach AND m.starts_at = s.starts_at
                                  AND m.cancelled_at IS NULL) END""",
        "starts_at": "s.starts_at",
        "ends_at": SESSION_ENDS_AT,
        "status": "s.status",
        "marked_at": "s.marked_at",
        "reason": "s.reason",
        "cancelled_at": "s.cancelled_at",
        "cancelled_by": "s.cancelled_by",
    },
    conflict=("ref",),
    pair=True,
)


def _written_about_a_session(name: str, table: str, event: str, model: str) -> File:
    return File(
        name=name,
        columns=columns(
            {"session": cells.REF, "submitted_at": cells.INSTANT},
            {"text": cells.TEXT, "shared": cells.BOOLEAN},
            "session text submitted_at shared",
        ),
        key=("session",),
        table=table,
        values={"session_id": "x.id", **_OF_PARENT, **_SHARED},
        conflict=("session_id",),
        parent=_SESSION,
        shared=True,
        events={event: model},
    )


MICRO_GOALS = _written_about_a_session(
    "micro_goals.csv", "sessions_app_microgoal", "shared_micro_goal", "sessions_app.MicroGoal"
)
TAKEAWAYS = _written_about_a_session(
    "takeaways.csv", "sessions_app_takeaway", "shared_takeaway", "sessions_app.Takeaway"
)
MESSAGES = File(
    name="messages.csv",
    columns=columns(
        {**_PAIR, "sender": cells.one_of(*Message.Sender.values), "sent_at": cells.INSTANT},
        {"text": cells.TEXT},
        "coach coachee sender sent_at text",
    ),
    key=("coach", "coachee", "sender", "sent_at", "text"),
    table="coaching_message",
    values={**_PAIR_VALUES, "sender": "s.sender", "sent_at": "s.sent_at", "text": "s.text"},
    conflict=("coachee_id", "coach_id", "sender", "sent_at", "md5(text)"),
    pair=True,
    events={"sent_message": "coaching.Message"},
)
RESOURCES = File(
    name="resources.csv",
    columns=columns({"id": cells.ID}, {"title": cells.TITLE, "url": cells.URL}, "id title url"),
    key=("id",),
    table="assignments_resource",
    values={"ref": "s.id", "title": "s.title", "url": "s.url"},
    conflict=("ref",),
)
RESOURCE_VIEWS = File(
    name="resource_views.csv",
    columns=columns(
        {"coachee": cells.PERSON, "resource": cells.REF, "viewed_at": cells.INSTANT},
        {},
        "coachee resource viewed_at",
    ),
    key=("coachee", "resource", "viewed_at"),
    table="assignments_resourceview",
    values={"coachee_id": "s.coachee", "resource_id": "x.id", "viewed_at": "s.viewed_at"},
    conflict=("coachee_id", "resource_id", "viewed_at"),
    parent=Parent("resource", "resources.csv", "assignments_resource", "resource"),
    events={"viewed_resource": "assignments.ResourceView"},
)
ASSIGNMENTS = File(
    name="assignments.csv",
    columns=columns(
        {"id": cells.ID, **_PAIR, "assigned_at": cells.INSTANT, "due_on": cells.DATE},
        {
            "title": cells.TITLE,
            "instructions": cells.TEXT,
            "completed_at": cells.INSTANT,
            "archived_at": cells.INSTANT,
        },
        "id coach coachee title instructions assigned_at due_on completed_at archived_at",
    ),
    key=("id",),
    table="assignments_assignment",
    values={
        "ref": "s.id",
        **_PAIR_VALUES,
        "title": "s.title",
        "instructions": "s.instructions",
        "assigned_at": "s.assigned_at",
        "due_on": "s.due_on",
        "completed_at": "s.completed_at",
        "archived_at": "s.archived_at",
    },
    conflict=("ref",),
    pair=True,
    events={"completed_assignment": "assignments.Assignment"},
)
RESPONSES = File(
    name="assignment_responses.csv",
    columns=columns(
        {"assignment": cells.REF, "responded_at": cells.INSTANT}, {"text": cells.TEXT}, "assignment responded_at text"
    ),
    key=("assignment", "responded_at"),
    table="assignments_response",
    values={"assignment_id": "x.id", **_OF_PARENT, "text": "s.text", "responded_at": "s.responded_at"},
    conflict=("assignment_id", "responded_at"),
    parent=Parent("assignment", "assignments.csv", "assignments_assignment", "assignment"),
    events={"responded_to_assignment": "assignments.Response"},
)
REFLECTIONS = File(
    name="reflections.csv",
    columns=columns(
        {"coachee": cells.PERSON, "submitted_at": cells.INSTANT},
        {"prompt": cells.TEXT, "text": cells.TEXT, "shared": cells.BOOLEAN},
        "coachee prompt text submitted_at shared",
    ),
    key=("coachee", "prompt", "submitted_at"),
    table="assignments_reflection",
    values={"coachee_id": "s.coachee", "prompt": "s.prompt", **_SHARED},
    conflict=("coachee_id", "submitted_at", "md5(prompt)"),
    shared=True,
    events={"submitted_reflection": "assignments.Reflection"},
)
SURVEYS = File(
    name="surveys.csv",
    columns=columns(
        {"id": cells.ID, "coachee": cells.PERSON, "assigned_on": cells.DATE, "due_on": cells.DATE},
        {"title": cells.TITLE, "completed_at": cells.INSTANT},
        "id coachee title assigned_on due_on completed_at",
    ),
    key=("id",),
    table="assessments_behaviorsurvey",
    values={
        "ref": "s.id",
        "coachee_id": "s.coachee",
        "title": "s.title",
        "assigned_on": "s.assigned_on",
        "due_on": "s.due_on",
        "completed_at": "s.completed_at",
    },
    conflict=("ref",),
    starts_and_ends=("assigned_on", "due_on"),
    events={"completed_survey": "assessments.BehaviorSurvey"},
)
REVIEWS = File(
    name="reviews_360.csv",
    columns=columns(
        {"id": cells.ID, "coachee": cells.PERSON, "enrolled_at": cells.INSTANT, "due_on": cells.DATE},
        {
            "closed_at": cells.INSTANT,
            "closed_by": cells.optional_one_of(*Review360.ClosedBy.values),
            "close_reason": cells.TEXT,
        },
        "id coachee enrolled_at due_on closed_at closed_by close_reason",
    ),
    key=("id",),
    table="assessments_review360",
    values={
        "ref": "s.id",
        "coachee_id": "s.coachee",
        "enrolled_at": "s.enrolled_at",
        "due_on": "s.due_on",
        "closed_at": "s.closed_at",
        "closed_by": "s.closed_by",
        "close_reason": "s.close_reason",
    },
    conflict=("ref",),
    starts_and_ends=("enrolled_at", "closed_at"),
    events={"enrolled_360": "assessments.Review360", "closed_360": "assessments.Review360"},
)
RATERS = File(
    name="raters_360.csv",
    columns=columns(
        {
            "review": cells.REF,
            "name": cells.NAME,
            "email": cells.EMAIL,
            "relationship": cells.one_of(*Rater.Relationship.values),
        },
        {"invited_at": cells.INSTANT, "completed_at": cells.INSTANT},
        "review name email relationship invited_at completed_at",
    ),
    key=("review", "email"),
    table="assessments_rater",
    values={
        "review_id": "x.id",
        "coachee_id": "x.coachee_id",
        "name": "s.name",
        "email": "s.email",
        "relationship": "s.relationship",
        "invited_at": "s.invited_at",
        "completed_at": "s.completed_at",
    },
    conflict=("review_id", "email"),
    parent=Parent("review", "reviews_360.csv", "assessments_review360", "360 review"),
)

FILES = (
    PEOPLE,
    SUBSCRIPTIONS,
    RELATIONSHIPS,
    SESSIONS,
    MICRO_GOALS,
    TAKEAWAYS,
    MESSAGES,
    RESOURCES,
    RESOURCE_VIEWS,
    ASSIGNMENTS,
    RESPONSES,
    REFLECTIONS,
    SURVEYS,
    REVIEWS,
    RATERS,
)
"""In the order of the documentation, which is also an order in which every file comes after what it names."""
