"""A goal before a session and a takeaway after it: a draft, shared, edited, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from activity.encouragement import engine
from activity.models import Event
from coaching.models import Relationship
from profiles.drafts import draft_of, save_draft
from sessions_app.models import MicroGoal, Session, Takeaway
from tests.make import NOW, ago, ahead, make_micro_goal, make_session, make_takeaway
from tests.profiles.reading import hooks, section, words

KINDS = {"goal": MicroGoal, "takeaway": Takeaway}
EVENTS = {"goal": "shared_micro_goal", "takeaway": "shared_takeaway"}
both_kinds = pytest.mark.parametrize("word", ["goal", "takeaway"])


def the_session(cast, word: str, **fields) -> Session:
    """The one that a goal or a takeaway is wanted for."""
    fields = {"starts_at": ahead(days=1)} | fields if word == "goal" else {"starts_at": ago(days=3)} | fields
    if word == "takeaway":
        fields.setdefault("status", "occurred")
    return make_session(coach=cast.coach, coachee=cast.coachee, **fields)


@pytest.fixture
def send(client, cast, clock):
    """`send(session, "goal/sharing/", text="…", version=-1)`: what the coachee's form answers."""

    def post(session: Session, path: str, who=None, **fields):
        client.force_login(who or cast.coachee)
        return client.post(f"/sessions/{session.pk}/{path}", fields)

    return post


def read(client, who, session: Session, path: str):
    client.force_login(who)
    return client.get(f"/sessions/{session.pk}/{path}")


@both_kinds
def test_a_draft_is_kept_and_shared_and_the_coach_reads_it_from_then_on(cast, send, page_of, word):
    session = the_session(cast, word)
    engine.sweep(NOW)
    rule = f"{word}s_unshared"
    assert rule in hooks(page_of(cast.coach, cast.coachee), "rule")
    assert send(session, f"{word}/", text="Say no once", version=-1).status_code == 302
    assert "Say no once" not in page_of(cast.coach, cast.coachee)
    assert rule in hooks(page_of(cast.coach, cast.coachee), "rule")
    answer = send(session, f"{word}/sharing/", text="Say no once.", version=0)
    assert answer["Location"] == f"/people/{cast.coachee.pk}/"
    page = page_of(cast.coach, cast.coachee)
    assert "Say no once." in section(page, "next-session" if word == "goal" else "last-session")
    assert (rule in hooks(page, "rule"), hooks(page, "action")) == (False, [EVENTS[word]])
    assert not engine.sweep(NOW).opened


@both_kinds
def test_the_same_form_twice_is_one_deed(cast, send, clock, word):
    session = the_session(cast, word)
    for _time in range(20):
        clock.shift(1)
        assert send(session, f"{word}/sharing/", text="Once.", version=-1).status_code == 302
    row = KINDS[word].objects.get()
    assert (row.shared_at, row.submitted_at, row.version, row.edited_at) == (row.shared_at, row.shared_at, 0, None)
    assert Event.objects.get().at == row.shared_at


@both_kinds
def test_an_edit_of_what_is_shared_says_so_and_keeps_its_place(cast, send, page_of, clock, word):
    session = the_session(cast, word)
    send(session, f"{word}/sharing/", text="First words.", version=-1)
    shared_at = KINDS[word].objects.get().shared_at
    clock.shift(60)
    send(session, f"{word}/", text="Better words.", version=0)
    row = KINDS[word].objects.get()
    assert (row.shared_at, row.edited_at - shared_at, row.version) == (shared_at, timedelta(minutes=1), 1)
    page = page_of(cast.coach, cast.coachee)
    assert "Better words. ” edited" in words(page) or "Better words.” edited" in words(page)
    assert Event.objects.get().at == shared_at


