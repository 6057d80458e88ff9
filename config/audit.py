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
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import F, Index, Model
from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware
from pghistory.trigger import Event

AnyModel = TypeVar("AnyModel", bound=Model)
Handler = Callable[[HttpRequest], HttpResponse]
_log = structlog.get_logger(__name__)
_NEVER_EMPTIED = pgtrigger.Trigger(
    name="never_emptied",
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    level=pgtrigger.Statement,
    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
)


class _ByStatement(Event):
    """A trigger that runs once for all rows of a statement: by row it takes 20,000 relationships seven seconds longer.

    The library's keeps who and where with the events, as ours, and in a table of its own besides, which we do without.
    """

    def get_func(self, model: Any) -> pgtrigger.Func:
        """The library's function, without that table."""
        func = super().get_func(model).func
        for part in (
            "WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) ",
            ", _pgh_attached_context",
        ):
            if part not in func:
                raise ImproperlyConfigured("This release of django-pghistory writes its triggers in another way.")
            func = func.replace(part, "")
        return pgtrigger.Func(func)


class _OfStatements(pghistory.RowEvent):
    def add_event_trigger(self, event_model: Any) -> None:
        pgtrigger.register(
            _ByStatement(
                event_model=event_model,
                label=self.label,
                name=self.trigger_name,
                row=self.row,
                operation=self.operation,
                condition=self.condition,
                level=pgtrigger.Statement,
            )
        )(event_model.pgh_tracked_model)


class Added(_OfStatements, pghistory.InsertEvent):
    """Rows that are inserted, one by one or by the thousand."""


class Changed(_OfStatements, pghistory.UpdateEvent):
    """Rows of which `fields` of the event, or what the condition names, have changed."""


class Removed(_OfStatements, pghistory.DeleteEvent):
    """Rows that are deleted."""


def audited(
    name: str, *trackers: pghistory.RowEvent, fields: Sequence[str], looked_up: Sequence[str]
) -> Callable[[type[AnyModel]], type[AnyModel]]:
    """Decorates a model: keeps these `fields` of its rows with each event, in a model called `<Model>Event`.

    History is read newest first, altogether and by each of the `looked_up` fields; `name` begins the names of the
    indexes for it. `Added`, `Changed` and `Removed` are for what is written in bulk; the library’s, by row,
    for tables where a change of interest is rare: PostgreSQL then does not even call the function.
    """

    def decorate(model: type[AnyModel]) -> type[AnyModel]:
        return pghistory.track(
            *trackers,
            fields=list(fields),
            model_name=f"{model.__name__}Event",
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=False),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # as its documentation says
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


def log_refusals(get_response: Handler) -> Handler:
    """Middleware: writes into the log who asked for a deed that is not theirs, by ids and the name of the route."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 403 and request.user.is_authenticated and request.resolver_match:
            route = request.resolver_match
            ids = {name: str(value) for name, value in route.kwargs.items() if str(value).isdecimal()}
            _log.warning("refused", by=request.user.pk, route=route.view_name, method=request.method, **ids)
        return response

    return middleware


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
