"""Accepting mail: many connections share one commit, and each learns its own fate."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from metacortex.contexts.intake import queries
from metacortex.contexts.intake.events import MessageArrived
from metacortex.contexts.intake.rules.dedupe import dedupe_key
from metacortex.contexts.intake.rules.text import clean_text
from metacortex.contexts.intake.types import ArrivedMail, Recipient, SourceKind
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.events import publish
from metacortex.platform.storage import store_object
from metacortex.platform.telemetry import log

_LARGEST_BATCH = 100
_BATCHES_AT_ONCE = 3
# SQLSTATE classes 22 and 23: a value the database refuses, a row that contradicts another.
_ABOUT_THE_DATA = ("22", "23")

Waiter = asyncio.Future[None]


class MailGatherer:
    """Collects the mails that are waiting while earlier ones commit, and stores them together.

    A commit waits for the disk whatever it holds, so one commit for all who wait costs what one for each would.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[ArrivedMail, Waiter]] = []
        self._free = asyncio.Semaphore(_BATCHES_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._scheduled = False

    async def store(self, mail: ArrivedMail) -> None:
        """Return once the mail is durable; raise when it is not."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((mail, waiter))
        if not self._scheduled:
            self._scheduled = True
            task = asyncio.create_task(self._store_waiting())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await waiter

    async def _store_waiting(self) -> None:
        async with self._free:
            # Those who are ready in this turn of the loop join in.
            await asyncio.sleep(0)
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
            self._scheduled = bool(self._waiting)
            if self._scheduled:
                task = asyncio.create_task(self._store_waiting())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            by_org: dict[UUID, list[tuple[ArrivedMail, Waiter]]] = defaultdict(list)
            for mail, waiter in batch:
                by_org[mail.recipient.source.org_id].append((mail, waiter))
            await asyncio.gather(*(_store_and_tell(org_id, part) for org_id, part in by_org.items()))


async def _store_and_tell(org_id: UUID, part: Sequence[tuple[ArrivedMail, Waiter]]) -> None:
    try:
        await store_mails(org_id, [mail for mail, _ in part])
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or ""
        if len(part) == 1 or not state.startswith(_ABOUT_THE_DATA):
            _tell(part, error)
            return
        # One of them is the cause; the others must not suffer for it.
        for one in part:
            await _store_and_tell(org_id, [one])
    except Exception as error:
        _tell(part, error)
    else:
        _tell(part, None)


def _tell(part: Sequence[tuple[ArrivedMail, Waiter]], error: Exception | None) -> None:
    for _, waiter in part:
        if waiter.done():
            continue
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(error)


async def store_mails(org_id: UUID, mails: Sequence[ArrivedMail]) -> int:
    """Keep mails of one organization, each with the job to read it, in one commit; return how many were new."""
    raw_keys = await asyncio.gather(*(store_object(org_id, mail.content) for mail in mails))
    rows = {
        mail.dedupe_key: {
            "id": new_id(),
            "source_id": mail.recipient.source.id,
            "channel": SourceKind.EMAIL.value,
            "dedupe_key": mail.dedupe_key,
            "raw_key": raw_key,
            "size": len(mail.content),
            "envelope_from": mail.envelope_from,
            "envelope_to": mail.recipient.address,
            "tag": mail.recipient.tag,
            "state": "received",
            "attempts": 0,
            "received_at": mail.received_at,
        }
        for mail, raw_key in zip(reversed(mails), reversed(raw_keys), strict=True)
    }
    async with transaction(org_id) as session:
        # A fixed order keeps two receivers that hold the same mails from waiting for each other in a circle.
        new_ids = await queries.insert_inbound(session, [rows[key] for key in sorted(rows)])
        for inbound_id in new_ids:
            publish(session, MessageArrived(inbound_id=inbound_id))
    log.info("mail.stored", org_id=str(org_id), mails=len(mails), new=len(new_ids))
    return len(new_ids)


async def accept_mail(gatherer: MailGatherer, recipients: Sequence[Recipient], sender: str, content: bytes) -> None:
    """Keep one mail once for each organization it is addressed to; raise unless all of them have it."""
    key = await asyncio.to_thread(dedupe_key, content) if len(content) > 1_000_000 else dedupe_key(content)
    now = utc_now()
    first_of_org = {recipient.source.org_id: recipient for recipient in reversed(recipients)}
    mails = [
        ArrivedMail(
            recipient=recipient,
            envelope_from=clean_text(sender, 320),
            content=content,
            dedupe_key=clean_text(key, 500),
            received_at=now,
        )
        for recipient in first_of_org.values()
    ]
    results = await asyncio.gather(*(gatherer.store(mail) for mail in mails), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
