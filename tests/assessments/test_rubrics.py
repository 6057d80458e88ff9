"""Rubrics: versions are written, published and then stay; the database holds it as well."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from assessments.models import Component, Level, RubricVersion
from assessments.rubrics import RubricError, bring_back, discard, new_version, publish, retire
from profiles.models import Person
from tests.make import NOW, make_person
from tests.make_observations import make_observation, make_rubric, make_version

pytestmark = pytest.mark.django_db


def refused():
    """What the triggers say."""
    return pytest.raises(IntegrityError, match="published version")


def test_a_new_version_begins_as_a_copy_with_the_same_keys():
    first = make_version(levels=("No", "Yes"))
    second = new_version(rubric=first.rubric, now=NOW)
    assert (second.number, second.published_at) == (2, None)
    for before, after in zip(first.components.all(), second.components.all(), strict=True):
        assert (before.key, before.title, before.pk != after.pk) == (after.key, after.title, True)
        assert [one.name for one in after.levels.all()] == ["No", "Yes"]
    assert new_version(rubric=first.rubric, now=NOW) == second, "there is one draft"


@pytest.mark.parametrize(
    ("components", "levels", "reason"),
    [((), (), "at least one component"), (("Listens",), ("Only",), "at least two levels")],
)
def test_an_unfinished_version_is_not_published(components, levels, reason):
    draft = make_version(components=components, levels=levels, published=False)
    with pytest.raises(RubricError, match=reason):
        publish(version=draft, by=None, now=NOW)
    draft.refresh_from_db()
    assert draft.published_at is None


def test_values_rise_from_one_without_a_gap():
    draft = make_version(components=("Listens",), published=False)
    Level.objects.filter(component__version=draft, value=2).delete()
    with pytest.raises(RubricError, match="without a gap"):
        publish(version=draft, by=None, now=NOW)


def test_what_is_published_is_on_offer_until_it_is_retired():
    draft = make_version(published=False)
    offered = RubricVersion.objects.on_offer
    assert list(offered(NOW)) == []
    publish(version=draft, by=None, now=NOW)
    newer = new_version(rubric=draft.rubric, now=NOW)
    assert list(offered(NOW)) == [draft], "the draft of the next is nobody's yet"
    publish(version=newer, by=None, now=NOW)
    assert list(offered(NOW)) == [newer]
    retire(rubric=draft.rubric, now=NOW)
    assert list(offered(NOW)) == []
    bring_back(rubric=draft.rubric)
    assert list(offered(NOW)) == [newer]
    with pytest.raises(RubricError):
        publish(version=newer, by=None, now=NOW)


def test_a_draft_can_be_thrown_away_and_a_published_version_cannot():
    published, draft = make_version(), make_version(published=False)
    assert discard(version=draft)
    assert not discard(version=draft)
    assert not discard(version=published)
    assert list(RubricVersion.objects.all()) == [published]


@pytest.mark.parametrize(
    "change",
    [
        lambda version: RubricVersion.objects.filter(pk=version.pk).update(number=9),
        lambda version: RubricVersion.objects.filter(pk=version.pk).update(published_at=None),
        lambda version: Component.objects.filter(version=version).update(title="Reworded"),
        lambda version: Component.objects.create(version=version, title="One more"),
        lambda version: Level.objects.filter(component__version=version).update(descriptor="Reworded"),
        lambda version: Level.objects.filter(component__version=version)[0].delete(),
        lambda version: Level.objects.create(component=version.components.first(), value=9, name="Higher"),
        lambda version: version.components.first().delete(),
        lambda version: version.delete(),
        lambda version: Component.objects.filter(version=version).update(version=make_version(published=False)),
        lambda version: make_version(published=False).components.update(version=version, key="moved"),
    ],
)
def test_the_database_refuses_every_change_of_what_is_published(change):
    version = make_version(components=("Listens",))
    with refused(), transaction.atomic():
        change(version)


def test_a_draft_may_change_and_who_published_may_be_forgotten():
    draft = make_version(published=False)
    draft.components.update(title="Reworded")
    admin = make_person()
    publish(version=draft, by=admin, now=NOW)
    Person.objects.filter(pk=admin.pk).delete()
    draft.refresh_from_db()
    assert draft.published_by is None
    with refused(), transaction.atomic():
        RubricVersion.objects.filter(pk=draft.pk).update(published_by=make_person())


def test_the_refusal_has_a_name():
    version = make_version()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        version.components.update(title="Reworded")
    assert refusal.value.__cause__.diag.constraint_name == "published_rubric_stays"


def test_a_rating_is_of_the_observations_rubric_at_one_of_its_levels(cast):
    observation = make_observation(coach=cast.coach, coachee=cast.coachee)
    other = make_version().components.first()
    rating = observation.ratings.first()
    for wrong in ({"component": other}, {"level": other.levels.first()}):
        with pytest.raises(IntegrityError, match="rating is of a component"), transaction.atomic():
            type(rating).objects.filter(pk=rating.pk).update(**wrong)
    type(rating).objects.filter(pk=rating.pk).update(level=rating.component.levels.first())


def somebody_waits() -> bool:
    """Whether a connection waits for a lock on a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_an_edit_waits_for_a_publication_at_the_same_moment():
    """Another connection edits while this one is about to publish: it waits, and is refused when it is its turn."""
    draft = make_version(published=False)
    outcome: list[str] = []

    def edit() -> None:
        try:
            Component.objects.filter(version=draft).update(title="Too late")
            outcome.append("changed")
        except IntegrityError:
            outcome.append("refused")
        finally:
            connection.close()

    with transaction.atomic():
        RubricVersion.objects.filter(pk=draft.pk).update(published_at=NOW)
        thread = Thread(target=edit)
        thread.start()
        while thread.is_alive() and not somebody_waits():
            thread.join(0.01)
        assert outcome == []
    thread.join()
    assert outcome == ["refused"]


def test_rubrics_of_one_name_are_one():
    assert make_rubric(name="Meetings") == make_rubric(name="Meetings")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(make_rubric()).objects.create(name="Meetings")
