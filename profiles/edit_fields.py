"""Fields that are typed with suggestions to choose from: time zones, languages, organizations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.choosing import LANGUAGE_LENGTH, ZONE_LENGTH, language_choices, language_of, zone_of
from profiles.languages import language_name
from profiles.models import Organization

_SUGGESTED = 2_000


class SuggestingInput(forms.TextInput):
    """A text with a list of suggestions that narrows while one types; without the list it is simply a text.

    `suggestions` gives (what is put into the field, words it is also found by).
    """

    def __init__(self, suggestions: Callable[[], Iterable[tuple[str, str]]]) -> None:
        super().__init__({"autocomplete": "off", "data-choose": True})
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The input and its list."""
        listed = f"{(attrs or {}).get('id') or name}_choices"
        text = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}" label="{}">', self.suggestions())
        return format_html('{}<datalist id="{}">{}</datalist>', text, listed, options)


class ZoneField(forms.CharField):
    """An IANA time zone, also found by its city."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=gettext_lazy("Time zone"),
            max_length=ZONE_LENGTH,
            widget=SuggestingInput(tuple),
            help_text=gettext_lazy("Type a city or a country. Days, months and reminders follow it."),
            **options,
        )

    def to_python(self, value: Any) -> str:
        """The name of the zone. Raises ValidationError for what is none."""
        text = super().to_python(value) or ""
        if text and not zone_of(text):
            sentence = _("%(text)s is not a time zone. Choose one from the list, such as Europe/Madrid.")
            raise forms.ValidationError(sentence % {"text": text[:ZONE_LENGTH]})
        return zone_of(text)


class LanguageField(forms.CharField):
    """A language by its name or its tag; kept as a tag."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=gettext_lazy("Preferred language"),
            max_length=4 * LANGUAGE_LENGTH,
            required=False,
            widget=SuggestingInput(language_choices),
            help_text=gettext_lazy("Type its name, such as Spanish or español."),
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        """A tag is shown by its name."""
        return language_name(value) if value else value

    def to_python(self, value: Any) -> str:
        """The tag. Raises ValidationError for what is no language."""
        text = super().to_python(value) or ""
        if text and not language_of(text):
            sentence = _("%(text)s is not a language. Choose one from the list, or write a tag such as pt-BR.")
            raise forms.ValidationError(sentence % {"text": text[:LANGUAGE_LENGTH]})
        return language_of(text)


class OrganizationField(forms.ModelChoiceField):
    """An organization by its name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=Organization.objects.all(),
            label=gettext_lazy("Organization"),
            required=False,
            to_field_name="name",
            widget=SuggestingInput(_organizations),
            error_messages={
                "invalid_choice": gettext_lazy("There is no organization of this name. Add it in the admin first.")
            },
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        """The name, also for the id that a form begins with."""
        if isinstance(value, int):
            value = Organization.objects.filter(pk=value).first()
        return value.name if isinstance(value, Organization) else value

    def to_python(self, value: Any) -> Organization | None:
        """The organization. Raises ValidationError where there is none of this name."""
        return super().to_python(value.strip() if isinstance(value, str) else value)


def _organizations() -> Iterable[tuple[str, str]]:
    return [(name, "") for name in Organization.objects.values_list("name", flat=True)[:_SUGGESTED]]
