"""Notes on a session: a private and a shared part, saved together, each with its earlier texts kept as strictly."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from coaching.models import Relationship
from profiles.actions import RefusedError
from profiles.drafts import draft_of, save_draft
from profiles.versions import ChangedMeanwhileError
from sessions_app.differences import differences
from sessions_app.models import PrivateNote, PrivateNoteVersion, Session, SharedNote, SharedNoteVersion
from sessions_app.noting import notes_of, restore, save_notes
from tests.access.matrix import EVERYBODY
from tests.make import NOW, ago, ahead, make_private_note, make_session, make_shared_note
from tests.make_sessions import make_private_version, make_shared_version
from tests.profiles.reading import section

pytestmark = pytest.mark.django_db
FIRST = {"shown_private": -1, "shown_shared": -1}


def over(cast, **fields) -> Session:
    """One that is over, marked or not."""
    return make_session(coach=cast.coach, coachee=cast.coachee, **{"starts_at": ago(days=1), **fields})


@pytest.fixture
def send(client, cast, clock):
    """`send(session, private="…", shared="…")`: what the coach's form answers, filled in as it was first shown."""

    def post(session: Session, who=None, path: str = "notes/", **fields):
        client.force_login(who or cast.coach)
        return client.post(f"/sessions/{session.pk}/{path}", {**FIRST, "private": "", "shared": "", **fields})

    return post


def said(session: Session) -> tuple[str, str]:
    found = Session.objects.get(pk=session.pk)
    notes = notes_of(found, found.coach, NOW)
    return notes.text("private"), notes.text("shared")


def test_both_parts_are_saved_and_the_coachee_reads_the_shared_one(cast, send, page_of):
    session = over(cast)
    answer = send(session, private="Tired today.", shared="You will **delegate**.")
    assert answer["Location"] == f"/sessions/{session.pk}/notes/"
    mine = section(page_of(cast.coach, cast.coachee), "last-session")
    theirs = section(page_of(cast.coachee, cast.coachee), "last-session")
    assert ("Tired today." in mine, "You will delegate ." in mine) == (True, True)
    assert ("Tired today." in theirs, "You will delegate ." in theirs) == (False, True)
    assert "Tired today." not in page_of(cast.co_coach, cast.coachee, "sessions/")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"starts_at": ago(minutes=1)}, 302),
        ({"status": "did_not_occur", "reason": "coachee_missed"}, 302),
        ({"kind": "complimentary"}, 302),
        ({"starts_at": ahead(minutes=1)}, 403),
        ({"status": "cancelled", "cancelled_at": ago(days=2)}, 403),
    ],
)
def test_whatever_has_begun_and_was_not_cancelled_can_have_notes(cast, send, fields, status):
    session = over(cast, **fields)
    answer = send(session, private="A word", shared="Another")
    assert answer.status_code == status
    assert said(session) == (("A word", "Another") if status == 302 else ("", ""))
    if status == 403:
        assert "A word" in answer.text  # it is there to be copied


def test_a_part_that_is_as_it_was_stays_untouched(cast, send, clock):
    session = over(cast)
    send(session, private="Mine", shared="Ours")
    clock.shift(60)
    send(session, private="Mine", shared="Ours, longer", shown_private=0, shown_shared=0)
    private, shared = PrivateNote.objects.get(), SharedNote.objects.get()
    assert (private.version, private.edited_at, shared.version) == (0, None, 1)
    assert shared.edited_at == NOW + timedelta(minutes=1)
    assert list(SharedNoteVersion.objects.values_list("text", "written_at")) == [("Ours", NOW)]
    assert not PrivateNoteVersion.objects.exists()


def test_emptying_a_part_removes_it_and_keeps_what_it_said(cast, send, page_of):
    session = over(cast)
    send(session, private="Mine", shared="Ours")
    send(session, private=" \n", shared="\u200b", shown_private=0, shown_shared=0)
    assert said(session) == ("", "")
    assert "Shared note" not in page_of(cast.coachee, cast.coachee)
    assert "private note" not in section(page_of(cast.coach, cast.coachee), "last-session")
    assert PrivateNoteVersion.objects.get().text == "Mine"
    assert SharedNoteVersion.objects.get().text == "Ours"
    send(session, private="Again", shared="Again")
    assert said(session) == ("Again", "Again")
    assert SharedNote.objects.get().version == 1


