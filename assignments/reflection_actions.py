"""What coachees do with reflections. One transaction each; sharing is a fact that encouragements follow from."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from activity.encouragement import engine
from activity.record import record
from assignments.reflections import Prompt, Reflection
from coaching.models import Relationship
from profiles.actions import RefusedError
from profiles.drafts import forget_draft
from profiles.models import Person, Subscription
from profiles.once import take_once
from profiles.versions import save_version

KIND = "submitted_reflection"


def draft_key(prompt: int) -> str:
    """Under which key an answer to this prompt is kept while it is written; 0 for a reflection without a prompt."""
    return f"reflection:{prompt}"


def edit_key(reflection: int) -> str:
    """Under which key a change of this reflection is kept while it is written."""
    return f"reflection-edit:{reflection}"


def why_closed(coachee: Person, now: datetime) -> str:
    """Why nothing can be written, as a sentence; empty while a relationship runs or a subscription is in force."""
    if Relationship.objects.running(now).filter(coachee=coachee).exists():
        return ""
    if Subscription.objects.filter(coachee=coachee).covering(now).exists():
        return ""
    return _("Your coaching is not running at the moment. What you wrote stays here for you to read.")


def submit_reflection(
    *, coachee: Person, prompt: int, words: str, text: str, share: bool, form_id: str, now: datetime
) -> Reflection:
    """Answers a prompt, which is an action taken, and shares the answer or keeps it private.

    `prompt` is its id, or 0, and `words` what was asked, which stay with the answer whatever becomes of the prompt. The
    same form once more changes nothing: it leads to the reflection that was made of it.
    """
    _refuse_empty(text)
    with transaction.atomic():
        # Before the locks, see there.
        taken = take_once(form_id, by=coachee, now=now, content=[str(prompt), text])
        if taken.again and taken.made:
            return Reflection.objects.get(pk=taken.made)
        with engine.changing([coachee.pk], now):
            if Reflection.objects.filter(coachee=coachee, submitted_at=now, prompt=words).exists():
                raise RefusedError(_("You have answered this in another tab just now."))
            made = Reflection.objects.create(
                coachee=coachee,
                prompt=words,
                asked=Prompt.objects.filter(pk=prompt).first(),
                text=text,
                submitted_at=now,
                shared_at=now if share else None,
            )
            taken.remember(made.pk)
            record(KIND, Reflection.objects.filter(pk=made.pk))
            forget_draft(coachee, draft_key(prompt))
    return made


def edit_reflection(*, reflection: Reflection, version: int, text: str, now: datetime) -> bool:
    """Changes the text, which is marked as edited; tells whether it was different.

    Raises ChangedMeanwhileError when another tab was faster, and RefusedError for an empty text while it is shared.
    """
    with engine.changing([reflection.coachee_id], now):
        current = _locked(reflection)
        _refuse_closed(current.coachee, now)
        if current.shared_at is not None:
            _refuse_empty(text)
        changed = current.text != text
        if changed:
            save_version(current, version, text=text, edited_at=now)
            record(KIND, Reflection.objects.filter(pk=current.pk))
        forget_draft(current.coachee, edit_key(current.pk))
    return changed


def share_reflection(*, reflection: Reflection, now: datetime) -> bool:
    """Opens it to every current coach from now on; tells whether it was private. Raises RefusedError without a text."""
    with engine.changing([reflection.coachee_id], now):
        current = _locked(reflection)
        if current.shared_at is not None and current.shared_at <= now:
            return False
        _refuse_closed(current.coachee, now)
        _refuse_empty(current.text)
        _set_shared(current, now)
    return True


def take_back_reflection(*, reflection: Reflection, now: datetime) -> bool:
    """Makes it private again; tells whether it was shared. Coaches keep knowing that the prompt was answered."""
    with engine.changing([reflection.coachee_id], now):
        current = _locked(reflection)
        if current.shared_at is None:
            return False
        _set_shared(current, None)
    return True


def _locked(reflection: Reflection) -> Reflection:
    rows = Reflection.objects.select_related("coachee").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=reflection.pk)


def _set_shared(reflection: Reflection, at: datetime | None) -> None:
    # A new version, so that a form opened while it was private is not saved into what coaches read by now.
    save_version(reflection, reflection.version, shared_at=at)
    record(KIND, Reflection.objects.filter(pk=reflection.pk))


def _refuse_closed(coachee: Person, now: datetime) -> None:
    if closed := why_closed(coachee, now):
        raise RefusedError(closed)


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise RefusedError(_("Write something before you share it."))
