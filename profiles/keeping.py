"""Files that belong to rows: kept with them, shared between them, and gone from the storage with the last.

In a verb:

    with storing() as store, transaction.atomic():
        message = Message.objects.create(…)
        keep(store, "messages", documents, partial(MessageFile, message=message))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from config.files import Checked, Store, delete_after_commit
from config.kept_files import KeptFile

Row = TypeVar("Row", bound=KeptFile)
Source = TypeVar("Source", bound=KeptFile)


def keep(store: Store, folder: str, documents: Sequence[Checked], make: Callable[..., Row]) -> list[Row]:
    """Stores each file and writes its row; `make` gets file, name and size and gives a row that is not saved yet."""
    return _written(make(file=store(folder, one), name=one.name, size=one.content.size) for one in documents)


def share(rows: QuerySet[Source], make: Callable[..., Row]) -> list[Row]:
    """Rows of another owner for the same stored files: nothing is copied. Call it in a transaction.

    Whoever deletes one of `rows` at this moment waits, and then leaves what is stored.
    """
    shared = rows.order_by("pk").select_for_update(of=("self",))
    return _written(make(file=one.file, name=one.name, size=one.size) for one in shared)


def _written(rows: Iterable[Row]) -> list[Row]:
    found = list(rows)
    return list(type(found[0])._default_manager.bulk_create(found)) if found else []


def forget(rows: QuerySet[Row]) -> None:
    """Deletes these rows and, once that has committed, what is stored for them and used by nothing else."""
    names = list(rows.values_list("file", flat=True))
    rows.delete()
    drop_unused(names)


def drop_unused(names: Iterable[str]) -> None:
    """Deletes these stored files after the transaction, but for those which a row still uses then."""
    transaction.on_commit(partial(_drop, sorted(set(filter(None, names)))), robust=True)


def _drop(names: list[str]) -> None:
    models = [*KeptFile.__subclasses__(), apps.get_model("assignments", "Resource")] if names else []
    for model in models:
        used = set(model._default_manager.filter(file__in=names).values_list("file", flat=True))
        names = [name for name in names if name not in used]
    delete_after_commit(*names)