def test_what_was_taken_away_in_another_tab_is_not_published_again(cast, send):
    session = over(cast)
    send(session, private="Mine", shared="Too much")
    send(session, private="Mine", shared="", shown_private=0, shown_shared=0)
    late = send(session, private="Mine, longer", shared="Too much", shown_private=0, shown_shared=0)
    assert late.status_code == 409
    assert said(session) == ("Mine", "")


def test_a_part_that_began_anew_is_no_earlier_text_of_its_own(cast, send):
    session = over(cast)
    send(session, shared="First")
    send(session, shared="", shown_shared=0)
    send(session, shared="Second")
    assert send(session, shared="First, edited in a forgotten tab", shown_shared=0).status_code == 409
    assert said(session)[1] == "Second"


def test_the_slower_tab_is_shown_all_four_texts(cast, send):
    session = over(cast)
    send(session, private="One", shared="Two")
    late = send(session, private="Three", shared="Four")
    assert late.status_code == 409
    assert all(text in late.text for text in ("One", "Two", "Three", "Four"))
    assert 'name="shown_private" value="0"' in late.text
    assert said(session) == ("One", "Two")


def test_what_is_typed_is_kept_until_it_is_saved(cast, send, client):
    session = over(cast)
    key = f"notes:{session.pk}"
    save_draft(cast.coach, key, {"private": "Half a sen", "shared": "Not yet"}, 0, NOW)
    client.force_login(cast.coach)
    page = client.get(f"/sessions/{session.pk}/notes/").text
    assert ("Half a sen" in page, "Not yet" in page, "Discard the changes" in page) == (True, True, True)
    assert said(session) == ("", "")
    client.force_login(cast.coachee)
    assert "Not yet" not in client.get(f"/people/{cast.coachee.pk}/sessions/").text
    send(session, private="Half a sentence.", shared="Now")
    assert draft_of(cast.coach, key) is None


def test_an_earlier_text_is_read_compared_and_said_again(cast, send, client, clock):
    session = over(cast)
    for version, text in enumerate(("The first plan", "The second plan", "Another")):
        clock.shift(60)
        send(session, private=text, shown_private=version - 1)
    first = PrivateNoteVersion.objects.earliest("pk")
    page = client.get(f"/sessions/{session.pk}/notes/versions/?part=private&show={first.pk}").text
    assert "<del>first </del><ins>second </ins>" in page
    save_draft(cast.coach, f"notes:{session.pk}", {"private": "typed", "shared": ""}, 0, NOW)
    back = {"part": "private", "version": first.pk}
    assert send(session, path="notes/versions/", **back, shown=1).status_code == 409
    assert send(session, path="notes/versions/", **back, shown=2).status_code == 302
    assert said(session)[0] == "The first plan"
    kept = PrivateNoteVersion.objects.order_by("pk").values_list("text", flat=True)
    assert list(kept) == ["The first plan", "The second plan", "Another"]
    assert draft_of(cast.coach, f"notes:{session.pk}").fields["private"] == "typed"


def test_a_removed_part_is_brought_back(cast, send):
    session = over(cast)
    send(session, shared="Ours")
    send(session, shared="", shown_shared=0)
    version = SharedNoteVersion.objects.get()
    answer = send(session, path="notes/versions/", part="shared", version=version.pk, shown=-1)
    assert answer.status_code == 302
    assert said(session)[1] == "Ours"


@pytest.mark.parametrize("asked", ["show=99999999999999999999", "show=0", "show=%00", "show=-1", "show=abc"])
def test_no_such_version_is_no_error(cast, client, clock, asked):
    client.force_login(cast.coach)
    assert client.get(f"/sessions/{over(cast).pk}/notes/versions/?{asked}").status_code == 404


def test_a_version_of_another_session_is_not_there(cast, client, clock):
    session, other = over(cast), over(cast, starts_at=ago(days=3))
    foreign = make_private_version(note=make_private_note(session=other), text="Elsewhere")
    client.force_login(cast.coach)
    here = f"/sessions/{session.pk}/notes/versions/"
    assert client.get(f"{here}?show={foreign.pk}").status_code == 404
    assert client.post(here, {"part": "private", "version": foreign.pk}).status_code == 404
    assert said(session)[0] == ""


