"""Admins who assign the same coach to the same person at the same moment, over real HTTP."""

from __future__ import annotations

import threading

import pytest

from tests.faults.site import Answer, Site
from tests.patience import COMES

pytestmark = pytest.mark.faults
ADD = "/admin/coaching/relationship/add/"
AT_ONCE = 4  # as many as the web server has threads


def assign(site: Site, admin: str, start: threading.Barrier, answers: list[Answer]) -> None:
    """Opens the form, waits for the others, sends it."""
    form = site.ask(ADD, admin)
    token = form.body.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    chosen = {"csrfmiddlewaretoken": token, "coach": site.people["coach"], "coachee": site.people["lonely"]}
    start.wait()
    answer = site.ask(ADD, admin, chosen, form.headers["cookies"])
    if answer.status == 302:
        answer = site.ask(answer.headers["location"], admin, cookies=answer.headers["cookies"])
    answers.append(answer)


def test_one_relationship_begins_and_the_others_are_told(site):
    start, answers = threading.Barrier(AT_ONCE, timeout=COMES), []
    admins = [f"admin{1 + number % 2}" for number in range(AT_ONCE)]
    threads = [threading.Thread(target=assign, args=[site, admin, start, answers]) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    began = site.sql("SELECT count(*) FROM coaching_relationship WHERE coachee_id = %s", site.people["lonely"])
    assert began == [(1,)]
    assert [answer.status for answer in answers] == [200] * AT_ONCE
    assert sum("now coaches" in answer.body for answer in answers) == 1
    assert sum("already coaches" in answer.body for answer in answers) == AT_ONCE - 1
