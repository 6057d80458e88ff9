"""An observation made as coaching is never an evaluation record: whoever administers, manages or pays finds no word."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Rating
from tests.access.matrix import ADMIN_ODD, SITE
from tests.admin.pages import addresses
from tests.cast import Cast
from tests.make_observations import make_comment, make_observation

MARK = "§seen§"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def pk(cast: Cast) -> int:
    """An observation of Amara with a marker in each of its texts, and a draft of one."""
    texts = dict.fromkeys(("setting", "strengths", "next_step"), MARK)
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    ratings = {"listens": (2, MARK)}
    make_observation(**pair, **texts, ratings=ratings, shared=False)
    seen = make_observation(**pair, **texts, ratings=ratings)
    make_comment(observation=seen, author=cast.coachee, text=MARK)
    return seen.pk


def site_addresses(cast: Cast, pk: int) -> list[str]:
    """Every address of the site: as the matrix asks for it, and with the observation's and Amara's id in it."""
    asked = [(name, row.kwargs(cast)) for name, row in SITE.items()]
    found = [reverse(name, kwargs=kwargs) for name, kwargs in asked]
    for name, kwargs in asked:
        found += [reverse(name, kwargs={**kwargs, "pk": one}) for one in (pk, cast.coachee.pk) if "pk" in kwargs]
    found += [reverse("who-can-see", args=["observation", pk])]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("who", ["admin", "superuser", "delivery_manager", "sponsor", "manager"])
def test_no_address_shows_a_word_of_it(who: str, cast: Cast, pk: int, client: Client) -> None:
    client.force_login(getattr(cast, who))
    admin = [url for name, urls in addresses().items() for url in urls[:2] if name not in ("logout", *ADMIN_ODD)]
    site = site_addresses(cast, pk)
    asked = [(url, {}) for url in (*site, *admin)] + [(url, {"HX-Request": "true"}) for url in site]
    for url, headers in asked:  # the admin has no htmx
        response = client.get(url, headers=headers)
        text = "" if response.streaming else response.content.decode(errors="ignore")
        assert MARK not in text, url
        assert "observations/" not in text, url
    assert client.get(f"/observations/{pk}/").status_code == 404
    assert client.get(f"/people/{cast.coachee.pk}/observations/").status_code == 404


def test_the_same_walk_finds_it_for_the_coach(cast: Cast, pk: int, client: Client) -> None:
    """The control: the walk is not blind."""
    client.force_login(cast.coach)
    shown = [f"/observations/{pk}/", f"/people/{cast.coachee.pk}/observations/"]
    assert set(shown) <= set(site_addresses(cast, pk))
    assert [MARK in client.get(url).text for url in shown] == [True, True]


def test_the_models_are_not_called_by_what_is_in_them(pk: int) -> None:
    for row in (*Rating.objects.all(), *Rating.objects.first().observation.comments.all()):
        assert MARK not in f"{row} {row!r}"
