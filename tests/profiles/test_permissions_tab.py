"""The Permissions tab: roles, signing in, and who can see what, held against what opens."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from profiles.models import Person
from profiles.permissions import permissions
from profiles.profile import TABS, open_profile, reads_texts
from tests.make import NOW, ago, make_person, make_relationship, make_subscription
from tests.profiles.reading import section


def test_roles_with_since_when_and_by_whom(cast, page_of):
    cast.coach.role_grants.update(granted_by=cast.admin)
    cast.coach.role_grants.create(
        role="sponsor", granted_at=ago(days=90), granted_by=cast.admin, ended_at=ago(days=9), ended_by=cast.superuser
    )
    said = section(page_of(cast.admin, cast.coach, "permissions/"), "roles")
    assert "May sign in Yes Two-step verification Off Coaching access On" in said
    assert "Coach (coaching access) since Sun 25 Jan , given by Ada Admin" in said
    assert "Sponsor Sun 23 Aug – Thu 12 Nov ; given by Ada Admin, taken away by Rudi Root" in said
    own = section(page_of(cast.coach, cast.coach, "permissions/"), "roles")
    assert "Coach (coaching access) since Sun 25 Jan" in own
    assert ("Ada" in own, "Rudi" in own, "Sponsor" in own) == (False, False, False)


def test_two_step_verification_and_signing_in(cast, page_of):
    Authenticator.objects.create(user=cast.coachee, type="recovery_codes", data={})
    assert "Two-step verification Off" in section(page_of(cast.admin, cast.coachee, "permissions/"), "roles")
    Authenticator.objects.create(user=cast.coachee, type="totp", data={})
    Person.objects.filter(pk=cast.coachee.pk).update(is_active=False)
    assert "May sign in No Two-step verification On" in section(
        page_of(cast.admin, cast.coachee, "permissions/"), "roles"
    )


def test_a_coachee_reads_names_of_those_they_know_and_numbers_of_others(cast, page_of):
    make_person(name="Dolores Other", roles=["delivery_manager"])
    other = make_person(name="Dimitri Other", roles=["delivery_manager"])
    make_subscription(coachee=cast.other_coachee, delivery_manager=other, starts_on=NOW.date().replace(year=2028),
                      ends_on=NOW.date().replace(year=2029))  # fmt: skip
    said = section(page_of(cast.coachee, cast.coachee, "permissions/"), "who-sees")
    assert "Maya Castellanos coach since 5 May Inés Robles delivery manager" in said
    assert "1 other delivery manager of the organization 2 admins of this installation" in said
    for hidden in ("Dimitri", "Dolores", "Ada", "Rudi", "Felix", "Stina"):
        assert hidden not in said
    assert "Dimitri Other delivery manager Inés Robles delivery manager Ada Admin admin Rudi Root admin" in section(
        page_of(cast.admin, cast.coachee, "permissions/"), "who-sees"
    )


def test_what_belongs_to_a_pair_is_that_coachs_alone(cast, page_of):
    said = section(page_of(cast.coachee, cast.coachee, "permissions/"), "who-sees")
    pair = re.search(r"Between you and Maya Castellanos .*?messages\. (.*?) Drafts", said)
    assert pair
    assert pair[1] == "Maya Castellanos coach since 5 May"
    assert "Drafts Goals for a session, takeaways and reflections that are not shared. Only you" in said
    assert "Only the coach who wrote them. You cannot read them, and neither can anybody else." in said


@pytest.mark.parametrize("whose", ["coachee", "coach", "strangers_coachee", "delivery_manager", "manager"])
def test_the_names_are_those_for_whom_the_tab_opens(whose, cast, clock):
    """The same predicate, asked through the profile of everybody of the cast, says who opens each tab."""
    person = getattr(cast, whose)
    page = permissions(open_profile(cast.admin, person.pk, NOW))
    everybody = [one for one in Person.objects.filter(is_active=True) if one != person]
    opened = {one: open_profile(one, person.pk, NOW) for one in everybody}
    for name, label, _count, shown in TABS:
        rows = [one for one in page.sees if str(label()) in one.what.split(" · ")]
        if name == "person" or shown is reads_texts or not rows:
            continue
        listed = {looker.pk for looker in rows[0].lookers} | {cast.admin.pk}
        assert listed == {one.pk for one, seen in opened.items() if seen and shown(seen)}, name


def test_nobody_but_the_person_and_admins_opens_it(cast, client: Client, clock):
    for other in (cast.coach, cast.co_coach, cast.delivery_manager, cast.manager, cast.sponsor, cast.other_coachee):
        client.force_login(other)
        assert client.get(f"/people/{cast.coachee.pk}/permissions/").status_code == 404


def test_many_coaches_cost_no_more_queries(cast, queries_of):
    one = queries_of(cast.coachee, cast.coachee, "permissions/")
    for _number in range(10):
        make_relationship(coach=make_person(roles=["coach"]), coachee=cast.coachee)
    assert queries_of(cast.coachee, cast.coachee, "permissions/") == one
