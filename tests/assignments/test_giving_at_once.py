"""Giving and changing assignments from several tabs at once: each deed once, and either order of two makes sense."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.storage import default_storage

from assignments.giving import Written, archive, edit, give, make_template, remove_template, restore
from assignments.models import Assignment, AssignmentFile, AssignmentTemplate
from coaching.handover import hand_over
from notifications.models import Notification
from profiles.once import new_form_id
from profiles.versions import ChangedMeanwhileError
from tests.assignments.test_thread_at_once import at_once
from tests.make import NOW, make_assignment
from tests.make_between import make_template as a_template
from tests.make_between import make_template_file

pytestmark = pytest.mark.django_db(transaction=True)
DUE = date(2026, 12, 1)


def test_one_form_in_many_tabs_gives_once(cast):
    coachees = [cast.coachee.pk, cast.other_coachee.pk]
    sent = {"by": cast.coach, "coachees": coachees, "written": Written("Once"), "due_on": DUE, "now": NOW}
    form_id = new_form_id(cast.coach)
    made = at_once(*[lambda: give(**sent, form_id=form_id, as_template=True).pk] * 8)
    assert len(set(made)) == 1
    assert (Assignment.objects.count(), Notification.objects.count(), AssignmentTemplate.objects.count()) == (2, 2, 1)


def test_one_template_form_in_many_tabs_is_one(cast):
    sent = {"by": cast.coach, "written": Written("Once"), "due_in_days": 3, "now": NOW}
    form_id = new_form_id(cast.coach)
    assert len(set(at_once(*[lambda: make_template(**sent, form_id=form_id).pk] * 8))) == 1
    assert AssignmentTemplate.objects.count() == 1


def test_of_two_edits_at_once_one_is_told(cast):
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    about = {"assignment": given, "by": cast.coach, "due_on": DUE, "version": 0, "now": NOW}
    answers = at_once(*[lambda title=title: edit(**about, written=Written(title)) for title in ("One", "Two")])
    assert sorted(map(str, answers), key=len) == ["True", "This was changed while you were writing."]
    assert [type(one) for one in answers].count(ChangedMeanwhileError) == 1
    given.refresh_from_db()
    assert given.title == ("One", "Two")[answers.index(True)]


def test_archived_and_restored_at_once_are_each_done_once(cast):
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    assert sorted(at_once(*[lambda: archive(assignment=given, now=NOW)] * 6)) == [False] * 5 + [True]
    assert sorted(at_once(*[lambda: restore(assignment=given)] * 6)) == [False] * 5 + [True]


def test_a_template_removed_while_it_is_given_loses_no_file(cast):
    template = a_template(owner=cast.coach)
    file = make_template_file(template=template).file
    sent = {"by": cast.coach, "coachees": [cast.coachee.pk], "written": Written("Task"), "due_on": DUE, "now": NOW}
    at_once(lambda: give(**sent, template=template), lambda: remove_template(template=template))
    assert Assignment.objects.count() == 1
    assert default_storage.exists(file) is AssignmentFile.objects.filter(file=file).exists()


def test_what_is_given_during_a_handover_is_not_lost(cast):
    """Given before, it goes along; handed over before, nothing is given."""
    sent = {"by": cast.coach, "coachees": [cast.coachee.pk], "written": Written("Task"), "due_on": DUE, "now": NOW}
    over = {"relationship": cast.relationship, "to": cast.stranger_coach, "by": cast.admin, "now": NOW}
    at_once(lambda: give(**sent), lambda: hand_over(**over))
    assert not Assignment.objects.filter(coach=cast.coach).exists()