@both_kinds
def test_taking_back_makes_it_a_draft_that_asks_to_be_shared_again(cast, send, page_of, clock, word):
    session = the_session(cast, word)
    send(session, f"{word}/sharing/", text="Too much.", version=-1)
    send(session, f"{word}/", text="Far too much.", version=0)
    clock.shift(60)
    for _time in range(2):
        assert send(session, f"{word}/sharing/", back="yes").status_code == 302
    row = KINDS[word].objects.get()
    assert (row.shared_at, row.edited_at, row.text, row.version) == (None, None, "Far too much.", 2)
    page = page_of(cast.coach, cast.coachee)
    assert "too much" not in page
    assert hooks(page, "action") == []
    assert f"{word}s_unshared" in hooks(page, "rule")
    send(session, f"{word}/sharing/", text="Far too much.", version=2)
    assert Event.objects.get().at == NOW + timedelta(minutes=1)


@both_kinds
def test_a_share_that_comes_again_after_it_was_taken_back_asks_first(cast, send, word):
    session = the_session(cast, word)
    send(session, f"{word}/sharing/", text="Withdrawn.", version=-1)
    send(session, f"{word}/sharing/", back="yes")
    assert send(session, f"{word}/sharing/", text="Withdrawn.", version=-1).status_code == 409
    assert KINDS[word].objects.get().shared_at is None


