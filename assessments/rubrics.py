"""Verbs on rubrics: a new version, publishing it, throwing a draft away, retiring a rubric. One transaction each."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Component, Level, Rubric, RubricVersion
from profiles.actions import RefusedError
from profiles.models import Person

MOST_COMPONENTS = 20
"""More would be a form that nobody fills in."""
FEWEST_LEVELS = 2


class RubricError(RefusedError):
    """A rubric that cannot be so. `str()` says why."""


def new_version(*, rubric: Rubric, now: datetime) -> RubricVersion:
    """The draft of the rubric's next version: the one there is, else a copy of the newest published one.

    Copied components keep their keys, so that scores can be followed across versions.
    """
    with transaction.atomic():
        Rubric.objects.select_for_update(no_key=True).get(pk=rubric.pk)
        draft = rubric.versions.filter(published_at=None).first()
        if draft is not None:
            return draft
        newest = rubric.versions.order_by("-number").first()
        made = RubricVersion.objects.create(rubric=rubric, number=newest.number + 1 if newest else 1)
        if newest is not None:
            _copy(newest, made)
    return made


def _copy(source: RubricVersion, target: RubricVersion) -> None:
    for component in source.components.prefetch_related("levels"):
        copied = Component.objects.create(
            version=target,
            key=component.key,
            title=component.title,
            description=component.description,
            position=component.position,
        )
        Level.objects.bulk_create(
            Level(component=copied, value=level.value, name=level.name, descriptor=level.descriptor)
            for level in component.levels.all()
        )


def why_not_publish(version: RubricVersion) -> str:
    """The sentence that says what is missing before the version can be published; empty when nothing is."""
    components = list(version.components.prefetch_related("levels"))
    if not components:
        return _("Add at least one component first.")
    if len(components) > MOST_COMPONENTS:
        return _("A rubric has at most %(count)d components.") % {"count": MOST_COMPONENTS}
    for component in components:
        values = [level.value for level in component.levels.all()]
        if len(values) < FEWEST_LEVELS:
            return _("“%(component)s” needs at least two levels.") % {"component": component.title}
        if values != list(range(1, len(values) + 1)):
            return _("The values of “%(component)s” must be 1, 2, 3 and so on, without a gap.") % {
                "component": component.title
            }
    return ""


def publish(*, version: RubricVersion, by: Person | None, now: datetime) -> None:
    """Freezes the version's wording and offers it to coaches from now on.

    Raises RubricError when it is published already or something is missing.
    """
    with transaction.atomic():
        locked = RubricVersion.objects.select_for_update().filter(pk=version.pk, published_at=None).first()
        if locked is None:
            raise RubricError(_("This version is published already, or was thrown away."))
        if reason := why_not_publish(locked):
            raise RubricError(reason)
        RubricVersion.objects.filter(pk=version.pk).update(published_at=now, published_by=by)


def discard(*, version: RubricVersion) -> bool:
    """Throws a draft away, with its components and levels. False when it was published or is gone already."""
    with transaction.atomic():
        locked = RubricVersion.objects.select_for_update().filter(pk=version.pk, published_at=None).first()
        if locked is None:
            return False
        locked.delete()
    return True


def retire(*, rubric: Rubric, now: datetime) -> None:
    """From now on nobody starts an observation against it. Twice is harmless."""
    Rubric.objects.filter(pk=rubric.pk, retired_at=None).update(retired_at=now)


def bring_back(*, rubric: Rubric) -> None:
    """Coaches may use a retired rubric again."""
    Rubric.objects.filter(pk=rubric.pk).update(retired_at=None)
