"""The library: who sees what of it, how it is searched, what is added to it, changed and taken out."""

from __future__ import annotations

import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.models import Resource
from tests.make import NOW, D, make_assignment, make_organization, make_resource
from tests.make_between import PDF_BYTES, make_article, make_draft, make_file_resource, make_suggestion

ARTICLE = {"title": "Clean feedback", "summary": "", "body": "Say **what** you saw.", "tags": "", "audience": "private"}


@pytest.fixture
def found(signed_in):
    """`found(viewer, "?q=…")`: the titles on that page of the library, in order."""

    def titles(viewer, query: str = "") -> list[str]:
        page = signed_in(viewer).get(reverse("library") + query).content.decode()
        return re.findall(r'<strong dir="auto">(.*?)</strong>', page)

    return titles


@pytest.fixture
def shelf(cast):
    """A resource of each audience."""
    make_article(added_by=cast.coach, title="Mayas own", audience="private", tags=["§secret§"])
    make_article(added_by=cast.coach, title="Northwinds", audience="organization", tags=["trust"])
    make_article(added_by=cast.outsider_coach, title="Lakesides", audience="organization", tags=["far"])
    make_article(added_by=cast.admin, title="Everybodys", tags=["trust"])
    make_resource(title="Imported")


@pytest.mark.parametrize(
    ("who", "titles"),
    [
        ("coach", ["Everybodys", "Imported", "Mayas own", "Northwinds"]),
        ("coachee", ["Everybodys", "Imported", "Northwinds"]),
        ("stranger_coach", ["Everybodys", "Imported", "Northwinds"]),
        ("outsider_coach", ["Everybodys", "Imported", "Lakesides"]),
        ("admin", ["Everybodys", "Imported", "Lakesides", "Northwinds"]),
    ],
)
def test_each_sees_what_is_for_them(cast, shelf, found, who, titles):
    assert found(getattr(cast, who)) == titles


def test_a_private_resource_shows_nowhere_to_others(cast, shelf, signed_in):
    private = Resource.objects.get(title="Mayas own")
    own = signed_in(cast.coach).get(reverse("library") + "?q=mayas").content.decode()
    assert "§secret§" in own
    for who in (cast.stranger_coach, cast.coachee, cast.admin):
        browser = signed_in(who)
        for query in ("", "?q=mayas", "?tag=§secret§", "?show=private", "?show=yours"):
            page = browser.get(reverse("library") + query).content.decode()
            assert "Mayas own" not in page
            assert "§secret§" not in page.replace(query[5:], "") if query.startswith("?tag") else "§secret§" not in page
        assert browser.get(reverse("resource", args=[private.pk])).status_code == 404
    assert "§secret§" not in signed_in(cast.admin).get(reverse("resource-new")).content.decode()
    assert "§secret§" in signed_in(cast.coach).get(reverse("resource-new")).content.decode()


def test_what_was_given_stays_open_to_who_got_it(cast, found, signed_in):
    suggested = make_article(added_by=cast.coach, title="Suggested", audience="private")
    attached = make_article(added_by=cast.coach, title="Attached", audience="private", archived_at=NOW - D)
    make_suggestion(coach=cast.coach, coachee=cast.coachee, resource=suggested)
    make_assignment(coach=cast.coach, coachee=cast.coachee).resources.add(attached)
    cast.relationship.ended_at = NOW - D
    cast.relationship.save()
    for one in (suggested, attached):
        assert signed_in(cast.coachee).get(reverse("resource", args=[one.pk])).status_code == 200
        assert signed_in(cast.other_coachee).get(reverse("resource", args=[one.pk])).status_code == 404
        assert signed_in(cast.coach).get(reverse("resource", args=[one.pk])).status_code == 200
    assert found(cast.coachee) == ["Suggested"]


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("uber", ["Über Führung"]),
        ("ÜBER fuhr", ["Über Führung"]),
        ("jose", ["Trust"]),
        ("lencioni", ["Trust"]),
        ("fuhrung trust", []),
        ("radical-cand", ["Trust"]),
        ("' | x:* & !", []),
        ("!!!", []),
        ("%", []),
    ],
)
def test_words_are_found_in_title_sentence_tags_and_text(cast, found, typed, titles):
    make_article(added_by=cast.coach, title="Über Führung", body="Wer führt?")
    make_article(
        added_by=cast.coach, title="Trust", summary="After José-Luis", tags=["radical candor"], body="Read Lencioni."
    )
    assert found(cast.coach, f"?q={typed}") == titles


def test_searching_uses_the_index(cast):
    make_article(added_by=cast.coach)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "resources_by_words" in Resource.objects.order_by().matching(["feedb"]).explain()


