"""The shared components: `/ui/` shows each one. Arguments are by keyword; a wrong one fails when the template is read.

The tags are built in (settings.TEMPLATES), so no page loads them. Small ones are put together here, larger ones in
templates/ui/. What a person wrote is always escaped.
"""
# Somewhat over 400 lines, for templates find every shared look in this one place.

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template import Library, TemplateSyntaxError
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from profiles.charts import LineChart

register = Library()

# fmt: off
ICONS = frozenset({
    "alert", "arrow-left", "arrow-right", "bell", "book", "calendar", "chart", "chat", "check", "chevron", "clock",
    "eye", "file", "flag", "globe", "goal", "inbox", "info", "key", "leaf", "link", "lock", "mail", "moon", "pen",
    "people", "person", "reflection", "ring", "search", "settings", "shield", "sign-out", "takeaway", "tasks",
    "trellis", "video",
})
# fmt: on
# Arrows and bubbles that point somewhere are mirrored in right-to-left text.
TURNING_ICONS = frozenset({"arrow-left", "arrow-right", "chat", "sign-out", "tasks", "book"})
TONES = ("plain", "leaf", "amber", "rose", "sky", "plum")
AVATAR_TONES = ("leaf", "sky", "amber", "rose", "plum")
BUTTON_KINDS = ("plain", "primary", "quiet", "danger")
SIZES = ("s", "m", "l")
# Translators: how dates and times are written, without and with the year; see Django's `date` filter. Tue 24 Nov, 13:00
WHEN_FORMATS = {
    "full": (pgettext_lazy("date format", "D j M, H:i"), pgettext_lazy("date format", "D j M Y, H:i")),
    "day": (pgettext_lazy("date format", "D j M"), pgettext_lazy("date format", "D j M Y")),
    "long": (pgettext_lazy("date format", "l j F"), pgettext_lazy("date format", "l j F Y")),
    "time": (pgettext_lazy("date format", "H:i"), pgettext_lazy("date format", "H:i")),
}
WHEN_STYLES = tuple(WHEN_FORMATS)


