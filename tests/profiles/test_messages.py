"""The Messages tab."""

from __future__ import annotations

from datetime import timedelta

from tests.make import NOW, ago, ahead, make_message
from tests.profiles.reading import link, section

H = timedelta(hours=1)


def test_the_newest_message_stands_at_the_bottom_under_its_day(cast, page_of):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_message(**pair, text="Well done.", sender="coach", sent_at=ago(hours=1))
    make_message(**pair, text="It worked.", sent_at=ago(hours=30))
    make_message(**pair, text="Not yet.", sent_at=ahead(seconds=1))
    assert section(page_of(cast.coach, cast.coachee, "messages/"), "messages").endswith(
        "Messages with Amara Okafor Who can see this? Yesterday It worked. Amara Okafor, 07:00 Today Well done."
        " Maya Castellanos, 12:00"
    )


def test_older_messages_are_on_further_pages(cast, page_of):
    for number in range(70):
        make_message(coach=cast.coach, coachee=cast.coachee, text=f"No {number:02}.", sent_at=NOW - number // 2 * H)
    seen, query = [], ""
    while True:
        page = page_of(cast.coach, cast.coachee, "messages/" + query)
        seen += [number for number in range(70) if f"No {number:02}." in page]
        if not (query := link(page, "Older")):
            break
    assert sorted(seen) == list(range(70))


def test_coachees_with_several_coaches_choose_a_conversation(cast, page_of):
    make_message(coach=cast.coach, coachee=cast.coachee, text="For Maya.")
    make_message(coach=cast.former_coach, coachee=cast.coachee, text="For Felix.", sent_at=ago(days=99))
    for coach, text in ((cast.coach, "For Maya."), (cast.former_coach, "For Felix.")):
        page = page_of(cast.coachee, cast.coachee, f"messages/?with={coach.pk}")
        assert [one for one in ("For Maya.", "For Felix.") if one in page] == [text]
    page_of(cast.coachee, cast.coachee, f"messages/?with={cast.outsider_coach.pk}")
    page_of(cast.coachee, cast.coachee, "messages/?with=%00")


def test_nobody_chooses_a_conversation_of_others(cast, page_of):
    make_message(coach=cast.co_coach, coachee=cast.coachee, text="For Cornelia.")
    page = page_of(cast.coach, cast.coachee, f"messages/?with={cast.co_coach.pk}")
    assert "For Cornelia." not in page