def test_every_version_is_as_visible_as_its_note(cast, clock):
    """For every person: the private ones are their author's alone, the shared ones also the coachee's."""
    session = over(cast)
    former = make_session(coach=cast.former_coach, coachee=cast.coachee, starts_at=ago(days=90))
    for one in (session, former):
        make_private_version(note=make_private_note(session=one))
        make_shared_version(note=make_shared_note(session=one))
    for who in sorted(EVERYBODY - {"anonymous"}):
        person = getattr(cast, who)
        private = set(PrivateNoteVersion.objects.visible_to(person).values_list("author", flat=True))
        assert private == {person.pk} & {cast.coach.pk, cast.former_coach.pk}, who
        assert private == set(PrivateNote.objects.visible_to(person).values_list("author", flat=True)), who
        shared = set(SharedNoteVersion.objects.visible_to(person, NOW).values_list("session", flat=True))
        assert shared == set(SharedNote.objects.visible_to(person, NOW).values_list("session", flat=True)), who
        assert shared == {"coach": {session.pk}, "coachee": {session.pk, former.pk}}.get(who, set()), who


def test_a_former_coach_reads_what_the_note_says_now_and_nothing_else(cast, client, clock):
    session = make_session(coach=cast.former_coach, coachee=cast.coachee, starts_at=ago(days=90))
    make_private_version(note=make_private_note(session=session, text="As it is"), text="As it was")
    other = make_session(coach=cast.former_coach, coachee=cast.coachee, starts_at=ago(days=95))
    make_private_version(note=make_private_note(session=other, text=""), text="Taken away")
    client.force_login(cast.former_coach)
    page = client.get("/notes/").text
    assert (page.count("As it is"), page.count("note-text")) == (1, 1)
    assert ("As it was" in page, "Taken away" in page) == (False, False)
    for path in ("notes/", "notes/versions/", "outcome/"):
        assert client.get(f"/sessions/{session.pk}/{path}").status_code == 404


def test_after_the_end_nothing_is_written(cast, clock):
    session = over(cast)
    version = make_private_version(note=make_private_note(session=session, text="Now"))
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    shown = {"private": 0, "shared": -1}
    with pytest.raises(RefusedError):
        save_notes(session, by=cast.coach, now=NOW, private="Later", shared="", shown=shown)
    with pytest.raises(RefusedError):
        restore(session, version, by=cast.coach, now=NOW, shown=0)
    assert PrivateNote.objects.get().text == "Now"


def test_what_is_shown_in_a_refusal_is_what_is_saved(cast, clock):
    session = over(cast)
    make_private_note(session=session, text="Mine")
    make_shared_note(session=session, text="Ours")
    shown = {"private": 0, "shared": 7}
    with pytest.raises(ChangedMeanwhileError) as refused:
        save_notes(session, by=cast.coach, now=NOW, private="Mine 2", shared="Ours 2", shown=shown)
    assert (refused.value.current.text("private"), refused.value.current.text("shared")) == ("Mine", "Ours")


def test_reading_is_logged_by_ids_and_never_by_content(cast, client, clock):
    session = over(cast)
    make_private_note(session=session, text="Very private")
    client.force_login(cast.coach)
    with structlog.testing.capture_logs() as logged:
        client.get(f"/sessions/{session.pk}/notes/")
        client.get(f"/sessions/{session.pk}/notes/versions/")
    mine = [one for one in logged if one.get("session") == session.pk]
    assert [(one["event"], one["person"]) for one in mine] == [
        ("notes_read", cast.coach.pk),
        ("note_versions_read", cast.coach.pk),
    ]
    assert "Very private" not in str(logged)


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_of_versions_takes_the_same_number_of_queries(cast, client, clock, django_assert_num_queries, number):
    note = make_private_note(session=over(cast))
    for step in range(number):
        make_private_version(note=note, text=f"Text {step}", written_at=NOW - timedelta(days=step))
    client.force_login(cast.coach)
    with django_assert_num_queries(6):
        page = client.get(f"/sessions/{note.session_id}/notes/versions/").text
    assert page.count("&amp;show=") == min(number, 20)


@given(st.text(max_size=60), st.text(max_size=60))
def test_differences_hold_both_texts(before, after):
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.what != "in") == before
    assert "".join(one.text for one in pieces if one.what != "out") == after
    assert all(one.text for one in pieces)
