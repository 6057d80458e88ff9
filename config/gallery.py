"""`/ui/`: every shared component, rendered from the source shown beside it. Only while DEBUG is on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from profiles.templatetags.ui import ICONS

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Example:
    """One component with the template source that shows it."""

    name: str
    source: str

    def rendered(self) -> SafeString:
        """The source, rendered with the gallery's own people and times."""
        return Template(self.source).render(Context(samples()))


class SampleForm(forms.Form):
    """A form with one of each kind of field, one of them wrong."""

    email = forms.EmailField(label="E-mail", help_text="Only your coach sees it.")
    position = forms.CharField(label="Position", required=False)
    language = forms.ChoiceField(
        label="Preferred language", choices=[("en", "English"), ("pt-br", "Portuguese (Brazil)")]
    )
    about = forms.CharField(label="About you", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    mail = forms.BooleanField(label="Send me a mail when my coach writes", required=False)


def samples() -> dict[str, Any]:
    """What the examples talk about."""
    form = SampleForm({"email": "amara@", "position": "Engineering Manager", "language": "en"})
    return {
        "now": NOW,
        "soon": NOW + timedelta(days=3, hours=1),
        "earlier": NOW - timedelta(days=3, hours=2),
        "last_year": datetime(2025, 11, 24, 13, 0, tzinfo=UTC),
        "day": date(2026, 11, 26),
        "amara": SimpleNamespace(pk=5, name="Amara Okafor"),
        "long": SimpleNamespace(pk=7, name="Maximiliana Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"),
        "states": [
            {"label": "In progress", "url": "?state=in_progress", "current": True, "count": 2},
            {"label": "Completed", "url": "?state=completed", "count": 5},
            {"label": "Archived", "url": "?state=archived", "count": 0},
        ],
        "form": form,
    }


_ITEM = """<ul class="items"><li>{% tile icon="chart" tone="rose" %}<div class="what"><strong>Behavioral Change Survey is overdue</strong>
<div class="meta">“Delegation, spring” was due 18 Nov. 3 days past due.</div></div><span class="meta">{% ago at=earlier now=now %}</span>
<div class="do">{% disclosure summary="Why?" %}<p>The survey was due on 18 Nov and is not completed. It clears when she completes it.</p>{% enddisclosure %}</div></li>
<li>{% avatar person=long %}<div class="what"><strong>{{ long.name }}</strong><div class="meta">A long name does not break a row.</div></div><span class="meta">12 d</span></li></ul>"""

# Explicit, in the order shown. tests/ui/ asks for every tag of profiles/templatetags/ui.py.
REGISTRY = (
    Example(
        "icon",
        '<div class="row">'
        + "".join(f'{{% icon name="{name}" label="{name}" %}} ' for name in sorted(ICONS))
        + "</div>",
    ),
    Example("avatar", '{% avatar person=amara %} {% avatar person=long size="m" %} {% avatar person=amara size="l" %}'),
    Example(
        "pill",
        '{% pill text="Active" tone="leaf" %} {% pill text="3 now" tone="amber" %} {% pill text="Survey overdue" tone="rose" icon="chart" %}'
        ' {% pill text="in 3 days" tone="sky" %} {% pill text="Group" tone="plum" %} {% pill text="Past" %}',
    ),
    Example(
        "tile",
        '<div class="row">{% tile icon="leaf" tone="amber" %} {% tile icon="check" tone="leaf" %} {% tile icon="book" %}</div>',
    ),
    Example(
        "button",
        '<div class="row">{% button text="Save" kind="primary" %} {% button text="Message" icon="chat" href="#button" %}'
        ' {% button text="Remove" kind="danger" name="do" value="remove" %} {% button text="Cancel" kind="quiet" href="#button" %}'
        ' {% button text="All sessions" small=True href="#button" %}</div>',
    ),
    Example(
        "meter",
        '{% meter used=1 of=2 label="sessions this month" %} {% meter used=3 of=2 label="x" %} {% meter used=7 of=12 label="answered" %}',
    ),
    Example(
        "when",
        '{% when at=soon %} · {% when at=soon zone="Asia/Tokyo" %} · {% when at=soon style="time" %} · {% when at=day style="day" %}'
        ' · {% when at=last_year %} · <span class="date">{% when at=soon style="long" %}</span>',
    ),
    Example("ago", "{% ago at=earlier now=now %}"),
    Example("until", "{% until at=soon now=now %}"),
    Example(
        "card",
        '{% pill text="in 3 days" tone="sky" as count %}{% card title="Next session" aside=count section="next-session" %}'
        '<div class="date">{% when at=soon style="long" %}</div><p class="meta">13:00 for you, 14:00 for Amara</p>{% endcard %}',
    ),
    Example("card, with a list", '{% card title="Actions to encourage" padded=False %}' + _ITEM + "{% endcard %}"),
    Example(
        "disclosure",
        '{% disclosure summary="Why?" icon="info" %}<p>No message from either of you for 9 days.</p>{% enddisclosure %}',
    ),
    Example(
        "note",
        '<div class="stack stack-s">{% note %}You are looking at a past coachee.{% endnote %}{% note tone="success" %}Saved.{% endnote %}'
        '{% note tone="warning" %}The subscription ends on 30 Nov.{% endnote %}{% note tone="error" %}That time is taken.{% endnote %}</div>',
    ),
    Example(
        "empty",
        '{% empty title="Nothing to encourage" text="Amara is on track. What she might forget will appear here." icon="leaf" %}',
    ),
    Example(
        "empty, slim",
        '{% empty title="No assignments yet" text="They will appear here." slim=True href="#empty" action="Look around" %}',
    ),
    Example("segments", '{% segments label="Assignments by state" items=states %}'),
    Example("tabs", '{% tabs label="Profile" items=states %}'),
    Example("pager", '{% pager label="Actions taken, pages" older="?before=1" newer="?after=2" %}'),
    Example("crumb", '{% crumb text="Your coachees" href="#crumb" %}'),
    Example("field", "{% field field=form.email %}"),
    Example("fields", '<form class="form">{% fields form=form %}</form>'),
    Example("initials", "{{ amara.name|initials }}"),
)


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """All examples; `?scheme=light|dark` and `?dir=ltr|rtl` show them so."""
    scheme, direction = request.GET.get("scheme", ""), request.GET.get("dir", "")
    return render(
        request,
        "ui/gallery.html",
        {
            "examples": REGISTRY,
            "scheme": scheme if scheme in ("light", "dark") else "",
            "direction": direction if direction in ("ltr", "rtl") else "",
        },
    )
