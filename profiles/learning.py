"""The Learning tab: courses, the latest on top, with their hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.models import Course
from profiles.profile import Profile
from profiles.zones import local_day


@dataclass(frozen=True, slots=True)
class Learned:
    """A course, ready to show; `certificate` is where its file is downloaded."""

    pk: int
    title: str
    provider: str
    hours: str
    completed_on: date | None
    certificate_number: str
    certificate: str
    certificate_name: str


@dataclass(frozen=True, slots=True)
class Year:
    """The courses completed in one year, in the order of the tab; those not completed come first."""

    title: str
    hours: str
    courses: list[Learned]


@dataclass(frozen=True, slots=True)
class Learning:
    """The tab: years with their courses, and the hours of this year (the person's) and of all."""

    years: list[Year]
    this_year: str
    in_all: str
    count: int


def learning(profile: Profile) -> Learning:
    """What somebody learned, as far as the viewer may see it. One query."""
    courses = list(Course.objects.visible_to(profile.viewer, profile.now).filter(person=profile.person.pk))
    by_year: dict[int | None, list[Course]] = {}
    for course in courses:
        by_year.setdefault(course.completed_on.year if course.completed_on else None, []).append(course)
    this_year = local_day(profile.now, profile.person.timezone).year
    done = [course for course in courses if course.completed_on]
    return Learning(
        years=[_year(year, found) for year, found in by_year.items()],
        this_year=hours_in_words(_minutes(by_year.get(this_year, []))),
        in_all=hours_in_words(_minutes(done)),
        count=len(courses),
    )


def hours_in_words(minutes: int) -> str:
    """“1 h 30 min”, “45 min”, “2 h”; “0 h” for none."""
    hours, rest = divmod(minutes, 60)
    parts = [_("%(count)s h") % {"count": hours}] if hours or not rest else []
    if rest:
        parts.append(_("%(count)s min") % {"count": rest})
    return " ".join(parts)


def _year(year: int | None, courses: list[Course]) -> Year:
    title = str(year) if year else _("Not completed yet")
    return Year(
        title, hours_in_words(_minutes(courses)) if _minutes(courses) else "", [_learned(one) for one in courses]
    )


def _minutes(courses: list[Course]) -> int:
    return sum(course.minutes or 0 for course in courses)


def _learned(course: Course) -> Learned:
    return Learned(
        pk=course.pk,
        title=course.title,
        provider=course.provider,
        hours=hours_in_words(course.minutes) if course.minutes else "",
        completed_on=course.completed_on,
        certificate_number=course.certificate_number,
        certificate=reverse("course-certificate", args=[course.pk]) if course.certificate else "",
        certificate_name=course.certificate_name,
    )
