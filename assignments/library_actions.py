"""Verbs of the library: adding and changing resources, viewing one, suggesting one. Each is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.encouragement import engine
from activity.models import EventKind
from activity.record import record
from assignments.models import Resource, ResourceView, Suggestion
from coaching.models import Relationship
from config.files import Checked, Store, storing
from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from profiles.actions import RefusedError, lock_people, violates
from profiles.drafts import forget_draft
from profiles.keeping import drop_unused
from profiles.models import Person
from profiles.once import digest, take_once
from profiles.versions import save_version

VIEWED_ONCE_IN = timedelta(minutes=1)
"""Opening a resource again within this time is the same view."""


# Resources ----------------------------------------------------------------------------------------


def add_resource(
    *, kind: str, fields: Mapping[str, Any], file: Checked | None, by: Person, form_id: str, now: datetime
) -> Resource:
    """Adds an article, a link or a file, owned by `by`; the same form sent again gives what it made the first time.

    For the audience `organization` it is that of the owner.
    """
    content = [kind, *(str(value) for value in fields.values()), *([digest(file)] if file else [])]
    with storing() as store, transaction.atomic():
        taken = take_once(form_id, by=by, now=now, content=content)
        if taken.again and taken.made and (first := Resource.objects.filter(pk=taken.made).first()):
            return first
        values = {**fields, **_organization(fields["audience"], by), **_stored(store, file)}
        made = Resource.objects.create(kind=kind, added_by=by, added_at=now, **values)
        taken.remember(made.pk)
        forget_draft(by, article_draft(None))
    return made


def change_resource(
    *, resource: Resource, shown: int, fields: Mapping[str, Any], file: Checked | None, by: Person, now: datetime
) -> None:
    """Changes a resource that was shown in the version `shown`; a new file takes the place of the old one.

    Raises ChangedMeanwhileError when somebody else was faster.
    """
    with storing() as store, transaction.atomic():
        known = resource.organization_id if fields["audience"] == Resource.Audience.ORGANIZATION else None
        place = {"organization_id": known} if known else _organization(fields["audience"], resource.added_by or by)
        old = resource.file
        save_version(resource, shown, edited_at=now, **fields, **place, **_stored(store, file))
        if file:
            drop_unused([old])
        forget_draft(by, article_draft(resource))


def _organization(audience: str, owner: Person) -> dict[str, Any]:
    shared = audience == Resource.Audience.ORGANIZATION
    return {"organization_id": owner.organization_id if shared else None}


def _stored(store: Store, file: Checked | None) -> dict[str, Any]:
    if file is None:
        return {}
    return {"file": store("resources", file), "file_name": file.name, "file_size": file.content.size}


def article_draft(resource: Resource | None) -> str:
    """The key of what is typed into an article; without a resource that of a new one."""
    return f"article:{resource.pk if resource else 0}"


def take_out(*, resource: Resource, now: datetime) -> None:
    """Takes it out of the library. Those who were given it keep it; its owner and admins can bring it back."""
    Resource.objects.filter(pk=resource.pk, archived_at=None).update(archived_at=now)


def bring_back(*, resource: Resource) -> None:
    """Puts it into the library again, for whom it was there before."""
    Resource.objects.filter(pk=resource.pk).update(archived_at=None)


# Views --------------------------------------------------------------------------------------------


def view_resource(*, resource: Resource, by: Person, now: datetime) -> bool:
    """Records that a coachee opened it, unless they did a moment ago; tells whether it was recorded.

    At most one view a minute for each resource, also of two requests at once.
    """
    if _viewed(resource, by, now):
        return False
    with transaction.atomic():
        lock_people([by.pk])
        if _viewed(resource, by, now):
            return False
        with engine.changing([by.pk], now):
            view = ResourceView.objects.create(coachee=by, resource=resource, viewed_at=now)
            record(EventKind.VIEWED_RESOURCE, ResourceView.objects.filter(pk=view.pk))
    return True


def _viewed(resource: Resource, by: Person, now: datetime) -> bool:
    """Of two at once the one that waited may have read the clock first, hence both sides."""
    near = {"viewed_at__gt": now - VIEWED_ONCE_IN, "viewed_at__lt": now + VIEWED_ONCE_IN}
    return ResourceView.objects.filter(coachee=by, resource=resource, **near).exists()


# Suggestions --------------------------------------------------------------------------------------


def suggest(
    *, resource: Resource, coach: Person, coachees: Sequence[Person], note: str, form_id: str, now: datetime
) -> list[Suggestion]:
    """Suggests a resource to coachees of this coach and tells them; the same form sent again changes nothing.

    Raises RefusedError, and suggests to nobody, when the coach no longer coaches one of them or when a suggestion of
    this resource to one of them stands already.
    """
    pks = sorted(one.pk for one in coachees)
    try:
        with transaction.atomic():
            taken = take_once(form_id, by=coach, now=now, content=[str(resource.pk), note, *map(str, pks)])
            if taken.again:
                return []
            _refuse_those_not_coached(coach, coachees, now)
            _refuse_those_who_have_it(resource, coach, coachees)
            rows = [
                Suggestion(resource=resource, coach=coach, coachee=one, note=note, suggested_at=now) for one in coachees
            ]
            made = Suggestion.objects.bulk_create(rows)
            tell(map(_notice, made), now)
            forget_draft(coach, suggestion_draft(resource))
    except IntegrityError as error:
        if violates(error, "suggested_once"):
            raise RefusedError(_("This was suggested in another window just now.")) from error
        raise
    return made


def _refuse_those_not_coached(coach: Person, coachees: Iterable[Person], now: datetime) -> None:
    """Holds the relationships until the end, so that none of them ends in between."""
    running = Relationship.objects.running(now).filter(coach=coach, coachee__in=[one.pk for one in coachees])
    coached = {relationship.coachee_id for relationship in running.locked()}
    if gone := [one.name for one in coachees if one.pk not in coached]:
        raise RefusedError(_("You no longer coach %(names)s.") % {"names": ", ".join(gone)})


def _refuse_those_who_have_it(resource: Resource, coach: Person, coachees: Iterable[Person]) -> None:
    standing = Suggestion.objects.standing().filter(resource=resource, coach=coach)
    have_it = set(standing.values_list("coachee", flat=True))
    if names := [one.name for one in coachees if one.pk in have_it]:
        sentence = _("%(names)s has this suggestion of yours already. Withdraw it first to write another note.")
        raise RefusedError(sentence % {"names": ", ".join(names)})


def _notice(suggestion: Suggestion) -> Notice:
    return Notice(
        key=f"resource_suggested:{suggestion.pk}:{suggestion.coachee_id}",
        person=suggestion.coachee_id,
        kind=NoticeKind.RESOURCE_SUGGESTED,
        about=suggestion.coach_id,
        subject_id=suggestion.pk,
    )


def suggestion_draft(resource: Resource) -> str:
    """The key of the note that is typed when suggesting this resource."""
    return f"suggestion:{resource.pk}"


def withdraw(*, suggestion: Suggestion, now: datetime) -> bool:
    """Takes a suggestion back; tells whether it stood. A private resource is closed to the coachee again."""
    return bool(Suggestion.objects.standing().filter(pk=suggestion.pk).update(withdrawn_at=now))
