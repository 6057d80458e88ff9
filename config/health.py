"""/healthz and /readyz: is the process alive, and what of the rest answers. No sign-in, no secrets, never slow."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from datetime import datetime, timedelta

import psycopg
import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from activity.models import Heartbeat

FRESH = timedelta(seconds=60)
PATIENCE = 1.0  # seconds for all checks together


class Check:
    """A question that may hang. It is asked in a thread of its own, and never twice at once: while one hangs, the
    answer is that nothing answers, and a frozen server piles up no threads."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.ask = ask
        self.lock = threading.Lock()
        self.running: Future | None = None

    def begin(self) -> Future:
        """Asks, or joins the question that is still open; the future gives the answer or raises."""
        with self.lock:
            if self.running is None or self.running.done():
                self.running = Future()
                threading.Thread(target=self._run, args=[self.running], daemon=True).start()
            return self.running

    def _run(self, future: Future) -> None:
        try:
            future.set_result(self.ask())
        except Exception as error:  # whatever went wrong, it did not answer
            future.set_exception(error)


def read_heartbeats() -> dict[str, datetime]:
    """When worker and beat were last heard of. A connection of its own, so that a full pool is not an outage."""
    parameters = connections["default"].get_connection_params()
    for ours in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    parameters |= {"connect_timeout": 2, "options": "-c statement_timeout=900"}
    table = connections["default"].ops.quote_name(Heartbeat._meta.db_table)
    with psycopg.connect(**parameters, autocommit=True) as connection:
        return dict(connection.execute(f"SELECT name, at FROM {table}").fetchall())  # noqa: S608


def ping_redis() -> bool:
    """True when the broker answers; Celery's filesystem transport has nobody to ask."""
    if settings.REDIS_URL.startswith("filesystem:"):
        return True
    address = settings.REDIS_URL.replace("redis+socket://", "unix://", 1)
    with redis.Redis.from_url(address, socket_timeout=0.8, socket_connect_timeout=0.8) as client:
        return bool(client.ping())


DATABASE, BROKER = Check(read_heartbeats), Check(ping_redis)


def answer_of(future: Future, deadline: float) -> object | None:
    """The answer, or None when it failed or is not there within `deadline` seconds."""
    try:
        return future.result(timeout=max(deadline, 0.0))
    except TooLate:
        return None
    except Exception:  # see Check._run
        return None


def answer_probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answers both before anything looks at the host name, the session or the person.

    A probe asks by address from inside, whatever ALLOWED_HOSTS says, and a cookie it may carry must not make
    /healthz read a session from the database.
    """
    probes = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = probes.get(request.path_info)
        return probe(request) if probe else get_response(request)

    return middleware


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the web process lives; touches neither database nor Redis."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """What answers, true or false each, and how many seconds ago worker and beat were heard of. 503 only without
    the database: pages work without the others, and what they would have done is caught up on."""
    now = timezone.now()
    database, broker = DATABASE.begin(), BROKER.begin()
    beats = answer_of(database, PATIENCE)
    spent = (timezone.now() - now).total_seconds()
    redis_answers = answer_of(broker, PATIENCE - spent)
    heard = beats if isinstance(beats, dict) else {}
    body = {
        "database": beats is not None,
        "redis": bool(redis_answers),
        **{name: name in heard and now - heard[name] < FRESH for name in ("worker", "beat")},
        "seconds_since": {name: _seconds(now, heard.get(name)) for name in ("worker", "beat")},
    }
    return JsonResponse(body, status=200 if body["database"] else 503)


def _seconds(now: datetime, then: datetime | None) -> int | None:
    return None if then is None else max(0, int((now - then).total_seconds()))
