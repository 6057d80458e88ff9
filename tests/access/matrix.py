"""Who gets which answer from which address: the table in the product description, written down for a test.

A route that is not here fails the suite. Hidden things answer 404, never 403; signed-out people are sent to sign in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from activity.encouragement import engine
from assignments.models import Resource, Suggestion
from profiles.models import Package
from sessions_app.models import Session
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    make_assignment,
    make_course,
    make_credential,
    make_goal,
    make_invitation,
    make_message,
    make_milestone,
    make_reflection,
    make_resource,
    make_response,
    make_session,
)
from tests.make_between import (
    make_article,
    make_assignment_file,
    make_file_resource,
    make_message_file,
    make_prompt,
    make_response_file,
    make_suggestion,
    make_template,
    make_template_file,
)
from tests.make_edits import make_photo
from tests.make_observations import make_observation, make_rubric, make_version

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
READS_AMARA = {"coachee", "coach", "co_coach"}
PAIR = {"coachee", "coach"}
"""Amara and Maya, whose alone it is what the two do together."""
KNOWS_AMARA = READS_AMARA | STAFF | {"delivery_manager"}
KEEPS_AMARAS_RECORDS = {"coachee", *STAFF}
KEEPING = {"forbidden": KNOWS_AMARA - KEEPS_AMARAS_RECORDS}

_numbers = count(1)
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


def amara(cast: Cast) -> dict:
    """The coachee whose pages are asked for."""
    return {"pk": cast.coachee.pk}


def mayas(cast: Cast) -> dict:
    """Maya’s relationship with Amara."""
    return {"pk": cast.relationship.pk}


def amaras_message_file(cast: Cast) -> dict:
    """What she sent along with a message to Maya; the two are silent since."""
    said = make_message(coach=cast.coach, coachee=cast.coachee, sent_at=NOW - 8 * D)
    return {"pk": make_message_file(message=said).pk}


def amaras_photo(cast: Cast) -> dict:
    """The photo she has from now on."""
    return {**amara(cast), "name": make_photo(person=cast.coachee), "size": 128}


def amaras_course(cast: Cast) -> dict:
    """A course of hers with a certificate."""
    return {"pk": make_course(person=cast.coachee, file=b"%PDF-1.7 %%EOF").pk}


def amaras_credential(cast: Cast) -> dict:
    """A license of hers."""
    return {"pk": make_credential(person=cast.coachee).pk}


def amaras_reflection(cast: Cast) -> dict:
    """Something that she and her coaches can read."""
    return {"kind": "reflection", "pk": make_reflection(coachee=cast.coachee).pk}


def amaras_answer(cast: Cast) -> dict:
    """A reflection that she has shared."""
    return {"pk": make_reflection(coachee=cast.coachee, prompt=f"The {next(_numbers)}. question?").pk}


def amaras_goal(cast: Cast) -> dict:
    """Something that Amara works towards."""
    return {"pk": make_goal(coachee=cast.coachee).pk}


def amaras_milestone(cast: Cast) -> dict:
    """A step on the way there."""
    return {"pk": make_milestone(goal=make_goal(coachee=cast.coachee)).pk}


def _session_with_maya(cast: Cast, **when) -> dict:
    """The same one whoever asks: nobody is booked twice at a time."""
    found = Session.objects.filter(coach=cast.coach, coachee=cast.coachee, **when).first()
    return {"pk": (found or make_session(coach=cast.coach, coachee=cast.coachee, **when)).pk}


def amaras_next_session(cast: Cast) -> dict:
    """The one with Maya that is ahead."""
    return _session_with_maya(cast, starts_at=NOW + 3 * D)


def amaras_last_session(cast: Cast) -> dict:
    """The one with Maya that is over."""
    return _session_with_maya(cast, starts_at=NOW - 3 * D, status="occurred")


def amaras_assignment(cast: Cast) -> dict:
    """What Maya gave her to do."""
    return {"pk": make_assignment(coach=cast.coach, coachee=cast.coachee).pk}


def mayas_template(cast: Cast) -> dict:
    """An assignment that Maya gives again and again."""
    return {"pk": make_template(owner=cast.coach).pk}


def mayas_template_file(cast: Cast) -> dict:
    """A file that comes with it."""
    return {"pk": make_template_file(template=make_template(owner=cast.coach)).pk}


def amaras_assignment_file(cast: Cast) -> dict:
    """What Maya gave along with it."""
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    return {"pk": make_assignment_file(assignment=given).pk}


def amaras_response(cast: Cast) -> dict:
    """What she responded this minute."""
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    return {"pk": make_response(assignment=given, responded_at=NOW).pk}


def amaras_response_file(cast: Cast) -> dict:
    """What came with it."""
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    return {"pk": make_response_file(response=make_response(assignment=given)).pk}


def amaras_observation(cast: Cast) -> dict:
    """What Maya observed and shared with her."""
    return {"pk": make_observation(coach=cast.coach, coachee=cast.coachee).pk}


def mayas_draft(cast: Cast) -> dict:
    """What Maya observed and shared with nobody."""
    return {"pk": make_observation(coach=cast.coach, coachee=cast.coachee, shared=False).pk}


def amaras_silence(cast: Cast) -> dict:
    """No message between her and Maya for a week, which is to encourage."""
    engine.evaluate([cast.relationship.pk], NOW)
    return {"pk": cast.relationship.encouragements.get(rule="messages_silent").pk}


def mayas_suggestion(cast: Cast, resource: Resource | None = None) -> dict:
    """A private resource of Maya's that she suggested to Amara."""
    private = resource or make_article(added_by=cast.coach, audience="private")
    return {"pk": make_suggestion(coach=cast.coach, coachee=cast.coachee, resource=private).pk}


def mayas_article(cast: Cast) -> dict:
    """The same by the resource itself."""
    return {"pk": Suggestion.objects.get(**mayas_suggestion(cast)).resource_id}


def mayas_link(cast: Cast) -> dict:
    """A link that she suggested."""
    link = make_resource(added_by=cast.coach, audience="private")
    return {"pk": Suggestion.objects.get(**mayas_suggestion(cast, link)).resource_id}


def mayas_file(cast: Cast) -> dict:
    """A file that she suggested."""
    file = make_file_resource(added_by=cast.coach, audience="private")
    return {"pk": Suggestion.objects.get(**mayas_suggestion(cast, file)).resource_id}


def a_version(cast: Cast) -> dict:
    """A version of a rubric."""
    return {"object_id": make_version().pk}


def a_rubric(cast: Cast) -> dict:
    """Something to observe against."""
    return {"object_id": make_rubric().pk}


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
