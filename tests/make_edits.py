"""Photos and edits of profiles for tests; as `tests.make`, keyword-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from itertools import count

from PIL import Image

from config.files import save_as
from profiles.models import Person, PersonEdit
from profiles.photos import SIZES, file_name
from tests.make import NOW

_numbers = count(1)


def make_photo(*, person: Person) -> str:
    """A photo of one colour, stored in both sizes; its name, which the person is given."""
    photo = f"photo{next(_numbers)}"
    for size in SIZES:
        buffer = BytesIO()
        Image.new("RGB", (size, size), "teal").save(buffer, "WEBP")
        save_as(file_name(photo, size), buffer.getvalue())
    Person.objects.filter(pk=person.pk).update(photo=photo)
    return photo


def make_person_edit(
    *, person: Person, by: Person | None = None, fields: Iterable[str] = ("position",), at: datetime = NOW
) -> PersonEdit:
    """An edit of somebody's profile, which raises the version."""
    person.version += 1
    Person.objects.filter(pk=person.pk).update(version=person.version)
    return PersonEdit.objects.create(person=person, version=person.version, fields=list(fields), by=by, at=at)