def test_the_list_is_narrowed_by_kind_tag_and_owner(cast, shelf, found):
    assert found(cast.coach, "?kind=link") == ["Imported"]
    assert found(cast.coach, "?tag=Trust") == ["Everybodys", "Northwinds"]
    assert found(cast.coach, "?show=yours") == ["Mayas own", "Northwinds"]
    assert found(cast.coach, "?show=private") == ["Mayas own"]
    assert found(cast.coach, "?show=yours&tag=trust&kind=article&q=north") == ["Northwinds"]


@pytest.mark.parametrize("query", ["?at=1", "?kind=x&show=x&sort=x", "?for=x", "?for=99999999999999999999", "?q=%00"])
def test_nonsense_in_the_address_is_no_error(cast, shelf, signed_in, query):
    assert signed_in(cast.coach).get(reverse("library") + query).status_code == 200


@pytest.mark.parametrize("sort", ["title", "newest"])
def test_pages_hold_each_resource_once_in_order_and_lead_back(cast, signed_in, sort):
    for number in range(45):
        make_resource(title=f"{'aBcÄ'[number % 4]} same" if number % 3 else f"Title {number:02}")
    browser, address, seen, pages = signed_in(cast.coach), f"{reverse('library')}?sort={sort}", [], []
    while address:
        page = browser.get(address).content.decode()
        pages.append(re.findall(r'href="/library/(\d+)/"', page))
        seen += pages[-1]
        older = re.search(r'href="([^"]+)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(pages) == 3
    assert len(set(seen)) == len(seen) == 45
    back = re.search(r'href="([^"]+)" rel="prev"', page)
    again = browser.get(back[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r'href="/library/(\d+)/"', again) == pages[1]


def test_a_long_library_takes_as_many_queries_as_a_short_one(cast, signed_in):
    def queries(viewer) -> int:
        browser = signed_in(viewer)
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(reverse("library")).status_code == 200
        return len(counted)

    def more(times: int) -> None:
        for _ in range(times):
            one = make_article(added_by=cast.coach, tags=["trust"])
            make_suggestion(coach=cast.coach, coachee=cast.coachee, resource=one)

    more(1)
    few = queries(cast.coachee), queries(cast.coach)
    more(30)
    assert (queries(cast.coachee), queries(cast.coach)) == few


# Adding and changing ------------------------------------------------------------------------------


def test_an_article_is_added_once_however_often_it_is_sent(cast, signed_in):
    make_draft(person=cast.coach, key="article:0", body="§draft§")
    browser = signed_in(cast.coach)
    page = browser.get(reverse("resource-new")).content.decode()
    assert "§draft§" in page
    form_id = re.search(r'name="form_id" value="([^"]+)"', page)[1]
    sent = {**ARTICLE, "tags": "Trust, feedback ,trust", "audience": "organization", "form_id": form_id}
    answers = [browser.post(reverse("resource-new"), sent) for _ in range(3)]
    [made] = Resource.objects.all()
    assert {answer["Location"] for answer in answers} == {reverse("resource", args=[made.pk])}
    assert (made.kind, made.tags, made.added_by, made.added_at) == ("article", ["feedback", "trust"], cast.coach, NOW)
    assert (made.audience, made.organization) == ("organization", cast.coach.organization)
    assert "§draft§" not in browser.get(reverse("resource-new")).content.decode()


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("article", {"body": " \n "}, "This field is required."),
        ("article", {"title": ""}, "This field is required."),
        ("article", {"title": "§title§", "tags": ",".join(map(str, range(11)))}, "At most 10 tags"),
        ("article", {"tags": "x" * 41}, "at most 40 characters"),
        ("article", {"audience": "everybody"}, "Select a valid choice"),
        ("link", {"url": "javascript:alert(1)"}, "Write the address of a web page"),
        ("link", {"url": "ftp://example.org/x"}, "Write the address of a web page"),
        ("link", {"url": "https://good.example@evil.example/"}, "Write the address of a web page"),
        ("link", {"url": "https://evil.example\\@good.example/"}, "Write the address of a web page"),
        ("link", {"url": "https://a b.example/"}, "Write the address of a web page"),
        ("link", {"url": "https://x:99999999/"}, "Write the address of a web page"),
        ("file", {}, "This field is required."),
        ("file", {"file": SimpleUploadedFile("x.pdf", b"<html><script>")}, "cannot be used"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(cast, signed_in, kind, changes, words):
    sent = {**ARTICLE, "summary": "§summary§", **changes}
    answer = signed_in(cast.coach).post(f"{reverse('resource-new')}?kind={kind}", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "§summary§" in answer.content.decode()
    assert not Resource.objects.exists()


def test_a_file_is_stored_and_given_out_as_an_attachment(cast, signed_in):
    file = SimpleUploadedFile("Work sheet.PDF", PDF_BYTES)
    sent = {"title": "Sheet", "audience": "private", "file": file}
    signed_in(cast.coach).post(f"{reverse('resource-new')}?kind=file", sent)
    [made] = Resource.objects.all()
    answer = signed_in(cast.coach).get(reverse("resource-file", args=[made.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="Work sheet.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer) == PDF_BYTES
    assert signed_in(cast.coachee).get(reverse("resource-file", args=[made.pk])).status_code == 404


@pytest.mark.parametrize(
    ("who", "audiences"),
    [
        ("coach", ["private", "organization"]),
        ("admin", ["organization", "everybody"]),
        ("coachee", None),
        ("delivery_manager", None),
    ],
)
def test_who_may_add_for_whom(cast, signed_in, who, audiences):
    answer = signed_in(getattr(cast, who)).get(reverse("resource-new"))
    offered = re.findall(r'name="audience" value="(\w+)"', answer.content.decode())
    assert (answer.status_code, offered) == ((404, []) if audiences is None else (200, audiences))


def test_a_coach_without_an_organization_keeps_it_private(cast, signed_in):
    type(cast.coach).objects.filter(pk=cast.coach.pk).update(organization=None)
    page = signed_in(cast.coach).get(reverse("resource-new")).content.decode()
    assert re.findall(r'name="audience" value="(\w+)"', page) == ["private"]


def test_two_tabs_do_not_write_over_each_other(cast, signed_in):
    one = make_article(added_by=cast.coach, title="Old", audience="private", tags=["trust"])
    browser, address = signed_in(cast.coach), reverse("resource-edit", args=[one.pk])
    assert browser.post(address, {**ARTICLE, "title": "§first§", "version": 0}).status_code == 302
    answer = browser.post(address, {**ARTICLE, "title": "§second§", "tags": "§mine§", "version": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("§first§") >= 1
    assert "§second§" in page
    one.refresh_from_db()
    assert (one.title, one.version, one.edited_at) == ("§first§", 1, NOW)
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert browser.post(address, {**ARTICLE, "title": "§second§", "version": version}).status_code == 302
    one.refresh_from_db()
    assert one.title == "§second§"


@pytest.mark.django_db(transaction=True)
def test_a_new_file_takes_the_place_of_the_old_one(cast, signed_in):
    one = make_file_resource(added_by=cast.coach, audience="private")
    old, sent = one.file, {"title": "New", "audience": "private", "version": 0}
    address = reverse("resource-edit", args=[one.pk])
    signed_in(cast.coach).post(address, {**sent, "title": "Without a file"})
    assert default_storage.exists(old)
    signed_in(cast.coach).post(address, {**sent, "version": 1, "file": SimpleUploadedFile("n.txt", b"new")})
    one.refresh_from_db()
    assert (one.file_name, one.file_size) == ("n.txt", 3)
    assert default_storage.exists(one.file)
    assert not default_storage.exists(old)


@pytest.mark.parametrize(("who", "status"), [("admin", 200), ("co_coach", 403), ("coachee", 403), ("outsider", 404)])
def test_others_do_not_change_it(cast, signed_in, who, status):
    shared = make_article(added_by=cast.coach, audience="organization")
    for name in ("resource-edit", "resource-removal"):
        assert signed_in(getattr(cast, who)).get(reverse(name, args=[shared.pk])).status_code == status


def test_an_admin_keeps_it_with_the_organization_of_its_owner(cast, signed_in):
    type(cast.admin).objects.filter(pk=cast.admin.pk).update(organization=make_organization())
    shared = make_article(added_by=cast.coach, audience="organization")
    sent = {**ARTICLE, "audience": "organization", "version": 0}
    assert signed_in(cast.admin).post(reverse("resource-edit", args=[shared.pk]), sent).status_code == 302
    shared.refresh_from_db()
    assert (shared.organization, shared.added_by) == (cast.coach.organization, cast.coach)


def test_what_is_taken_out_is_found_by_its_owner_and_brought_back(cast, found, signed_in):
    shared = make_article(added_by=cast.coach, title="Shared", audience="organization")
    signed_in(cast.coach).post(reverse("resource-removal", args=[shared.pk]))
    assert found(cast.coachee) == found(cast.coach) == []
    assert found(cast.coach, "?show=out") == found(cast.admin, "?show=out") == ["Shared"]
    assert found(cast.co_coach, "?show=out") == []
    assert signed_in(cast.coachee).get(reverse("resource", args=[shared.pk])).status_code == 404
    signed_in(cast.coach).post(reverse("resource-restored", args=[shared.pk]))
    assert found(cast.coachee) == ["Shared"]
