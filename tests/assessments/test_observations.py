"""An observation from draft to answer, as coach and coachee go through it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client

from assessments.models import Observation, ObservationComment
from coaching.models import Relationship
from notifications.models import Notification
from tests.cast import Cast
from tests.make import NOW, D
from tests.make_observations import LEVELS, make_comment, make_observation, make_rubric, make_version
from tests.profiles.reading import link, words

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def maya(cast: Cast) -> Client:
    """Maya, Amara's coach, signed in."""
    client = Client()
    client.force_login(cast.coach)
    return client


@pytest.fixture
def amara(cast: Cast) -> Client:
    """Amara, signed in."""
    client = Client()
    client.force_login(cast.coachee)
    return client


def typed(version, **more) -> dict:
    """What a form about this version posts."""
    fields = {"version": version.pk, "form_key": str(uuid4()), "revision": "0", "observed_on": "2026-11-20"}
    for component in version.components.all():
        fields |= {f"level-{component.pk}": "", f"evidence-{component.pk}": ""}
    return {**fields, "setting": "", "strengths": "", "next_step": "", **more}


def new(cast: Cast) -> str:
    return f"/people/{cast.coachee.pk}/observations/new/"


def tab(cast: Cast) -> str:
    return f"/people/{cast.coachee.pk}/observations/"


