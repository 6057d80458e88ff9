"""Properties of any folder: twice is once, and a damaged one leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.models import Relationship
from profiles.models import Person
from tests.interchange.folder import Folder, everything, import_from, row_counts, valid_folder, write_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock"), pytest.mark.slow]
few = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

COACHES = ["k0@x.org", "k1@x.org"]
COACHEES = ["a0@x.org", "a1@x.org", "k1@x.org"]
PAIRS = [(coach, coachee) for coach in COACHES for coachee in COACHEES if coach != coachee]
START = datetime(2026, 10, 1, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
shares = st.one_of(
    st.fixed_dictionaries({"text": texts, "shared": st.sampled_from(["no", ""])}),
    st.fixed_dictionaries({"text": texts.map(lambda text: "x" + text), "shared": st.just("yes")}),
)
instants = st.integers(0, 90 * 24 * 60).map(lambda minutes: (START + timedelta(minutes=minutes)).isoformat())
unknown_or = st.one_of(st.just(""), instants)
days = st.integers(0, 90).map(lambda number: (date(2026, 10, 1) + timedelta(days=number)).isoformat())


@st.composite
def folders(draw: st.DrawFn) -> Folder:
    """A folder that breaks no rule, with at most a handful of rows of each kind."""
    folder: Folder = {
        "people.csv": [_person(draw, email) for email in dict.fromkeys([*COACHES, *COACHEES])],
        "relationships.csv": [_spell(draw, *pair) for pair in PAIRS],
        "sessions.csv": [_session(draw, number) for number in range(draw(st.integers(0, 6)))],
        "resources.csv": [{"id": "R 1", "title": draw(texts), "url": ""}],
        "messages.csv": _distinct(_message(draw) for _number in range(draw(st.integers(0, 6)))),
        "resource_views.csv": _distinct(_view(draw) for _number in range(draw(st.integers(0, 4)))),
        "surveys.csv": [_survey(draw, number) for number in range(draw(st.integers(0, 4)))],
    }
    goals = [row["id"] for row in folder["sessions.csv"] if draw(st.booleans())]
    folder["micro_goals.csv"] = [{"session": ref, "submitted_at": draw(instants), **draw(shares)} for ref in goals]
    return folder


def _distinct(rows: Iterator[dict[str, str]]) -> list[dict[str, str]]:
    return list({tuple(sorted(row.items())): row for row in rows}.values())


def _person(draw: st.DrawFn, email: str) -> dict[str, str]:
    roles = "coach;coachee" if email in COACHES else "coachee"
    zone = draw(st.sampled_from(["", "Asia/Kathmandu", "America/Santiago", "Pacific/Apia"]))
    return {"email": email, "name": "N" + draw(texts), "roles": roles, "timezone": zone, "position": draw(texts)}


def _spell(draw: st.DrawFn, coach: str, coachee: str) -> dict[str, str]:
    ended = draw(st.sampled_from(["", "2026-09-01T00:00:00Z", "2026-11-01T00:00:00-03:00", "2027-01-01T00:00:00Z"]))
    return {"coach": coach, "coachee": coachee, "started_at": "2026-09-01T02:00:00+02:00", "ended_at": ended}


def _session(draw: st.DrawFn, number: int) -> dict[str, str]:
    coach, coachee = draw(st.sampled_from(PAIRS))
    return {
        "id": f"S {number}",
        "coach": coach,
        "coachee": coachee,
        "kind": draw(st.sampled_from(["one_on_one", "flash", "complimentary", "group"])),
        "starts_at": (START + timedelta(days=9 * number, hours=draw(st.integers(0, 99)))).isoformat(),
        "minutes": draw(st.sampled_from(["", "1", "1440"])),
        "status": draw(st.sampled_from(["scheduled", "cancelled", "occurred", "did_not_occur"])),
        "marked_at": draw(unknown_or),
    }


def _message(draw: st.DrawFn) -> dict[str, str]:
    coach, coachee = draw(st.sampled_from(PAIRS))
    sender = draw(st.sampled_from(["coach", "coachee"]))
    return {"coach": coach, "coachee": coachee, "sender": sender, "sent_at": draw(instants), "text": draw(texts)}


def _view(draw: st.DrawFn) -> dict[str, str]:
    return {"coachee": draw(st.sampled_from(COACHEES)), "resource": "R 1", "viewed_at": draw(instants)}


def _survey(draw: st.DrawFn, number: int) -> dict[str, str]:
    assigned, due = sorted([draw(days), draw(days)])
    row = {"id": f"B{number}", "coachee": draw(st.sampled_from(COACHEES)), "assigned_on": assigned, "due_on": due}
    return row | {"completed_at": draw(unknown_or), "title": draw(texts)}


@contextmanager
def undone() -> Iterator[Path]:
    """A folder of its own for an example, and no trace of it in the database afterwards."""
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        yield Path(name)
        transaction.set_rollback(True)


@few
@given(folders())
def test_twice_is_once(folder: Folder) -> None:
    with undone() as path:
        write_folder(folder, path)
        first = import_from(path)
        before = everything()
        import_from(path)

        assert first.problems == []
        assert everything() == before


LISTED = ("people.csv", "relationships.csv")


@few
@given(folders(), folders())
def test_nothing_of_a_former_import_shines_through_the_next(one: Folder, other: Folder) -> None:
    with undone() as path:
        import_from(write_folder({name: other[name] for name in LISTED}, path))
        expected = people_and_spells()
    with undone() as path:
        import_from(write_folder({name: one[name] for name in LISTED}, path))
        import_from(write_folder({name: other[name] for name in LISTED}, path))
        assert people_and_spells() == expected


def people_and_spells() -> list[tuple]:
    """People and relationships as somebody outside sees them."""
    people = Person.objects.values_list("email", "name", "position", "timezone").order_by("email")
    spells = Relationship.objects.values_list("coach__email", "coachee__email", "started_at", "ended_at")
    return [*people, *spells.order_by("coach__email", "coachee__email", "started_at")]


@few
@given(st.data())
def test_damage_leaves_nothing_behind_and_raises_nothing(data: st.DataObject) -> None:
    with undone() as path:
        write_folder(valid_folder(), path)
        for _number in range(data.draw(st.integers(1, 4))):
            _damage(data, path)
        before = row_counts()

        outcome = import_from(path)

        assert outcome.status in (0, 1)
        assert outcome.status == 0 or row_counts() == before
        assert outcome.status == 0 or all(problem.count(":") >= 3 for problem in outcome.problems)


def _damage(data: st.DataObject, path: Path) -> None:
    """Overwrites a stretch of a file with other bytes, some of them meant to hurt."""
    file = data.draw(st.sampled_from(sorted(path.iterdir())))
    content = file.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    hurtful = st.sampled_from([b'"', b"\n", b",", b"\xff", b"\0", b"9999", b"yes", b"\\N", b"\\.", b"\r", "é".encode()])
    file.write_bytes(content[:start] + data.draw(st.one_of(hurtful, st.binary(max_size=8))) + content[end:])
