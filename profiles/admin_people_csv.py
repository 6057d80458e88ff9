"""People as CSV in the admin: out, and in again after a preview."""

from __future__ import annotations

import csv
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from config.admin_base import TrellisAdmin, admin_of, with_link
from interchange.people_file import LARGEST, MB, FileError
from interchange.people_resource import COLUMNS, PeopleResource, Planned, Reading, read_people
from profiles.actions import RefusedError
from profiles.models import Invitation, Person
from profiles.people import save_people
from profiles.querysets import PersonQuerySet

KEPT_FOR = 30 * 60
"""Seconds between preview and confirmation; then the file is forgotten."""
SHOWN = 100
"""Of new and changed people, and of cells that are wrong."""
_KEY = re.compile("[0-9a-f]{32}")
_log = structlog.get_logger(__name__)


class FileForm(forms.Form):
    """The file to read."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self) -> UploadedFile:
        """Not larger than one can check in a preview."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than %(most)d MB. Divide it.") % {"most": LARGEST // MB})
        return file


@dataclass(frozen=True)
class Preview:
    """What the page shows of a reading: the first lines of it."""

    reading: Reading
    key: str = ""
    """Of the kept file; empty when it cannot be imported."""

    @property
    def plan(self) -> list[Planned]:
        """The first people who are new or change."""
        return self.reading.plan[:SHOWN]

    @property
    def more(self) -> int:
        """How many follow."""
        return len(self.reading.plan) - len(self.plan)

    @property
    def wrong(self) -> list[Any]:
        """The first cells that are wrong."""
        return self.reading.wrong[:SHOWN]

    @property
    def more_wrong(self) -> int:
        """How many follow."""
        return len(self.reading.wrong) - len(self.wrong)


# In -----------------------------------------------------------------------------------------------


def import_people(model_admin: TrellisAdmin, request: HttpRequest) -> HttpResponse:
    """Asks for a file, shows what it would change, and once confirmed changes it: all of it, or nothing."""
    if request.method == "POST" and "key" in request.POST:
        return _confirmed(model_admin, request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(model_admin, request, form)
    data = form.cleaned_data["file"].read()
    try:
        reading = read_people(data, admin_of(request), timezone.now())
    except FileError as wrong:
        form.add_error("file", str(wrong))
        return _page(model_admin, request, form)
    key = _keep(request, data) if reading.plan and not reading.wrong else ""
    return _page(model_admin, request, form, Preview(reading, key))


def _confirmed(model_admin: TrellisAdmin, request: HttpRequest) -> HttpResponse:
    """Reads the kept file once more, for what it says may have become wrong meanwhile."""
    data = _kept(request)
    if data is None:
        model_admin.message_user(request, _("The file is not kept any more. Choose it again."), messages.WARNING)
        return redirect("admin:profiles_person_import_people")
    by, now = admin_of(request), timezone.now()
    try:
        with transaction.atomic():
            reading = read_people(data, by, now)
            if not reading.wrong:
                save_people(wanted=[one.wanted for one in reading.plan], by=by, now=now)
                _note(by, reading)
    except RefusedError as refusal:
        model_admin.message_user(request, with_link(refusal), messages.ERROR)
        return redirect("admin:profiles_person_import_people")
    if reading.wrong:
        return _page(model_admin, request, FileForm(), Preview(reading))
    _forget(request)
    _say(model_admin, request, reading)
    return redirect("admin:profiles_person_changelist")


def _say(model_admin: TrellisAdmin, request: HttpRequest, reading: Reading) -> None:
    said = [
        (reading.new, ngettext("%(count)d person added.", "%(count)d people added.", reading.new)),
        (reading.changed, ngettext("%(count)d person changed.", "%(count)d people changed.", reading.changed)),
    ]
    for count, sentence in said:
        if count:
            model_admin.message_user(request, sentence % {"count": count}, messages.SUCCESS)


def _note(by: Person, reading: Reading) -> None:
    """In the admin's log, beside what the database keeps of roles and sign-in: ids, names and no cell of the file."""
    for is_new, flag, sentence in ((True, ADDITION, _("Added from a file.")), (False, CHANGE, _("Changed by a file."))):
        people = [one.person for one in reading.plan if one.is_new == is_new]
        if people:
            LogEntry.objects.log_actions(by.pk, people, flag, sentence)


def _page(
    model_admin: TrellisAdmin, request: HttpRequest, form: FileForm, preview: Preview | None = None
) -> TemplateResponse:
    wrong = bool(form.errors) or (preview is not None and bool(preview.reading.wrong))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Import people"),
        "form": form,
        "preview": preview,
        "columns": [name for name in COLUMNS if name != "state"],
        "largest": LARGEST // MB,
    }
    return TemplateResponse(request, "admin/profiles/import_people.html", context, status=422 if wrong else 200)


# Between preview and confirmation the file is kept in the cache, which is a table of the database: one for each admin,
# gone once it is imported, replaced by the next, and not read any more after half an hour.


def _place(request: HttpRequest) -> str:
    return f"people-csv:{admin_of(request).pk}"


def _keep(request: HttpRequest, data: bytes) -> str:
    key = secrets.token_hex(16)
    cache.set(_place(request), (key, data), KEPT_FOR)
    return key


def _kept(request: HttpRequest) -> bytes | None:
    key, data = cache.get(_place(request)) or ("", None)
    return data if _KEY.fullmatch(key) and request.POST["key"] == key else None


def _forget(request: HttpRequest) -> None:
    cache.delete(_place(request))


# Out ----------------------------------------------------------------------------------------------


def export_people(request: HttpRequest, people: PersonQuerySet) -> StreamingHttpResponse:
    """These people as a CSV file that `import_people` reads again. Who exported how many is logged."""
    by, now = admin_of(request), timezone.now()
    invited = Exists(Invitation.objects.open().filter(person=OuterRef("pk")))
    rows = people.order_by("name", "pk").with_roles().select_related("organization").annotate(is_invited=invited)
    _log.info("people_exported", by=by.pk, count=rows.count())
    name = f"people-{now:%Y-%m-%d}.csv"
    response = StreamingHttpResponse(_lines(PeopleResource(by, now), rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        """The line itself."""
        return value


def _lines(resource: PeopleResource, rows: PersonQuerySet) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that spreadsheets take it for UTF-8
    yield writer.writerow(resource.get_export_headers())
    for person in rows.iterator(chunk_size=2_000):
        yield writer.writerow(resource.export_resource(person))
