"""What a page says about an action to encourage, from the facts kept with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activity.encouragement.windows import D
from config.text import unturned

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Context:
    """Whom it is said to and when: their zone, now, the program's names for things, whether titles may be read."""

    now: datetime
    zone: str
    with_titles: bool = True
    survey_label: str = "Behavioral Change Survey"
    review_label: str = "360 program"
    to_coachee: bool = False
    """Said to the coachee, who is “you” then."""

    def day(self, instant: datetime) -> str:
        """“12 Nov”, with the year when it is another one."""
        return _short(instant.astimezone(ZoneInfo(self.zone)).date(), self.today())

    def moment(self, instant: datetime) -> str:
        """“Tue 24 Nov, 13:00”, with the year when it is another one."""
        local = instant.astimezone(ZoneInfo(self.zone))
        pattern = "D j M, H:i" if local.year == self.today().year else "D j M Y, H:i"
        return date_format(local, pattern)

    def calendar_day(self, day: date) -> str:
        """A day that has no time, such as a due date."""
        return _short(day, self.today())

    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True, slots=True)
class Words:
    """How a rule speaks: in a list, as a heading, with its reason, and about itself."""

    icon: str
    tone: str
    label: Callable[[Mapping, Context], str]
    title: Callable[[Mapping, Context], str]
    because: Callable[[Mapping, Context], str]
    definition: Callable[[Mapping, Context], str]


def label(rule: str, facts: Mapping, context: Context) -> str:
    """A few words for a list: “Survey overdue”, “No messages for 9 days”."""
    return WORDS[rule].label(facts, context)


def title(rule: str, facts: Mapping, context: Context) -> str:
    """The heading of an open item."""
    return (TO_COACHEE[rule] if context.to_coachee else WORDS[rule].title)(facts, context)


def because(rule: str, facts: Mapping, context: Context) -> str:
    """One sentence with the exact facts."""
    return WORDS[rule].because(facts, context)


def definition(rule: str, facts: Mapping, context: Context) -> str:
    """What the rule looks for, in words."""
    return WORDS[rule].definition(facts, context)


def clears(ended_by: str, until: datetime, rule: str, context: Context) -> str:
    """When the item goes away by itself."""
    deeds = DEEDS[rule]
    if ended_by in {"subscription_ended", "relationship_ended"} or ended_by not in DATED:
        return _("Goes away by itself when %(deed)s.") % {"deed": deeds}
    return _("Goes away by itself when %(deed)s, or on %(moment)s because %(reason)s.") % {
        "deed": deeds,
        "moment": context.moment(until),
        "reason": DATED[ended_by],
    }


DEEDS = {
    "manager_360_pending": gettext_lazy("the manager answers or the review closes"),
    "survey_halfway": gettext_lazy("the survey is completed"),
    "survey_overdue": gettext_lazy("the survey is completed"),
    "resources_unviewed": gettext_lazy("a resource is viewed"),
    "messages_silent": gettext_lazy("either of you writes"),
    "goals_unshared": gettext_lazy("a goal for this session is shared"),
    "takeaways_unshared": gettext_lazy("a takeaway is shared, or a later session is marked occurred"),
    "reflections_unshared": gettext_lazy("a reflection is shared"),
}
DATED = {
    "due_date_passed": gettext_lazy("it is overdue from then on"),
    "newer_survey": gettext_lazy("a newer survey takes its place"),
    "session_started": gettext_lazy("the session starts"),
}


def _short(day: date, today: date) -> str:
    return date_format(day, "j M" if day.year == today.year else "j M Y")


def _instant(facts: Mapping, name: str) -> datetime:
    return datetime.fromisoformat(facts[name])


def _named(facts: Mapping, context: Context) -> str:
    """The survey by its title, or without one."""
    shown = unturned(facts.get("title") or "") if context.with_titles else ""
    return _("“%(title)s”") % {"title": shown} if shown else _("It")


