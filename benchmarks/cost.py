"""Says in each answer's headers what it cost on the server: queries, time in the database, time in all."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "Server-Timing"


class Meter:
    """Counts queries and the seconds spent waiting for them."""

    def __init__(self) -> None:
        self.queries, self.seconds = 0, 0.0

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.queries += 1


def cost_of_answer(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware; belongs first, so that it sees the session and the viewer being fetched too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        meter, began = Meter(), time.perf_counter()
        with connection.execute_wrapper(meter):
            response = get_response(request)
        total = time.perf_counter() - began
        response[HEADER] = f"queries;desc={meter.queries}, db;dur={meter.seconds * 1e3:.3f}, app;dur={total * 1e3:.3f}"
        return response

    return middleware


def read_cost(header: str) -> dict[str, float]:
    """`queries`, and `db` and `app` in milliseconds, from the header above."""
    parts = (part.strip().split(";") for part in header.split(","))
    return {name: float(value.split("=")[1]) for name, value in parts}
