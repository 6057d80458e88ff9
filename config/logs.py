"""Logging: structlog to standard output, as JSON. Messages carry ids, never names or texts."""

import re
from typing import Any

import structlog

SECRET_ADDRESS = re.compile(r"(/invitation/|/password/reset/key/|/calendar/(?=\d+-))[^/\s?\"']+")


def without_secrets(text: str) -> str:
    """The text without the secret part of links that let their holder in."""
    return SECRET_ADDRESS.sub(r"\1…", text)


def _masked(_logger: Any, _method: str, event: Any) -> Any:
    """Django names the address with each refusal."""
    if isinstance(event.get("event"), str):
        event["event"] = without_secrets(event["event"])
    return event


_shared: list[Any] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), _masked]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": _shared,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def report_errors_to(dsn: str) -> None:
    """Sends unexpected errors to Sentry, without people's data (no request bodies, users or local variables).

    Nor where requests of ours went, for whoever has the address of a coach's calendar can read it.
    """
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=lambda event, _hint: _unaddressed(event),
        before_breadcrumb=lambda crumb, _hint: None if crumb.get("type") == "http" else _unaddressed(crumb),
        trace_propagation_targets=[],
    )


def _unaddressed(sent: Any) -> Any:
    """The same, with each text in it masked."""
    if isinstance(sent, str):
        return without_secrets(sent)
    if isinstance(sent, dict):
        return {key: _unaddressed(value) for key, value in sent.items()}
    return [_unaddressed(value) for value in sent] if isinstance(sent, list) else sent