def _days_since(instant: datetime, context: Context) -> int:
    return max((context.now - instant) // D, 0)


def _silent_for(facts: Mapping, context: Context) -> int:
    return _days_since(_instant(facts, "anchor"), context)


def _survey_halfway(facts: Mapping, context: Context) -> str:
    due = context.calendar_day(date.fromisoformat(facts["due_on"]))
    return _("%(survey)s is due %(day)s and half the time has passed.") % {"survey": _named(facts, context), "day": due}


def _survey_overdue(facts: Mapping, context: Context) -> str:
    due_on = date.fromisoformat(facts["due_on"])
    late = (context.today() - due_on).days
    past = ngettext("%(count)d day past due.", "%(count)d days past due.", late) % {"count": late} if late > 0 else ""
    said = _("%(survey)s was due %(day)s.") % {"survey": _named(facts, context), "day": context.calendar_day(due_on)}
    return f"{said} {past}".strip()


def _manager(facts: Mapping, context: Context) -> str:
    return _("Invited %(day)s. %(answered)d of %(asked)d reviewers have answered.") % {
        "day": context.day(_instant(facts, "invited_at")),
        "answered": facts["answered"],
        "asked": facts["asked"],
    }


def _goal(facts: Mapping, context: Context) -> str:
    return _("The session is on %(moment)s; no goal shared for it yet.") % {
        "moment": context.moment(_instant(facts, "starts_at"))
    }


def _takeaway(facts: Mapping, context: Context) -> str:
    return _("Session of %(session)s was marked occurred on %(marked)s; no takeaway shared yet.") % {
        "session": context.day(_instant(facts, "starts_at")),
        "marked": context.day(_instant(facts, "marked_at")),
    }


def _silence(last_was: StrPromise, never: StrPromise) -> Callable[[Mapping, Context], str]:
    """The sentence of a silence: when the last one was, or from when the waiting is counted."""

    def sentence(facts: Mapping, context: Context) -> str:
        said = never if facts["since_beginning"] else last_was
        return str(said) % {"day": context.day(_instant(facts, "anchor"))}

    return sentence


def _for_days(singular: str, plural: str) -> Callable[[Mapping, Context], str]:
    """“No messages for 9 days”, counted in whole days of 24 hours."""

    def words(facts: Mapping, context: Context) -> str:
        days = _silent_for(facts, context)
        return ngettext(singular, plural, days) % {"count": days}

    return words


def _after_days(singular: str, plural: str) -> Callable[[Mapping, Context], str]:
    """What a rule of silence looks for, with the number of days that the program sets."""
    return lambda facts, _context: ngettext(singular, plural, facts["days"]) % {"count": facts["days"]}


def _always(text) -> Callable[..., str]:
    return lambda *_args: str(text)


WORDS = {
    "manager_360_pending": Words(
        icon="ring",
        tone="amber",
        label=_always(gettext_lazy("Manager’s 360 missing")),
        title=_always(gettext_lazy("Manager hasn’t completed the 360 review")),
        because=_manager,
        definition=_always(gettext_lazy("The manager was asked for a 360 review and has not answered yet.")),
    ),
    "survey_halfway": Words(
        icon="chart",
        tone="amber",
        label=_always(gettext_lazy("Survey open")),
        title=lambda facts, context: _("%(survey)s is still open") % {"survey": context.survey_label},
        because=_survey_halfway,
        definition=_always(
            gettext_lazy("The most recent survey is open and half the days to its due date have passed.")
        ),
    ),
    "survey_overdue": Words(
        icon="chart",
        tone="rose",
        label=_always(gettext_lazy("Survey overdue")),
        title=lambda facts, context: _("%(survey)s is overdue") % {"survey": context.survey_label},
        because=_survey_overdue,
        definition=_always(gettext_lazy("The most recent survey is open and its due date has passed.")),
    ),
    "resources_unviewed": Words(
        icon="book",
        tone="amber",
        label=_for_days("No resource viewed for %(count)d day", "No resource viewed for %(count)d days"),
        title=_for_days("No resource viewed for %(count)d day", "No resource viewed for %(count)d days"),
        because=_silence(
            gettext_lazy("The last resource was viewed on %(day)s."),
            gettext_lazy("No resource viewed since coaching began on %(day)s."),
        ),
        definition=_after_days(
            "No resource has been viewed for %(count)d day.", "No resource has been viewed for %(count)d days."
        ),
    ),
    "messages_silent": Words(
        icon="chat",
        tone="amber",
        label=_for_days("No messages for %(count)d day", "No messages for %(count)d days"),
        title=_for_days("No messages for %(count)d day", "No messages for %(count)d days"),
        because=_silence(
            gettext_lazy("The last message of either side was on %(day)s."),
            gettext_lazy("No message since coaching began on %(day)s."),
        ),
        definition=_after_days(
            "Neither coach nor coachee has written for %(count)d day.",
            "Neither coach nor coachee has written for %(count)d days.",
        ),
    ),
    "goals_unshared": Words(
        icon="goal",
        tone="amber",
        label=_always(gettext_lazy("Goal not shared")),
        title=_always(gettext_lazy("No goal shared for the next session")),
        because=_goal,
        definition=_always(
            gettext_lazy("A session is two days away or less, or what the program sets, and no goal for it is shared.")
        ),
    ),
    "takeaways_unshared": Words(
        icon="leaf",
        tone="amber",
        label=_always(gettext_lazy("Takeaways not shared")),
        title=_always(gettext_lazy("No takeaways from the last session")),
        because=_takeaway,
        definition=_always(
            gettext_lazy(
                "The most recent session was marked occurred two days ago or more, or what the program sets, "
                "and no takeaway from it is shared."
            )
        ),
    ),
    "reflections_unshared": Words(
        icon="reflection",
        tone="amber",
        label=_for_days("No reflection shared for %(count)d day", "No reflection shared for %(count)d days"),
        title=_for_days("No reflection shared for %(count)d day", "No reflection shared for %(count)d days"),
        because=_silence(
            gettext_lazy("The last reflection was shared on %(day)s."),
            gettext_lazy("No reflection shared since coaching began on %(day)s."),
        ),
        definition=_after_days(
            "No reflection has been shared for %(count)d day.", "No reflection has been shared for %(count)d days."
        ),
    ),
}


# The same headings as coachees read them about themselves.
TO_COACHEE: dict[str, Callable[[Mapping, Context], str]] = {
    "manager_360_pending": _always(gettext_lazy("Your manager hasn’t completed your 360 review")),
    "survey_halfway": lambda facts, context: _("Your %(survey)s is still open") % {"survey": context.survey_label},
    "survey_overdue": lambda facts, context: _("Your %(survey)s is overdue") % {"survey": context.survey_label},
    "resources_unviewed": _for_days(
        "You have not viewed a resource for %(count)d day", "You have not viewed a resource for %(count)d days"
    ),
    "messages_silent": _for_days(
        "You and your coach have not written for %(count)d day",
        "You and your coach have not written for %(count)d days",
    ),
    "goals_unshared": _always(gettext_lazy("You have not shared a goal for your next session")),
    "takeaways_unshared": _always(gettext_lazy("You have not shared a takeaway from your last session")),
    "reflections_unshared": _for_days(
        "You have not shared a reflection for %(count)d day", "You have not shared a reflection for %(count)d days"
    ),
}


def upcoming(rule: str, facts: Mapping, context: Context) -> str:
    """What will be said once the window opens, if nothing happens before."""
    if rule in SILENCES:
        return str(SILENCES[rule]) % {"days": facts["days"]}
    if rule == "goals_unshared":
        return _("Goal for the session of %(day)s not shared") % {"day": context.day(_instant(facts, "starts_at"))}
    return WORDS[rule].title(facts, context)


SILENCES = {
    "resources_unviewed": gettext_lazy("%(days)d days without a resource"),
    "messages_silent": gettext_lazy("%(days)d days without a message"),
    "reflections_unshared": gettext_lazy("%(days)d days without a reflection"),
}
