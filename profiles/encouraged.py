"""Actions to encourage, as the profile shows them: what is open, why, and what comes up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.encouragement import words
from activity.models import Encouragement
from coaching.models import Relationship
from config.prepared import Prepared
from profiles.days import in_days
from profiles.models import OF_THE_COACHEE, RuleKey
from profiles.profile import Profile
from profiles.sight import Sight
from sessions_app.models import Session

SOON = 4
"""How many of those coming up are shown before the rest is folded away."""
FIRST = "survey_overdue"
INSTANTS = (
    ("invited_at", gettext_lazy("Invited")),
    ("starts_at", gettext_lazy("Session")),
    ("marked_at", gettext_lazy("Marked occurred")),
)


@dataclass(frozen=True, slots=True)
class Open:
    """Something to encourage now. For staff there is neither a reason nor facts.

    `url` and `do` lead the coachee to where it is done. `not_relevant` is why it does not concern them, if they said
    so, since `said_at`.
    """

    pk: int
    rule: str
    icon: str
    tone: str
    title: str
    because: str
    since: datetime
    definition: str
    facts: list[tuple[str, str]]
    clears: str
    not_relevant: str = ""
    said_at: datetime | None = None
    url: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True)
class Soon:
    """Something that will be to encourage if nothing happens before."""

    rule: str
    title: str
    since: datetime
    when: str


@dataclass(frozen=True, slots=True)
class ToEncourage:
    """What is open, the overdue survey first and then the oldest, and what comes up, the soonest first."""

    open: list[Open]
    soon: list[Soon]
    later: list[Soon]


def to_encourage(profile: Profile) -> ToEncourage:
    """What there is to encourage for those relationships that this viewer sees. One query."""
    now = profile.now
    rows, context = list(_each_once(_rows(profile), profile)), _context(profile)
    many = profile.is_self and len(profile.running) > 1
    opened = sorted((row for row in rows if row.since <= now), key=lambda row: (row.rule != FIRST, row.since, row.pk))
    coming = [_soon(row, context, profile, many) for row in rows if row.since > now]
    return ToEncourage([_open(row, context, profile, many) for row in opened], coming[:SOON], coming[SOON:])


def one_shown(profile: Profile, pk: int) -> Open | None:
    """The open item with that id as this viewer reads it, if it is one of theirs. One query."""
    many = profile.is_self and len(profile.running) > 1
    found = (row for row in _rows(profile) if row.pk == pk and row.since <= profile.now)
    return next((_open(row, _context(profile), profile, many) for row in found), None)


def _rows(profile: Profile) -> list[Any]:
    values = {"coachee": profile.person.pk, "now": profile.now}
    if profile.sight == Sight.COACH:
        values["coach"] = profile.viewer.pk
    return _LIVE.rows(profile.sight, **values)


def _context(profile: Profile) -> words.Context:
    return words.Context(
        profile.now,
        profile.viewer.timezone,
        profile.reads_texts,
        profile.survey_label,
        profile.review_label,
        to_coachee=profile.is_self,
    )


def _live(sight: Sight, *, coachee: int, now: datetime, coach: int = 0) -> QuerySet:
    """Open or upcoming in the coachee's running relationships; for a coach in their own."""
    running = Relationship.objects.running(now).filter(coachee=coachee)
    if sight == Sight.COACH:
        running = running.filter(coach=coach)
    live = Encouragement.objects.live(now).filter(relationship__in=running.values("pk"))
    session: Any = Cast(Value(None), BigIntegerField())
    if sight == Sight.SELF:  # who can do something about it wants to get there
        session = Subquery(Session.objects.filter(ref=OuterRef("subject")).values("pk")[:1])
    return live.annotate(session=session).order_by("since", "pk")


_LIVE = Prepared(
    _live,
    ["pk", "rule", "subject", "since", "until", "ended_by", "facts", "relationship__coach__name"]
    + ["relationship__coach_id", "session", "not_relevant__reason", "not_relevant__said_at"],
    json=["facts"],
)


