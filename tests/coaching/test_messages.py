"""Conversations: writing, reading, and what is told of them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from activity.encouragement import engine
from activity.models import Encouragement, Event
from coaching.message_actions import draft_key, send_message
from coaching.models import Message, MessageFile
from notifications.models import Notification
from profiles.drafts import draft_of, save_draft
from profiles.once import new_form_id
from tests.make import NOW, ago, ahead, make_message, make_relationship
from tests.make_between import PDF_BYTES
from tests.profiles.reading import section

H = timedelta(hours=1)


def older(page: str) -> str:
    """The query string of the part before this one; nothing when there is none."""
    found = re.search(r'href="([^"]*)" hx-get', page)
    return unescape(found[1]) if found else ""


def address(person, rest: str = "") -> str:
    return f"/people/{person.pk}/messages/{rest}"


def say(by, cast, text: str = "It worked.", **fields) -> Message:
    pair = {"coach_id": cast.coach.pk, "coachee_id": cast.coachee.pk}
    return send_message(**pair, by=by, now=fields.pop("now", NOW), text=text, **fields)


def test_the_newest_message_stands_at_the_bottom_under_its_day(cast, page_of):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_message(**pair, text="Well done.", sender="coach", sent_at=ago(hours=1))
    make_message(**pair, text="It worked.", sent_at=ago(hours=30))
    make_message(**pair, text="Not yet.", sent_at=ahead(seconds=1))
    shown = section(page_of(cast.coach, address(cast.coachee)), "messages")
    assert "Yesterday It worked. Amara Okafor , 07:00 Today Well done. You, 12:00 Sent" in shown
    assert "Not yet." not in shown


def test_older_messages_are_on_further_pages(cast, page_of):
    for number in range(70):
        make_message(coach=cast.coach, coachee=cast.coachee, text=f"No {number:02}.", sent_at=NOW - number // 2 * H)
    seen, query = [], ""
    while True:
        page = page_of(cast.coach, address(cast.coachee, query))
        seen += [number for number in range(70) if f"No {number:02}." in page]
        if not (query := older(page)):
            break
    assert sorted(seen) == list(range(70))


def test_scrolling_up_brings_the_older_part_and_takes_its_last_day_from_the_page(cast, page_of, client):
    for number in range(40):
        make_message(coach=cast.coach, coachee=cast.coachee, text=f"No {number:02}.", sent_at=NOW - number * H)
    page = page_of(cast.coach, address(cast.coachee))
    part = client.get(address(cast.coachee, older(page)), headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "No 39." in part
    assert "No 29." not in part
    assert '<h3 id="day-2026-11-20" hx-swap-oob="delete"></h3>' in part
    assert 'id="day-2026-11-20"' in page


def test_coachees_with_several_coaches_choose_a_conversation(cast, page_of):
    make_message(coach=cast.coach, coachee=cast.coachee, text="For Maya.")
    make_message(coach=cast.former_coach, coachee=cast.coachee, text="For Felix.", sent_at=ago(days=99))
    for coach, text in ((cast.coach, "For Maya."), (cast.former_coach, "For Felix.")):
        page = page_of(cast.coachee, address(cast.coachee, f"?with={coach.pk}"))
        assert [one for one in ("For Maya.", "For Felix.") if one in page] == [text]
    page_of(cast.coachee, address(cast.coachee, f"?with={cast.outsider_coach.pk}"))
    page_of(cast.coachee, address(cast.coachee, "?with=%00"))


def test_nobody_chooses_a_conversation_of_others(cast, page_of):
    make_message(coach=cast.co_coach, coachee=cast.coachee, text="For Cornelia.")
    page = page_of(cast.coach, address(cast.coachee, f"?with={cast.co_coach.pk}"))
    assert "For Cornelia." not in page


@pytest.mark.parametrize(("who", "sender", "events"), [("coach", "coach", 0), ("coachee", "coachee", 1)])
def test_a_message_is_sent_and_shows_in_the_feed_when_it_is_the_coachees(cast, post, who, sender, events):
    answer = post(getattr(cast, who), "person-messages", cast.coachee, text=" **Done**\r\nby noon ")
    assert answer.status_code == 302
    message = Message.objects.get()
    assert (message.sender, message.text, message.sent_at) == (sender, "**Done**\nby noon", NOW)
    assert message.coachee == cast.coachee
    assert Event.objects.filter(kind="sent_message", object_id=message.pk).count() == events


def test_a_message_ends_the_silence_at_once(cast):
    make_message(coach=cast.coach, coachee=cast.coachee, sent_at=ago(days=9))
    engine.sweep(NOW)
    silent = Encouragement.objects.open(NOW).filter(relationship=cast.relationship, rule="messages_silent")
    assert silent.count() == 1
    say(cast.coach, cast)
    assert silent.count() == 0
    left = engine.sweep(NOW)
    assert (left.opened, left.cleared) == (0, 0)


def test_the_same_form_sent_twenty_times_is_one_message(cast, post):
    form = {"form_id": new_form_id(cast.coachee), "text": "Once."}
    answers = {post(cast.coachee, "person-messages", cast.coachee, **form)["Location"] for _ in range(20)}
    assert len(answers) == 1
    assert Message.objects.count() == 1
    post(cast.coachee, "person-messages", cast.coachee, **form | {"text": "Twice."})
    assert Message.objects.count() == 2


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "x" * 20_001, "a\x00b"])
def test_what_cannot_be_sent_stays_in_the_form(cast, post, text):
    answer = post(cast.coachee, "person-messages", cast.coachee, text=text)
    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert escape(text.strip()) in answer.text
    assert not Message.objects.exists()


def test_files_go_along_and_are_only_for_the_two(cast, client, clock):
    client.force_login(cast.coachee)
    files = [SimpleUploadedFile(f"Plan {number}.pdf", PDF_BYTES) for number in (1, 2)]
    maya = address(cast.coachee, f"?with={cast.coach.pk}")
    assert client.post(maya, {"text": "", "files": files}).status_code == 302
    assert [one.name for one in MessageFile.objects.order_by("pk")] == ["Plan 1.pdf", "Plan 2.pdf"]
    file = MessageFile.objects.first()
    for who, status in {"coachee": 200, "coach": 200, "co_coach": 404, "former_coach": 404, "admin": 404}.items():
        client.force_login(getattr(cast, who))
        answer = client.get(f"/messages/files/{file.pk}/")
        assert answer.status_code == status
        assert status == 404 or answer["Content-Disposition"] == 'attachment; filename="Plan 1.pdf"'
    client.force_login(cast.coach)
    assert f"/messages/files/{file.pk}/" in client.get(address(cast.coachee)).text


def test_files_that_are_refused_send_nothing(cast, client, clock):
    client.force_login(cast.coachee)
    bad = SimpleUploadedFile("page.html", b"<html><script>alert(1)</script>\x00")
    answer = client.post(address(cast.coachee), {"text": "Look.", "files": [bad]})
    assert answer.status_code == 422
    assert "Look." in answer.text
    assert not Message.objects.exists()


def test_reading_marks_what_was_shown_and_the_other_side_sees_it(cast, page_of, clock):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    for number in reversed(range(31)):
        make_message(**pair, sender="coach", text=f"No {number}.", sent_at=ago(minutes=number))
    assert "No 0. You, 13:00 Sent" in section(page_of(cast.coach, address(cast.coachee)), "messages")
    clock.shift(120)
    page_of(cast.coachee, address(cast.coachee, f"?with={cast.coach.pk}"))
    assert Message.objects.filter(read_at=ahead(minutes=2)).count() == 30
    assert Message.objects.get(text="No 30.").read_at is None
    assert "No 0. You, 13:00 Read 13:02" in section(page_of(cast.coach, address(cast.coachee)), "messages")


@pytest.mark.parametrize("how", [{"HTTP_SEC_PURPOSE": "prefetch"}, {"REQUEST_METHOD": "HEAD"}])
def test_what_is_fetched_ahead_was_not_read(cast, client, clock, how):
    make_message(coach=cast.coach, coachee=cast.coachee, sender="coach")
    client.force_login(cast.coachee)
    client.get(address(cast.coachee), **how)
    assert Message.objects.get().read_at is None


def test_the_bar_counts_what_is_unread_until_it_is_shown(cast, client, clock):
    make_message(coach=cast.coach, coachee=cast.coachee)
    make_message(coach=cast.former_coach, coachee=cast.coachee)
    client.force_login(cast.coach)
    counts = [
        [item.count for item in client.get(path).context["navigation"] if item.label == "Messages"]
        for path in ("/coachees/", address(cast.coachee), "/coachees/")
    ]
    assert counts == [["1"], [""], [""]]


def test_when_the_relationship_has_ended_the_coachee_reads_and_nobody_writes(cast, client, clock, page_of):
    make_message(coach=cast.former_coach, coachee=cast.coachee, text="From before.", sent_at=ago(days=40))
    felix = address(cast.coachee, f"?with={cast.former_coach.pk}")
    page = page_of(cast.coachee, felix)
    assert "From before." in page
    assert "has ended" in page
    assert "<textarea" not in section_html(page)
    answer = client.post(felix, {"text": "Too late."})
    assert answer.status_code == 403
    assert "Too late." in answer.text
    client.force_login(cast.former_coach)
    assert client.post(address(cast.coachee), {"text": "Hello?"}).status_code == 404
    assert Message.objects.count() == 1


def section_html(page: str) -> str:
    return page.split('data-section="messages"', 1)[1].split("</section>", 1)[0]


def test_nobody_writes_to_somebody_else_by_a_wrong_address(cast, post, client):
    for asked in (cast.outsider_coach.pk, "x", ""):
        client.force_login(cast.coachee)
        assert client.post(address(cast.coachee, f"?with={asked}"), {"text": "Hello."}).status_code == 404
    assert not Message.objects.exists()


def test_a_relationship_that_resumes_continues_the_conversation(cast, post):
    make_relationship(coach=cast.former_coach, coachee=cast.coachee, started_at=ago(days=1))
    assert post(cast.former_coach, "person-messages", cast.coachee, text="Back again.").status_code == 302


def test_the_draft_is_given_back_until_the_message_is_sent(cast, page_of):
    key = draft_key(cast.coach.pk, cast.coachee.pk)
    save_draft(cast.coachee, key, {"text": "Half a thought"}, 0, NOW)
    save_draft(cast.coach, key, {"text": "Of the coach"}, 0, NOW)
    page = page_of(cast.coachee, address(cast.coachee, f"?with={cast.coach.pk}"))
    assert "Half a thought" in page
    assert "Of the coach" not in page
    say(cast.coachee, cast, "A whole one")
    assert draft_of(cast.coachee, key) is None
    assert draft_of(cast.coach, key) is not None


def test_as_many_queries_for_thirty_as_for_one(cast, queries_of, client):
    say(cast.coachee, cast)
    one = queries_of(cast.coach, address(cast.coachee))
    for number in range(29):
        message = say(cast.coachee, cast, f"No {number}", now=NOW - timedelta(minutes=number))
        MessageFile.objects.create(message=message, file=f"messages/{number}.pdf", name="a.pdf", size=1)
    assert queries_of(cast.coach, address(cast.coachee)) == one


def test_messages_at_one_instant_stay_in_the_order_in_which_they_were_sent(cast):
    texts = ["One.", "Two.", "Two.", "Three."]
    for text in texts:
        say(cast.coach, cast, text)
    say(cast.coach, cast, "By a clock that was read earlier.", now=NOW - timedelta(seconds=3))
    found = list(Message.objects.order_by("sent_at", "pk").values_list("text", flat=True))
    assert found == [*texts, "By a clock that was read earlier."]


def test_notices_hold_no_word_of_a_message(cast):
    say(cast.coach, cast, "Very private.")
    notice = Notification.objects.get()
    assert "private" not in str(vars(notice))
    assert (notice.person, notice.in_product, notice.next_try_at) == (cast.coachee, False, ahead(minutes=10))
