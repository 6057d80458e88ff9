"""Forms of the library: a resource of each kind, and suggesting one."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.links import web_target
from assignments.models import Resource
from coaching.goal_forms import Number, says_something
from config.files import Checked
from config.markdown import MarkdownField
from config.text import unturned
from config.upload_fields import FilesField
from profiles.edit_fields import SuggestingInput
from profiles.models import Person, Role
from profiles.once import OnceForm

MOST_TAGS, LONGEST_TAG = 10, 40
LARGEST_FILE_MB = 20
NO_PAGE = gettext_lazy("Write the address of a web page, such as https://example.org/article.")


class TagsField(forms.CharField):
    """Words to find a resource by, with commas between; cleaned a sorted list in lower case, each once."""

    def __init__(self, known: Collection[str] = (), **options: Any) -> None:
        widget = SuggestingInput(lambda: [(tag, "") for tag in known])
        widget.attrs.pop("data-choose")
        widget.attrs.update({"data-tags": True, "dir": "auto"})
        super().__init__(
            label=gettext_lazy("Tags"),
            required=False,
            max_length=1_000,
            widget=widget,
            help_text=gettext_lazy("With commas between them, at most 10, such as feedback, delegation."),
            **options,
        )

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """The tags. Raises ValidationError for too many, or one that is too long."""
        text = unturned(unicodedata.normalize("NFC", super().clean(value)).lower())
        words = (" ".join(part.replace("#", " ").split()) for part in text.replace("\n", ",").split(","))
        tags = sorted({word for word in words if word})
        if len(tags) > MOST_TAGS:
            raise ValidationError(_("At most %(count)d tags. Leave some out.") % {"count": MOST_TAGS})
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(_("A tag has at most %(count)d characters.") % {"count": LONGEST_TAG})
        return tags

    def prepare_value(self, value: Any) -> Any:
        """As it is written."""
        return ", ".join(value) if isinstance(value, list) else value


class WebField(forms.URLField):
    """An address on the web that a click may lead to."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Address"),
            max_length=2_000,
            assume_scheme="https",
            widget=forms.URLInput({"placeholder": "https://", "autocomplete": "off"}),
            error_messages={"invalid": NO_PAGE},
        )
        self.validators = [one for one in self.validators if not isinstance(one, URLValidator)]

    def clean(self, value: Any) -> str:
        """The address. Raises ValidationError for one that leads nowhere on the web."""
        address = super().clean(value)
        if not web_target(address):
            raise ValidationError(NO_PAGE)
        return address


class ResourceForm(OnceForm):
    """A resource of one kind; with a `resource` that one, changed. `known` are the tags that are offered."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=300,
        validators=[says_something],
        widget=forms.TextInput({"dir": "auto"}),
    )
    summary = forms.CharField(
        label=gettext_lazy("In one sentence"), max_length=300, required=False, widget=forms.TextInput({"dir": "auto"})
    )
    url = WebField()
    body = MarkdownField(label=gettext_lazy("Text"), max_length=100_000, rows=16)
    file = FilesField(max_files=1, max_mb=LARGEST_FILE_MB, label=gettext_lazy("File"), required=True)
    tags = TagsField()
    audience = forms.ChoiceField(label=gettext_lazy("Who can see it"), widget=forms.RadioSelect)
    version = Number()

    def __init__(
        self,
        *args: Any,
        kind: str,
        by: Person,
        known: Collection[str] = (),
        resource: Resource | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, by=by, **kw)
        for other, field in (("article", "body"), ("link", "url"), ("file", "file")):
            if other != kind:
                del self.fields[field]
        self.fields["tags"] = TagsField(known)
        choices = audiences(by, resource)
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]
        self.fields["audience"].initial = choices[0][0]
        if resource is None:
            del self.fields["version"]
        else:
            del self.fields["form_id"]
        if resource and kind == "file":
            self.fields["file"].required = False
            self.fields["file"].label = _("Another file in its place")
        self.order_fields(["title", "url", "file", "summary", "body", "tags", "audience"])

    @property
    def values(self) -> dict[str, Any]:
        """What is written into the resource's own columns."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("form_id", "version", "file")}

    @property
    def upload(self) -> Checked | None:
        """The file that came along."""
        return next(iter(self.cleaned_data.get("file") or []), None)


def audiences(by: Person, resource: Resource | None) -> list[tuple[str, str]]:
    """Whom this person may show the resource, or a new one, to: what it is now, and what they may choose."""
    owns = resource is None or resource.added_by_id == by.pk
    shown = Resource.Audience
    place = (resource.organization if resource else None) or by.organization
    found = []
    if owns and Role.COACH in by.roles:
        found.append((str(shown.PRIVATE), _("Only you, and those you give it to")))
    if place is not None:
        found.append((str(shown.ORGANIZATION), _("Everybody at %(name)s") % {"name": place.name}))
    if by.is_staff:
        found.append((str(shown.EVERYBODY), _("Everybody")))
    if resource and resource.audience not in dict(found):
        found.append((resource.audience, str(Resource.Audience(resource.audience).label)))
    return found


class SuggestionForm(OnceForm):
    """A resource for some of a coach's coachees, with a note. Those in `have_it` have a suggestion of it already."""

    coachees = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one person.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("Why you think of it. Only you two read this."),
    )

    def __init__(self, *args: Any, people: Sequence[Person], have_it: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.pk: one for one in people}
        has = _("%(name)s (suggested already)")
        self.fields["coachees"].choices = [  # type: ignore[attr-defined]
            (one.pk, has % {"name": one.name} if one.pk in have_it else one.name) for one in people
        ]

    @property
    def chosen(self) -> list[Person]:
        """Whom it is for."""
        return [self.people[pk] for pk in self.cleaned_data["coachees"]]
