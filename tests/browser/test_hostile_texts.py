"""Texts that would break a page: words without end, marks that turn the direction, deep quotes, markup."""

import pytest

from profiles.models import Person
from tests.browser.conftest import overflow, sign_in
from tests.make import make_assignment, make_organization, make_response

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}"


def test_a_position_cannot_turn_what_stands_after_it(open_page, cast) -> None:
    Person.objects.filter(pk=cast.coachee.pk).update(
        position=f"Lead{TURNED}", organization=make_organization(name=f"North{TURNED}")
    )
    page = open_page(1320)
    sign_in(page, cast.coach)
    page.goto(f"/people/{cast.coachee.pk}/")
    shown = page.locator(".head .dots > span").evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
    assert len(shown) == 3
    assert shown == sorted(shown)


def test_long_words_and_deep_quotes_stay_on_a_phone(open_page, cast) -> None:
    table = f"{'|a' * 40}|\n{'|-' * 40}|"
    instructions = f"{'>' * 30} quoted\n\n{'word' * 1250}\n\n{table}\n\n<script>document.title = 'x'</script>"
    given = make_assignment(coach=cast.coach, coachee=cast.coachee, title="T" * 300, instructions=instructions)
    make_response(assignment=given, text="w" * 5000)
    page = open_page(320)
    sign_in(page, cast.coach)
    for tab in ("", "assignments/"):
        page.goto(f"/people/{cast.coachee.pk}/{tab}")
        assert overflow(page) <= 0
        assert page.title() == "Amara Okafor · Trellis"
