"""Group commit: things that wait at the same time are kept together, and each learns its own fate.

A commit waits for the disk whatever it holds, so one commit for all who wait costs what one for each would.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
R = TypeVar("R")

_LARGEST_BATCH = 100
_BATCHES_AT_ONCE = 3
# SQLSTATE classes 22 and 23: a value the database refuses, a row that contradicts another.
_ABOUT_THE_DATA = ("22", "23")


class Gatherer(Generic[T, R]):
    """Collects what arrives while earlier batches commit, and keeps it by `keep(org_id, things)`."""

    def __init__(self, keep: Callable[[UUID, Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._keep = keep
        self._waiting: list[tuple[UUID, T, asyncio.Future[R]]] = []
        self._free = asyncio.Semaphore(_BATCHES_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_scheduled = False

    async def submit(self, org_id: UUID, thing: T) -> R:
        """Return what keeping this thing answered, once it is durable; raise when it is not."""
        waiter: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((org_id, thing, waiter))
        if not self._is_scheduled:
            self._schedule()
        return await waiter

    def _schedule(self) -> None:
        self._is_scheduled = True
        task = asyncio.create_task(self._keep_waiting())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_waiting(self) -> None:
        async with self._free:
            # Those who are ready in this turn of the loop join in.
            await asyncio.sleep(0)
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
            self._is_scheduled = False
            if self._waiting:
                self._schedule()
            by_org: dict[UUID, list[tuple[T, asyncio.Future[R]]]] = defaultdict(list)
            for org_id, thing, waiter in batch:
                by_org[org_id].append((thing, waiter))
            await asyncio.gather(*(self._keep_and_tell(org_id, part) for org_id, part in by_org.items()))

    async def _keep_and_tell(self, org_id: UUID, part: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            answers = await self._keep(org_id, [thing for thing, _ in part])
        except Exception as error:
            state = getattr(error.orig, "sqlstate", None) or "" if isinstance(error, DBAPIError) else ""
            if len(part) > 1 and state.startswith(_ABOUT_THE_DATA):
                # One of them is the cause; the others must not suffer for it.
                for one in part:
                    await self._keep_and_tell(org_id, [one])
                return
            for _, waiter in part:
                if not waiter.done():
                    waiter.set_exception(error)
        else:
            for (_, waiter), answer in zip(part, answers, strict=True):
                if not waiter.done():
                    waiter.set_result(answer)
