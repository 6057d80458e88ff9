"""Learning: courses with hours and certificates, kept by the person and admins, read by coaches and staff."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from profiles.models import Course
from profiles.record_actions import MOST
from tests.make import make_course
from tests.profiles.reading import section, words

PDF = b"%PDF-1.7\nA certificate.\n%%EOF"
TYPED = {"title": "Difficult talks", "provider": "Academy", "minutes": "1:30", "completed_on": "2026-11-20"}


def pdf(content: bytes = PDF, name: str = "../My certificate.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def as_(client: Client, clock):
    """`as_(person)`: the client, signed in as them."""

    def sign_in(person) -> Client:
        client.force_login(person)
        return client

    return sign_in


def test_a_course_is_added_with_its_certificate_and_counts(cast, as_, page_of):
    path = f"/people/{cast.coachee.pk}/learning/"
    make_course(person=cast.coachee, title="Last year", minutes=600, completed_on=date(2025, 12, 31))
    make_course(person=cast.coachee, title="Begun", minutes=60)
    assert as_(cast.coachee).post(f"{path}add/", {**TYPED, "file": pdf()}).headers["Location"] == path
    said = section(page_of(cast.coach, cast.coachee, "learning/"), "learning")
    assert "This year 1 h 30 min In all 11 h 30 min" in said
    assert "2026 1 h 30 min Difficult talks Academy 1 h 30 min Fri 20 Nov My certificate.pdf" in said
    assert said.index("Not completed yet") < said.index("2026") < said.index("2025")


def test_the_certificate_is_for_those_who_see_the_course_and_only_to_be_saved(cast, as_):
    course = make_course(person=cast.coachee, file=PDF, certificate_name="Nächste.pdf")
    path = f"/courses/{course.pk}/certificate/"
    for reader in (cast.coachee, cast.co_coach, cast.delivery_manager, cast.admin):
        answer = as_(reader).get(path)
        assert b"".join(answer.streaming_content) == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for other in (cast.former_coach, cast.stranger_coach, cast.sponsor, cast.other_delivery_manager):
        assert as_(other).get(path).status_code == 404
    assert as_(cast.coachee).get(f"/courses/{make_course(person=cast.coachee).pk}/certificate/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"title": " "}, "This field is required."),
        ({"minutes": "two"}, "Write hours as 1.5 or as 1:30."),
        ({"minutes": "0"}, "A course takes between a minute and"),
        ({"completed_on": "2026-11-22"}, "This day has not come yet."),
        ({"completed_on": "0001-01-01"}, "Choose a day between 1900 and 2199."),
        ({"completed_on": "yesterday"}, "Enter a valid date."),
        ({"title": "NUL\x00"}, "Null characters are not allowed."),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"file": pdf(b"MZ a program")}, "This file cannot be used. Choose one of these kinds: PDF, JPEG, PNG."),
        ({"file": pdf(b"%PDF-1.7" + b" " * (5 * 1024 * 1024) + b"%%EOF")}, "At most 5 MB can be uploaded."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(cast, as_, typed, complaint):
    answer = as_(cast.coachee).post(f"/people/{cast.coachee.pk}/learning/add/", {**TYPED, **typed})
    assert (answer.status_code, Course.objects.count()) == (422, 0)
    assert complaint in words(answer.text)
    assert 'value="Academy"' in answer.text


@pytest.mark.parametrize(("typed", "minutes"), [("1.5", 90), ("1,25", 75), ("0:45", 45), ("12", 720), ("", None)])
def test_hours_are_kept_in_minutes(cast, as_, typed, minutes):
    as_(cast.admin).post(f"/people/{cast.coachee.pk}/learning/add/", {**TYPED, "minutes": typed})
    course = Course.objects.get()
    assert (course.minutes, course.added_by) == (minutes, cast.admin)
    again = as_(cast.admin).get(f"/courses/{course.pk}/edit/").text
    as_(cast.admin).post(f"/courses/{course.pk}/edit/", {**TYPED, "minutes": shown(again)})
    assert Course.objects.get().minutes == minutes


def shown(page: str) -> str:
    field = page.split('name="minutes"', 1)[1].split(">", 1)[0]
    return field.split('value="')[1].split('"')[0] if 'value="' in field else ""


def test_a_new_certificate_takes_the_place_of_the_old_one(cast, as_, django_capture_on_commit_callbacks):
    course = make_course(person=cast.coachee, file=PDF)
    with django_capture_on_commit_callbacks(execute=True):
        as_(cast.coachee).post(f"/courses/{course.pk}/edit/", {**TYPED, "file": pdf()})
    kept = Course.objects.get()
    assert not default_storage.exists(course.certificate)
    assert (kept.certificate_name, default_storage.open(kept.certificate).read()) == ("My certificate.pdf", PDF)
    with django_capture_on_commit_callbacks(execute=True):
        as_(cast.coachee).post(f"/courses/{course.pk}/edit/", {**TYPED, "without_file": "on"})
    assert Course.objects.get().certificate == ""
    assert not default_storage.exists(kept.certificate)


def test_removing_asks_first_and_takes_the_file_along(cast, as_, django_capture_on_commit_callbacks):
    course = make_course(person=cast.coachee, file=PDF)
    path = f"/courses/{course.pk}/remove/"
    assert "Remove this course? Coaching for managers" in words(as_(cast.coachee).get(path).text)
    assert Course.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert as_(cast.coachee).post(path).status_code == 302
    assert not Course.objects.exists()
    assert not default_storage.exists(course.certificate)
    assert as_(cast.coachee).post(path).status_code == 404


def test_a_form_sent_twice_adds_one_course(cast, as_, clock):
    path = f"/people/{cast.coachee.pk}/learning/add/"
    for _time in range(2):
        as_(cast.coachee).post(path, {**TYPED, "file": pdf()})
    assert Course.objects.count() == 1
    clock.shift(61)
    as_(cast.coachee).post(path, TYPED)
    assert Course.objects.count() == 2


def test_there_is_an_end_to_what_one_person_can_add(cast, as_):
    Course.objects.bulk_create(Course(person=cast.coachee, title=f"Course {n}") for n in range(MOST))
    answer = as_(cast.coachee).post(f"/people/{cast.coachee.pk}/learning/add/", TYPED)
    assert (answer.status_code, Course.objects.count()) == (422, MOST)
    assert "There are 500 already" in words(answer.text)


def test_thirty_courses_cost_as_many_queries_as_one(cast, queries_of):
    make_course(person=cast.coachee, completed_on=date(2026, 1, 1))
    one = queries_of(cast.coach, cast.coachee, "learning/")
    for day in range(29):
        make_course(person=cast.coachee, completed_on=date(2026, 1, 1) - timedelta(days=40 * day))
    assert queries_of(cast.coach, cast.coachee, "learning/") == one


def test_coaches_read_and_change_nothing(cast, as_):
    course = make_course(person=cast.coachee)
    assert "Add a course" not in as_(cast.coach).get(f"/people/{cast.coachee.pk}/learning/").text
    for path in (f"people/{cast.coachee.pk}/learning/add", f"courses/{course.pk}/edit", f"courses/{course.pk}/remove"):
        assert as_(cast.coach).post(f"/{path}/", TYPED).status_code == 403
        assert as_(cast.stranger_coach).post(f"/{path}/", TYPED).status_code == 404
    assert [one.title for one in Course.objects.all()] == ["Coaching for managers"]
