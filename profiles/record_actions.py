"""Verbs about courses, licenses and credentials, and employment: each one transaction with the person locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _

from config.files import Checked, delete_after_commit, storing
from profiles.actions import RefusedError, lock_people
from profiles.models import Course, Credential, Employment, Person

MOST = 500
"""How many courses, and how many credentials, one person may have."""
SAME_WITHIN = timedelta(minutes=1)
"""The same thing added again within this time is a form that was sent twice."""
COURSE_FIELDS = ("title", "provider", "minutes", "completed_on", "certificate_number")
CREDENTIAL_FIELDS = ("title", "issuer", "number", "issued_on", "expires_on")
EMPLOYMENT_FIELDS = ("employee_number", "site", "department", "hired_on")
Row = TypeVar("Row", bound=Model)


class StaleError(Exception):
    """Somebody else saved first; `current` is the row as it is now."""

    def __init__(self, current: Employment) -> None:
        super().__init__()
        self.current = current


def add_course(*, person: int, fields: Mapping[str, Any], file: Checked | None, by: Person, now: datetime) -> Course:
    """Adds a course with its certificate, if there is a file. Raises RefusedError when there are too many."""
    with storing() as store, transaction.atomic():
        course, added = _add(Course, person, {name: fields[name] for name in COURSE_FIELDS}, by, now)
        if added and file:
            course.certificate, course.certificate_name = store("certificates", file), file.name
            course.save(update_fields=["certificate", "certificate_name"])
    return course


def change_course(*, course: Course, fields: Mapping[str, Any], file: Checked | None, without_file: bool) -> None:
    """Changes a course. A new file takes the place of the old one; `without_file` takes that away.

    Raises RefusedError when somebody removed the course in the meantime.
    """
    with storing() as store, transaction.atomic():
        lock_people([course.person_id])
        stored = Course.objects.filter(pk=course.pk).values_list("certificate", flat=True).first()
        changes = {name: fields[name] for name in COURSE_FIELDS}
        if file or without_file:
            changes["certificate"] = store("certificates", file) if file else ""
            changes["certificate_name"] = file.name if file else ""
            delete_after_commit(stored or "")
        _change(course, changes)


def remove_course(*, course: Course) -> None:
    """Removes a course and its certificate; nothing happens when it is gone already."""
    with transaction.atomic():
        lock_people([course.person_id])
        delete_after_commit(*Course.objects.filter(pk=course.pk).values_list("certificate", flat=True))
        Course.objects.filter(pk=course.pk).delete()


def add_credential(*, person: int, fields: Mapping[str, Any], by: Person, now: datetime) -> Credential:
    """Adds a license or credential. Raises RefusedError when there are too many."""
    with transaction.atomic():
        return _add(Credential, person, {name: fields[name] for name in CREDENTIAL_FIELDS}, by, now)[0]


def change_credential(*, credential: Credential, fields: Mapping[str, Any]) -> None:
    """Changes a license or credential. Raises RefusedError when somebody removed it in the meantime."""
    with transaction.atomic():
        _change(credential, {name: fields[name] for name in CREDENTIAL_FIELDS})


def remove_credential(*, credential: Credential) -> None:
    """Removes a license or credential; nothing happens when it is gone already."""
    Credential.objects.filter(pk=credential.pk).delete()


def change_employment(*, person: int, fields: Mapping[str, Any], shown_version: int) -> None:
    """Changes the personnel record that was shown as this version, 0 when there was none.

    Raises StaleError when it is another version by now.
    """
    changes = {name: fields[name] for name in EMPLOYMENT_FIELDS}
    with transaction.atomic():
        lock_people([person])
        shown = Employment.objects.filter(pk=person, version=shown_version)
        if shown.update(**changes, version=F("version") + 1):
            return
        if current := Employment.objects.filter(pk=person).first():
            raise StaleError(current)
        Employment.objects.create(person_id=person, **changes, version=shown_version + 1)


def _add(model: type[Row], person: int, fields: dict[str, Any], by: Person, now: datetime) -> tuple[Row, bool]:
    lock_people([person])
    rows = model._default_manager.filter(person=person)
    if twin := rows.filter(**fields, added_at__gt=now - SAME_WITHIN).first():
        return twin, False
    if rows.count() >= MOST:
        raise RefusedError(_("There are %(count)d already, which is as many as can be kept.") % {"count": MOST})
    return model._default_manager.create(person_id=person, **fields, added_by=by, added_at=now), True


def _change(row: Model, changes: dict[str, Any]) -> None:
    if not type(row)._default_manager.filter(pk=row.pk).update(**changes):
        raise RefusedError(_("Somebody removed this in the meantime."))
