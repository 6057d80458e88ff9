"""Assignments that a coach gives again and again."""

from __future__ import annotations

import pytest

from assignments.models import AssignmentFile, AssignmentTemplate, TemplateFile
from tests.assignments.test_thread import pdf
from tests.make import make_assignment
from tests.make_between import make_article, make_assignment_file, make_template, make_template_file
from tests.profiles.reading import words

pytestmark = pytest.mark.django_db
ALL = "/assignments/templates/"
SENT = {"title": "Stakeholder map", "instructions": "Draw **all**.", "due_in_days": "5"}


@pytest.fixture
def maya(cast, signed_in):
    return signed_in(cast.coach)


def test_a_template_is_written_and_listed(cast, maya):
    form_id = maya.get(f"{ALL}new/").context["form"]["form_id"].value()
    for _time in range(2):
        assert maya.post(f"{ALL}new/", {**SENT, "files": [pdf()], "form_id": form_id}).url == ALL
    template = AssignmentTemplate.objects.get()
    assert (template.owner, template.title, template.due_in_days) == (cast.coach, "Stakeholder map", 5)
    page = maya.get(ALL).content.decode()
    assert "Stakeholder map 5 days 1 file Give it" in words(page)
    assert f'href="/assignments/new/?template={template.pk}"' in page


def test_an_assignment_becomes_a_template(cast, maya, signed_in):
    given = make_assignment(coach=cast.coach, coachee=cast.coachee, title="Map your allies")
    given.resources.add(article := make_article())
    kept, left = (make_assignment_file(assignment=given, name=name) for name in ("Kept.pdf", "Left.pdf"))
    address = f"{ALL}new/?assignment={given.pk}"
    assert maya.get(address).context["form"]["title"].value() == "Map your allies"
    maya.post(address, {**SENT, "resources": [article.pk], "without": [left.pk]})
    template = AssignmentTemplate.objects.get()
    assert (template.files.get().file, template.resources.get()) == (kept.file, article)
    assert AssignmentFile.objects.count() == 2
    for other in (cast.co_coach, cast.former_coach):
        assert "Map your allies" not in signed_in(other).get(address).content.decode()


def test_an_edit_leaves_what_was_given(cast, maya):
    template = make_template(owner=cast.coach, title="Old")
    file = make_template_file(template=template)
    given = make_assignment(coach=cast.coach, coachee=cast.coachee, title="Old", given_from=template)
    address = f"{ALL}{template.pk}/"
    assert maya.post(address, {**SENT, "version": 0, "without": [file.pk], "files": [pdf("New.pdf")]}).url == ALL
    template.refresh_from_db()
    given.refresh_from_db()
    assert (template.title, given.title) == ("Stakeholder map", "Old")
    assert TemplateFile.objects.get().name == "New.pdf"
    slower = maya.post(address, {**SENT, "title": "Mine", "version": 0})
    assert slower.status_code == 409
    assert "Title Stakeholder map Mine" in words(slower.content.decode())


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "\0"}, {"due_in_days": "366"}, {"due_in_days": "x"}])
def test_what_is_wrong_is_said(cast, maya, wrong):
    template = make_template(owner=cast.coach)
    for address in (f"{ALL}new/", f"{ALL}{template.pk}/"):
        response = maya.post(address, {**SENT, "version": 0, **wrong})
        assert response.status_code == 422
        assert "Draw **all**." in response.content.decode()
    assert AssignmentTemplate.objects.get().title == template.title


def test_it_is_removed_after_asking(cast, maya, django_capture_on_commit_callbacks):
    template = make_template(owner=cast.coach)
    file = make_template_file(template=template)
    given = make_assignment(coach=cast.coach, coachee=cast.coachee, given_from=template)
    AssignmentFile.objects.create(assignment=given, file=file.file, name=file.name, size=file.size)
    address = f"{ALL}{template.pk}/removal/"
    assert "Remove this template" in maya.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert maya.post(address).url == ALL
    assert maya.get(f"{ALL}{template.pk}/").status_code == 404
    given.refresh_from_db()
    assert given.given_from is None
    assert maya.get(f"/assignments/files/{given.files.get().pk}/").status_code == 200


def test_nobody_else_knows_of_it(cast, signed_in):
    template = make_template(owner=cast.coach, title="Mayas own")
    file = make_template_file(template=template)
    for who in (cast.co_coach, cast.coachee, cast.admin):
        browser = signed_in(who)
        for rest in (f"{template.pk}/", f"{template.pk}/removal/", f"files/{file.pk}/"):
            assert browser.get(ALL + rest).status_code == 404
            assert browser.post(ALL + rest).status_code in (404, 405)
        assert "Mayas own" not in browser.get(ALL).content.decode()
    assert AssignmentTemplate.objects.exists()
