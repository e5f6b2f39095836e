"""Declaring jobs: a typed function, the queue it runs in, and how often it may fail."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from metacortex.platform.jobs.work import Work

T = TypeVar("T")
GaveUp = Callable[["AsyncSession", T], Awaitable[None]]
Queue = Literal["urgent", "default", "ai", "bulk"]
QUEUES: tuple[Queue, ...] = get_args(Queue)


class PermanentFailure(Exception):
    """The job can never succeed; it goes to dead letters without further attempts."""


@dataclass(frozen=True)
class Job(Generic[T]):
    """A registered job: what runs, in which queue, how many calls at once, how many attempts.

    `gave_up` runs in the transaction that makes a call a dead letter: it tells the user what will not happen by itself.
    """

    name: str
    function: "Callable[[Work[T]], Awaitable[None]]"
    queue: Queue
    batch: int
    max_attempts: int
    gave_up: "GaveUp[T] | None" = None

    @property
    def priority(self) -> int:
        """Place of its queue; 0 is served first."""
        return QUEUES.index(self.queue)

    @cached_property
    def args(self) -> TypeAdapter[T]:
        """How this job's arguments are read from JSON; unknown ones are ignored, so deployments may overlap."""
        return TypeAdapter(get_args(get_type_hints(self.function)["work"])[0])


jobs: dict[str, Job[Any]] = {}


def job(
    *, queue: Queue = "default", batch: int = 1, max_attempts: int = 6, gave_up: "GaveUp[T] | None" = None
) -> "Callable[[Callable[[Work[T]], Awaitable[None]]], Job[T]]":
    """Register a function as a job; its name is the job's name."""

    def register(function: "Callable[[Work[T]], Awaitable[None]]") -> Job[T]:
        name = function.__name__
        if name in jobs and jobs[name].function.__module__ != function.__module__:
            message = f"Two jobs are named {name}: in {jobs[name].function.__module__} and {function.__module__}."
            raise ValueError(message)
        jobs[name] = Job(
            name=name, function=function, queue=queue, batch=batch, max_attempts=max_attempts, gave_up=gave_up
        )
        return jobs[name]

    return register
