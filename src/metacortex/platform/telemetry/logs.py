"""Structured logs: one JSON object a line, with the ids of the request, trace and organization, secrets masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_KEY = re.compile(r"password|secret|token|authorization|cookie|api_?key|database_url|redis_url", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"(://[^:/@\s]*:)[^@\s]+(@)|\b(Bearer\s+)\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+")
_ADDRESS = re.compile(r"[^\s@<>()\"',;:=\[\]]+@[^\s@<>()\"',;:=\[\]]+|\+\d[\d ().-]{6,18}\d")

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("metacortex")


def mask_secrets(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace values that are secrets by name or by shape, and people's addresses wherever an error quotes them."""
    for key, value in line.items():
        if _SECRET_KEY.search(key):
            line[key] = "***"
        elif isinstance(value, str):
            line[key] = _ADDRESS.sub("***", _SECRET_VALUE.sub(r"\1\3***\2", value))
    return line


def configure_logs(level: str, *, role: str) -> None:
    """Send this process's own and its libraries' log lines to standard error as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [stream]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "mail.log", "celery.worker.strategy", "celery.app.trace", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(role=role)


def bind_ids(**ids: str | None) -> None:
    """Add ids (request, trace, organization) to every line logged from this task on."""
    structlog.contextvars.bind_contextvars(**{name: value for name, value in ids.items() if value})
