"""Accepting mail: durable in the object storage and the database before the sender hears that it is."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from metacortex.contexts.intake import queries
from metacortex.contexts.intake.events import MessageArrived
from metacortex.contexts.intake.rules.dedupe import dedupe_key
from metacortex.contexts.intake.rules.text import clean_text
from metacortex.contexts.intake.service.gathering import Gatherer
from metacortex.contexts.intake.types import ArrivedMail, Recipient, SourceKind
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.events import publish
from metacortex.platform.storage import store_object
from metacortex.platform.telemetry import log

MailGatherer = Gatherer[ArrivedMail, None]


async def store_mails(org_id: UUID, mails: Sequence[ArrivedMail]) -> list[None]:
    """Keep mails of one organization, each with the job to read it, in one commit."""
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
    return [None] * len(mails)


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
    results = await asyncio.gather(
        *(gatherer.submit(mail.recipient.source.org_id, mail) for mail in mails), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
