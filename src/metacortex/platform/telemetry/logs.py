"""Structured logs: one JSON object a line, with the ids of the request, trace and organization, secrets masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NAMES = r"password|secret|token|authorization|cookie|api_?key|database_url|redis_url"
_SECRET_KEY = re.compile(_NAMES, re.IGNORECASE)
# By shape: passwords in URLs, what follows "Bearer", JSON Web Tokens, API keys, values named like secrets in query
# strings, and the 256 random bits of every other token of ours.
_SECRET_VALUE = re.compile(
    r"(://[^:/@\s]*:)[^@\s]+(@)|\b(Bearer\s+)\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bmc_[0-9a-f]{8}_[\w-]+"
    rf"|([?&](?:{_NAMES})=)[^&\s\"']+|[\w-]{{43,}}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@<>()\"',;:=\[\]]+@[^\s@<>()\"',;:=\[\]]+|\+\d[\d ().-]{6,18}\d")

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("metacortex")


def mask_secrets(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace values that are secrets by name or by shape, and people's addresses wherever an error quotes them."""
    for key, value in line.items():
        line[key] = _mask(key, value)
    return line


def mask_text(text: str) -> str:
    """Replace what is a secret or a person's address by its shape."""
    return _ADDRESS.sub("***", _SECRET_VALUE.sub(r"\1\3\4***\2", text))


def _mask(key: str, value: Any) -> Any:
    if _SECRET_KEY.search(key):
        return "***"
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {name: _mask(str(name), one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mask("", one) for one in value]
    return value


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
