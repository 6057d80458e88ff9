"""The page Calendar: sessions in one's own calendar, and for coaches the times at which they are taken elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.models import Person, Role
from sessions_app.calendar_actions import token_of
from sessions_app.feeds import CalendarFeed
from sessions_app.fetching import LONGEST, CannotReadError, place_at
from sessions_app.models import OutsideCalendar

PROBLEMS: dict[str, str | Promise] = {
    "address": gettext_lazy("It leads to an address that is not one of a calendar on the web."),
    "unknown_host": gettext_lazy("There is no server by this name."),
    "not_public": gettext_lazy("It leads into a private network, where we do not look."),
    "unreachable": gettext_lazy("The server did not answer as it should."),
    "certificate": gettext_lazy("The server’s certificate is not valid."),
    "slow": gettext_lazy("The server took too long."),
    "redirects": gettext_lazy("It leads from one address to the next without an end."),
    "gone": gettext_lazy("The server says that there is no calendar here, or that it is not public."),
    "large": gettext_lazy("The calendar is larger than 2 MB."),
    "not_a_calendar": gettext_lazy("What is there is no calendar that we can read."),
    "many": gettext_lazy("The calendar has more busy times than we can keep."),
    "hard": gettext_lazy("The calendar took too long to work out."),
}


class OutsideForm(forms.Form):
    """The address of a coach's own calendar. Whoever has it can read that calendar: nobody else sees it."""

    secret_address = forms.CharField(
        label=gettext_lazy("Private address of your calendar (iCal, ICS)"),
        max_length=LONGEST,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("It begins with https:// or webcal://. We read only when you are busy, nothing else."),
    )

    def clean_secret_address(self) -> str:
        """With https, as which calendars are subscribed to."""
        written = self.cleaned_data["secret_address"]
        scheme, separator, rest = written.partition("://")
        address = f"https://{rest}" if separator and scheme.lower() in ("https", "webcal", "webcals") else written
        try:
            place_at(address)
        except CannotReadError as wrong:
            raise forms.ValidationError(
                _("This is not the address of a calendar on the web: https://, without a user or password in it.")
            ) from wrong
        return address


@dataclass(frozen=True)
class Subscription:
    """The person's calendar address, as each calendar wants it."""

    address: str
    made_at: datetime

    @property
    def webcal(self) -> str:
        """For Apple's Calendar and others that open such links."""
        return f"webcal://{self.address.split('://', 1)[1]}"

    @property
    def google(self) -> str:
        """Google Calendar's page that adds it."""
        return f"https://calendar.google.com/calendar/r?cid={quote(self.webcal, safe='')}"

    @property
    def outlook(self) -> str:
        """Outlook's page on the web that adds it."""
        named = f"url={quote(self.address, safe='')}&name={quote(_('Coaching'))}"
        return f"https://outlook.office.com/calendar/0/addfromweb?{named}"


@dataclass(frozen=True)
class Outside:
    """The coach's own calendar, as the page tells of it."""

    masked: str
    read_at: datetime | None
    problem: str | Promise
    times: int


@dataclass(frozen=True)
class CalendarPage:
    """What is shown. `outside` and `form` are for coaches."""

    subscription: Subscription | None
    is_coach: bool
    outside: Outside | None
    form: OutsideForm


def calendar_page(person: Person, form: OutsideForm | None = None) -> CalendarPage:
    """The page of this person. At most three queries."""
    feed = CalendarFeed.objects.filter(person=person).first()
    is_coach = Role.COACH in person.roles
    found = OutsideCalendar.objects.filter(coach=person).first() if is_coach else None
    return CalendarPage(
        subscription=Subscription(address_of(feed), feed.made_at) if feed else None,
        is_coach=is_coach,
        outside=_outside(found, person) if found else None,
        form=form or OutsideForm(),
    )


def address_of(feed: CalendarFeed) -> str:
    """The whole address."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('calendar-feed', args=[token_of(feed)])}"


def _outside(calendar: OutsideCalendar, person: Person) -> Outside:
    problem = PROBLEMS.get(calendar.problem, calendar.problem)
    return Outside(masked(calendar.url), calendar.read_at, problem, person.busy_times.count())


def masked(url: str) -> str:
    """Enough of the address to know it by, and not enough to use it: where it is, and how it ends."""
    return f"{urlsplit(url).hostname}/…{url[-6:]}"
