"""Goals: what coach and coachee do with them, what the history says, and who is told nothing."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from coaching import goal_actions as verbs
from coaching.actions import end_relationship
from coaching.models import Goal, GoalChange, Milestone
from profiles.actions import RefusedError
from tests.make import NOW, D, make_goal, make_goal_change, make_milestone, make_relationship
from tests.profiles.reading import words

NEW = {"title": "Delegate the review", "why": "It eats **Fridays**.", "target_on": "2026-12-01"}


def tab(cast, rest: str = "") -> str:
    return f"/people/{cast.coachee.pk}/goals/{rest}"


def kinds(goal) -> list[str]:
    return list(goal.changes.order_by("pk").values_list("kind", flat=True))


def said(page_of, viewer, goal) -> str:
    return words(page_of(viewer, f"/goals/{goal.pk}/"))


@pytest.mark.parametrize("who", ["coachee", "coach", "co_coach"])
def test_either_side_sets_a_goal(cast, post, page_of, who):
    viewer = getattr(cast, who)
    answer = post(viewer, "person-goals", cast.coachee, **NEW)
    goal = Goal.objects.get()
    assert answer.headers["Location"] == f"/people/{cast.coachee.pk}/goals/#goal-{goal.pk}"
    assert (goal.set_by, goal.target_on, goal.progress, kinds(goal)) == (viewer, date(2026, 12, 1), 0, ["set"])
    for reader in (cast.coachee, cast.coach, cast.co_coach):
        page = page_of(reader, tab(cast))
        assert "It eats <strong>Fridays</strong>." in page
        assert "Goals 1" in words(page)
        assert ("Set by you" if reader == viewer else f"Set by {viewer.name}") in words(page)


def test_the_same_goal_sent_twice_is_one(cast, post):
    answers = [post(cast.coach, "person-goals", cast.coachee, **NEW) for _ in range(2)]
    assert Goal.objects.count() == GoalChange.objects.count() == 1
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    post(cast.coachee, "person-goals", cast.coachee, **NEW)
    assert Goal.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_goal_sent_many_times_at_once_is_one(cast):
    together, found = Barrier(6), []

    def send():
        together.wait()
        goal = verbs.set_goal(coachee_id=cast.coachee.pk, by=cast.coach, now=NOW, title="x", why="", target_on=None)
        found.append(goal.pk)
        connection.close()

    threads = [Thread(target=send) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(found) == 6
    assert len(set(found)) == Goal.objects.count() == GoalChange.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "\u200b\u2060"}, "Write something that can be read."),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"why": "x" * 4001}, "at most 4000 characters"),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"target_on": "2026-11-20"}, "Choose today or a later day."),
        ({"target_on": "31/12/2026"}, "Enter a valid date."),
        ({"target_on": "0000-00-00"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(cast, post, typed, said):
    answer = post(cast.coachee, "person-goals", cast.coachee, **{**NEW, "title": "Kept words", **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in words(page)
    assert "It eats **Fridays**." in page or "why" in typed
    assert '<details class="disclosure new-goal" id="new-goal" open>' in page
    assert not Goal.objects.exists()


def test_an_edit_is_told_field_by_field(cast, post, page_of):
    goal = make_goal(coachee=cast.coachee, why="Old reason", target_on=date(2026, 12, 1))
    post(cast.coach, "goal-edit", goal, title="Let go", why="New <b>", target_on="2026-12-15", version="0")
    goal.refresh_from_db()
    assert (goal.title, goal.target_on, goal.version, kinds(goal)) == (
        "Let go",
        date(2026, 12, 15),
        1,
        ["set", "edited"],
    )
    told = said(page_of, cast.coachee, goal)
    assert "Maya Castellanos changed the title from Delegate the weekly review to Let go ." in told
    assert "Maya Castellanos changed why it matters." in told
    moved = "Maya Castellanos changed the target date from 1 Dec to 15 Dec."
    assert f"{moved} Sat 21 Nov, 13:00 What it said before Old reason" in told
    assert "You changed the target date from 1 Dec to 15 Dec." in said(page_of, cast.coach, goal)


def test_saving_without_a_change_writes_nothing(cast, post):
    goal = make_goal(coachee=cast.coachee, why="One\nTwo", target_on=date(2026, 1, 1))
    milestone = make_milestone(goal=goal, due_on=date(2026, 11, 1))
    post(cast.coach, "goal-edit", goal, title=goal.title, why="One\r\nTwo", target_on="2026-01-01", version="0")
    post(cast.coach, "goal-progress", goal, progress="0", shown="0")
    shown = {"shown_title": milestone.title, "shown_due_on": "2026-11-01"}
    post(cast.coach, "milestone", milestone, title=milestone.title, due_on="2026-11-01", **shown)
    goal.refresh_from_db()
    assert (kinds(goal), goal.version) == (["set"], 0)


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(cast, post):
    goal = make_goal(coachee=cast.coachee, why="Mine")
    post(cast.coachee, "goal-edit", goal, title="Amara’s title", why="Mine", version="0")
    mine = {"title": "Maya’s title", "why": "Maya’s why", "target_on": "2026-12-24"}
    answer = post(cast.coach, "goal-edit", goal, **mine, version="0")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Amara Okafor changed this while you had it open." in words(page)
    assert "Title Amara’s title Maya’s title Why it matters Mine Maya’s why Target date – 24 Dec" in words(page)
    assert 'name="version" value="1"' in page
    assert 'value="Maya’s title"' in page
    assert Goal.objects.get().title == "Amara’s title"
    assert post(cast.coach, "goal-edit", goal, **mine, version="1").status_code == 302
    assert Goal.objects.get().title == "Maya’s title"


def test_two_editors_of_different_fields_both_have_their_way(cast, post):
    goal = make_goal(coachee=cast.coachee, title="Old", why="Shown")
    post(cast.coachee, "goal-edit", goal, title="Old", why="Between", target_on="2026-12-24", version="0")
    post(cast.coachee, "goal-edit", goal, title="Old", why="Amara’s why", target_on="2026-12-24", version="1")
    assert (
        post(cast.coach, "goal-edit", goal, title="Maya’s", why="Shown", target_on="", version="0").status_code == 302
    )
    goal.refresh_from_db()
    assert (goal.title, goal.why, str(goal.target_on), goal.version) == ("Maya’s", "Amara’s why", "2026-12-24", 3)


def test_fields_left_as_shown_take_what_the_other_wrote(cast, post):
    goal = make_goal(coachee=cast.coachee, title="Old", why="Shown")
    post(cast.coachee, "goal-edit", goal, title="Amara’s title", why="Amara’s why", version="0")
    answer = post(cast.coach, "goal-edit", goal, title="Maya’s title", why="Shown", version="0")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Title Amara’s title Maya’s title" in words(page)
    assert "Why it matters Amara’s why Shown" not in words(page)
    assert post(cast.coach, "goal-edit", goal, title="Maya’s title", why="Amara’s why", version="1").status_code == 302
    goal.refresh_from_db()
    assert (goal.title, goal.why) == ("Maya’s title", "Amara’s why")


@pytest.mark.parametrize("version", ["", "-1", "x", "5", "9" * 40, "\x00", "٣"])
def test_a_version_that_never_was_is_an_old_one(cast, post, version):
    goal = make_goal(coachee=cast.coachee)
    assert post(cast.coach, "goal-edit", goal, title="Another", version=version).status_code == 409
    assert kinds(goal) == ["set"]


def test_progress_with_a_comment(cast, post, page_of):
    goal = make_goal(coachee=cast.coachee)
    for _ in range(2):  # the second is the same click again
        post(cast.coachee, "goal-progress", goal, progress="40", comment="Tomas <b>leads</b>", shown="0")
    goal.refresh_from_db()
    assert (goal.progress, kinds(goal)) == (40, ["set", "progressed"])
    page = page_of(cast.coach, tab(cast))
    assert "Amara Okafor changed progress from 0% to 40%." in words(page)
    assert "Tomas &lt;b&gt;leads" in page
    assert '<progress value="40" max="100"' in page
    assert page.count("<circle") == 2
    post(cast.coachee, "goal-progress", goal, progress="40", comment="Still", shown="40")
    assert "Amara Okafor left progress at 40%." in words(page_of(cast.coach, tab(cast)))


def test_progress_by_two_at_once(cast, post):
    goal = make_goal(coachee=cast.coachee)
    post(cast.coachee, "goal-progress", goal, progress="40", shown="0")
    answer = post(cast.coach, "goal-progress", goal, progress="20", comment="Slowly", shown="0")
    assert answer.status_code == 409
    assert "Progress in percent 40% 20%" in words(answer.content.decode())
    assert "Slowly" in answer.content.decode()
    assert Goal.objects.get().progress == 40
    post(cast.coach, "goal-progress", goal, progress="20", comment="Slowly", shown="40")
    assert Goal.objects.get().progress == 20


@pytest.mark.parametrize("typed", ["", "-1", "101", "1e2", "9" * 50, "half", "\x00"])
def test_progress_is_between_0_and_100(cast, post, typed):
    goal = make_goal(coachee=cast.coachee)
    answer = post(cast.coach, "goal-progress", goal, progress=typed, comment="Kept", shown="0")
    assert answer.status_code == 422
    assert "Kept" in answer.content.decode()
    assert kinds(goal) == ["set"]


def test_milestones_from_first_to_last(cast, post, page_of):
    goal = make_goal(coachee=cast.coachee)
    for _ in range(2):
        post(cast.coach, "goal-milestones", goal, title="Tomas leads", due_on="2026-11-20")
    milestone = Milestone.objects.get()
    assert "0 of 1" in said(page_of, cast.coach, goal)
    assert "Tomas leads was due 20 Nov" in said(page_of, cast.coach, goal)
    shown = {"shown_title": "Tomas leads", "shown_due_on": "2026-11-20"}
    post(cast.coachee, "milestone", milestone, title="Tomas leads alone", due_on="", **shown)
    for name in ("milestone-reached", "milestone-reached", "milestone-reopened", "milestone-reached"):
        post(cast.coachee, name, milestone)
    milestone.refresh_from_db()
    assert (milestone.reached_at, milestone.reached_by) == (NOW, cast.coachee)
    assert "Reached 21 Nov · Amara Okafor" in said(page_of, cast.coach, goal)
    post(cast.coach, "milestone-removal", milestone)
    told = said(page_of, cast.coachee, goal)
    assert not Milestone.objects.exists()
    for sentence in (
        "Maya Castellanos added the milestone Tomas leads , by 20 Nov.",
        "You changed the milestone Tomas leads to Tomas leads alone .",
        "You removed the date of Tomas leads , 20 Nov.",
        "You marked the milestone Tomas leads alone as reached.",
        "You took back that the milestone Tomas leads alone was reached.",
        "Maya Castellanos removed the milestone Tomas leads alone .",
    ):
        assert sentence in told
    changes = ["added", "edited", "reached", "reopened", "reached", "removed"]
    assert kinds(goal) == ["set", *(f"milestone_{change}" for change in changes)]
    assert post(cast.coach, "milestone-reached", milestone).status_code == 404


def test_two_edit_one_milestone(cast, post):
    milestone = make_milestone(goal=make_goal(coachee=cast.coachee), title="Before")
    shown = {"shown_title": "Before", "shown_due_on": ""}
    post(cast.coachee, "milestone", milestone, title="Hers", **shown)
    answer = post(cast.coach, "milestone", milestone, title="Mine", **shown)
    assert answer.status_code == 409
    assert "Milestone Hers Mine" in words(answer.content.decode())
    assert 'name="shown_title" value="Hers"' in answer.content.decode()
    assert Milestone.objects.get().title == "Hers"


def test_there_is_an_end_to_milestones(cast):
    goal = make_goal(coachee=cast.coachee)
    for number in range(verbs.MOST_MILESTONES):
        make_milestone(goal=goal, title=f"Step {number}")
    with pytest.raises(RefusedError, match="room for 50 milestones"):
        verbs.add_milestone(goal=goal, by=cast.coach, now=NOW, title="More", due_on=None)
    assert kinds(goal) == ["set"]


def test_achieved_let_go_and_reopened(cast, post, page_of):
    goal = make_goal(coachee=cast.coachee, progress=60)
    for _ in range(2):
        post(cast.coachee, "goal-outcome", goal, outcome="achieved", reason="A habit now.")
    assert "Achieved 21 Nov" in said(page_of, cast.coach, goal)
    assert "How it went A habit now." in said(page_of, cast.coach, goal)
    assert Goal.objects.get().progress == 100
    post(cast.coach, "goal-outcome", goal, outcome="active")
    assert Goal.objects.get().progress == 60
    refused = post(cast.coach, "goal-outcome", goal, reason=" \r\n ")
    assert refused.status_code == 422
    for _ in range(2):
        post(cast.coach, "goal-outcome", goal, reason="Priorities moved.\r\nTwice.")
    told = said(page_of, cast.coachee, goal)
    assert "Let go 21 Nov" in told
    assert "Why it was let go Priorities moved. Twice." in told
    assert kinds(goal) == ["set", "achieved", "reopened", "let_go"]
    post(cast.coachee, "goal-outcome", goal, outcome="active")
    goal.refresh_from_db()
    assert (goal.state, goal.closed_at, goal.close_reason, goal.progress) == ("active", None, "", 60)


def test_a_closed_goal_stays_as_it_is_until_it_is_reopened(cast, post, page_of):
    goal = make_goal(coachee=cast.coachee, state="let_go", close_reason="Enough")
    milestone = make_milestone(goal=goal)
    post(cast.coach, "goal-edit", goal, title="Another", version="0")
    post(cast.coach, "goal-progress", goal, progress="50", shown="0")
    post(cast.coach, "goal-milestones", goal, title="More")
    post(cast.coach, "milestone-reached", milestone)
    post(cast.coach, "milestone-removal", milestone)
    post(cast.coach, "goal-outcome", goal, outcome="achieved")
    assert kinds(goal) == ["set"]
    assert Milestone.objects.get().reached_at is None
    assert "This goal was let go. Reopen it to change it." in said(page_of, cast.coach, goal)


def test_the_target_date_is_the_coachees_day(cast, post, page_of):
    make_goal(coachee=cast.coachee, target_on=date(2026, 11, 21))
    assert "By 21 Nov" in words(page_of(cast.coach, tab(cast)))
    type(cast.coachee).objects.update(timezone="Pacific/Auckland")
    page = page_of(cast.coach, tab(cast))
    assert '<span class="pill tone-amber">Target was 21 Nov</span>' in page
    assert post(cast.coachee, "person-goals", cast.coachee, title="x", target_on="2026-11-21").status_code == 422


def test_a_former_coach_is_shut_out_at_once_and_a_new_one_reads_it_all(cast, client, clock, page_of):
    goal = make_goal(coachee=cast.coachee, set_by=cast.coach, title="Private words")
    milestone = make_milestone(goal=goal)
    make_goal_change(goal=goal, by=cast.coach, progress=30, comment="As we said", changed={"progress": ["0", "30"]})
    client.force_login(cast.coach)
    names = ["goal", "goal-edit", "goal-progress", "goal-outcome", "goal-milestones"]
    pages = [reverse("person-goals", args=[cast.coachee.pk]), *(reverse(name, args=[goal.pk]) for name in names)]
    pages += [reverse(name, args=[milestone.pk]) for name in ("milestone", "milestone-removal")]
    deeds = [reverse(name, args=[milestone.pk]) for name in ("milestone-reached", "milestone-reopened")]
    assert {client.get(page).status_code for page in pages} == {200}
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert {client.get(page).status_code for page in pages} == {404}
    typed = {"title": "x", "reason": "x", "progress": 5, "shown": 0, "version": 0}
    forms = [page for page in pages if page != reverse("goal", args=[goal.pk])]
    assert {client.post(page, typed).status_code for page in forms + deeds} == {404}
    assert kinds(goal) == ["set", "progressed"]
    make_relationship(coach=cast.stranger_coach, coachee=cast.coachee)
    told = said(page_of, cast.stranger_coach, goal)
    assert "Private words" in told
    assert "Maya Castellanos changed progress from 0% to 30%." in told
    assert "As we said" in told


def test_a_coachee_without_a_coach_keeps_their_goals(cast, post, page_of):
    cast.coachee.relationships_as_coachee.update(ended_at=NOW - D)
    goal = make_goal(coachee=cast.coachee)
    post(cast.coachee, "goal-progress", goal, progress="10", shown="0")
    assert "You changed progress from 0% to 10%." in said(page_of, cast.coachee, goal)


@pytest.mark.parametrize("pk", [0, 2**31, 2**63 - 1, 2**63, 10**40])
def test_there_is_no_such_goal(cast, client, pk):
    client.force_login(cast.coachee)
    for name in ("goal", "goal-edit", "milestone", "milestone-removal"):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.post(reverse("milestone-reached", args=[pk])).status_code == 404
    assert client.post(reverse("person-goals", args=[pk]), NEW).status_code == 404


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_at_the_end_of_time(cast, post, page_of, day):
    goal = make_goal(coachee=cast.coachee)
    post(cast.coachee, "goal-milestones", goal, title="Some day", due_on=day)
    post(cast.coachee, "goal-edit", goal, title="Some day", target_on="9999-12-31", version="0")
    assert "31 Dec 9999" in words(page_of(cast.coachee, tab(cast)))
    assert Milestone.objects.count() == 1
