"""The thread of an assignment: responded, answered, edited, read, and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from assignments.models import Assignment, Response, ResponseFile
from coaching.handover import hand_over
from coaching.models import Relationship
from config.files import opened
from notifications.models import Notification
from profiles.models import Draft
from tests.make import NOW, ago, ahead, make_assignment, make_resource, make_response, make_view
from tests.make_between import (
    PDF_BYTES,
    make_answer,
    make_assignment_file,
    make_draft,
    make_response_file,
)
from tests.make_edits import make_photo
from tests.profiles.reading import section, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(cast) -> Assignment:
    """What Maya gave to Amara."""
    return make_assignment(coach=cast.coach, coachee=cast.coachee, instructions="Choose **one** meeting.")


def url(given: Assignment, rest: str = "") -> str:
    return f"/assignments/{given.pk}/{rest}"


def pdf(name: str = "Map.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF_BYTES)


def form_id(page) -> str:
    return page.context["form"]["form_id"].value()


def test_everything_that_was_given_is_there(cast, given, signed_in):
    given.resources.add(seen := make_resource(title="Radical delegation"), make_resource(title="Unread"))
    make_view(coachee=cast.coachee, resource=seen, viewed_at=ago(days=2))
    make_assignment_file(assignment=given, name="Brief.pdf")
    page = signed_in(cast.coachee).get(url(given)).content.decode()
    said = section(page, "assignment")
    assert "<strong>one</strong>" in page
    for words_ in ("Maya Castellanos", "Given Mon 16 Nov", "Due 26 Nov", "Brief.pdf", "Not viewed yet"):
        assert words_ in said
    assert "Radical delegation Viewed Thu 19 Nov" in said


def test_a_response_is_read_and_told_of(cast, given, signed_in):
    amara = signed_in(cast.coachee)
    sent = {"text": "I chose **Monday**.", "files": [pdf()]}
    response = amara.post(url(given), sent)
    made = Response.objects.get()
    assert response.url == f"{url(given)}#response-{made.pk}"
    assert (made.sender, made.author, made.responded_at) == ("coachee", cast.coachee, NOW)
    assert list(Event.objects.values_list("kind", "object_id")) == [("responded_to_assignment", made.pk)]
    notice = Notification.objects.get()
    assert (notice.person, notice.kind, notice.by_mail) == (cast.coach, "response_given", False)
    for who in (cast.coachee, cast.coach):
        thread = section(signed_in(who).get(url(given)).content.decode(), "thread")
        assert "I chose Monday ." in thread
        assert "Map.pdf" in thread


def test_the_coach_answers_by_mail_and_nothing_is_an_action_of_the_coachees(cast, given, signed_in):
    signed_in(cast.coach).post(url(given), {"text": "Well done."})
    made = Response.objects.get()
    assert (made.sender, made.author) == ("coach", cast.coach)
    assert not Event.objects.exists()
    notice = Notification.objects.get()
    assert (notice.person, notice.kind, notice.by_mail) == (cast.coachee, "response_answered", True)
    assert "Well done" not in str(notice.facts)


def test_several_that_nobody_read_are_one_notice(cast, given, signed_in, clock):
    amara, maya = signed_in(cast.coachee), signed_in(cast.coach)
    for text in ("One", "Two"):
        amara.post(url(given), {"text": text})
        clock.shift(60)
    assert Notification.objects.count() == 1
    maya.get(url(given))
    assert Notification.objects.unread().count() == 0, "who looked needs no bell"
    amara.post(url(given), {"text": "Three"})
    assert Notification.objects.unread().count() == 1


def test_what_is_new_is_marked_until_it_was_looked_at(cast, given, signed_in):
    make_response(assignment=given, text="Mine")
    make_answer(assignment=given)
    amara = signed_in(cast.coachee)
    for early in (amara.head(url(given)), amara.get(url(given), headers={"Sec-Purpose": "prefetch"})):
        assert early.status_code == 200
    assert Response.objects.unread_by(cast.coachee).count() == 1, "fetching ahead is not looking"
    assert section(amara.get(url(given)).content.decode(), "thread").count("New") == 1
    assert "New" not in section(amara.get(url(given)).content.decode(), "thread")
    assert Response.objects.get(sender="coach").read_at == NOW
    assert Response.objects.unread_by(cast.coach).count() == 1, "that she looked does not read hers for him"


def test_one_form_sent_twenty_times_is_one_response(cast, given, signed_in):
    amara = signed_in(cast.coachee)
    sent = {"form_id": form_id(amara.get(url(given))), "text": "Once."}
    went = {amara.post(url(given), {**sent, "files": [pdf()]}).url for _ in range(20)}
    assert went == {f"{url(given)}#response-{Response.objects.get().pk}"}
    assert ResponseFile.objects.count() == 1
    amara.post(url(given), {**sent, "text": "Twice."})
    assert Response.objects.count() == 2, "other words are another response"


HTML = SimpleUploadedFile("a.html", b"<script>alert(1)</script>")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": "  "}, "Write something, or add a file."),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
        ({"text": "a\x00b"}, "Null characters are not allowed"),
        ({"text": "a", "files": [HTML]}, "cannot be used"),
        ({"text": "a", "files": [pdf(f"{number}.pdf") for number in range(6)]}, "at most 5 files"),
        ({"text": "a\x00b", "files": [pdf()]}, "Choose your files again"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_it_and_not_lost(cast, given, signed_in, sent, said):
    page = signed_in(cast.coachee).post(url(given), sent)
    assert page.status_code == 422
    assert said in words(page.content.decode())
    assert page.context["form"]["text"].value() == sent["text"]
    assert not Response.objects.exists()


def test_a_draft_is_shown_and_gone_when_it_is_sent(cast, given, signed_in):
    make_draft(person=cast.coachee, key=f"response:{given.pk}", text="Half a thought")
    amara = signed_in(cast.coachee)
    page = amara.get(url(given))
    assert page.context["form"]["text"].value() == "Half a thought"
    assert "Half a thought" not in signed_in(cast.coach).get(url(given)).content.decode()
    amara.post(url(given), {"text": "A whole one"})
    assert not Draft.objects.exists()


def test_an_own_response_is_edited_for_fifteen_minutes(cast, given, signed_in, clock):
    made = make_response(assignment=given, text="Tomas", responded_at=NOW)
    amara = signed_in(cast.coachee)
    assert "possible until 13:15" in section(amara.get(url(given)).content.decode(), "thread")
    clock.shift(14 * 60 + 59)
    edited = amara.post(f"/responses/{made.pk}/", {"text": "Tomás", "version": 0})
    assert edited.url == f"{url(given)}#response-{made.pk}"
    clock.shift(1)
    late = amara.post(f"/responses/{made.pk}/", {"text": "Too late", "version": 1})
    assert late.status_code == 403
    assert "can be edited for 15 minutes" in late.content.decode()
    assert "Too late" in late.content.decode(), "what was typed can be copied"
    made.refresh_from_db()
    assert (made.text, made.edited_at) == ("Tomás", NOW + timedelta(minutes=14, seconds=59))
    thread = section(signed_in(cast.coach).get(url(given)).content.decode(), "thread")
    assert "edited" in thread
    assert "possible until" not in thread


def test_only_who_wrote_it_edits_it(cast, given, signed_in):
    answer = make_answer(assignment=given, responded_at=NOW)
    response = make_response(assignment=given, responded_at=NOW - timedelta(minutes=1))
    sent = {"text": "Changed", "version": 0}
    for who, row, status in (
        (cast.coach, response, 403),
        (cast.coachee, answer, 403),
        (cast.co_coach, response, 404),
        (cast.former_coach, answer, 404),
        (cast.admin, answer, 404),
        (cast.coach, answer, 302),
        (cast.coachee, response, 302),
    ):
        assert signed_in(who).post(f"/responses/{row.pk}/", sent).status_code == status


def test_an_edit_leaves_something(cast, given, signed_in):
    made = make_response(assignment=given, text="Words", responded_at=NOW)
    kept = make_response_file(response=made)
    amara, path = signed_in(cast.coachee), f"/responses/{made.pk}/"
    refused = amara.post(path, {"text": "", "remove": [kept.pk], "version": 0})
    assert refused.status_code == 422
    assert "Write something, or leave a file." in refused.content.decode()
    assert amara.post(path, {"text": "", "version": 0}).status_code == 302
    assert ResponseFile.objects.get() == kept
    amara.post(path, {"text": "New", "remove": [kept.pk], "files": [pdf("Other.pdf")], "version": 1})
    assert [one.name for one in ResponseFile.objects.all()] == ["Other.pdf"]


def test_of_two_tabs_the_slower_is_told(cast, given, signed_in):
    made = make_response(assignment=given, text="First", responded_at=NOW)
    amara, path = signed_in(cast.coachee), f"/responses/{made.pk}/"
    amara.post(path, {"text": "Faster", "version": 0})
    slower = amara.post(path, {"text": "Slower", "version": 0})
    assert slower.status_code == 409
    assert all(text in slower.content.decode() for text in ("Faster", "Slower"))
    again = {"text": "Slower", "version": slower.context["form"]["version"].value()}
    assert amara.post(path, again).status_code == 302
    made.refresh_from_db()
    assert (made.text, made.version) == ("Slower", 2)


def test_after_the_end_the_coachee_reads_and_nobody_writes(cast, given, signed_in):
    made = make_response(assignment=given, text="Mine", responded_at=NOW)
    make_answer(assignment=given, text="Hers")
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    amara = signed_in(cast.coachee)
    page = amara.get(url(given)).content.decode()
    assert "This coaching has ended." in page
    assert "Hers" in page
    assert "<textarea" not in page
    assert "possible until" not in page
    for address in (url(given), url(given, "done/"), url(given, "reopened/"), f"/responses/{made.pk}/"):
        refused = amara.post(address, {"text": "One more", "version": 0})
        assert refused.status_code == 403
        assert "This coaching has ended." in refused.content.decode()
    assert signed_in(cast.coach).get(url(given)).status_code == 404
    assert Response.objects.count() == 2


def test_archived_it_takes_nothing_and_keeps_what_was_typed(cast, given, signed_in):
    Assignment.objects.update(archived_at=NOW)
    for who, said in ((cast.coachee, "Your coach can restore it."), (cast.coach, "Restore it to go on here.")):
        refused = signed_in(who).post(url(given), {"text": "All my words"})
        assert refused.status_code == 403
        assert said in refused.content.decode()
        assert "All my words" in refused.content.decode()
    assert not Response.objects.exists()


def test_a_new_coach_reads_what_the_former_one_answered(cast, given, signed_in):
    make_answer(assignment=given, text="From Maya")
    photo = make_photo(person=cast.coach)
    assert photo in signed_in(cast.coachee).get(url(given)).text
    hand_over(relationship=cast.relationship, to=cast.stranger_coach, by=cast.admin, now=NOW)
    thread = section(signed_in(cast.stranger_coach).get(url(given)).content.decode(), "thread")
    assert "Maya Castellanos" in thread
    assert "From Maya" in thread
    assert photo not in thread  # of another coach a coach learns the name
    assert photo not in signed_in(cast.coachee).get(url(given)).text
    assert signed_in(cast.coach).get(url(given)).status_code == 404


def test_files_go_to_the_two_and_never_open_as_a_page(cast, given, signed_in):
    made = make_response(assignment=given, text="See the map")
    addresses = [
        f"/responses/files/{make_response_file(response=made).pk}/",
        f"/assignments/files/{make_assignment_file(assignment=given).pk}/",
    ]
    for address in addresses:
        for who in (cast.coach, cast.coachee):
            answer = signed_in(who).get(address)
            assert b"".join(answer) == PDF_BYTES
            assert answer["Content-Disposition"].startswith("attachment")
        for who in (cast.co_coach, cast.former_coach, cast.admin, cast.delivery_manager):
            assert signed_in(who).get(address).status_code == 404


def test_what_a_response_brought_is_stored_and_goes_with_it(cast, given, signed_in):
    amara = signed_in(cast.coachee)
    amara.post(url(given), {"text": "", "files": [pdf()]})
    kept = ResponseFile.objects.get()
    assert (kept.name, kept.size, kept.added_at) == ("Map.pdf", len(PDF_BYTES), NOW)
    assert opened(kept.file).read() == PDF_BYTES


def test_long_threads_are_paged_with_the_newest_first_seen(cast, given, signed_in):
    for number in range(55):
        make_response(assignment=given, text=f"Line {number:02}", responded_at=ago(minutes=100 - number))
    maya = signed_in(cast.coach)
    newest = maya.get(url(given))
    assert "Line 54" in newest.content.decode()
    assert "Line 04" not in newest.content.decode()
    assert Response.objects.unread_by(cast.coach).count() == 5, "what was not shown was not read"
    earlier = maya.get(url(given) + newest.context["page"].thread.earlier)
    assert "Line 04" in earlier.content.decode()
    assert "Line 05" not in earlier.content.decode()


def test_thirty_lines_cost_as_much_as_one(cast, given, signed_in):
    def queries() -> int:
        client = signed_in(cast.coach)
        client.get(url(given))
        with CaptureQueriesContext(connection) as found:
            client.get(url(given))
        return len(found)

    make_response_file(response=make_response(assignment=given, responded_at=ago(days=2)))
    few = queries()
    for number in range(30):
        made = make_answer(assignment=given, responded_at=ago(minutes=number))
        make_response_file(response=made)
        given.resources.add(make_resource())
        make_assignment_file(assignment=given)
    assert queries() == few


def test_what_is_dated_later_is_not_there_yet(cast, given, signed_in):
    later = make_response(assignment=given, text="From tomorrow", responded_at=ahead(days=1))
    amara = signed_in(cast.coachee)
    assert "From tomorrow" not in amara.get(url(given)).content.decode()
    assert amara.get(f"/responses/{later.pk}/").status_code == 404
    Assignment.objects.update(assigned_at=ahead(days=1))
    assert amara.get(url(given)).status_code == 404


def test_odd_addresses_are_no_error(cast, given, signed_in):
    amara = signed_in(cast.coachee)
    for address in (url(given) + "?before=9.9", url(given) + "?after=%00", url(given) + "?before=99999999999999999.1"):
        assert amara.get(address).status_code == 200
    for address in (f"/assignments/{'9' * 40}/", f"/responses/{'9' * 40}/", f"/responses/files/{'9' * 40}/"):
        assert amara.get(address).status_code == 404
    made = make_response(assignment=given, responded_at=NOW)
    for sent in ({"version": "9" * 30}, {"version": "x"}, {"remove": "\x00"}, {"remove": "9" * 30}, {}):
        assert amara.post(f"/responses/{made.pk}/", {"text": "Odd", **sent}).status_code == 422
