"""What somebody writes in Markdown, looked at before it is sent."""

import pytest
from django.test import Client

from config.markdown import LONGEST, MarkdownField

pytestmark = pytest.mark.django_db
TYPED = "Say **no**, <script>alert(1)</script> [here](javascript:alert)"


def test_a_preview_is_what_will_be_shown(cast, client: Client) -> None:
    client.force_login(cast.coach)
    fragment = client.post("/preview/", {"field": "instructions", "instructions": TYPED}, headers={"HX-Request": "1"})
    assert "<strong>no</strong>" in (page := fragment.content.decode())
    assert "<script" not in page
    assert "href" not in page


def test_without_javascript_it_is_a_page_of_its_own(cast, client: Client) -> None:
    client.force_login(cast.coach)
    page = client.post("/preview/", {"text": TYPED}).content.decode()
    assert "<h1>Preview</h1>" in page
    assert "<strong>no</strong>" in page


@pytest.mark.parametrize("sent", [{}, {"field": "\0"}, {"field": "csrfmiddlewaretoken"}, {"text": " "}])
def test_nothing_to_show_is_said(cast, client: Client, sent: dict) -> None:
    client.force_login(cast.coach)
    assert "Nothing to show yet." in client.post("/preview/", sent).content.decode()


def test_too_long_a_text_is_cut(cast, client: Client) -> None:
    client.force_login(cast.coach)
    page = client.post("/preview/", {"text": "a" * LONGEST + "b"}).content.decode()
    assert "aab" not in page
    assert "The rest is not shown" in page


def test_a_needed_text_says_something() -> None:
    field = MarkdownField()
    assert field.clean("a\r\nb\rc") == "a\nb\nc"
    with pytest.raises(Exception, match="Write something"):
        field.clean("\u200b\u200b")
