"""The whole feed on a page of its own: kinds to choose, what was edited or taken back, and where titles lead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activity.models import EventKind
from assignments.models import Reflection, Response
from profiles.models import Subscription
from sessions_app.models import MicroGoal, Takeaway
from tests.activity.test_feed import one_of_each
from tests.make import (
    NOW,
    D,
    ago,
    ahead,
    make_assignment,
    make_message,
    make_micro_goal,
    make_reflection,
    make_resource,
    make_response,
    make_session,
    make_takeaway,
    make_view,
)
from tests.make_between import make_suggestion
from tests.profiles.reading import hooks, lines, link, words

FEED = "activity/"


def test_the_overview_leads_to_all_of_it(cast, page_of):
    one_of_each(cast)
    assert f'href="/people/{cast.coachee.pk}/activity/"' in page_of(cast.coach, cast.coachee)
    assert lines(page_of(cast.coach, cast.coachee, FEED)) == lines(page_of(cast.coach, cast.coachee))


@pytest.mark.parametrize("kind", EventKind.values)
def test_each_kind_can_be_chosen(cast, page_of, kind):
    one_of_each(cast)
    page = page_of(cast.coach, cast.coachee, f"{FEED}?kind={kind}")
    assert hooks(page, "action") == [kind]
    assert f'href="/people/{cast.coachee.pk}/activity/?kind={kind}" aria-current="true"' in page
    assert hooks(page_of(cast.admin, cast.coachee, f"{FEED}?kind={kind}"), "action") == [kind]


def test_the_kind_is_kept_from_page_to_page(cast, page_of):
    for day in range(30):
        make_message(coach=cast.coach, coachee=cast.coachee, sent_at=NOW - day * D)
        make_view(coachee=cast.coachee, viewed_at=NOW - day * D)
    first = page_of(cast.coach, cast.coachee, f"{FEED}?kind=sent_message")
    second = page_of(cast.coach, cast.coachee, FEED + link(first, "Older"))
    assert hooks(second, "action") == ["sent_message"] * 12
    assert lines(page_of(cast.coach, cast.coachee, FEED + link(second, "Newer"))) == lines(first)


@pytest.mark.parametrize("kind", ["", "sent", "SENT_MESSAGE", "%00", "sent_message%00", "a&kind=b"])
def test_an_unknown_kind_means_all(cast, page_of, kind):
    make_view(coachee=cast.coachee)
    page = page_of(cast.coach, cast.coachee, f"{FEED}?kind={kind}")
    assert hooks(page, "action") == ["viewed_resource"]
    assert f'href="/people/{cast.coachee.pk}/activity/" aria-current="true">Everything' in page


def test_views_are_folded_with_a_kind_chosen_too(cast, page_of):
    article = make_resource(title="Article")
    for minutes in (0, 5, 9):
        make_view(coachee=cast.coachee, resource=article, viewed_at=NOW - timedelta(minutes=minutes))
    page = page_of(cast.coach, cast.coachee, f"{FEED}?kind=viewed_resource")
    assert lines(page) == ["Viewed Article , 3 times 13:00"]


def test_any_history_takes_the_same_queries(cast, queries_of):
    make_message(coach=cast.coach, coachee=cast.coachee)
    asked = [(viewer, rest) for viewer in (cast.coach, cast.coachee, cast.admin) for rest in ("", "?kind=sent_message")]
    few = [queries_of(viewer, cast.coachee, FEED + rest) for viewer, rest in asked]
    for hour in range(30):
        make_message(coach=cast.coach, coachee=cast.coachee, sent_at=ago(hours=hour, minutes=1))
        make_view(coachee=cast.coachee, viewed_at=ago(hours=hour, minutes=1))
        make_reflection(coachee=cast.coachee, submitted_at=ago(hours=hour, minutes=1))
    assert [queries_of(viewer, cast.coachee, FEED + rest) for viewer, rest in asked] == few
    assert max(few) <= 7


def test_past_coachees_and_their_coaches_read_on(cast, page_of):
    make_message(coach=cast.coach, coachee=cast.coachee, text="From back then.")
    Subscription.objects.filter(coachee=cast.coachee).update(active_until=ago(days=1))
    for reader in (cast.coachee, cast.coach):
        assert "From back then." in page_of(reader, cast.coachee, FEED)


def test_what_was_edited_says_so_and_messages_never(cast, page_of):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_message(**pair)
    make_response(assignment=make_assignment(**pair))
    make_micro_goal(session=make_session(**pair, starts_at=ahead(days=3)))
    make_takeaway(session=make_session(**pair, starts_at=ago(days=9), status="occurred"))
    make_reflection(coachee=cast.coachee)
    assert not any("edited" in line for line in lines(page_of(cast.coach, cast.coachee, FEED)))
    for model in (Response, MicroGoal, Takeaway, Reflection):
        model.objects.update(edited_at=NOW)
    page = page_of(cast.coach, cast.coachee, FEED)
    told = dict(zip(hooks(page, "action"), lines(page), strict=True))
    edited = {kind for kind, line in told.items() if "edited" in line}
    assert edited == {"responded_to_assignment", "shared_micro_goal", "shared_takeaway", "submitted_reflection"}
    assert "edited" not in " ".join(lines(page_of(cast.admin, cast.coachee, FEED)))


def test_a_private_reflection_that_was_edited_says_so_to_its_author_alone(cast, page_of):
    make_reflection(coachee=cast.coachee, shared=False)
    Reflection.objects.update(edited_at=NOW)
    assert "edited" in lines(page_of(cast.coachee, cast.coachee, FEED))[0]
    assert "edited" not in lines(page_of(cast.coach, cast.coachee, FEED))[0]


def test_a_title_is_read_by_whoever_may_see_the_resource(cast, page_of):
    private = make_resource(title="Cornelia’s own", audience="private", added_by=cast.co_coach)
    inside = make_resource(title="For Northwind", audience="organization", organization=cast.coachee.organization)
    make_suggestion(resource=private, coach=cast.co_coach, coachee=cast.coachee)
    for resource in (private, inside):
        make_view(coachee=cast.coachee, resource=resource)
    for reader in (cast.coachee, cast.co_coach):
        page = page_of(reader, cast.coachee, FEED)
        assert ("Cornelia’s own" in words(page), f'href="/library/{private.pk}/"' in page) == (True, True)
    cast.coach.organization = cast.outsider.organization
    cast.coach.save()
    page = page_of(cast.coach, cast.coachee, FEED)
    assert [line.rsplit(" ", 1)[0] for line in lines(page)] == ["Viewed a resource"] * 2
    assert f"/library/{private.pk}/" not in page


def test_titles_lead_where_they_stand(cast, page_of, client):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    assignment = make_assignment(**pair)
    make_response(assignment=assignment)
    view = make_view(coachee=cast.coachee)
    shared, private = (
        make_reflection(coachee=cast.coachee, prompt=word, shared=word == "One") for word in ("One", "Two")
    )
    ahead_of = make_session(**pair, starts_at=ahead(days=3))
    over = make_session(**pair, starts_at=ago(days=60), status="occurred")
    make_micro_goal(session=ahead_of)
    make_takeaway(session=over)
    for days in range(30):
        make_session(**pair, starts_at=ago(days=5 + days), status="occurred")
    page = page_of(cast.coach, cast.coachee, FEED)
    assert f'href="/assignments/{assignment.pk}/"' in page
    assert f'href="/library/{view.resource_id}/"' in page
    assert [f'href="/reflections/{one.pk}/"' in page for one in (shared, private)] == [True, False]
    assert f'href="/reflections/{private.pk}/"' in page_of(cast.coachee, cast.coachee, FEED)
    assert f'href="/people/{cast.coachee.pk}/sessions/#session-{ahead_of.pk}"' in page
    address = next(one for one in page.split('"') if one.endswith(f"#session-{over.pk}"))
    assert f'id="session-{over.pk}"' in client.get(address).content.decode()
    assert "/assignments/" not in "".join(lines(page_of(cast.admin, cast.coachee, FEED)))
    assert "#session-" not in page_of(cast.admin, cast.coachee, FEED)


@pytest.mark.parametrize("place", ["?before=x", "?after=-1%00.5", "?before=99999999999999999.1", "?after=9.9&kind=x"])
def test_a_place_beyond_is_no_error(cast, page_of, place):
    make_view(coachee=cast.coachee)
    page_of(cast.coach, cast.coachee, FEED + place)
    page_of(cast.coach, cast.coachee, f"{FEED}{place}&kind=closed_360")
