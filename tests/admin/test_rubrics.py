"""Rubrics in the admin: written as drafts with components and levels on one page, published, retired."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.models import Component, Rubric, RubricVersion
from tests.cast import Cast
from tests.make import NOW
from tests.make_observations import make_rubric, make_version

RUBRICS = "/admin/assessments/rubric/"
VERSIONS = "/admin/assessments/rubricversion/"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def form(version: RubricVersion, *parts: tuple[str, tuple[str, ...]]) -> dict:
    """What the page of a draft posts: new components, each with the names of its levels."""
    have = version.components.count()
    posted: dict = {
        "components-TOTAL_FORMS": have + len(parts),
        "components-INITIAL_FORMS": have,
        "components-MIN_NUM_FORMS": 0,
    }
    for place, (title, levels) in enumerate(parts, have):
        one = f"components-{place}"
        posted |= {f"{one}-title": title, f"{one}-position": place, f"{one}-version": version.pk}
        posted |= {f"{one}-levels-TOTAL_FORMS": len(levels), f"{one}-levels-INITIAL_FORMS": 0}
        for number, name in enumerate(levels):
            level = f"{one}-levels-{number}"
            posted |= {f"{level}-value": number + 1, f"{level}-name": name, f"{level}-descriptor": "In words."}
    return posted


def told(response) -> str:
    """What the admin was told."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_a_rubric_is_written_published_and_offered(admin, cast):
    begun = admin.post(f"{RUBRICS}add/", {"name": "Meetings", "description": "Any meeting."})
    draft = RubricVersion.objects.get(rubric__name="Meetings")
    page = f"{VERSIONS}{draft.pk}/change/"
    assert begun["Location"] == page
    assert "at least one component" in told(admin.post(f"{VERSIONS}{draft.pk}/publish/"))
    saved = admin.post(page, form(draft, ("Listens", ("Rarely", "Often")), ("Asks", ("Rarely", "Often", "Always"))))
    assert saved.status_code == 302, saved.context["errors"]
    assert [(one.title, one.levels.count()) for one in draft.components.all()] == [("Listens", 2), ("Asks", 3)]
    assert "stay as they are" in admin.get(f"{VERSIONS}{draft.pk}/publish/").text
    draft.refresh_from_db()
    assert draft.published_at is None, "asking is not doing"
    admin.post(f"{VERSIONS}{draft.pk}/publish/")
    draft.refresh_from_db()
    assert (draft.published_at, draft.published_by) == (NOW, cast.admin)
    assert list(RubricVersion.objects.on_offer(NOW)) == [draft]


def test_what_is_published_is_only_read(admin):
    version = make_version(components=("Listens",))
    page = f"{VERSIONS}{version.pk}/change/"
    shown = admin.get(page).text
    assert "Listens: steady." in shown
    assert 'name="components-0-title"' not in shown
    assert "__prefix__" not in shown
    assert f"{VERSIONS}{version.pk}/publish/" not in shown
    component = version.components.get()
    posted = form(version, ("One more", ("No", "Yes"))) | {
        "components-0-id": component.pk,
        "components-0-version": version.pk,
        "components-0-title": "Reworded",
        "components-0-position": 0,
    }
    assert admin.post(page, posted).status_code == 403
    for deed in ("publish", "discard"):
        assert "published" in told(admin.post(f"{VERSIONS}{version.pk}/{deed}/"))
    assert admin.post(f"{VERSIONS}{version.pk}/delete/", {"post": "yes"}).status_code == 403
    assert [one.title for one in Component.objects.all()] == ["Listens"]


