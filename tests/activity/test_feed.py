"""Actions taken: sentences, folding and paging, as the profile shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from activity.feed import PAGE
from activity.models import Event
from assignments.models import Resource
from tests.make import (
    NOW,
    ago,
    ahead,
    make_assignment,
    make_message,
    make_micro_goal,
    make_reflection,
    make_resource,
    make_response,
    make_review,
    make_session,
    make_survey,
    make_takeaway,
    make_view,
)
from tests.profiles.reading import hooks, lines, link, words

M = timedelta(minutes=1)


def one_of_each(cast) -> None:
    """Every kind of action once, an hour apart, the last one first in the feed."""
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    review = make_review(coachee=cast.coachee, enrolled_at=ago(hours=10), closed_at=ago(hours=9), closed_by="admin")
    assert review.closed_at
    make_survey(coachee=cast.coachee, completed_at=ago(hours=8))
    assignment = make_assignment(**pair, title="Map your <stakeholders>", completed_at=ago(hours=7))
    make_response(assignment=assignment, text="\n\nI drew it.\nMore", responded_at=ago(hours=6))
    make_view(coachee=cast.coachee, viewed_at=ago(hours=5))
    make_message(**pair, text="It worked.\nSecond line", sent_at=ago(hours=4))
    session = make_session(**pair, starts_at=ago(days=9), status="occurred")
    make_micro_goal(session=make_session(**pair, starts_at=ahead(days=3)), submitted_at=ago(hours=3))
    make_takeaway(session=session, submitted_at=ago(hours=2))
    make_reflection(coachee=cast.coachee, submitted_at=ago(hours=1))


def test_a_coach_reads_every_kind_of_action(cast, page_of):
    one_of_each(cast)
    assert lines(page_of(cast.coach, cast.coachee)) == [
        "Answered the reflection What drained you this week? “Too many meetings.” 12:00",
        "Shared a takeaway from the session on 12 Nov “I can let go.” 11:00",
        "Shared a goal for the session on 24 Nov “Say no once.” 10:00",
        "Sent you a message “It worked.” 09:00",
        "Viewed Radical delegation 08:00",
        "Responded to Map your <stakeholders> “I drew it.” 07:00",
        "Marked Map your <stakeholders> as done 06:00",
        "Completed the Behavioral Change Survey Delegation, spring Report not available 05:00",
        "An admin closed the 360 program Report not available 04:00",
        "Enrolled in the 360 program 03:00",
    ]


def test_coachees_read_their_own_from_their_side(cast, page_of):
    make_message(coach=cast.coach, coachee=cast.coachee, text="It worked.")
    make_message(coach=cast.co_coach, coachee=cast.coachee, text="For Cornelia.", sent_at=ago(days=2))
    assert [line.rsplit(" ", 1)[0] for line in lines(page_of(cast.coachee, cast.coachee))] == [
        "Sent Maya a message “It worked.”",
        "Sent Cornelia a message “For Cornelia.”",
    ]


@pytest.mark.parametrize("who", ["delivery_manager", "admin", "superuser"])
def test_staff_read_kinds_and_dates_only(cast, page_of, who):
    one_of_each(cast)
    page = page_of(getattr(cast, who), cast.coachee)
    assert len(hooks(page, "action")) == 10
    for text in ("stakeholders", "drew", "worked", "delegation", "let go", "Say no", "drained", "meetings", "spring"):
        assert text not in words(page)


def test_a_private_reflection_shows_that_but_not_what(cast, page_of):
    make_reflection(coachee=cast.coachee, text="SECRET", shared=False)
    assert "SECRET" not in page_of(cast.coach, cast.coachee)
    assert hooks(page_of(cast.coach, cast.coachee), "action") == ["submitted_reflection"]
    assert "SECRET" in page_of(cast.coachee, cast.coachee)


def test_what_is_dated_later_has_not_happened_yet(cast, page_of):
    make_view(coachee=cast.coachee, viewed_at=NOW)
    make_view(coachee=cast.coachee, viewed_at=NOW + timedelta(seconds=1))
    assert len(lines(page_of(cast.coach, cast.coachee))) == 1


def test_views_of_one_resource_on_one_day_are_one_line(cast, page_of):
    article, other = make_resource(title="Article"), make_resource(title="Other")
    for minutes in (0, 5, 9):
        make_view(coachee=cast.coachee, resource=article, viewed_at=NOW - minutes * M)
    make_view(coachee=cast.coachee, resource=other, viewed_at=NOW - 2 * M)
    make_view(coachee=cast.coachee, resource=article, viewed_at=ago(days=1))
    make_view(coachee=cast.outsider, resource=article, viewed_at=NOW)
    assert lines(page_of(cast.coach, cast.coachee)) == [
        "Viewed Article , 3 times 13:00",
        "Viewed Other 12:58",
        "Viewed Article 13:00",
    ]


def test_a_day_ends_at_the_readers_midnight(cast, page_of):
    article = make_resource(title="Article")
    for hour, minute in ((22, 59), (23, 1)):  # midnight in Madrid and Lagos is 23:00 UTC, London is at 00:00
        make_view(coachee=cast.coachee, resource=article, viewed_at=datetime(2026, 11, 20, hour, minute, tzinfo=UTC))
    assert len(lines(page_of(cast.coach, cast.coachee))) == 2
    assert lines(page_of(cast.co_coach, cast.coachee)) == ["Viewed Article , 2 times 23:01"]


def test_a_day_of_twenty_five_hours_is_one_day(cast, page_of):
    article = make_resource(title="Article")
    # Clocks in Madrid went back on 25 October 2026: the day lasts from 22:00 UTC to 23:00 UTC of the next day.
    for instant in (datetime(2026, 10, 24, 22, 0), datetime(2026, 10, 25, 22, 59), datetime(2026, 10, 24, 21, 59)):
        make_view(coachee=cast.coachee, resource=article, viewed_at=instant.replace(tzinfo=UTC))
    assert [line.split(" , ")[-1] for line in lines(page_of(cast.coach, cast.coachee))] == [
        "2 times 23:59",
        "Viewed Article 23:59",
    ]


def test_pages_neither_skip_nor_double(cast, page_of):
    articles = [make_resource(title=f"Article {number}") for number in range(7)]
    for number in range(230):  # some at the same instant, many folded
        make_view(coachee=cast.coachee, resource=articles[number % 7], viewed_at=NOW - (number // 2) * 95 * M)
    expected, found, query, pages = _folded(cast), [], "", []
    while True:
        page = page_of(cast.coach, cast.coachee, query)
        found += lines(page)
        pages.append(lines(page))
        if not link(page, "Older"):
            break
        query = link(page, "Older")
    assert len(pages) > 2
    assert {len(one) for one in pages[:-1]} == {PAGE}
    assert len(found) == len(expected)
    assert found == expected
    assert lines(page_of(cast.coach, cast.coachee, link(page, "Newer"))) == pages[-2]


def _folded(cast) -> list[str]:
    """The lines as they should be, worked out one by one."""
    titles = dict(Resource.objects.values_list("pk", "title"))
    groups: dict = {}
    for event in Event.objects.filter(coachee=cast.coachee).order_by("-at", "-pk"):
        local = event.at.astimezone(ZoneInfo("Europe/Madrid"))
        groups.setdefault((event.topic_id, local.date()), []).append(local)
    return [
        f"Viewed {titles[topic]}" + (f" , {len(times)} times" if len(times) > 1 else "") + f" {times[0]:%H:%M}"
        for (topic, _day), times in groups.items()
    ]


def test_a_nonsensical_place_starts_over(cast, page_of):
    make_view(coachee=cast.coachee)
    first = lines(page_of(cast.coach, cast.coachee))
    for query in ("?before=x", "?before=1.", "?before=99999999999999999.1", "?after=-1%00.5", "?before=%F0%9F%8C%BF"):
        assert lines(page_of(cast.coach, cast.coachee, query)) == first


def test_a_co_coach_reads_what_is_the_coachees_and_nothing_of_the_others(cast, page_of):
    one_of_each(cast)
    assert hooks(page_of(cast.co_coach, cast.coachee), "action") == [
        "submitted_reflection",
        "viewed_resource",
        "completed_survey",
        "closed_360",
        "enrolled_360",
    ]


def test_only_web_addresses_stand_for_a_title(cast, page_of):
    make_view(
        coachee=cast.coachee, resource=make_resource(title="", url="https://example.org/a"), viewed_at=ago(days=2)
    )
    make_view(coachee=cast.coachee, resource=make_resource(title="Odd", url="javascript:alert(1)"))
    page = page_of(cast.coach, cast.coachee)
    assert "Viewed Odd" in lines(page)[0]
    assert "javascript:" not in page
    assert lines(page)[1] == "Viewed https://example.org/a 13:00"
