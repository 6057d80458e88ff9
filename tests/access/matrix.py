"""Who gets which answer from which address: the table in the product description, written down for a test.

A route that is not here fails the suite. Hidden things answer 404, never 403; signed-out people are sent to sign in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from profiles.models import Package
from tests.access.subjects import (
    a_module,
    a_rubric,
    a_version,
    amara,
    amaras_answer,
    amaras_assignment,
    amaras_assignment_file,
    amaras_course,
    amaras_credential,
    amaras_goal,
    amaras_group,
    amaras_last_session,
    amaras_message_file,
    amaras_milestone,
    amaras_next_session,
    amaras_observation,
    amaras_photo,
    amaras_reflection,
    amaras_response,
    amaras_response_file,
    amaras_silence,
    mayas,
    mayas_article,
    mayas_day_off,
    mayas_draft,
    mayas_file,
    mayas_link,
    mayas_suggestion,
    mayas_template,
    mayas_template_file,
)
from tests.cast import Cast
from tests.make import (
    make_invitation,
)
from tests.make_between import (
    make_prompt,
)
from tests.make_observations import make_rubric, make_version

STAFF = {"admin", "superuser"}
COACHES = {"coach", "co_coach", "stranger_coach", "former_coach", "outsider_coach"}
SIGNED_IN = {
    *STAFF,
    *COACHES,
    "coachee",
    "other_coachee",
    "outsider",
    "delivery_manager",
    "other_delivery_manager",
    "manager",
    "sponsor",
}
SIGNED_OUT = {"anonymous", "deactivated"}
EVERYBODY = SIGNED_IN | SIGNED_OUT
IN_COACHING = COACHES | {"coachee", "other_coachee", "outsider"}
READS_AMARA = {"coachee", "coach", "co_coach"}
PAIR = {"coachee", "coach"}
"""Amara and Maya, whose alone it is what the two do together."""
KNOWS_AMARA = READS_AMARA | STAFF | {"delivery_manager"}
KEEPS_AMARAS_RECORDS = {"coachee", *STAFF}
KEEPING = {"forbidden": KNOWS_AMARA - KEEPS_AMARAS_RECORDS}

READ = {"GET", "HEAD"}
FORM = {"GET", "HEAD", "POST"}


@dataclass(frozen=True)
class Row:
    """Who is answered at all, with which methods and status; everybody else who is signed in gets 404.

    `public` pages answer signed-out people too. `get` is the status of GET and HEAD, `post` that of an empty POST.
    Those who are `forbidden` may know of it, but not do it. What is `kept` may stay in a browser for a while.
    """

    who: set[str]
    methods: set[str] = field(default_factory=lambda: READ)
    get: int = 200
    post: int = 200
    public: bool = False
    kept: bool = False
    options: int = 405
    kwargs: Callable[[Cast], dict] = lambda cast: {}
    forbidden: set[str] = field(default_factory=set)
    """Who may see what it is about, but not do this: they get 403."""
    sent_on: set[str] = field(default_factory=set)
    """Who is sent to a page of their own instead."""
    part: bool = False
    """Those who are sent on get a part of that page where htmx asks for it."""


def _admin(name: str, path: Callable[[Cast], dict] | None = None, **fields) -> dict[str, Row]:
    kwargs = {"kwargs": path} if path else {}
    return {f"admin:{name}": Row(STAFF, **{"methods": FORM, "options": 200, **fields, **kwargs})}


def _registered(model: str, pk: Callable[[Cast], int]) -> dict[str, Row]:
    """The pages of a model in admin; which of them admins may use differs and is tested in tests/admin."""

    def one(cast: Cast) -> dict:
        return {"object_id": pk(cast)}

    return {
        **_admin(f"{model}_changelist"),
        **_admin(f"{model}_add"),
        **_admin(f"{model}_change", one),
        **_admin(f"{model}_history", one, methods=READ),
        **_admin(f"{model}_delete", one),
    }


SITE = {
    "healthz": Row(EVERYBODY, public=True),
    "readyz": Row(EVERYBODY, public=True),
    "today": Row(SIGNED_IN),
    "coachees": Row(COACHES),
    "own-notes": Row(SIGNED_IN),
    "person": Row(KNOWS_AMARA, kwargs=amara),
    "person-activity": Row(KNOWS_AMARA, kwargs=amara),
    "person-as-seen": Row({"coachee"}, kwargs=lambda cast: {**amara(cast), "who": f"coach-{cast.coach.pk}"}),
    "person-edit": Row(READS_AMARA | STAFF, FORM, post=422, kwargs=amara, forbidden={"delivery_manager"}),
    "person-photo": Row(KNOWS_AMARA, kwargs=amaras_photo, kept=True),
    "search": Row(SIGNED_IN),
    "library": Row(COACHES | STAFF | {"coachee", "other_coachee", "outsider"}),
    "resource-new": Row(COACHES | STAFF, FORM, post=422),
    "resource": Row({"coach", "coachee"}, kwargs=mayas_article),
    "resource-open": Row({"coach", "coachee"}, kwargs=mayas_link, sent_on={"coach", "coachee"}),
    "resource-file": Row({"coach", "coachee"}, kwargs=mayas_file),
    "resource-edit": Row({"coach"}, FORM, post=422, kwargs=mayas_article, forbidden={"coachee"}),
    "resource-removal": Row({"coach"}, FORM, post=302, kwargs=mayas_article, forbidden={"coachee"}),
    "resource-restored": Row({"coach"}, {"POST"}, post=302, kwargs=mayas_article, forbidden={"coachee"}),
    "suggestion-new": Row({"coach"}, FORM, post=422, kwargs=mayas_article, forbidden={"coachee"}),
    "suggestion-withdrawn": Row({"coach"}, {"POST"}, post=302, kwargs=mayas_suggestion, forbidden={"coachee"}),
    "preview": Row(SIGNED_IN, {"POST"}),
    "typed": Row(SIGNED_IN, FORM, sent_on=SIGNED_IN),  # nothing is kept: on to Today
    "drafts": Row(SIGNED_IN, FORM, post=422),
    "draft-removal": Row(SIGNED_IN, FORM, post=302),
    "person-reflections": Row(READS_AMARA, kwargs=amara),
    "reflection-new": Row({"coachee", "other_coachee", "outsider"}, FORM, post=422),
    "reflection": Row(READS_AMARA, kwargs=amaras_answer),
    "reflection-edit": Row({"coachee"}, FORM, post=422, kwargs=amaras_answer, forbidden=READS_AMARA - {"coachee"}),
    "reflection-sharing": Row(
        {"coachee"}, {"POST"}, post=302, kwargs=amaras_answer, forbidden=READS_AMARA - {"coachee"}
    ),
    "person-sessions": Row(READS_AMARA, kwargs=amara),
    "person-assignments": Row(READS_AMARA, kwargs=amara),
    "assignments": Row(COACHES, sent_on={"coachee", "other_coachee", "outsider"}),
    "assignments-new": Row(COACHES, FORM, post=422),
    "assignment-resources": Row(COACHES),
    "assignment-edit": Row({"coach"}, FORM, post=422, kwargs=amaras_assignment, forbidden={"coachee"}),
    "assignment-archived": Row({"coach"}, FORM, post=302, kwargs=amaras_assignment, forbidden={"coachee"}),
    "assignment-restored": Row({"coach"}, {"POST"}, post=302, kwargs=amaras_assignment, forbidden={"coachee"}),
    "templates": Row(COACHES),
    "template-new": Row(COACHES, FORM, post=422),
    "template": Row({"coach"}, FORM, post=422, kwargs=mayas_template),
    "template-removal": Row({"coach"}, FORM, post=302, kwargs=mayas_template),
    "template-file": Row({"coach"}, kwargs=mayas_template_file),
    "assignment": Row(PAIR, FORM, post=422, kwargs=amaras_assignment),
    "assignment-done": Row({"coachee"}, {"POST"}, post=302, kwargs=amaras_assignment, forbidden={"coach"}),
    "assignment-reopened": Row({"coachee"}, {"POST"}, post=302, kwargs=amaras_assignment, forbidden={"coach"}),
    "assignment-file": Row(PAIR, kwargs=amaras_assignment_file),
    "response": Row({"coachee"}, FORM, post=422, kwargs=amaras_response, forbidden={"coach"}),
    "response-file": Row(PAIR, kwargs=amaras_response_file),
    "sessions": Row(COACHES | {"coachee", "other_coachee", "outsider"}),
    "session": Row(PAIR, kwargs=amaras_next_session),
    "session-forecast": Row(READS_AMARA, kwargs=amara, sent_on=READS_AMARA, part=True),
    "session-join": Row(PAIR, kwargs=amaras_next_session),
    "session-calendar": Row(PAIR, kwargs=amaras_next_session),
    "groups-new": Row(COACHES, FORM, post=422),
    "group": Row(PAIR, kwargs=amaras_group),
    "group-seats": Row(PAIR, {"POST"}, post=422, kwargs=amaras_group),
    "group-time": Row({"coach"}, FORM, post=422, kwargs=amaras_group, forbidden={"coachee"}),
    "group-cancellation": Row({"coach"}, FORM, post=409, kwargs=amaras_group, forbidden={"coachee"}),
    "availability": Row(COACHES, FORM, post=422),
    "availability-exceptions": Row(COACHES, {"POST"}, post=422),
    "availability-exception-removal": Row({"coach"}, {"POST"}, post=302, kwargs=mayas_day_off),
    "calendar": Row(IN_COACHING),
    "calendar-address": Row(IN_COACHING, {"POST"}, post=302),
    "calendar-address-removal": Row(IN_COACHING, {"POST"}, post=302),
    "calendar-outside": Row(COACHES, {"POST"}, post=422),
    "calendar-outside-removal": Row(COACHES, {"POST"}, post=302),
    "calendar-feed": Row(EVERYBODY, get=404, public=True, kwargs=lambda cast: {"token": "1-made-up"}),
    "hours": Row(COACHES),
    "hours-csv": Row(COACHES),
    "hours-settings": Row(COACHES, {"POST"}, post=422),
    "log-consent": Row({"coach", "co_coach"}, FORM, post=422, kwargs=amara),
    "session-outcome": Row({"coach"}, FORM, post=422, kwargs=amaras_last_session, forbidden={"coachee"}),
    "session-payment": Row({"coach"}, FORM, post=422, kwargs=amaras_last_session, forbidden={"coachee"}),
    "session-notes": Row({"coach"}, FORM, post=302, kwargs=amaras_last_session, forbidden={"coachee"}),
    "session-note-versions": Row({"coach"}, FORM, post=404, kwargs=amaras_last_session, forbidden={"coachee"}),
    "session-new": Row(READS_AMARA, FORM, post=422, kwargs=amara),
    "session-time": Row(PAIR, FORM, post=422, kwargs=amaras_next_session),
    "session-cancellation": Row(PAIR, FORM, post=409, kwargs=amaras_next_session),
    "session-goal": Row({"coachee"}, FORM, post=302, kwargs=amaras_next_session, forbidden={"coach"}),
    "session-goal-sharing": Row({"coachee"}, {"POST"}, post=422, kwargs=amaras_next_session, forbidden={"coach"}),
    "session-takeaway": Row({"coachee"}, FORM, post=302, kwargs=amaras_last_session, forbidden={"coach"}),
    "session-takeaway-sharing": Row({"coachee"}, {"POST"}, post=422, kwargs=amaras_last_session, forbidden={"coach"}),
    "person-goals": Row(READS_AMARA, FORM, post=422, kwargs=amara),
    "goal": Row(READS_AMARA, kwargs=amaras_goal),
    "goal-edit": Row(READS_AMARA, FORM, post=422, kwargs=amaras_goal),
    "goal-progress": Row(READS_AMARA, FORM, post=422, kwargs=amaras_goal),
    "goal-outcome": Row(READS_AMARA, FORM, post=422, kwargs=amaras_goal),
    "goal-milestones": Row(READS_AMARA, FORM, post=422, kwargs=amaras_goal),
    "milestone": Row(READS_AMARA, FORM, post=422, kwargs=amaras_milestone),
    "milestone-removal": Row(READS_AMARA, FORM, post=302, kwargs=amaras_milestone),
    "milestone-reached": Row(READS_AMARA, {"POST"}, post=302, kwargs=amaras_milestone),
    "milestone-reopened": Row(READS_AMARA, {"POST"}, post=302, kwargs=amaras_milestone),
    "person-assessments": Row(KNOWS_AMARA, kwargs=amara),
    "person-observations": Row(READS_AMARA, kwargs=amara),
    "new-observation": Row(READS_AMARA - {"coachee"}, FORM, post=422, kwargs=amara),
    "observation": Row(READS_AMARA, kwargs=amaras_observation),
    "edit-observation": Row({"coach"}, FORM, post=422, kwargs=mayas_draft),
    "observation-sharing": Row({"coach"}, {"POST"}, post=302, kwargs=mayas_draft),
    "observation-removal": Row({"coach"}, FORM, post=302, kwargs=mayas_draft),
    "observation-acknowledgement": Row(
        {"coachee"}, {"POST"}, post=302, kwargs=amaras_observation, forbidden={"coach", "co_coach"}
    ),
    "observation-comments": Row(READS_AMARA, {"POST"}, post=422, kwargs=amaras_observation),
    "person-messages": Row(READS_AMARA, FORM, post=422, kwargs=amara),
    "conversation-new": Row({"coach", "co_coach"}, get=204, kwargs=amara),  # a coachee names the coach
    "messages": Row(SIGNED_IN, sent_on={"other_coachee", "outsider"}),  # they have one coach only
    "message-file": Row({"coachee", "coach"}, kwargs=amaras_message_file),
    "person-coaching": Row(KNOWS_AMARA, kwargs=amara),
    "coaching-add": Row(STAFF, FORM, post=422, kwargs=amara, forbidden=KNOWS_AMARA - STAFF),
    "coaching-access": Row(STAFF, FORM, post=422, kwargs=lambda cast: {"pk": cast.coach.pk}, forbidden={"coach"}),
    "relationship-end": Row(STAFF, FORM, post=302, kwargs=mayas, forbidden={"coach", "coachee"}),
    "relationship-handover": Row(STAFF, FORM, post=422, kwargs=mayas, forbidden={"coach", "coachee"}),
    "relationship-reviewed": Row(STAFF, {"POST"}, post=302, kwargs=mayas, forbidden={"coach", "coachee"}),
    "relationships-to-review": Row(STAFF),
    "notices": Row(SIGNED_IN),
    "notices-read": Row(SIGNED_IN, {"POST"}, post=302),
    "mails-unsent": Row(STAFF, FORM, post=302),
    "invitations": Row(STAFF),
    "invitations-sent": Row(STAFF, {"POST"}, post=302),
    "invite": Row(STAFF, FORM, post=422),
    "invite-many": Row(STAFF, FORM, post=422),
    "invitation-revoked": Row(
        STAFF, {"POST"}, post=302, kwargs=lambda cast: {"pk": make_invitation(person=cast.manager).pk}
    ),
    "invitation": Row(EVERYBODY, FORM, get=404, post=404, public=True, kwargs=lambda cast: {"token": "1-made-up"}),
    "person-learning": Row(KNOWS_AMARA, kwargs=amara),
    "course-add": Row(KEEPS_AMARAS_RECORDS, FORM, post=422, kwargs=amara, **KEEPING),
    "course-edit": Row(KEEPS_AMARAS_RECORDS, FORM, post=422, kwargs=amaras_course, **KEEPING),
    "course-remove": Row(KEEPS_AMARAS_RECORDS, FORM, post=302, kwargs=amaras_course, **KEEPING),
    "course-certificate": Row(KNOWS_AMARA, kwargs=amaras_course),
    "person-credentials": Row(KNOWS_AMARA, kwargs=amara),
    "credential-add": Row(KEEPS_AMARAS_RECORDS, FORM, post=422, kwargs=amara, **KEEPING),
    "credential-edit": Row(KEEPS_AMARAS_RECORDS, FORM, post=422, kwargs=amaras_credential, **KEEPING),
    "credential-remove": Row(KEEPS_AMARAS_RECORDS, FORM, post=302, kwargs=amaras_credential, **KEEPING),
    "person-personnel": Row(STAFF | {"coachee", "delivery_manager"}, kwargs=amara),
    "personnel-edit": Row(STAFF, FORM, post=422, kwargs=amara, forbidden={"coachee", "delivery_manager"}),
    "person-permissions": Row(STAFF | {"coachee"}, kwargs=amara),
    "who-can-see": Row(READS_AMARA, kwargs=amaras_reflection),
    "not-relevant": Row({"coachee"}, FORM, post=422, kwargs=amaras_silence, forbidden={"coach"}),
    "not-relevant-removal": Row({"coachee"}, {"POST"}, post=302, kwargs=amaras_silence, forbidden={"coach"}),
}
# The pages of Maya, who is nobody's coachee: those she coaches may know who she is, and no more.
COACHS = {
    "person": STAFF | {"coach", "coachee", "other_coachee"},
    **dict.fromkeys(["person-learning", "person-credentials", "person-coaching"], STAFF | {"coach"}),
    **dict.fromkeys(["person-personnel", "person-permissions"], STAFF | {"coach"}),
    **dict.fromkeys(["person-goals", "person-observations", "person-messages", "person-sessions"], set()),
    "person-activity": set(),
    "person-reflections": set(),
}
ADMIN = {
    **_admin("index"),
    **_admin("history"),
    **_registered("profiles_person", lambda cast: cast.coachee.pk),
    **_admin("profiles_person_import_people"),
    **_admin("profiles_person_export_people"),
    **_registered("profiles_organization", lambda cast: cast.coachee.organization_id),
    **_registered("profiles_program", lambda cast: cast.coachee.subscriptions.get().program_id),
    **_registered("profiles_package", lambda cast: Package.objects.first().pk),
    **_registered("profiles_subscription", lambda cast: cast.coachee.subscriptions.get().pk),
    **_registered("coaching_relationship", lambda cast: cast.relationship.pk),
    **_registered("sessions_app_groupmodule", lambda cast: a_module().pk),
    **_registered("assignments_prompt", lambda cast: make_prompt().pk),
    **_admin("coaching_relationship_end", lambda cast: {"object_id": cast.relationship.pk}),
    **_registered("assessments_rubric", lambda cast: make_rubric().pk),
    **_admin("assessments_rubric_new_version", a_rubric),
    **_admin("assessments_rubric_retire", a_rubric),
    **_admin("assessments_rubric_bring_back", a_rubric),
    **_registered("assessments_rubricversion", lambda cast: make_version().pk),
    **_admin("assessments_rubricversion_publish", a_version),
    **_admin("assessments_rubricversion_discard", a_version),
}
# Addresses where admins get something else than a page, with what that is.
ADMIN_ODD = {
    "admin:login": 302,
    "admin:logout": 405,
    "admin:password_change": 302,
    "admin:password_change_done": 404,
    "admin:search": 404,
    "admin:autocomplete": 403,
    "admin:jsi18n": 200,
    "admin:view_on_site": 404,
    "admin:app_list": 200,
}
# allauth's own pages, which are about nobody but the person who asks: (signed out, signed in) for GET.
ACCOUNT = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, 302),
    "account_reauthenticate": (302, 200),
    "account_email": (302, 200),
    "account_email_verification_sent": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_confirm_email": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_done": (200, 200),
    "mfa_index": (302, 200),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_download_recovery_codes": (302, 404),
    "mfa_list_webauthn": (302, 200),
    "mfa_add_webauthn": (302, 302),
    "mfa_reauthenticate_webauthn": (302, 302),
    "mfa_remove_webauthn": (302, 302),
    "mfa_edit_webauthn": (302, 302),
    "mfa_login_webauthn": (302, 302),
}
ACCOUNT_KWARGS = {
    "account_confirm_email": {"key": "no-such-key"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
}
ODD_KWARGS = {"admin:view_on_site": {"content_type_id": 1, "object_id": 1}, "admin:app_list": {"app_label": "profiles"}}
# Redirects and catch-alls without a name: they lead to a route above, or to 404.
NAMELESS = {"admin/(?P<url>.*)$"}
