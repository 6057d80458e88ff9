"""`/ui/`: every shared component, rendered from the source shown beside it. Only while DEBUG is on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from config.markdown import MarkdownField
from profiles.charts import LineChart, Point, line_chart
from profiles.templatetags.ui import ICONS

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MARKDOWN = "Before Thursday:\n\n- choose **one** meeting\n- say no *once*\n"


@dataclass(frozen=True)
class Example:
    """A component, shown by the template of the same name in templates/ui/examples/."""

    name: str

    @property
    def source(self) -> str:
        """What an author writes."""
        return (settings.BASE_DIR / f"templates/ui/examples/{self.name}.html").read_text()

    def rendered(self) -> SafeString:
        """The source, rendered with the gallery's own people and times."""
        return loader.render_to_string(f"ui/examples/{self.name}.html", samples())


class SampleForm(forms.Form):
    """A form with one of each kind of field, one of them wrong."""

    email = forms.EmailField(label="E-mail", help_text="Only your coach sees it.")
    position = forms.CharField(label="Position", required=False)
    language = forms.ChoiceField(
        label="Preferred language", choices=[("en", "English"), ("pt-br", "Portuguese (Brazil)")]
    )
    about = forms.CharField(label="About you", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    instructions = MarkdownField(label="Instructions", required=False, rows=4)
    mail = forms.BooleanField(label="Send me a mail when my coach writes", required=False)


def sample_chart() -> LineChart | None:
    """Progress over two months, which stays as it is until somebody changes it."""
    points = [Point(NOW - timedelta(days=60 - 12 * step), value) for step, value in enumerate((0, 20, 20, 55, 80))]
    ticks = [(value, f"{value}%") for value in (0, 50, 100)]
    drawn = {"low": 0, "high": 100, "ticks": ticks, "zone": "UTC", "today": NOW.date(), "measure": "Progress"}
    return line_chart(points, **drawn, steps=True, until=NOW)  # type: ignore[arg-type]


def samples() -> dict[str, Any]:
    """What the examples talk about."""
    typed = {"email": "amara@", "position": "Engineering Manager", "language": "en", "instructions": MARKDOWN}
    form = SampleForm(typed)
    return {
        "now": NOW,
        "soon": NOW + timedelta(days=3, hours=1),
        "shortly": NOW + timedelta(hours=2, minutes=15),
        "later": NOW + timedelta(hours=3),
        "earlier": NOW - timedelta(days=3, hours=2),
        "long_ago": NOW - timedelta(days=40),
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
        "draft": SimpleNamespace(version=3, saved_at=NOW - timedelta(minutes=2)),
        "kept": [
            SimpleNamespace(name="Stakeholder map.pdf", size=184_320, url="#map"),
            SimpleNamespace(name="Notes.txt", size=712, url="#notes"),
        ],
        "chart": sample_chart(),
        "icons": sorted(ICONS),
    }


# Explicit, in the order shown. tests/ui/ asks for every tag of profiles/templatetags/ui.py.
REGISTRY = tuple(
    Example(name)
    for name in (
        "icon",
        "avatar",
        "pill",
        "tile",
        "button",
        "meter",
        "progress_bar",
        "when",
        "ago",
        "until",
        "join",
        "card",
        "card-list",
        "disclosure",
        "note",
        "empty",
        "empty-slim",
        "segments",
        "tabs",
        "pager",
        "line_chart",
        "crumb",
        "field",
        "fields",
        "markdown_field",
        "draft_state",
        "initials",
        "who-can-see",
        "files",
    )
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
