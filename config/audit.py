"""What happened to relationships, roles and accounts, written down by the database itself.

A trigger on each table writes the event rows (django-pghistory), so `update()`, `bulk_create()`, COPY and SQL typed by
hand leave their trace as well as a click does. An event holds ids, instants, flags and the name of a role, never an
address, a name or a text; with it stand who did it and on which page, as ids and names of routes. Events are only ever
added: the database refuses to change, delete or truncate them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import connection
from django.db.models import F, Index, Model
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware

AnyModel = TypeVar("AnyModel", bound=Model)
_NEVER_EMPTIED = pgtrigger.Trigger(
    name="never_emptied",
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    level=pgtrigger.Statement,
    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
)


def audited(
    name: str, *trackers: pghistory.RowEvent, fields: Sequence[str], looked_up: Sequence[str]
) -> Callable[[type[AnyModel]], type[AnyModel]]:
    """Decorates a model: keeps these `fields` of its rows with each event, in a model called `<Model>Event`.

    History is read newest first, altogether and by each of the `looked_up` fields; `name` begins the names of the
    indexes for it. The triggers are by row, which COPY fires too: of an import of 20,000 relationships they take half a
    second, and where nothing of interest has changed PostgreSQL does not even call them.
    """

    def decorate(model: type[AnyModel]) -> type[AnyModel]:
        return pghistory.track(
            *trackers,
            fields=list(fields),
            model_name=f"{model.__name__}Event",
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=False),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,
            append_only=True,
            meta={
                "triggers": [_NEVER_EMPTIED],
                "indexes": [_newest_first(name), *(_newest_first(name, field) for field in looked_up)],
                "default_permissions": (),
            },
        )(model)

    return decorate


def _newest_first(name: str, *of: str) -> Index:
    return Index(*of, F("pgh_created_at").desc(), F("pgh_id").desc(), name="_".join([name, *of]))


class WhoAndWhere(HistoryMiddleware):
    """Tells the triggers who is at work and by which route, for everything that a request changes.

    The route's name and not the address: addresses of invitations and password resets are secrets.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """The id of whoever is signed in; the route is not known yet."""
        return {"user": request.user.pk}

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Adds the route, where changes are followed at all."""
        if request.resolver_match:
            pghistory.context(route=request.resolver_match.view_name)


def note_command(name: str) -> None:
    """Until the end of this transaction the command's name stands with events, where a person's id does otherwise.

    Set once and not, as `pghistory.context` does, in front of each statement, which commands write by hand.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [json.dumps({"command": name})])


@contextmanager
def history_may_go() -> Iterator[None]:
    """Around what empties the whole database: a new demo, and Django's `flush` between tests. Nothing else."""
    guards = [
        f"{model._meta.label}:{name}"
        for model in pghistory.core.event_models()
        for name in ("append_only", "never_emptied")
    ]
    with pgtrigger.ignore(*guards):
        yield
