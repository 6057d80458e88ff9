"""The mirror: coachees read what their coaches are to encourage, and may say why it does not concern them."""

from __future__ import annotations

import pytest

from activity.encouragement import engine
from activity.models import Encouragement, NotRelevant
from tests.make import NOW, ago, make_message, make_reflection, make_view
from tests.profiles.reading import hooks, words

REASON = "I keep a paper diary, Cornelia knows"


@pytest.fixture
def silent(cast) -> None:
    """No reflection for nine days, which is about Amara alone, and no message with Maya for eight."""
    for coach in (cast.coach, cast.co_coach):
        make_message(coach=coach, coachee=cast.coachee, sent_at=ago(days=8 if coach == cast.coach else 1))
    make_view(coachee=cast.coachee)
    make_reflection(coachee=cast.coachee, submitted_at=ago(days=9))
    engine.sweep(NOW)


def item(cast, rule: str, coach=None) -> Encouragement:
    rows = Encouragement.objects.open(NOW).filter(coachee=cast.coachee, rule=rule)
    return rows.get(relationship__coach=coach or cast.coach)


def say(client, person, found: Encouragement, reason: str = REASON, shown: str = ""):
    client.force_login(person)
    return client.post(f"/encouragements/{found.pk}/not-relevant/", {"reason": reason, "shown": shown})


@pytest.mark.usefixtures("silent")
def test_the_coachee_reads_the_same_items_as_the_coach(cast, page_of):
    mine, theirs = page_of(cast.coachee, cast.coachee), page_of(cast.coach, cast.coachee)
    assert set(hooks(mine, "rule")) == set(hooks(theirs, "rule")) == {"messages_silent", "reflections_unshared"}
    assert "You have not shared a reflection for 9 days" in words(mine)
    assert "Not relevant, because…" in words(mine)
    assert "You have not" not in words(theirs)
    assert "Not relevant, because…" not in words(theirs)


@pytest.mark.usefixtures("silent")
def test_every_coach_reads_why_what_is_about_the_coachee_is_not_relevant(cast, client, page_of):
    found = item(cast, "reflections_unshared", cast.co_coach)
    assert say(client, cast.coachee, found).url == f"/people/{cast.coachee.pk}/#to-encourage"
    for coach in (cast.coach, cast.co_coach):
        page = page_of(coach, cast.coachee)
        assert f"Amara: not relevant, because · Sat 21 Nov, {'13' if coach == cast.coach else '12'}:00 {REASON}" in (
            words(page)
        )
        assert "reflections_unshared" in hooks(page, "rule")
    assert f"You said: not relevant, because · Sat 21 Nov, 13:00 {REASON}" in words(page_of(cast.coachee, cast.coachee))


@pytest.mark.usefixtures("silent")
def test_what_belongs_to_one_relationship_only_that_coach_reads(cast, client, page_of):
    say(client, cast.coachee, item(cast, "messages_silent"))
    assert REASON in page_of(cast.coach, cast.coachee)
    for other in (cast.co_coach, cast.admin, cast.delivery_manager):
        assert REASON not in page_of(other, cast.coachee)


@pytest.mark.usefixtures("silent")
def test_staff_read_no_reason(cast, client, page_of):
    say(client, cast.coachee, item(cast, "reflections_unshared"))
    for staff in (cast.admin, cast.delivery_manager):
        page = page_of(staff, cast.coachee)
        assert "reflections_unshared" in hooks(page, "rule")
        assert "not relevant" not in page
        assert REASON not in page


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize(
    ("who", "status"),
    [("coach", 403), ("co_coach", 404), ("former_coach", 404), ("other_coachee", 404), ("admin", 404)],
)
def test_nobody_else_answers_it(cast, client, clock, who, status):
    found = item(cast, "messages_silent")
    assert say(client, getattr(cast, who), found).status_code == status
    assert client.post(f"/encouragements/{found.pk}/not-relevant/removal/").status_code == status
    assert not NotRelevant.objects.exists()


@pytest.mark.usefixtures("silent")
def test_a_reason_is_changed_and_taken_back(cast, client, clock):
    found = item(cast, "reflections_unshared")
    say(client, cast.coachee, found)
    say(client, cast.coachee, found, "Another one", shown=REASON)
    assert set(NotRelevant.objects.values_list("reason", flat=True)) == {"Another one"}
    client.post(f"/encouragements/{found.pk}/not-relevant/removal/")
    assert not NotRelevant.objects.exists()


@pytest.mark.usefixtures("silent")
def test_a_second_tab_is_told_and_overwrites_nothing(cast, client, clock):
    found = item(cast, "messages_silent")
    say(client, cast.coachee, found)
    late = say(client, cast.coachee, found, "From the other tab")
    assert late.status_code == 409
    assert REASON in late.content.decode()
    assert "From the other tab" in late.content.decode()
    assert NotRelevant.objects.get().reason == REASON


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001, "a\0b"])
def test_without_a_fit_reason_nothing_is_kept(cast, client, clock, reason):
    answer = say(client, cast.coachee, item(cast, "messages_silent"), reason)
    assert answer.status_code == 422
    assert not NotRelevant.objects.exists()


@pytest.mark.usefixtures("silent")
def test_what_has_cleared_is_gone(cast, client, clock):
    found = item(cast, "messages_silent")
    make_message(coach=cast.coach, coachee=cast.coachee, sent_at=NOW)
    engine.sweep(NOW)
    assert say(client, cast.coachee, found).status_code == 404