def _each_once(rows: Iterable[Any], profile: Profile) -> Iterable[Any]:
    """Of what is about the coachee alone the earliest; a coach has one of each anyway."""
    told = set()
    for row in rows:
        key = (row.rule, row.subject, row.since > profile.now)
        if row.rule in OF_THE_COACHEE and profile.sight != Sight.COACH:
            if key in told or (row.rule, row.subject, False) in told:
                continue
            told.add(key)
        yield row


def _open(row: Any, context: words.Context, profile: Profile, many: bool) -> Open:
    look = words.WORDS[row.rule]
    texts = profile.reads_texts
    url, do = _to_do(row, profile) if profile.is_self else ("", "")
    return Open(
        pk=row.pk,
        rule=row.rule,
        icon=look.icon,
        tone=look.tone,
        title=_with_coach(words.title(row.rule, row.facts, context), row, many),
        because=words.because(row.rule, row.facts, context) if texts else "",
        since=row.since,
        definition=words.definition(row.rule, row.facts, context),
        facts=_exact(row.facts, context) if texts else [],
        clears=words.clears(row.ended_by, row.until, row.rule, context),
        not_relevant=(row.not_relevant__reason or "") if texts else "",
        said_at=row.not_relevant__said_at if texts else None,
        url=url,
        do=do,
    )


def _to_do(row: Any, profile: Profile) -> tuple[str, str]:
    """Where the coachee does something about it, and the words of that button; nothing where others have to."""
    own = profile.person.pk
    places = {
        RuleKey.SURVEY_HALFWAY: (reverse("person-assessments", args=[own]), _("Your surveys")),
        RuleKey.SURVEY_OVERDUE: (reverse("person-assessments", args=[own]), _("Your surveys")),
        RuleKey.RESOURCES_UNVIEWED: (reverse("library"), _("Open the library")),
        RuleKey.REFLECTIONS_UNSHARED: (reverse("reflection-new"), _("Write a reflection")),
        RuleKey.MESSAGES_SILENT: (
            f"{reverse('person-messages', args=[own])}?with={row.relationship__coach_id}",
            _("Write a message"),
        ),
    }
    if row.session is not None:
        places |= {
            RuleKey.GOALS_UNSHARED: (reverse("session-goal", args=[row.session]), _("Write your goal")),
            RuleKey.TAKEAWAYS_UNSHARED: (reverse("session-takeaway", args=[row.session]), _("Write your takeaway")),
        }
    return places.get(row.rule, ("", ""))


def _soon(row: Any, context: words.Context, profile: Profile, many: bool) -> Soon:
    if profile.reads_texts:
        said = words.upcoming(row.rule, row.facts, context)
    else:
        said = words.label(row.rule, row.facts, context) if row.rule not in words.SILENCES else _quiet(row, context)
    return Soon(row.rule, _with_coach(said, row, many), row.since, in_days(row.since, context.now))


def _quiet(row: Any, context: words.Context) -> str:
    return words.upcoming(row.rule, row.facts, context)


def _with_coach(said: str, row: Any, many: bool) -> str:
    """Names the coach where several coaches would each say the same."""
    if not many or row.rule in OF_THE_COACHEE:
        return said
    return _("%(said)s (%(coach)s)") % {"said": said, "coach": row.relationship__coach__name}


def _exact(facts: dict, context: words.Context) -> list[tuple[str, str]]:
    """The facts behind an item, instants to the minute."""
    found = [(_("Survey"), facts["title"])] if facts.get("title") else []
    if "due_on" in facts:
        found.append((_("Due"), context.calendar_day(date.fromisoformat(facts["due_on"]))))
    found += [(str(label), _moment(facts[key], context)) for key, label in INSTANTS if facts.get(key)]
    if "anchor" in facts:
        label = _("Counted from") if facts["since_beginning"] else _("Last one")
        found.append((label, _moment(facts["anchor"], context)))
    if "asked" in facts:
        answered = _("%(answered)d of %(asked)d") % {"answered": facts["answered"], "asked": facts["asked"]}
        found.append((_("Answered"), answered))
    return found


def _moment(written: str, context: words.Context) -> str:
    return context.moment(datetime.fromisoformat(written))
