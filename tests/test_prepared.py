"""Queries written once: the same rows as the ORM's, whatever the values, and loud when a value gets lost."""

from __future__ import annotations

import pytest

from coaching.models import Message
from config.prepared import Prepared
from config.text import first_line, plain_first_line, render_markdown
from tests.make import make_message


def _sent(newest_first: bool, *, coachee: int, text: str):
    rows = Message.objects.filter(coachee=coachee, text=text)
    return rows.order_by("-sent_at" if newest_first else "sent_at")


def test_only_the_values_change(cast, django_assert_num_queries):
    for person, text in ((cast.coachee, "a"), (cast.coachee, "b"), (cast.other_coachee, "a")):
        make_message(coach=cast.coach, coachee=person, text=text)
    prepared = Prepared(_sent, ["coachee_id", "text"])
    asked = [(cast.coachee.pk, "b"), (cast.other_coachee.pk, "a"), (cast.coachee.pk, "a"), (cast.coachee.pk, "c")]
    with django_assert_num_queries(4):
        found = [[tuple(row) for row in prepared.rows(True, coachee=pk, text=text)] for pk, text in asked]
    assert found == [[asked[0]], [asked[1]], [asked[2]], []]


def test_a_value_that_the_query_does_not_hold_is_refused(db):
    def careless(*, coachee: int, text: str):
        return Message.objects.filter(coachee=coachee)

    with pytest.raises(ValueError, match="text"):
        Prepared(careless, ["pk"]).rows(coachee=1, text="x")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Two\nlines", "<p>Two<br>\nlines</p>"),
        ("# Title", "<p><strong>Title</strong></p>"),
        ("<b onclick=x>b</b>", "<p>&lt;b onclick=x&gt;b&lt;/b&gt;</p>"),
        ("[a](javascript:alert)", "<p>[a](javascript:alert)</p>"),
        ("![i](https://x.example/i.png)", "<p></p>"),
        ("  \n ", ""),
    ],
)
def test_markdown_is_harmless(written, shown):
    assert render_markdown(written) == shown


def test_links_lead_away_quietly():
    assert 'rel="noopener noreferrer nofollow"' in render_markdown("[a](https://example.org)")


@pytest.mark.parametrize(
    ("text", "line"),
    [("\n\n a \nb", "a"), ("x" * 150, "x" * 140 + "…"), ("", ""), ("word " * 40, "word " * 27 + "word…")],
)
def test_the_first_line(text, line):
    assert first_line(text) == line
    assert plain_first_line(text) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("**Read** [the *plan*](https://example.org)\nnow", "Read the plan"),
        ("\n- first\n- second", "first"),
        ("```\nx = *a*\n```", "x = *a*"),
        ("# Why\n\nBecause", "Why"),
        ("> a <b> & 2 * 3 * 4", "a <b> & 2 * 3 * 4"),
        ("snake_case and 5 * 6", "snake_case and 5 * 6"),
        ("***", "***"),
        ("**" + "word " * 40 + "word**", "word " * 27 + "word…"),
    ],
)
def test_the_first_line_without_the_signs_of_markdown(text, line):
    assert plain_first_line(text) == line
