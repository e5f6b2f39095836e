"""Domain events: facts in the past tense, written with the change, and the jobs that follow from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database import last_rows, new_id, notify, utc_now
from metacortex.platform.events.models import EventRow
from metacortex.platform.jobs import Job, enqueue
from metacortex.platform.telemetry import current_trace

# Accounts belong to no organization; what is owed for them is owed in the name of this one, which nobody can enter.
NO_ORGANIZATION = UUID(int=0)
_adapters: dict[type["Event"], TypeAdapter[Any]] = {}
_subscribers: dict[type["Event"], tuple[Job[Any], ...]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact; subclasses name it in the past tense and carry ids, not text."""


def subscribe(flow: Mapping[type[Event], Iterable[Job[Any]]]) -> None:
    """State which jobs follow which facts; called once, by `flows.py`."""
    _subscribers.update({event: tuple(followers) for event, followers in flow.items()})


def _adapter(event: type[Event]) -> TypeAdapter[Any]:
    if event not in _adapters:
        _adapters[event] = TypeAdapter(event)
    return _adapters[event]


def publish(session: AsyncSession, event: Event) -> None:
    """Record a fact and owe the jobs that follow from it, if and only if this transaction commits.

    A fact of `NO_ORGANIZATION` only starts its jobs: nobody follows it, and it is not kept.
    """
    for follower in _subscribers.get(type(event), ()):
        enqueue(session, follower, event)
    if session.info["org_id"] == NO_ORGANIZATION:
        return
    trace = current_trace()
    row = {
        "org_id": session.info["org_id"],
        "id": new_id(),
        "type": type(event).__name__,
        "data": _adapter(type(event)).dump_python(event, mode="json"),
        "traceparent": trace.traceparent if trace else None,
        "occurred_at": utc_now(),
    }
    last_rows(session).insert(EventRow, row)
    notify(session, "events", str(session.info["org_id"]))
