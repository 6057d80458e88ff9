"""What a coach gives, changes, puts away and looks over."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.giving import Written, archive, edit, give
from assignments.models import Assignment, AssignmentFile, AssignmentTemplate, TemplateFile
from coaching.models import Relationship
from notifications.models import Notification
from notifications.words import words_for
from profiles.models import Draft, Person
from profiles.versions import ChangedMeanwhileError
from tests.assignments.test_thread import pdf
from tests.make import NOW, ago, ahead, make_assignment, make_coachee, make_resource, make_response
from tests.make_between import (
    make_answer,
    make_article,
    make_assignment_file,
    make_draft,
    make_template,
    make_template_file,
)
from tests.profiles.reading import link, words

pytestmark = pytest.mark.django_db
NEW = "/assignments/new/"
SENT = {"title": "Say no once", "instructions": "Choose **one** meeting.", "due_on": "2026-11-28"}


@pytest.fixture
def maya(cast, signed_in):
    return signed_in(cast.coach)


@pytest.fixture
def given(cast) -> Assignment:
    """What Maya gave to Amara, with a response."""
    return make_assignment(coach=cast.coach, coachee=cast.coachee, title="Map your allies")


def url(given: Assignment, rest: str) -> str:
    return f"/assignments/{given.pk}/{rest}/"


def test_one_for_several_with_all_that_comes_along(cast, maya):
    article = make_article(added_by=cast.coach, audience="private")
    chosen = {
        "coachees": [cast.coachee.pk, cast.other_coachee.pk],
        "resources": [article.pk],
        "files": [pdf("Map.pdf")],
    }
    assert maya.post(NEW, {**SENT, **chosen}).url == "/assignments/"
    rows = list(Assignment.objects.order_by("coachee__name"))
    assert [(row.coachee, row.coach, row.title, row.due_on, row.assigned_at) for row in rows] == [
        (coachee, cast.coach, "Say no once", date(2026, 11, 28), NOW) for coachee in (cast.coachee, cast.other_coachee)
    ]
    assert [row.resources.get() for row in rows] == [article, article]
    assert len({row.files.get().file for row in rows}) == 1
    assert "Given to 2 people." in words(maya.get("/assignments/").content.decode())
    told = {one.person: words_for([one], one.person, NOW)[0] for one in Notification.objects.all()}
    assert told[cast.coachee].sentence == "Maya Castellanos gave you an assignment."
    assert told[cast.coachee].url == f"/assignments/{rows[0].pk}/"


def test_a_form_sent_twice_gives_once(cast, maya):
    form_id = maya.get(NEW).context["form"]["form_id"].value()
    sent = {**SENT, "coachees": [cast.coachee.pk], "form_id": form_id}
    first, second = (maya.post(NEW, {**sent, "files": [pdf()]}).url for _time in range(2))
    assert first == second == f"/assignments/{Assignment.objects.get().pk}/"
    assert (AssignmentFile.objects.count(), Notification.objects.count()) == (1, 1)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(cast, maya):
    article = make_article()
    sent = {**SENT, "title": " ", "resources": [article.pk], "files": [pdf()], "as_template": "on"}
    response = maya.post(NEW, sent)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert {*errors} == {"title", "coachees", "files"}
    page = response.content.decode()
    assert "Choose your files again" in page
    assert "Choose **one** meeting." in page
    assert f'id="resource-{article.pk}" value="{article.pk}" checked' in page
    assert 'name="as_template"' in page
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("day", ["2026-11-20", "0001-01-01", "9999-12-31", "2026-02-30", "soon", ""])
def test_a_day_that_cannot_be(cast, maya, day):
    response = maya.post(NEW, {**SENT, "coachees": [cast.coachee.pk], "due_on": day})
    assert response.status_code == 422
    assert response.context["form"].errors["due_on"]


def test_due_days_are_those_of_each_coachee(cast, maya, clock):
    """Shortly after midnight in Madrid it is still the day before in Chicago, and long the 22nd in Auckland."""
    Person.objects.filter(pk=cast.other_coachee.pk).update(timezone="Pacific/Auckland")
    sent = {**SENT, "due_on": "2026-11-21"}
    assert maya.post(NEW, {**sent, "coachees": [cast.coachee.pk]}).status_code == 302
    response = maya.post(NEW, {**sent, "coachees": [cast.coachee.pk, cast.other_coachee.pk]})
    assert "For Jonas Lindqvist it is 22 Nov already." in response.content.decode()
    assert Assignment.objects.count() == 1


def test_only_to_those_whom_they_coach(cast, maya):
    for person in (cast.strangers_coachee, cast.deactivated, cast.coach):
        response = maya.post(NEW, {**SENT, "coachees": [cast.coachee.pk, person.pk]})
        assert response.status_code == 422
    assert cast.strangers_coachee.name not in maya.get(NEW).content.decode()
    Relationship.objects.filter(coach=cast.coach, coachee=cast.coachee).update(ended_at=ago(hours=1))
    assert maya.post(NEW, {**SENT, "coachees": [cast.coachee.pk]}).status_code == 422
    assert not Assignment.objects.exists()


def test_only_what_they_may_give_along(cast, maya):
    """A private article that another coach gave to Maya as her coachee is not hers to pass on."""
    theirs = make_article(added_by=cast.co_coach, audience="private", title="Cornelias own")
    gone = make_article(title="Taken out", archived_at=ago(days=1))
    make_assignment(coach=cast.co_coach, coachee=cast.coach).resources.add(theirs)
    for resource in (theirs, gone):
        response = maya.post(NEW, {**SENT, "coachees": [cast.coachee.pk], "resources": [resource.pk]})
        assert response.context["form"].errors["resources"]
    found = maya.get("/assignments/resources/", {"find": "own"}).content.decode()
    assert "Cornelias own" not in found
    assert not Assignment.objects.filter(coach=cast.coach).exists()


def test_resources_are_looked_for_and_the_chosen_ones_stay(cast, maya):
    chosen, found = make_article(title="Radical candor"), make_article(title="The GROW model", tags=["classic"])
    make_article(title="Nothing like it")
    page = maya.get("/assignments/resources/", {"find": "Classic grow", "resources": [chosen.pk, "x\0"]})
    titles = [one.label for one in page.context["resources"].choices]
    assert titles == ["Radical candor", "The GROW model"]
    assert found.pk in [one.value for one in page.context["resources"].choices if not one.checked]
    # The same without JavaScript: the form comes back as it was.
    again = maya.post(
        NEW, {**SENT, "look": "1", "find": "grow", "resources": [chosen.pk], "coachees": [cast.coachee.pk]}
    )
    assert [one.label for one in again.context["resources"].choices] == titles
    assert again.context["form"]["title"].value() == "Say no once"
    assert not Assignment.objects.exists()


def test_the_form_begins_where_one_comes_from(cast, maya):
    article = make_article()
    template = make_template(owner=cast.coach, title="Stakeholder map", due_in_days=3)
    template.resources.add(article)
    file = make_template_file(template=template)
    page = maya.get(NEW, {"coachee": cast.coachee.pk, "template": template.pk})
    form = page.context["form"]
    assert (form["title"].value(), form["due_on"].value()) == ("Stakeholder map", date(2026, 11, 24))
    assert [one.label for one in page.context["recipients"] if one.checked] == ["Amara Okafor"]
    sent = {**SENT, "coachees": [cast.coachee.pk, cast.other_coachee.pk], "resources": [article.pk]}
    maya.post(f"{NEW}?template={template.pk}", sent)
    made = Assignment.objects.order_by("pk")
    assert {(row.given_from, row.files.get().file) for row in made} == {(template, file.file)}
    maya.post(f"{NEW}?template={template.pk}", {**sent, "title": "Bare", "without": [file.pk]})
    assert not AssignmentFile.objects.filter(assignment__title="Bare").exists()
    theirs = make_template(owner=cast.co_coach, title="Not yours")
    assert "Not yours" not in maya.get(NEW, {"template": theirs.pk, "coachee": "9" * 30}).content.decode()
    assert maya.get(NEW, {"resource": article.pk}).context["resources"].choices[0].checked


def test_it_is_kept_as_a_template_too(cast, maya):
    sent = {**SENT, "coachees": [cast.coachee.pk], "as_template": "on", "files": [pdf("Map.pdf")]}
    maya.post(NEW, sent)
    template = AssignmentTemplate.objects.get()
    assert (template.owner, template.title, template.due_in_days) == (cast.coach, "Say no once", 7)
    assert TemplateFile.objects.get().file == AssignmentFile.objects.get().file


def test_a_draft_is_there_again_and_goes_with_the_form(cast, maya):
    key = f"assignment:{cast.coachee.pk}"
    make_draft(person=cast.coach, key=key, title="Half a", instructions="thought", due_on="2026-11-20")
    address = f"{NEW}?coachee={cast.coachee.pk}"
    form = maya.get(address).context["form"]
    assert (form["title"].value(), form["due_on"].value()) == ("Half a", date(2026, 11, 28))
    maya.post(address, {**SENT, "coachees": [cast.coachee.pk]})
    assert not Draft.objects.exists()


# Changing -----------------------------------------------------------------------------------------


def test_an_edit_changes_words_files_and_resources(cast, maya, given):
    old = make_assignment_file(assignment=given, name="Old.pdf")
    given.resources.add(make_article())
    sent = {**SENT, "version": 0, "without": [old.pk], "files": [pdf("New.pdf")], "resources": [make_article().pk]}
    assert maya.post(url(given, "edit"), sent).url == f"/assignments/{given.pk}/"
    given.refresh_from_db()
    assert (given.title, given.edited_at, given.version) == ("Say no once", NOW, 1)
    assert [one.name for one in given.files.all()] == ["New.pdf"]
    assert list(given.resources.values_list("pk", flat=True)) == sent["resources"]


def test_sent_unchanged_it_is_not_edited(maya, given):
    sent = {"title": given.title, "instructions": given.instructions, "due_on": given.due_on, "version": 0}
    assert maya.post(url(given, "edit"), sent).status_code == 302
    given.refresh_from_db()
    assert (given.version, given.edited_at) == (0, None)


def test_two_tabs_do_not_write_over_each_other(maya, given):
    maya.post(url(given, "edit"), {**SENT, "version": 0})
    response = maya.post(url(given, "edit"), {**SENT, "title": "Mine", "version": 0})
    assert response.status_code == 409
    assert "Title Say no once Mine" in words(response.content.decode())
    assert 'name="version" value="1"' in response.content.decode()
    given.refresh_from_db()
    assert given.title == "Say no once"
    assert maya.post(url(given, "edit"), {**SENT, "title": "Mine", "version": 1}).status_code == 302


def test_files_of_an_edit_sent_twice_come_once(maya, given):
    form_id = maya.get(url(given, "edit")).context["form"]["form_id"].value()
    for _time in range(2):
        assert (
            maya.post(url(given, "edit"), {**SENT, "version": 0, "form_id": form_id, "files": [pdf()]}).status_code
            == 302
        )
    assert given.files.count() == 1


def test_a_day_that_has_passed_may_stay(cast, maya):
    late = make_assignment(coach=cast.coach, coachee=cast.coachee, due_on=date(2026, 11, 1))
    assert maya.post(url(late, "edit"), {**SENT, "due_on": "2026-11-01", "version": 0}).status_code == 302
    assert maya.post(url(late, "edit"), {**SENT, "due_on": "2026-11-02", "version": 1}).status_code == 422


def test_what_was_taken_out_of_the_library_may_stay_attached(cast, maya, given):
    given.resources.add(article := make_article(archived_at=ago(days=1)))
    assert maya.post(url(given, "edit"), {**SENT, "version": 0, "resources": [article.pk]}).status_code == 302
    assert given.resources.get() == article


def test_files_that_two_share_stay_until_the_last_goes(cast, given, django_capture_on_commit_callbacks):
    other = make_assignment(coach=cast.coach, coachee=cast.other_coachee)
    file = make_assignment_file(assignment=given)
    twin = AssignmentFile.objects.create(assignment=other, file=file.file, name=file.name, size=file.size)
    for row, one, stays in ((given, file, True), (other, twin, False)):
        with django_capture_on_commit_callbacks(execute=True):
            edit(
                assignment=row,
                by=cast.coach,
                written=Written("Without", without=[one.pk]),
                due_on=row.due_on,
                version=0,
                now=NOW,
            )
        assert default_storage.exists(file.file) is stays


def test_archive_and_restore_with_the_counts(cast, maya, given, signed_in):
    tab = f"/people/{cast.coachee.pk}/assignments/"
    assert "Archive this assignment" in maya.get(url(given, "archived")).content.decode()
    for _time in range(2):
        response = maya.post(url(given, "archived"), follow=True)
        assert "It is put away" in response.content.decode()
    assert "In progress 0 Completed 0 Archived 1" in words(maya.get(tab).content.decode())
    assert "In progress 0 Completed 0 Archived 1" in words(maya.get("/assignments/").content.decode())
    for _time in range(2):
        assert maya.post(url(given, "restored")).status_code == 302
    assert "In progress 1 Completed 0 Archived 0" in words(maya.get(tab).content.decode())


def test_the_first_archiving_counts(given):
    assert archive(assignment=given, now=NOW)
    assert not archive(assignment=given, now=ahead(days=1))
    given.refresh_from_db()
    assert given.archived_at == NOW


@pytest.mark.parametrize("who", ["co_coach", "former_coach", "admin", "delivery_manager", "stranger_coach"])
def test_nobody_else_changes_it(cast, given, signed_in, who):
    browser = signed_in(getattr(cast, who))
    for rest in ("edit", "archived", "restored"):
        assert browser.post(url(given, rest), {**SENT, "version": 0}).status_code == 404
    for rest in ("edit", "archived", "restored"):
        assert signed_in(cast.coachee).post(url(given, rest)).status_code == 403
    given.refresh_from_db()
    assert (given.title, given.archived_at) == ("Map your allies", None)


def test_a_slower_verb_says_so(cast, given):
    about = {"assignment": given, "by": cast.coach, "due_on": given.due_on, "version": 0, "now": NOW}
    edit(**about, written=Written("First"))
    with pytest.raises(ChangedMeanwhileError):
        edit(**about, written=Written("Second"))


# Looking over -------------------------------------------------------------------------------------


def test_the_overview_is_across_coachees_and_narrows(cast, maya, given):
    late = make_assignment(coach=cast.coach, coachee=cast.other_coachee, title="Late", due_on=date(2026, 11, 20))
    make_response(assignment=late, responded_at=ago(hours=2))
    make_response(assignment=given, responded_at=ago(days=1))
    given.responses.update(read_at=NOW)
    make_answer(assignment=given)
    done = make_assignment(coach=cast.coach, coachee=cast.coachee, title="Done", completed_at=ago(days=1))
    make_response(assignment=done)
    make_assignment(coach=cast.co_coach, coachee=cast.coachee, title="Cornelias")
    page = words(maya.get("/assignments/").content.decode())
    assert "In progress 2 Completed 1 Archived 0" in page
    assert "All Overdue 1 New responses 1 New responses also in Completed (1)" in page
    assert "Late Jonas Lindqvist 1 response, today 1 new response Overdue since 20 Nov" in page
    assert page.index("Late Jonas") < page.index("Map your allies Amara Okafor 1 response, yesterday Due")
    assert "Cornelias" not in page

    def shown(**asked) -> list[str]:
        return [row.title for row in maya.get("/assignments/", asked).context["page"].rows]

    assert shown(coachee=cast.coachee.pk) == ["Map your allies"]
    assert shown(coachee=cast.strangers_coachee.pk) == ["Late", "Map your allies"]
    assert shown(only="overdue") == shown(only="unread") == ["Late"]
    assert shown(state="completed", only="unread") == ["Done"]
    assert shown(state="\0", only="x", before="9" * 40) == ["Late", "Map your allies"]


def test_late_is_late_where_the_coachee_is(cast, maya):
    make_assignment(coach=cast.coach, coachee=cast.coachee, due_on=date(2026, 11, 21))
    assert maya.get("/assignments/", {"only": "overdue"}).context["page"].rows == []
    Person.objects.filter(pk=cast.coachee.pk).update(timezone="Pacific/Auckland")
    assert len(maya.get("/assignments/", {"only": "overdue"}).context["page"].rows) == 1


def test_pages_of_the_overview(cast, maya):
    for number in range(35):
        make_assignment(coach=cast.coach, coachee=cast.coachee, title=f"Task {number}", due_on=date(2026, 12, 1))
    first = maya.get("/assignments/", {"coachee": cast.coachee.pk})
    second = maya.get("/assignments/" + link(first.content.decode(), "Next"))
    titles = [row.title for page in (first, second) for row in page.context["page"].rows]
    assert titles == [f"Task {number}" for number in range(35)]
    assert second.context["page"].coachee.pk == cast.coachee.pk


def test_whoever_is_only_coached_is_sent_to_their_own(cast, signed_in):
    assert signed_in(cast.coachee).get("/assignments/").url == f"/people/{cast.coachee.pk}/assignments/"
    both = make_coachee(coach=cast.co_coach, roles=["coach"])
    page = signed_in(both).get("/assignments/")
    assert f"/people/{both.pk}/assignments/" in page.content.decode()


def test_lists_and_forms_take_as_many_queries_for_one_as_for_thirty(cast, maya):
    def queries(address: str) -> int:
        maya.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert maya.get(address).status_code == 200
        return len(seen)

    def fill(count: int) -> None:
        for number in range(count):
            coachee = make_coachee(coach=cast.coach, name=f"Person {number}")
            row = make_assignment(coach=cast.coach, coachee=coachee)
            make_response(assignment=row)
            make_assignment(coach=cast.coach, coachee=cast.coachee)
            make_template_file(template=make_template(owner=cast.coach))
            make_resource(title="One")

    places = ["/assignments/", NEW, f"/people/{cast.coachee.pk}/assignments/", "/assignments/templates/"]
    fill(1)
    few = [queries(place) for place in places]
    fill(29)
    assert [queries(place) for place in places] == few
    assert max(few) <= 10


def test_the_profile_leads_to_it(cast, maya, signed_in, given):
    make_response(assignment=given)
    make_answer(assignment=given)
    for tab in ("", "assignments/"):
        page = maya.get(f"/people/{cast.coachee.pk}/{tab}").content.decode()
        assert f'href="{NEW}?coachee={cast.coachee.pk}"' in page
        assert "1 new response" in words(page)
        assert f'href="/assignments/{given.pk}/"' in page
        own = signed_in(cast.coachee).get(f"/people/{cast.coachee.pk}/{tab}").content.decode()
        assert NEW not in own
        assert "1 new answer" in words(own)
    tab = f"/people/{cast.coachee.pk}/assignments/?only="
    assert "Map your allies" in maya.get(tab + "unread").content.decode()
    assert "Map your allies" not in maya.get(tab + "overdue").content.decode()


def test_giving_takes_the_same_queries_for_many(cast):
    def queries(count: int) -> int:
        coachees = [make_coachee(coach=cast.coach).pk for _number in range(count)]
        with CaptureQueriesContext(connection) as seen:
            give(by=cast.coach, coachees=coachees, written=Written("Task"), due_on=date(2026, 12, 1), now=NOW)
        return len(seen)

    assert queries(2) == queries(20)