@both_kinds
@pytest.mark.parametrize("text", ["", "  \r\n ", "\u200b\u00a0"])
def test_nothing_cannot_be_shared(cast, send, word, text):
    session = the_session(cast, word)
    answer = send(session, f"{word}/sharing/", text=text, version=-1)
    assert answer.status_code == 422
    assert "Write something before you share it." in words(answer.content.decode())
    assert not KINDS[word].objects.exists()
    row = (make_micro_goal if word == "goal" else make_takeaway)(session=session, shared=False, text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        KINDS[word].objects.filter(pk=row.pk).update(text=" ", shared_at=NOW)


@both_kinds
def test_what_is_shared_cannot_be_emptied_and_an_empty_draft_is_none(cast, send, word):
    session = the_session(cast, word)
    assert send(session, f"{word}/", text=" ", version=-1).status_code == 302
    assert not KINDS[word].objects.exists()
    send(session, f"{word}/sharing/", text="Stays.", version=-1)
    assert send(session, f"{word}/", text="", version=0).status_code == 422
    assert KINDS[word].objects.get().text == "Stays."


@both_kinds
def test_the_second_of_two_tabs_sees_both_texts_and_loses_neither(cast, send, word):
    session = the_session(cast, word)
    send(session, f"{word}/sharing/", text="From the first tab.", version=-1)
    answer = send(session, f"{word}/", text="From the second tab.", version=-1)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From the first tab." in page
    assert "From the second tab.</textarea>" in page
    assert 'name="version" value="0"' in page
    assert KINDS[word].objects.get().text == "From the first tab."
    assert send(session, f"{word}/", text="From the second tab.", version=0).status_code == 302


@both_kinds
def test_what_is_typed_after_sharing_stays_a_draft_until_it_is_saved(cast, client, send, page_of, word):
    session = the_session(cast, word)
    send(session, f"{word}/sharing/", text="Whole.", version=-1)
    save_draft(cast.coachee, f"{word}:{session.pk}", {"text": "Half a sen"}, 0, NOW)
    assert "Half a sen" in read(client, cast.coachee, session, f"{word}/").content.decode()
    assert "Half a sen" not in page_of(cast.coach, cast.coachee)
    send(session, f"{word}/", text="Half a sentence more.", version=0)
    assert draft_of(cast.coachee, f"{word}:{session.pk}") is None
    assert "Half a sentence more." in words(page_of(cast.coach, cast.coachee))


CLOSED = {
    "goal": [
        {"starts_at": ago(minutes=55)},
        {"starts_at": ago(days=2), "status": "occurred"},
        {"starts_at": ahead(days=1), "status": "cancelled"},
        {"starts_at": ahead(days=1), "kind": "complimentary"},
    ],
    "takeaway": [
        {"starts_at": ago(minutes=54), "status": "scheduled"},
        {"starts_at": ago(days=2), "status": "did_not_occur"},
        {"starts_at": ago(days=2), "status": "cancelled"},
        {"starts_at": ago(days=2), "kind": "complimentary", "status": "occurred"},
    ],
}


@pytest.mark.parametrize(("word", "fields"), [(word, fields) for word in CLOSED for fields in CLOSED[word]])
def test_where_it_is_not_the_time_it_can_be_read_and_nothing_typed_is_lost(cast, client, send, word, fields):
    session = the_session(cast, word, **fields)
    row = (make_micro_goal if word == "goal" else make_takeaway)(session=session, text="As it was.")
    page = read(client, cast.coachee, session, f"{word}/").content.decode()
    assert ("As it was." in page, "<form" in page.split("<main")[1]) == (True, False)
    for path, sent in ((f"{word}/", {"text": "Late."}), (f"{word}/sharing/", {"text": "Late."})):
        answer = send(session, path, version=0, **sent)
        assert (answer.status_code, "Late.</textarea>" in answer.content.decode()) == (403, True)
    assert send(session, f"{word}/sharing/", back="yes").status_code == 403
    row.refresh_from_db()
    assert (row.text, row.shared_at, row.version) == ("As it was.", ago(days=1), 0)


OPEN = {
    "goal": [{"starts_at": ago(minutes=54)}, {"kind": "flash"}, {"kind": "group"}],
    "takeaway": [{"starts_at": ago(minutes=55), "status": "scheduled"}, {"kind": "flash"}, {"kind": "group"}],
}


@pytest.mark.parametrize(("word", "fields"), [(word, fields) for word in OPEN for fields in OPEN[word]])
def test_where_it_is_the_time_it_can_be_shared(cast, send, word, fields):
    session = the_session(cast, word, **fields)
    assert send(session, f"{word}/sharing/", text="In time.", version=-1).status_code == 302
    assert KINDS[word].objects.get().shared_at == NOW


@both_kinds
def test_after_the_coaching_has_ended_the_coachee_reads_and_the_coach_does_not(cast, client, send, word):
    session = the_session(cast, word)
    (make_micro_goal if word == "goal" else make_takeaway)(session=session, text="From back then.")
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    page = words(read(client, cast.coachee, session, f"{word}/").content.decode())
    assert "The coaching has ended." in page
    assert "From back then." in page
    assert send(session, f"{word}/", text="More.", version=0).status_code == 403
    assert read(client, cast.coach, session, f"{word}/").status_code == 404


@both_kinds
def test_writing_is_the_coachees(cast, client, send, word):
    session = the_session(cast, word)
    row = (make_micro_goal if word == "goal" else make_takeaway)(session=session, text="Hers.")
    for who, status in ((cast.coach, 403), (cast.co_coach, 404), (cast.admin, 404), (cast.other_coachee, 404)):
        assert read(client, who, session, f"{word}/").status_code == status
        for path in (f"{word}/", f"{word}/sharing/"):
            assert send(session, path, who=who, text="Theirs.", version=0, back="yes").status_code == status
    row.refresh_from_db()
    assert (row.text, row.shared_at) == ("Hers.", ago(days=1))


@both_kinds
def test_numbers_and_texts_that_make_no_sense_are_no_error(cast, send, word):
    session = the_session(cast, word)
    for version in ("", "x", "9" * 40, "-1", "٣"):
        assert send(session, f"{word}/", text="a\x00b", version=version).status_code == 422
    assert send(session, f"{word}/sharing/", text="x" * 10_001, version=-1).status_code == 422
    assert send(Session(pk=10**20), f"{word}/", text="x").status_code == 404
    assert not KINDS[word].objects.exists()


def test_the_profile_leads_the_coachee_to_writing_and_the_coach_to_nothing(cast, send, page_of):
    ahead_of, over = the_session(cast, "goal"), the_session(cast, "takeaway")
    for rest in ("", "sessions/"):
        for session, word in ((ahead_of, "goal"), (over, "takeaway")):
            address = f'href="/sessions/{session.pk}/{word}/"'
            assert address in page_of(cast.coachee, cast.coachee, rest)
            assert address not in page_of(cast.coach, cast.coachee, rest)
    closed = the_session(cast, "takeaway", starts_at=ago(days=20), status="did_not_occur")
    assert f"/sessions/{closed.pk}/takeaway/" not in page_of(cast.coachee, cast.coachee, "sessions/")
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    assert f"/sessions/{over.pk}/takeaway/" not in page_of(cast.coachee, cast.coachee, "sessions/")
