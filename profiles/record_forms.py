"""Forms about courses, licenses and credentials, and employment."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.files import JPEG, MB, PDF, PNG, Checked, checked
from profiles.models import Course, Credential, Employment
from profiles.record_actions import COURSE_FIELDS, CREDENTIAL_FIELDS, EMPLOYMENT_FIELDS

LARGEST_FILE = 5 * MB
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
MOST_HOURS = 9_999
_DECIMAL = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)", re.ASCII)


class HoursField(forms.Field):
    """A length of time in hours, typed as 1.5 (or 1,5) or as 1:30; kept in whole minutes, None when empty."""

    def to_python(self, value: Any) -> int | None:
        """Minutes."""
        text = str(value or "").strip()
        if not text:
            return None
        if found := _CLOCK.fullmatch(text):
            minutes = int(found[1]) * 60 + int(found[2])
        elif found := _DECIMAL.fullmatch(text):
            minutes = int(found[1]) * 60 + round(float(f"0.{found[2] or 0}") * 60)
        else:
            raise ValidationError(_("Write hours as 1.5 or as 1:30."))
        if not 0 < minutes <= MOST_HOURS * 60:
            raise ValidationError(_("A course takes between a minute and %(count)d hours.") % {"count": MOST_HOURS})
        return minutes

    def prepare_value(self, value: Any) -> Any:
        """Minutes as 1:30, whole hours as 2."""
        if not isinstance(value, int):
            return value
        hours, minutes = divmod(value, 60)
        return f"{hours}:{minutes:02}" if minutes else str(hours)


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day(value: date | None, last: date = LAST_DAY, late: str = "") -> date | None:
    """The day when it is one that can be meant. Raises ValidationError."""
    if value is None:
        return None
    if value < FIRST_DAY or value > LAST_DAY:
        raise ValidationError(_("Choose a day between 1900 and 2199."))
    if value > last:
        raise ValidationError(late)
    return value


class CourseForm(forms.ModelForm):
    """A course; `today` is the person's day."""

    minutes = HoursField(label=gettext_lazy("Hours"), required=False, help_text=gettext_lazy("Such as 1.5 or 1:30."))
    file = forms.FileField(
        label=gettext_lazy("Certificate"),
        required=False,
        max_length=500,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        help_text=gettext_lazy("A PDF or a picture (JPEG or PNG) of at most 5 MB."),
    )
    without_file = forms.BooleanField(label=gettext_lazy("Remove the certificate’s file"), required=False)

    class Meta:
        model = Course
        fields = COURSE_FIELDS
        widgets = {"completed_on": DayInput()}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if not self.instance.certificate:
            del self.fields["without_file"]

    def clean_completed_on(self) -> date | None:
        """Nothing is completed in the future."""
        late = _("This day has not come yet. Leave it empty while the course is not completed.")
        return _day(self.cleaned_data["completed_on"], self.today, late)

    def clean_file(self) -> Checked | None:
        """The file by what is in it."""
        upload = self.cleaned_data["file"]
        return checked(upload, allowed={PDF, JPEG, PNG}, max_bytes=LARGEST_FILE) if upload else None


class CredentialForm(forms.ModelForm):
    """A license or credential."""

    class Meta:
        model = Credential
        fields = CREDENTIAL_FIELDS
        widgets = {"issued_on": DayInput(), "expires_on": DayInput()}

    def clean_issued_on(self) -> date | None:
        """A day that can be meant."""
        return _day(self.cleaned_data["issued_on"])

    def clean_expires_on(self) -> date | None:
        """A day that can be meant, not before the issue."""
        expires, issued = _day(self.cleaned_data["expires_on"]), self.cleaned_data.get("issued_on")
        if expires and issued and expires < issued:
            raise ValidationError(_("It cannot expire before it was issued."))
        return expires


class EmploymentForm(forms.ModelForm):
    """A personnel record with the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 2)

    class Meta:
        model = Employment
        fields = EMPLOYMENT_FIELDS
        widgets = {"hired_on": DayInput()}

    def clean_hired_on(self) -> date | None:
        """A day that can be meant."""
        return _day(self.cleaned_data["hired_on"])

    def at_version(self, version: int) -> None:
        """What was typed stays; the next time it is sent it is about this version."""
        self.data = {**self.data.dict(), "version": str(version)} if isinstance(self.data, QueryDict) else self.data
