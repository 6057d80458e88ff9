"""Importing a folder: what is stored, what follows from it, and that it can be repeated."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail

from activity.models import Encouragement, Event, Reevaluation
from assessments.models import BehaviorSurvey, Rater, Review360
from assignments.models import Assignment, Reflection, ResourceView, Response
from coaching.models import Message, Relationship
from interchange.files import FILES
from profiles.models import Person, Program, RoleGrant, Subscription
from sessions_app.models import Attendance, GroupMeeting, MicroGoal, Session, Takeaway
from tests.interchange.folder import (
    AMARA,
    JONAS,
    MAYA,
    everything,
    import_from,
    row_counts,
    valid_folder,
    write_folder,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_prints_a_count_for_every_file(tmp_path: Path) -> None:
    folder = valid_folder()

    outcome = import_from(write_folder(folder, tmp_path))

    assert outcome.status == 0
    assert outcome.printed == [
        f"{file.name}: {len(folder[file.name])} rows, {len(folder[file.name])} new, 0 changed" for file in FILES
    ]


def test_people_arrive_with_roles_and_without_a_password_or_mail(tmp_path: Path) -> None:
    import_from(write_folder(valid_folder(), tmp_path))

    amara = Person.objects.get(email=AMARA)
    assert (amara.organization.name, amara.position, amara.timezone) == ("Northwind", "Lead", "Africa/Lagos")
    assert (amara.language, amara.manager_name, amara.manager_email) == ("pt-BR", "Moses", "moses@x.org")
    assert Person.objects.get(email=JONAS).roles == {"coachee", "delivery_manager"}
    assert Person.objects.get(email=JONAS).timezone == "UTC"
    assert not amara.has_usable_password()
    assert mail.outbox == []


def test_a_subscription_begins_and_ends_at_midnights_of_its_coachee(tmp_path: Path) -> None:
    import_from(write_folder(valid_folder(), tmp_path))

    subscription = Subscription.objects.get()
    assert subscription.active_from == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert subscription.active_until == datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert (subscription.program.name, subscription.package.name) == ("New managers", "Leader 12")
    assert (subscription.complimentary_call, subscription.flash_sessions) == (True, False)
    assert subscription.program.goals_days == Program().goals_days


def test_group_rows_of_one_coach_and_start_are_one_meeting(tmp_path: Path) -> None:
    import_from(write_folder(valid_folder(), tmp_path))

    meeting = GroupMeeting.objects.get()
    start = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert sorted(meeting.sessions.values_list("ref", flat=True)) == ["S-2", "S-3"]
    taken = Attendance.objects.filter(during__contains=start).values_list("person__email", "during")
    assert {(email, f"{during.upper:%H:%M}") for email, during in taken} == {
        (AMARA, "11:00"),
        (JONAS, "11:30"),
        (MAYA, "11:30"),
    }


def test_texts_survive_to_the_letter(tmp_path: Path) -> None:
    import_from(write_folder(valid_folder(), tmp_path))

    assert list(Message.objects.values_list("text", flat=True)) == ['How, "exactly",\nwas it?', "Well \\ good\t!"]
    assert MicroGoal.objects.get().shared_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert Takeaway.objects.get().shared_at is None
    assert Reflection.objects.get().prompt == "What drained you?"
    assert Response.objects.get().coachee.email == AMARA
    assert Rater.objects.get(relationship="manager").coachee.email == AMARA


def test_actions_taken_carry_the_times_of_the_deeds(tmp_path: Path) -> None:
    import_from(write_folder(valid_folder(), tmp_path))

    assert dict(Event.objects.exclude(kind="completed_survey").values_list("kind", "at")) == {
        "enrolled_360": datetime(2026, 6, 1, 8, tzinfo=UTC),
        "closed_360": datetime(2026, 7, 1, 8, tzinfo=UTC),
        "sent_message": datetime(2026, 11, 12, 9, tzinfo=UTC),
        "viewed_resource": datetime(2026, 11, 13, 8, tzinfo=UTC),
        "submitted_reflection": datetime(2026, 11, 14, 8, tzinfo=UTC),
        "responded_to_assignment": datetime(2026, 11, 18, 8, tzinfo=UTC),
        "completed_assignment": datetime(2026, 11, 19, 8, tzinfo=UTC),
        "shared_micro_goal": datetime(2026, 11, 20, 8, tzinfo=UTC),
    }
    assert Event.objects.filter(kind="completed_survey").count() == 1


def test_encouragements_are_right_at_once(tmp_path: Path) -> None:
    import_from(write_folder(valid_folder(), tmp_path))

    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert set(Encouragement.objects.open(now).values_list("rule", "subject")) == {
        ("survey_overdue", "B-1"),
        ("takeaways_unshared", "S-1"),
        ("messages_silent", None),
        ("resources_unviewed", None),
        ("reflections_unshared", None),
    }
    assert not Reevaluation.objects.exists()


def test_a_dry_run_checks_everything_and_writes_nothing(tmp_path: Path) -> None:
    path = write_folder(valid_folder(), tmp_path)
    before = everything()

    outcome = import_from(path, "--dry-run")

    assert outcome.status == 0
    assert outcome.printed[0] == "people.csv: 3 rows, 3 new, 0 changed"
    assert outcome.printed[-1] == "Dry run: nothing was written."
    assert everything() == before


def test_the_same_folder_again_touches_no_row(tmp_path: Path) -> None:
    path = write_folder(valid_folder(), tmp_path)
    import_from(path)
    before = everything()

    outcome = import_from(path)

    assert everything() == before
    assert {line.split(": ")[1].split(", ", 1)[1] for line in outcome.printed} == {"0 new, 0 changed"}


def test_a_second_import_updates_clears_and_leaves_alone(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    folder["assignments.csv"][0] |= {"title": "Map again", "completed_at": ""}
    folder["people.csv"][1] |= {"position": "", "roles": "coachee;sponsor"}
    folder["surveys.csv"] = folder["surveys.csv"][:1]

    outcome = import_from(write_folder(folder, tmp_path))

    assignment = Assignment.objects.get()
    assert (assignment.title, assignment.completed_at) == ("Map again", None)
    assert not Event.objects.filter(kind="completed_assignment").exists()
    assert Person.objects.get(email=AMARA).position == ""
    assert Person.objects.get(email=AMARA).roles == {"coachee", "sponsor"}
    assert BehaviorSurvey.objects.count() == 2
    assert "assignments.csv: 1 rows, 0 new, 1 changed" in outcome.printed


def test_a_form_that_was_open_during_an_import_is_told(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    folder["micro_goals.csv"][0]["text"] = "Another goal"
    folder["assignments.csv"][0].update(title="Another title", completed_at="")
    folder["reflections.csv"][0].update(text="Shared by now", shared="yes")
    Response.objects.update(read_at=None, version=3)

    import_from(write_folder(folder, tmp_path))
    import_from(write_folder(folder, tmp_path))

    changed = [MicroGoal.objects.get(), Assignment.objects.get(ref=folder["assignments.csv"][0]["id"])]
    assert [row.version for row in [*changed, Reflection.objects.get(), Takeaway.objects.get()]] == [1, 1, 1, 0]
    response = Response.objects.get()  # not listed with another text: left alone, also what was read of it
    assert (response.version, response.read_at) == (3, None)


def test_a_role_that_is_no_longer_listed_ends_and_keeps_its_history(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    folder["people.csv"][2]["roles"] = "coachee"

    import_from(write_folder(folder, tmp_path))

    grants = RoleGrant.objects.filter(person__email=JONAS).values_list("role", "ended_at")
    assert {(role, ended is None) for role, ended in grants} == {("coachee", True), ("delivery_manager", False)}


def test_a_password_outlives_an_import(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    amara = Person.objects.get(email=AMARA)
    amara.set_password("a long secret of hers")
    amara.save()
    folder["people.csv"][1]["email"] = "AMARA@X.org "

    import_from(write_folder(folder, tmp_path))

    assert Person.objects.get(email=AMARA).check_password("a long secret of hers")


def test_a_new_time_zone_moves_the_subscription_and_its_windows(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    folder["people.csv"][1]["timezone"] = "Asia/Tokyo"

    import_from(write_folder({"people.csv": folder["people.csv"]}, tmp_path / "people only"))

    assert Subscription.objects.get().active_from == datetime(2026, 2, 28, 15, tzinfo=UTC)
    overdue = Encouragement.objects.get(rule="survey_overdue", until__gt=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert overdue.since == datetime(2026, 10, 31, 15, tzinfo=UTC)


def test_what_makes_room_for_something_new_is_no_overlap(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    old, year = folder["relationships.csv"][0], folder["subscriptions.csv"][0]
    old["ended_at"] = "2026-05-01T00:00:00Z"
    year["ends_on"] = "2026-05-31"
    folder["relationships.csv"].insert(0, old | {"started_at": "2026-06-01T00:00:00Z", "ended_at": ""})
    folder["subscriptions.csv"].insert(0, year | {"starts_on": "2026-06-01", "ends_on": "2027-05-31"})

    outcome = import_from(write_folder(folder, tmp_path))

    assert outcome.problems == []
    assert Relationship.objects.filter(coachee__email=AMARA).count() == 2
    assert Subscription.objects.earliest("starts_on").ends_on == date(2026, 5, 31)


def test_managers_of_a_review_may_change_places(tmp_path: Path) -> None:
    folder = valid_folder()
    moses, petra = folder["raters_360.csv"]
    for former, manager in ((moses, petra), (petra, moses)):
        former["relationship"], manager["relationship"] = "other", "manager"

        assert import_from(write_folder(folder, tmp_path)).status == 0
        assert Rater.objects.get(relationship="manager").name == manager["name"]


def test_what_hangs_on_a_session_goes_along_when_it_changes_hands(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    folder["sessions.csv"][1] |= {"coachee": JONAS, "kind": "one_on_one", "starts_at": "2026-11-25T10:00:00Z"}
    del folder["micro_goals.csv"]

    import_from(write_folder(folder, tmp_path / "again"))

    assert MicroGoal.objects.get().coachee.email == JONAS
    assert Event.objects.get(kind="shared_micro_goal").coachee.email == JONAS
    assert [session.ref for session in GroupMeeting.objects.get().sessions.all()] == ["S-3"]
    assert Attendance.objects.filter(person__email=AMARA).count() == 1


def test_complimentary_sessions_come_as_pro_bono_and_what_was_changed_stays(tmp_path: Path) -> None:
    folder = valid_folder()
    folder["sessions.csv"].append(
        folder["sessions.csv"][0] | {"id": "S-9", "kind": "complimentary", "starts_at": "2026-03-02T10:00:00Z"}
    )
    import_from(write_folder(folder, tmp_path))
    assert dict(Session.objects.values_list("ref", "payment")).items() >= {"S-1": "paid", "S-9": "pro_bono"}.items()
    Session.objects.filter(ref="S-1").update(payment="barter")
    folder["sessions.csv"][0]["reason"] = "other"

    import_from(write_folder(folder, tmp_path))

    assert Session.objects.get(ref="S-1").payment == "barter"


def test_only_what_an_import_moves_is_another_version_of_a_session(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    folder["sessions.csv"][0] |= {"starts_at": "2026-11-11T10:00:00+01:00", "marked_at": "2026-11-11T12:00:00+01:00"}

    import_from(write_folder(folder, tmp_path))

    versions = dict(Session.objects.values_list("ref", "version"))
    assert versions.pop("S-1") == 1
    assert set(versions.values()) == {0}


def test_a_group_does_not_join_a_meeting_that_was_called_off(tmp_path: Path) -> None:
    folder = valid_folder()
    people = [row for row in folder["people.csv"] if row["email"] == MAYA]
    import_from(write_folder({"people.csv": people}, tmp_path))
    starts_at = datetime(2026, 11, 24, 10, tzinfo=UTC)
    called_off = GroupMeeting.objects.create(
        coach=Person.objects.get(email=MAYA), starts_at=starts_at, cancelled_at=starts_at
    )

    import_from(write_folder(folder, tmp_path / "all"))

    assert called_off.sessions.count() == 0
    assert GroupMeeting.objects.exclude(pk=called_off.pk).get().sessions.count() == 2


def test_a_group_that_the_site_scheduled_keeps_its_coach_until_it_is_called_off(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    GroupMeeting.objects.update(minutes=120, capacity=8)
    for row in folder["sessions.csv"]:
        row["status"] = "cancelled" if row["kind"] == "group" else row["status"]

    import_from(write_folder(folder, tmp_path))

    held = Attendance.objects.exclude(meeting=None).get()
    assert (held.person.email, held.during.upper - held.during.lower) == (MAYA, timedelta(minutes=120))


def test_a_cancelled_session_gives_the_time_back(tmp_path: Path) -> None:
    folder = valid_folder()
    import_from(write_folder(folder, tmp_path))
    for row in folder["sessions.csv"]:
        row["status"] = "cancelled"

    import_from(write_folder(folder, tmp_path))

    assert not Attendance.objects.exists()
    assert GroupMeeting.objects.get().sessions.count() == 2


def test_history_is_taken_as_it_was(tmp_path: Path) -> None:
    folder = valid_folder()
    template = folder["sessions.csv"][0]
    folder["sessions.csv"] += [
        template | {"id": f"N-{day}", "starts_at": f"2026-01-{day:02}T10:00:00Z", "minutes": "240"}
        for day in range(1, 9)
    ]
    folder["raters_360.csv"][1]["completed_at"] = "2026-11-01T08:00:00Z"
    folder["messages.csv"][0]["text"] = ""

    assert import_from(write_folder(folder, tmp_path)).status == 0
    assert Session.objects.count() == 12


def test_people_alone_are_enough(tmp_path: Path) -> None:
    outcome = import_from(write_folder({"people.csv": valid_folder()["people.csv"]}, tmp_path))

    assert outcome.printed == ["people.csv: 3 rows, 3 new, 0 changed"]


def test_every_file_but_people_is_optional(tmp_path: Path) -> None:
    folder = valid_folder()
    del folder["relationships.csv"]

    outcome = import_from(write_folder(folder, tmp_path))

    assert outcome.status == 0
    assert Message.objects.count() == len(folder["messages.csv"])


def test_a_database_that_says_no_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks find everything first; should they ever miss something, there is no traceback and no row."""
    monkeypatch.setattr("interchange.importing.check", lambda staged, now: None)
    folder = valid_folder()
    folder["subscriptions.csv"].append(folder["subscriptions.csv"][0] | {"starts_on": "2026-05-01"})
    before = row_counts()

    outcome = import_from(write_folder(folder, tmp_path))

    assert outcome.status == 1
    assert row_counts() == before


@pytest.mark.skipif("TRELLIS_REAL_DATA" not in os.environ, reason="TRELLIS_REAL_DATA names no folder")
def test_real_data_comes_in_twice_and_is_there_once() -> None:
    path = Path(os.environ["TRELLIS_REAL_DATA"])
    assert import_from(path).status == 0
    before = everything()

    assert import_from(path).status == 0
    assert everything() == before
    assert (Relationship.objects.count(), ResourceView.objects.count()) == (376, 13_489)
    assert not Review360.objects.exists()
