"""From the page of a goal or takeaway back to its session, wherever that stands."""

from __future__ import annotations

import re

from tests.make import NOW, D, make_session


def test_the_way_back_leads_to_the_session_however_long_ago(cast, client, clock):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    past = [make_session(**pair, starts_at=NOW - day * D, status="occurred") for day in range(1, 40)]
    client.force_login(cast.coachee)
    for session, word in ((past[-1], "takeaway"), (past[0], "takeaway"), (make_session(**pair), "goal")):
        page = client.get(f"/sessions/{session.pk}/{word}/").text
        [back] = set(re.findall(rf'href="([^"]*)#session-{session.pk}"', page))
        assert f'id="session-{session.pk}"' in client.get(back.replace("&amp;", "&")).text