def test_published_by_somebody_else_in_this_moment(admin, monkeypatch):
    """The form was shown for a draft; the database refuses and the page says why."""
    draft = make_version(published=False)
    posted = form(draft, ("One more", ("No", "Yes")))
    for place, component in enumerate(draft.components.all()):
        one = f"components-{place}"
        posted |= {f"{one}-id": component.pk, f"{one}-version": draft.pk, f"{one}-title": "Reworded"}
        posted |= {f"{one}-position": 0, f"{one}-levels-TOTAL_FORMS": 0, f"{one}-levels-INITIAL_FORMS": 0}
    RubricVersion.objects.filter(pk=draft.pk).update(published_at=NOW)
    monkeypatch.setattr("assessments.admin._is_draft", lambda row: True)
    response = admin.post(f"{VERSIONS}{draft.pk}/change/", posted)
    assert response.status_code == 302
    assert "published meanwhile" in told(response)
    assert not Component.objects.filter(title="Reworded").exists()


def test_a_new_version_is_begun_after_asking_and_only_once(admin):
    first = make_version()
    url = f"{RUBRICS}{first.rubric_id}/new-version/"
    assert "A copy of the newest version" in admin.get(url).text
    assert RubricVersion.objects.count() == 1
    pages = {admin.post(url)["Location"] for _ in range(2)}
    draft = RubricVersion.objects.get(published_at=None)
    assert pages == {f"{VERSIONS}{draft.pk}/change/"}
    assert "Version 2, draft" in admin.get(f"{RUBRICS}{first.rubric_id}/change/").text
    admin.post(f"{VERSIONS}{draft.pk}/discard/")
    assert list(RubricVersion.objects.all()) == [first]


def test_a_component_of_a_draft_goes_with_its_levels(admin):
    draft = make_version(components=("Listens",), published=False)
    posted = form(draft) | {
        "components-0-id": draft.components.get().pk,
        "components-0-version": draft.pk,
        "components-0-title": "Listens",
        "components-0-position": 0,
        "components-0-DELETE": "on",
        "components-0-levels-TOTAL_FORMS": 0,
        "components-0-levels-INITIAL_FORMS": 0,
    }
    assert admin.post(f"{VERSIONS}{draft.pk}/change/", posted).status_code == 302
    assert not draft.components.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("value", "11"), ("value", "0"), ("value", "9" * 30), ("name", ""), ("name", "x" * 101)],
)
def test_what_is_wrong_with_a_level_is_said(admin, field, value):
    draft = make_version(components=(), published=False)
    posted = form(draft, ("Listens", ("Rarely", "Often"))) | {f"components-0-levels-0-{field}": value}
    assert admin.post(f"{VERSIONS}{draft.pk}/change/", posted).status_code == 200
    assert not draft.components.exists()


def test_a_value_stands_once_in_a_component(admin):
    draft = make_version(components=(), published=False)
    posted = form(draft, ("Listens", ("Rarely", "Often"))) | {"components-0-levels-1-value": 1}
    assert admin.post(f"{VERSIONS}{draft.pk}/change/", posted).status_code in (200, 302)
    assert not draft.components.exists()


def test_a_rubric_is_retired_and_brought_back(admin):
    rubric = make_version().rubric
    page = f"{RUBRICS}{rubric.pk}/change/"
    for deed, other in (("retire", "bring-back"), ("bring-back", "retire")):
        assert f"{RUBRICS}{rubric.pk}/{deed}/" in admin.get(page).text
        assert f"{RUBRICS}{rubric.pk}/{other}/" not in admin.get(page).text
        admin.get(f"{RUBRICS}{rubric.pk}/{deed}/")
        admin.post(f"{RUBRICS}{rubric.pk}/{deed}/")
        assert bool(Rubric.objects.get().retired_at) == (deed == "retire")
    assert admin.post(f"{RUBRICS}{rubric.pk}/delete/", {"post": "yes"}).status_code == 403


def test_lists_need_as_many_queries_for_one_as_for_thirty(admin):
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(url).status_code == 200
        return len(captured)

    make_version(rubric=make_rubric(name="The first"))
    before = [queries(url) for url in (RUBRICS, VERSIONS)]
    for _ in range(30):
        make_version(components=("Listens",), levels=("No", "Yes"))
    assert [queries(url) for url in (RUBRICS, VERSIONS)] == before
