"""Whatever changes a relationship, a role or who may sign in leaves its trace, and the trace cannot be removed."""

from __future__ import annotations

from collections.abc import Callable

import pghistory
import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import InternalError, OperationalError, ProgrammingError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coaching.models import Relationship, RelationshipReview
from config.audit import note_command
from profiles.models import Person, RoleGrant
from tests.cast import Cast
from tests.make import NOW, make_coach, make_person

pytestmark = pytest.mark.django_db
EVENTS = ("coaching.RelationshipEvent", "coaching.RelationshipReviewEvent", "profiles.PersonEvent")
EVENTS = (*EVENTS, "profiles.RoleGrantEvent")
ALLOWED = (models.AutoField, models.ForeignKey, models.DateTimeField, models.BooleanField, models.JSONField)


def events(of: type[models.Model]) -> models.QuerySet:
    """The events of a model, oldest first."""
    return apps.get_model(of._meta.app_label, f"{of.__name__}Event").objects.order_by("pgh_id")


def labels(row: models.Model) -> list[str]:
    """What happened to this row."""
    return list(events(type(row)).filter(pgh_obj=row).values_list("pgh_label", flat=True))


def sql(text: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


def test_these_are_followed_and_nothing_else() -> None:
    assert {model._meta.label for model in pghistory.core.event_models()} == set(EVENTS)


@pytest.mark.parametrize("label", EVENTS)
def test_an_event_holds_ids_instants_and_flags(label: str) -> None:
    """Never an address, a name or a text. The two words are the kind of event and the name of a role."""
    fields = apps.get_model(label)._meta.fields
    words = {field.name for field in fields if not isinstance(field, ALLOWED)}
    assert words <= {"pgh_label", "role"}


ENDINGS: dict[str, Callable[[Relationship], object]] = {
    "save": lambda row: Relationship(pk=row.pk, coach=row.coach, coachee=row.coachee, ended_at=NOW).save(
        update_fields=["ended_at"]
    ),
    "update": lambda row: Relationship.objects.filter(pk=row.pk).update(ended_at=NOW),
    "bulk_update": lambda row: Relationship.objects.bulk_update([_ended(row)], ["ended_at"]),
    "raw": lambda row: sql("UPDATE coaching_relationship SET ended_at = %s WHERE id = %s", NOW, row.pk),
    "with": lambda row: sql(
        "WITH one AS (SELECT %s::bigint AS id) UPDATE coaching_relationship r SET ended_at = %s FROM one"
        " WHERE r.id = one.id",
        row.pk,
        NOW,
    ),
}


def _ended(row: Relationship) -> Relationship:
    row.ended_at = NOW
    return row


@pytest.mark.parametrize("how", ENDINGS)
def test_an_end_is_seen_however_it_comes(how: str, cast: Cast) -> None:
    ENDINGS[how](cast.relationship)
    assert labels(cast.relationship) == ["begun", "ended"]
    assert events(Relationship).last().ended_at == NOW


def test_many_at_once_leave_one_event_each(cast: Cast) -> None:
    coach = make_coach()
    pairs = [Relationship(coach=coach, coachee=one) for one in (cast.coachee, cast.other_coachee, cast.outsider)]
    Relationship.objects.bulk_create(pairs)
    assert [labels(one) for one in pairs] == [["begun"]] * 3
    RoleGrant.objects.filter(role="coach").update(ended_at=NOW)
    held = RoleGrant.objects.filter(role="coach")
    assert events(RoleGrant).filter(pgh_label="ended").count() == held.count() > 3


def test_rows_that_are_copied_in_are_seen(cast: Cast) -> None:
    coach = make_coach()
    into = "COPY coaching_relationship (coach_id, coachee_id, started_at) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(f"{coach.pk}\t{cast.coachee.pk}\t2026-01-01T00:00:00Z\n")
    assert events(Relationship).filter(coach=coach, pgh_label="begun").count() == 1


def test_a_row_that_is_gone_leaves_that_it_was_there(cast: Cast) -> None:
    grant = cast.coach.role_grants.get(role="coach")
    sql("DELETE FROM profiles_rolegrant WHERE id = %s", grant.pk)
    last = events(RoleGrant).last()
    assert (last.pgh_label, last.pgh_obj_id, last.person_id, last.role) == ("deleted", grant.pk, cast.coach.pk, "coach")


def test_of_a_person_only_what_opens_doors_is_followed(cast: Cast) -> None:
    person = cast.coach
    for change in ({"name": "Another"}, {"is_active": False}, {"email": "new@example.org"}, {"is_superuser": True}):
        Person.objects.filter(pk=person.pk).update(**change)
    assert labels(person) == ["sign_in", "address", "superuser"]
    assert labels(make_person(is_superuser=True)) == ["superuser"]
    assert labels(make_person()) == []
    assert not [one for one in events(Person).values() if "example" in str(one)]


def test_what_did_not_change_leaves_nothing(cast: Cast) -> None:
    Person.objects.update(is_active=models.F("is_active"), last_login=NOW)
    Relationship.objects.update(ended_at=models.F("ended_at"))
    assert not events(Person).exclude(pgh_label="superuser").exists()
    assert not events(Relationship).exclude(pgh_label="begun").exists()


def test_a_review_is_followed(cast: Cast) -> None:
    review = RelationshipReview.objects.create(relationship=cast.relationship, reviewed_by=cast.admin)
    RelationshipReview.objects.filter(pk=review.pk).update(reviewed_by=None)
    assert labels(review) == ["reviewed", "changed"]


REFUSED = {
    "update": "UPDATE {} SET pgh_label = pgh_label",
    "delete": "DELETE FROM {}",
    "truncate": "TRUNCATE {}",
    "truncate among others": "TRUNCATE profiles_organization, {} CASCADE",
}


@pytest.mark.parametrize("label", EVENTS)
@pytest.mark.parametrize("what", REFUSED)
def test_events_stay_as_they_are(label: str, what: str, cast: Cast) -> None:
    RelationshipReview.objects.create(relationship=cast.relationship)
    model = apps.get_model(label)
    before = list(model.objects.order_by("pk").values())
    assert before
    refusal = pytest.raises((InternalError, ProgrammingError), match="pgtrigger: Cannot")
    with refusal, transaction.atomic():
        sql("SET CONSTRAINTS ALL IMMEDIATE")  # what waits to be checked would refuse a TRUNCATE by itself
        sql(REFUSED[what].format(model._meta.db_table))
    assert list(model.objects.order_by("pk").values()) == before


def test_with_events_is_kept_who_and_by_which_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    client.post(f"/admin/coaching/relationship/{cast.relationship.pk}/end/")
    assert labels(cast.relationship) == ["begun", "ended"]
    ended = events(Relationship).last()
    assert ended.pgh_context == {"user": cast.admin.pk, "route": "admin:coaching_relationship_end"}
    assert not apps.get_model("pghistory.Context").objects.exists()


def test_outside_of_the_site_nobody_is_named(cast: Cast) -> None:
    assert events(Relationship).last().pgh_context is None


def test_looking_costs_no_more(cast: Cast, client: Client) -> None:
    """What a page reads goes to the database as it is: only changes carry who makes them."""
    client.force_login(cast.admin)
    end = f"/admin/coaching/relationship/{cast.relationship.pk}/end/"
    with CaptureQueriesContext(connection) as read:
        client.get(end)
    with CaptureQueriesContext(connection) as changed:
        client.post(end)
    assert [len([1 for query in asked if "pghistory" in (query["sql"] or "")]) > 0 for asked in (read, changed)] == [
        False,
        True,
    ]


@pytest.mark.django_db(transaction=True)
def test_only_emptying_the_whole_database_empties_the_history() -> None:
    make_coach()
    assert events(RoleGrant).exists()
    call_command("flush", verbosity=0, interactive=False)
    assert not events(RoleGrant).exists()


@pytest.mark.django_db(transaction=True)
def test_emptying_tries_again_when_somebody_reads_meanwhile() -> None:
    make_coach()
    failed = []

    def read_until_it_failed(execute: Callable, *asked: object) -> object:
        try:
            return execute(*asked)
        except OperationalError as error:
            failed.append(error)
            reader.rollback()
            raise

    sql("SET lock_timeout = 50")
    with psycopg.connect(**connection.get_connection_params()) as reader:
        reader.execute("SELECT FROM profiles_person")
        with connection.execute_wrapper(read_until_it_failed):
            call_command("flush", verbosity=0, interactive=False)
    connection.close()
    assert len(failed) == 1
    assert not events(RoleGrant).exists()


def test_a_command_says_its_name(cast: Cast) -> None:
    with transaction.atomic():
        note_command("import_program")
        make_coach()
    assert events(RoleGrant).last().pgh_context == {"command": "import_program"}