def _one_of(what: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise TemplateSyntaxError(f"{what} is {value!r}; it must be one of {', '.join(sorted(allowed))}")


def _is_text(what: str, value: object) -> None:
    if not isinstance(value, (str, Promise)) or not str(value).strip():
        raise TemplateSyntaxError(f"{what} must be a text that is not empty, not {value!r}")


@register.simple_tag
@lru_cache(maxsize=512)
def icon(*, name: str, label: str = "") -> SafeString:
    """A drawing from static/icons.svg. Without a label it is decoration, for words must stand beside it."""
    _one_of("the icon's name", name, ICONS)
    turns = " icon-turns" if name in TURNING_ICONS else ""
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon{}" {}><use href="{}#{}"/></svg>', turns, named, static("icons.svg"), name)


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word of a name: “Amara Okafor” gives AO."""
    words = [word for word in str(name).split() if word[0].isalnum()] or str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def avatar(*, person: Any, size: str = "s") -> SafeString:
    """Initials on a colour that stays the same for a person (from the id). Sizes s 32 px, m 40 px, l 60 px.

    Where the person comes with a `photo` it lies on top; a viewer who may not open it is left with the initials.
    """
    _one_of("the avatar's size", size, SIZES)
    tone = AVATAR_TONES[(person.pk or 0) % len(AVATAR_TONES)]
    return format_html(
        '<span class="avatar avatar-{} tone-{}" aria-hidden="true">{}{}</span>',
        size, tone, initials(person.name), _picture(person),
    )  # fmt: skip


def _picture(person: Any) -> SafeString:
    """The photo, if it came along with the person; nothing is fetched for it."""
    came = not (isinstance(person, Model) and "photo" in person.get_deferred_fields())
    photo = getattr(person, "photo", "") if came else ""
    if not photo:
        return SafeString("")
    address = reverse("person-photo", args=[person.pk, photo, 128])
    return format_html('<img src="{}" alt="" width="60" height="60" loading="lazy" decoding="async">', address)


@register.simple_tag
def pill(*, text: str, tone: str = "plain", icon: str = "") -> SafeString:
    """A word or two about a state. amber wants attention, rose is late, sky is time, leaf is well, plain is neither."""
    _is_text("the pill's text", text)
    _one_of("the pill's tone", tone, TONES)
    return format_html('<span class="pill tone-{}">{}{}</span>', tone, _icon_or_nothing(icon), text)


@register.simple_tag
@lru_cache(maxsize=512)
def tile(*, icon: str, tone: str = "plain") -> SafeString:
    """An icon on a small square, at the start of an item of a list."""
    _one_of("the tile's tone", tone, TONES)
    return format_html('<span class="tile tone-{}">{}</span>', tone, _icon_or_nothing(icon))


def _icon_or_nothing(name: str) -> SafeString:
    return icon(name=name) if name else SafeString("")


_OPENS_DIALOG = ' hx-get="{}" hx-target="#dialog" hx-select="#dialog-body" hx-swap="innerHTML"'


@register.simple_tag
def button(
    *,
    text: str,
    kind: str = "plain",
    href: str = "",
    icon: str = "",
    small: bool = False,
    name: str = "",
    value: str = "",
    dialog: bool = False,
) -> SafeString:
    """A link when it has an href, else the button that submits its form. One primary a view.

    With `dialog` the part of that page with the id dialog-body opens in this page's dialog (ui/dialog.html).
    """
    _is_text("the button's text", text)
    _one_of("the button's kind", kind, BUTTON_KINDS)
    classes = f"btn btn-{kind}" + (" btn-small" if small else "")
    inside = format_html("{}{}", _icon_or_nothing(icon), text)
    if href:
        opens = format_html(_OPENS_DIALOG, href) if dialog else ""
        return format_html('<a class="{}" href="{}"{}>{}</a>', classes, href, opens, inside)
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html('<button type="submit" class="{}"{}>{}</button>', classes, named, inside)


@register.simple_tag
def meter(*, used: int, of: int, label: str) -> SafeString:
    """How much of a small whole is used, in segments, and in words for who cannot see them. More than 8 is a bar."""
    _is_text("the meter's label", label)
    words = _("%(used)s of %(of)s %(label)s") % {"used": used, "of": of, "label": label}
    if of > 8:
        drawn = format_html('<progress value="{}" max="{}" aria-hidden="true"></progress>', min(used, of), of)
    else:
        drawn = format_html_join(
            "", "<i{}></i>", ((SafeString(' class="on"') if step < used else "",) for step in range(of))
        )
    return format_html('<span class="meter">{}<span class="visually-hidden">{}</span></span>', drawn, words)


def _local(at: datetime | date, zone: str) -> datetime | date:
    if not isinstance(at, datetime):
        if not isinstance(at, date):
            raise TemplateSyntaxError(f"a time or a date is needed, not {at!r}")
        return at
    return timezone.localtime(at, ZoneInfo(zone) if zone else None)


def _written(local: datetime | date, style: str, today: date) -> str:
    if style in ("full", "time") and not isinstance(local, datetime):
        style = "day"
    return format(local, str(WHEN_FORMATS[style][local.year != today.year]))


@register.simple_tag
def progress_bar(*, percent: int, label: str) -> SafeString:
    """How far something is, from 0 to 100, as wide as there is room; the label says of what to who cannot see it."""
    _is_text("the bar's label", label)
    # Translators: a share, such as 60%
    words = _("%(number)s%%") % {"number": percent}
    return format_html(
        '<span class="progress-bar"><progress value="{}" max="100" aria-label="{}"></progress><b>{}</b></span>',
        percent, label, words,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def when(
    context: Any, *, at: datetime | date, zone: str = "", style: str = "full", now: datetime | None = None
) -> SafeString:
    """A time in the viewer's zone, or the named one: full “Tue 24 Nov, 13:00”, day, long “Tuesday 24 November”, time.

    The year is written when it is not the year of `now` (the page's own `now` when it has one).
    """
    _one_of("the style of a time", style, WHEN_STYLES)
    local = _local(at, zone)
    today = _local(now or context.get("now") or timezone.now(), zone)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), _written(local, style, today))


def span_in_words(span: timedelta) -> str:
    """A length of time in its largest unit, rounded down: “now”, “5 min”, “2 h”, “3 d”. Days are 24 hours."""
    minutes = max(int(span.total_seconds()), 0) // 60
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 24 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    return _("%(count)s d") % {"count": minutes // (24 * 60)}


@register.simple_tag
def ago(*, at: datetime, now: datetime, zone: str = "", dated: bool = False) -> SafeString:
    """How long ago, short; the full time is the title and is read out. `dated`: the day when it is a week or more."""
    local, today = _local(at, zone), _local(now, zone)
    full = _written(local, "full", today)
    if dated and now - at >= timedelta(days=7):
        return format_html(
            '<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, _written(local, "day", today)
        )
    return format_html(
        '<time datetime="{}" title="{}">{}<span class="visually-hidden"> ({})</span></time>',
        local.isoformat(), full, span_in_words(now - at), full,
    )  # fmt: skip


@register.simple_tag
def until(*, at: datetime, now: datetime, zone: str = "") -> SafeString:
    """How long until then: “in 3 days”, “in 2 hours”, “in 5 minutes”, “now”."""
    minutes = max(int((at - now).total_seconds()), 0) // 60
    if minutes >= 24 * 60:
        days = minutes // (24 * 60)
        words = ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}
    elif minutes >= 60:
        words = ngettext("in %(count)s hour", "in %(count)s hours", minutes // 60) % {"count": minutes // 60}
    else:
        words = (
            ngettext("in %(count)s minute", "in %(count)s minutes", minutes) % {"count": minutes}
            if minutes
            else _("now")
        )
    local = _local(at, zone)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), _written(local, "full", _local(now, zone)), words
    )


@register.simple_block_tag
def card(
    content: str,
    *,
    title: str,
    aside: str = "",
    section: str = "",
    place: int = 0,
    half: bool = False,
    padded: bool = True,
) -> str:
    """A white card with a heading; what the block holds is its body.

    `aside` stands at the end of the heading (a pill or a button, kept with `as`), `section` becomes `data-section`,
    `place` is its order when the profile is one column (1 first), `half` lets two share a row on a tablet, and
    `padded=False` is for lists and tables that reach the edge (put a `.card-foot` inside when one is needed).
    """
    _is_text("the card's title", title)
    return render_to_string(
        "ui/card.html",
        {
            "content": content,
            "title": title,
            "aside": aside,
            "section": section,
            "place": place,
            "half": half,
            "padded": padded,
        },
    )


@register.simple_block_tag
def disclosure(content: str, *, summary: str, icon: str = "") -> str:
    """Something to open, such as “Why?”; works without JavaScript."""
    _is_text("the summary", summary)
    return render_to_string("ui/disclosure.html", {"content": content, "summary": summary, "icon": icon})


@register.simple_block_tag
def note(content: str, *, tone: str = "info") -> str:
    """A paragraph that stands out: info, success, warning or error."""
    _one_of("the note's tone", tone, ("info", "success", "warning", "error"))
    return render_to_string("ui/note.html", {"content": content, "tone": tone})


@register.simple_tag
def who_can_see(*, kind: str, pk: int, words: bool = False) -> SafeString:
    """The way to a text's readers by name: an eye; with `words` also “Who can see this?”.

    `kind` is a key of profiles.audience.KINDS, `pk` the row's. For those who may read the text; others get 404.
    """
    label = _("Who can see this?")
    inside = format_html("{}{}", icon(name="eye"), label) if words else icon(name="eye", label=label)
    return format_html(
        '<a class="eye" href="{url}" title="{label}" hx-get="{url}" hx-target="body" hx-swap="beforeend"'
        ' hx-select="unset" hx-push-url="false">{inside}</a>',
        url=reverse("who-can-see", args=[kind, pk]), label=label, inside=inside,
    )  # fmt: skip


@register.inclusion_tag("ui/empty.html")
def empty(*, title: str, text: str, icon: str = "leaf", href: str = "", action: str = "", slim: bool = False) -> dict:
    """What will appear here, and the one thing to do; `slim` inside a card. An action needs both words and an href."""
    _is_text("the title", title)
    if bool(href) != bool(action):
        raise TemplateSyntaxError("an empty state's action needs both action and href")
    _one_of("the icon's name", icon, ICONS)
    return {"title": title, "text": text, "icon": icon, "href": href, "action": action, "slim": slim}


@register.inclusion_tag("ui/segments.html")
def segments(*, label: str, items: Iterable[Any], target: str = "") -> dict:
    """Links that choose one of a few lists: items with label, url, current and, where known, count.

    With a `target` (a CSS selector) htmx replaces that element by the same element of the answer.
    """
    _is_text("the segments' label", label)
    return {"label": label, "items": items, "target": target}


@register.inclusion_tag("ui/tabs.html")
def tabs(*, label: str, items: Iterable[Any]) -> dict:
    """Tabs that are pages of their own: items with label, url, current and, where known, count."""
    _is_text("the tabs' label", label)
    return {"label": label, "items": items}


@register.inclusion_tag("ui/pager.html")
def pager(*, label: str, older: str = "", newer: str = "", target: str = "") -> dict:
    """Links to the older and the newer part of a list paged by key; nothing when there is neither."""
    _is_text("the pager's label", label)
    return {"label": label, "older": older, "newer": newer, "target": target}


@register.inclusion_tag("ui/line_chart.html")
def line_chart(*, chart: LineChart | None, label: str) -> dict:
    """Values over time from `profiles.charts.line_chart`, drawn and as a table; nothing where there is no chart."""
    _is_text("the chart's label", label)
    return {"chart": chart, "label": label}


@register.inclusion_tag("ui/crumb.html")
def crumb(*, text: str, href: str) -> dict:
    """The way back up."""
    _is_text("the crumb's text", text)
    return {"text": text, "href": href}


@register.inclusion_tag("ui/files.html")
def files(*, items: Iterable[Any], url: str = "") -> dict:
    """Files to download, with their sizes; nothing where there are none.

    `items` have a name and a size in bytes, and either a url of their own or a pk for the address named `url`.
    """
    listed = [
        {"name": one.name, "size": one.size, "url": reverse(url, args=[one.pk]) if url else one.url} for one in items
    ]
    return {"files": listed}


@register.simple_tag
def draft_form(*, key: str, draft: Any | None) -> SafeString:
    """For a form’s opening tag: its texts are kept as the draft of this key. A `draft_state` belongs inside.

    `draft` is that of `profiles.drafts.draft_of`, whose texts the form is shown with.
    """
    _is_text("the draft's key", key)
    return format_html('data-draft="{}" data-draft-version="{}"', key, draft.version if draft else 0)


@register.inclusion_tag("ui/draft_state.html", takes_context=True)
def draft_state(context: Any, *, draft: Any | None) -> dict:
    """Whether what is typed into a form is saved as a draft, and what to do when another tab was faster."""
    user = context.get("user")
    return {"draft": draft if draft and draft.version else None, "person": getattr(user, "pk", None) or ""}


@register.inclusion_tag("ui/field.html")
def field(*, field: BoundField) -> dict:
    """A form's field with its label, help, and its errors beside it (named by aria-describedby)."""
    if not isinstance(field, BoundField):
        raise TemplateSyntaxError(f"a field of a form is needed, not {field!r}")
    check = isinstance(field.field.widget, CheckboxInput)  # one box; several are a fieldset
    return {"field": field, "check": check}


@register.inclusion_tag("ui/markdown_field.html")
def markdown_field(*, field: BoundField) -> dict:
    """A field for Markdown (config.markdown.MarkdownField) with a preview. `{% field %}` shows such a field so, too."""
    if not isinstance(field, BoundField):
        raise TemplateSyntaxError(f"a field of a form is needed, not {field!r}")
    return {"field": field}


@register.inclusion_tag("ui/fields.html")
def fields(*, form: BaseForm) -> dict:
    """Every field of a form, after the errors that belong to the whole of it."""
    return {"form": form}
