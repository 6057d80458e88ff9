"""Which requests a live server is still answering when a test is over.

A browser that leaves a page does not end what the server does for it. Emptying the database meanwhile is a deadlock, or
leaves a row for the next test.
"""

from __future__ import annotations

import threading
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started

from tests.patience import COMES

_open, _changed = 0, threading.Condition()


def _count(sender: type | None, signal: Any, **_of_signal: object) -> None:
    """The test client is no `WSGIHandler`, and sends none when it is done: its requests end before it returns."""
    global _open
    if sender is not None and issubclass(sender, WSGIHandler):
        with _changed:
            _open += 1 if signal is request_started else -1
            _changed.notify_all()


def count_requests() -> None:
    """From now on. Django closes the connections of a request before we hear that it is over."""
    for signal in (request_started, request_finished):
        signal.connect(_count, dispatch_uid="tests.served")


def wait_until_idle() -> None:
    """Returns once nobody is being answered."""
    with _changed:
        assert _changed.wait_for(lambda: _open <= 0, COMES), "a request to the live server does not end"