def test_a_draft_is_kept_with_level_and_evidence_and_is_its_authors_alone(cast, maya, amara):
    version = make_version()
    component = version.components.first()
    steady = component.levels.get(value=3)
    form = maya.get(new(cast)).text
    assert all(text in form for text in ("Listens: steady.", "Not observed", LEVELS[3]))
    seen = {f"level-{component.pk}": steady.pk, f"evidence-{component.pk}": "Let Tomas finish."}
    response = maya.post(new(cast), typed(version, **seen, setting="Weekly review", strengths="Calm"))
    draft = Observation.objects.get()
    assert response["Location"] == f"/observations/{draft.pk}/"
    assert (draft.coach, draft.coachee, draft.version, draft.shared_at) == (cast.coach, cast.coachee, version, None)
    rating = draft.ratings.get(component=component)
    assert (rating.level, rating.evidence) == (steady, "Let Tomas finish.")
    assert "Let Tomas finish." in maya.get(response["Location"]).text
    assert "Draft, only you can read it" in maya.get(tab(cast)).text
    assert amara.get(response["Location"]).status_code == 404
    assert "Let Tomas finish." not in amara.get(tab(cast)).text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("observed_on", "2026-11-22", "still to come"),
        ("observed_on", "0206-11-20", "too long ago"),
        ("observed_on", "yesterday", "Enter a valid date"),
        ("observed_on", "", "required"),
        ("setting", "x" * 201, "at most 200"),
        ("strengths", "\0", "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cast, maya, field, value, message):
    version = make_version()
    response = maya.post(new(cast), typed(version, **{"next_step": "Count to five.", field: value}))
    assert response.status_code == 422
    assert message in response.text
    assert "Count to five." in response.text
    assert not Observation.objects.exists()


def test_today_is_the_coachs(cast, maya):
    """At noon in UTC on the 21st it is the 22nd in Auckland already."""
    type(cast.coach).objects.filter(pk=cast.coach.pk).update(timezone="Pacific/Auckland")
    assert maya.post(new(cast), typed(make_version(), observed_on="2026-11-22")).status_code == 302


def test_a_level_of_another_component_is_refused(cast, maya):
    version, other = make_version(), make_version()
    component, foreign = version.components.first(), other.components.first().levels.first()
    response = maya.post(new(cast), typed(version, **{f"level-{component.pk}": foreign.pk}))
    assert (response.status_code, Observation.objects.count()) == (422, 0)


def test_a_rubric_is_chosen_where_there_are_several(cast, maya):
    assert "No rubric to choose yet" in maya.get(new(cast)).text
    first, second = make_version(rubric=make_rubric(name="Meetings")), make_version(rubric=make_rubric(name="Lessons"))
    page = maya.get(new(cast)).text
    assert "Meetings" in page
    assert "Lessons" in page
    assert f'value="{second.pk}"' in maya.get(f"{new(cast)}?rubric={second.rubric_id}").text
    for nonsense in ("", "x", "9" * 40, "-1"):
        assert maya.post(new(cast), {**typed(first), "version": nonsense}).status_code == 422
    assert maya.post(new(cast), typed(make_version(published=False))).status_code == 422


def test_a_form_that_is_sent_twice_makes_one(cast, maya):
    form = typed(make_version(), strengths="Calm")
    first, second = (maya.post(new(cast), form)["Location"] for _ in range(2))
    assert (first, Observation.objects.count()) == (second, 1)
    changed = maya.post(new(cast), {**form, "strengths": "Calm and kind"})
    assert changed.status_code == 302
    assert Observation.objects.get().strengths == "Calm and kind"
    assert Observation.objects.get().revision == 1


def test_two_windows_lose_nothing(cast, maya):
    version = make_version()
    draft = make_observation(
        coach=cast.coach, coachee=cast.coachee, version=version, shared=False, strengths="Old", next_step="Same"
    )
    edit = f"/observations/{draft.pk}/edit/"
    assert "Old" in maya.get(edit).text
    maya.post(edit, typed(version, observed_on="2026-11-18", strengths="First window", next_step="Same"))
    late = typed(version, observed_on="2026-11-18", strengths="Second window", next_step="Same")
    response = maya.post(edit, late)
    assert response.status_code == 422
    assert "Second window" in response.text
    assert "Saved in another window: “First window”" in words(response.text)
    assert words(response.text).count("Saved in another window") == 1
    assert 'name="revision" value="1"' in response.text
    assert Observation.objects.get().strengths == "First window"
    assert maya.post(edit, {**late, "revision": "1"}).status_code == 302
    assert Observation.objects.get().strengths == "Second window"


def test_sharing_gives_it_to_the_coachee_and_every_coach_for_good(cast, maya, amara):
    version = make_version()
    draft = make_observation(coach=cast.coach, coachee=cast.coachee, version=version, shared=False, strengths="Calm")
    page = f"/observations/{draft.pk}/"
    maya.post(f"{page}sharing/", {"revision": "0"})
    maya.post(f"{page}sharing/", {"revision": "0"})
    draft.refresh_from_db()
    assert draft.shared_at == NOW
    notice = Notification.objects.get()
    told = (notice.person, notice.kind, notice.about, notice.subject_id)
    assert told == (cast.coachee, "observation_shared", cast.coach, draft.pk)
    co_coach = Client()
    co_coach.force_login(cast.co_coach)
    for client in (amara, co_coach):
        assert "Calm" in client.get(page).text
        assert "Calm" in client.get(tab(cast)).text
    assert "Edit" not in maya.get(page).text.split('data-section="observation"')[1]
    assert maya.get(f"{page}edit/")["Location"] == page
    late = maya.post(f"{page}edit/", typed(version, strengths="Reworded"))
    assert late.status_code == 422
    assert "Reworded" in late.text
    assert maya.get(f"{page}removal/").status_code == 302
    assert maya.post(f"{page}removal/").status_code == 302
    assert Observation.objects.get().strengths == "Calm"


def test_nothing_is_not_shared_nor_what_was_not_read(cast, maya):
    draft = make_observation(coach=cast.coach, coachee=cast.coachee, shared=False, setting="Weekly review")
    page = f"/observations/{draft.pk}/"
    said = maya.post(f"{page}sharing/", {"revision": "0"}, follow=True).text
    assert "nothing to share yet" in said
    Observation.objects.update(strengths="From another window", revision=1)
    for shown in ("0", "", "x", "9" * 30):
        assert "changed in another window" in maya.post(f"{page}sharing/", {"revision": shown}, follow=True).text
    assert not Notification.objects.exists()
    assert Observation.objects.get().shared_at is None


def test_a_draft_is_deleted_after_asking(cast, maya):
    draft = make_observation(coach=cast.coach, coachee=cast.coachee, shared=False)
    assert "Delete this draft?" in maya.get(f"/observations/{draft.pk}/removal/").text
    assert Observation.objects.exists()
    assert maya.post(f"/observations/{draft.pk}/removal/")["Location"] == tab(cast)
    assert not Observation.objects.exists()
    assert maya.post(f"/observations/{draft.pk}/removal/").status_code == 404


def test_the_coachee_acknowledges_once_and_the_author_is_told(cast, amara, maya, clock):
    seen = make_observation(coach=cast.coach, coachee=cast.coachee)
    page = f"/observations/{seen.pk}/"
    assert "To acknowledge" in amara.get(page).text
    amara.post(f"{page}acknowledgement/")
    clock.shift(60)
    amara.post(f"{page}acknowledgement/")
    seen.refresh_from_db()
    assert seen.acknowledged_at == NOW
    assert "Amara acknowledged this on" in words(maya.get(page).text)
    notice = Notification.objects.get()
    told = (notice.person, notice.kind, notice.about, notice.subject_id)
    assert told == (cast.coach, "observation_answered", cast.coachee, seen.pk)


def test_both_comment_and_the_author_is_told_once_a_day(cast, amara, maya, clock):
    seen = make_observation(coach=cast.coach, coachee=cast.coachee)
    page = f"/observations/{seen.pk}/"
    for text in ("That was hard.", "That was hard.", "And useful."):
        assert amara.post(f"{page}comments/", {"text": text})["Location"] == f"{page}#comments"
    maya.post(f"{page}comments/", {"text": "It gets shorter."})
    assert ObservationComment.objects.count() == 3, "the same twice is one comment sent twice"
    assert [one.person for one in Notification.objects.all()] == [cast.coach]
    said = words(amara.get(page).text)
    assert "That was hard. You, Sat 21 Nov" in said
    assert "It gets shorter. Maya Castellanos" in said
    clock.shift(24 * 3600)
    amara.post(f"{page}comments/", {"text": "One day later."})
    assert Notification.objects.count() == 2
    blank = amara.post(f"{page}comments/", {"text": " \n"})
    assert (blank.status_code, ObservationComment.objects.count()) == (422, 4)


def test_a_former_coach_loses_all_of_it_at_once_and_is_told_nothing(cast, maya, amara):
    """In the open session, own drafts included; the coachee goes on reading and answering."""
    version = make_version()
    pair = {"coach": cast.coach, "coachee": cast.coachee, "version": version}
    draft, shared = make_observation(**pair, shared=False), make_observation(**pair)
    pages = [tab(cast), new(cast), *(f"/observations/{one.pk}/" for one in (draft, shared))]
    assert {maya.get(page).status_code for page in pages} == {200}
    Relationship.objects.filter(coach=cast.coach).update(ended_at=NOW)
    assert {maya.get(page).status_code for page in pages} == {404}
    posted = (
        (f"/observations/{draft.pk}/edit/", typed(version, strengths="x")),
        (f"/observations/{draft.pk}/sharing/", {"revision": 0}),
        (f"/observations/{draft.pk}/removal/", {}),
        (f"/observations/{shared.pk}/comments/", {"text": "x"}),
        (new(cast), typed(version, strengths="x")),
    )
    assert {maya.post(url, data).status_code for url, data in posted} == {404}
    assert Observation.objects.count() == 2
    amara.post(f"/observations/{shared.pk}/acknowledgement/")
    amara.post(f"/observations/{shared.pk}/comments/", {"text": "Thank you."})
    shared.refresh_from_db()
    assert (shared.acknowledged_at, shared.comments.count()) == (NOW, 1)
    assert not Notification.objects.exists()


def test_each_does_what_is_theirs_to_do(cast, maya, amara):
    shared = make_observation(coach=cast.coach, coachee=cast.coachee)
    page = f"/observations/{shared.pk}/"
    co_coach = Client()
    co_coach.force_login(cast.co_coach)
    for client, deeds in {
        amara: ("edit", "sharing", "removal"),
        co_coach: ("edit", "sharing", "removal", "acknowledgement"),
        maya: ("acknowledgement",),
    }.items():
        assert {client.post(f"{page}{deed}/").status_code for deed in deeds} == {403}
    assert amara.get(new(cast)).status_code == 404
    draft = make_observation(coach=cast.co_coach, coachee=cast.coachee, shared=False)
    for deed in ("", "edit/", "removal/"):
        assert maya.get(f"/observations/{draft.pk}/{deed}").status_code == 404
    for pk in ("0", "9" * 19, "9" * 40):
        assert maya.get(f"/observations/{pk}/").status_code == 404


def test_long_lists_are_paged_and_take_as_many_queries(cast, page_of, queries_of):
    version = make_version()
    pair = {"coach": cast.coach, "coachee": cast.coachee, "version": version}
    seen = make_observation(**pair, ratings={"listens": (2, "Once.")})
    make_comment(observation=seen, author=cast.coachee)
    few = queries_of(cast.coach, cast.coachee, "observations/")
    for number in range(30):
        day = (NOW - number * D).date()
        one = make_observation(**pair, observed_on=day, setting=f"Set {number:02}", ratings={"listens": (2, "Again.")})
        make_comment(observation=one, author=cast.coachee, written_at=NOW + timedelta(seconds=number))
    assert queries_of(cast.coach, cast.coachee, "observations/") == few <= 12
    first = page_of(cast.coach, cast.coachee, "observations/")
    second = page_of(cast.coach, cast.coachee, f"observations/{link(first, 'Older')}")
    assert "Set 01" in first
    assert "Set 25" not in first
    assert "Set 15" in second
    assert "Set 01" not in second


def test_long_talks_are_paged(cast, maya):
    seen = make_observation(coach=cast.coach, coachee=cast.coachee)
    for number in range(35):
        written_at = NOW - (40 - number) * timedelta(minutes=1)
        make_comment(observation=seen, author=cast.coachee, text=f"Word {number:02}.", written_at=written_at)
    latest = maya.get(f"/observations/{seen.pk}/").text
    assert latest.index("Word 05.") < latest.index("Word 34.")
    assert "Word 04." not in latest
    assert "Word 04." in maya.get(f"/observations/{seen.pk}/{link(latest, 'Older')}").text


def test_nothing_outside_points_at_an_observation():
    """No evaluation record, report or export can be made of one, for nothing leads there."""
    for name in ("Observation", "Rating", "ObservationComment"):
        model = apps.get_model("assessments", name)
        pointing = {relation.related_model._meta.app_label for relation in model._meta.related_objects}
        assert pointing <= {"assessments"}
