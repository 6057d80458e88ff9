"""The rows that the addresses of the matrix are about: what Amara and Maya have, made when it is asked for."""

from __future__ import annotations

from itertools import count

from activity.encouragement import engine
from assignments.models import Resource, Suggestion
from sessions_app.models import GroupMeeting, GroupModule, Session
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    ahead,
    make_assignment,
    make_course,
    make_credential,
    make_goal,
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
    make_response_file,
    make_suggestion,
    make_template,
    make_template_file,
)
from tests.make_edits import make_photo
from tests.make_observations import make_observation, make_rubric, make_version
from tests.make_sessions import make_exception, make_meeting, make_module, make_seat

_numbers = count(1)


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


def amaras_group(cast: Cast) -> dict:
    """A group session of Maya's in which Amara has a seat, at a time that is hers alone each time it is asked for."""
    starts_at = ahead(days=40, hours=2 * GroupMeeting.objects.count())
    meeting = make_meeting(coach=cast.coach, starts_at=starts_at, module="Delegation, cohort 3")
    make_seat(meeting=meeting, coachee=cast.coachee)
    return {"pk": meeting.pk}


def mayas_day_off(cast: Cast) -> dict:
    """A day on which Maya cannot be booked."""
    return {"pk": make_exception(coach=cast.coach).pk}


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


def a_module() -> GroupModule:
    """A group module that somebody described."""
    return GroupModule.objects.first() or make_module()


def a_version(cast: Cast) -> dict:
    """A version of a rubric."""
    return {"object_id": make_version().pk}


def a_rubric(cast: Cast) -> dict:
    """Something to observe against."""
    return {"object_id": make_rubric().pk}
