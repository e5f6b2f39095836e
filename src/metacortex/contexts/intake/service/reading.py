"""Reading mails that were accepted: parse, find the lead they belong to, keep their words; never lose the raw mail."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.identity import public as identity
from metacortex.contexts.intake import queries
from metacortex.contexts.intake.events import MessageArrived
from metacortex.contexts.intake.models import InboundMessage
from metacortex.contexts.intake.rules.text import clean_text
from metacortex.contexts.intake.service.receiving import name_lead
from metacortex.contexts.intake.types import InboundState
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Conflict, NotFound
from metacortex.platform.events import publish
from metacortex.platform.storage import read_object
from metacortex.platform.telemetry import log

_UNREADABLE = "This message could not be read. Download it and look at it in a mail program."

_MOST_REFERENCES = 50


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a mail is from, for our purposes."""

    name: str
    email: str | None


class InboundNotFound(NotFound):
    code = "inbound_not_found"
    title = "This message does not exist."


class InboundNotFailed(Conflict):
    code = "inbound_not_failed"
    title = "Only a message that could not be read can be read again."


async def page_inbound(
    session: AsyncSession, *, state: InboundState | None, before: tuple[datetime, UUID] | None, limit: int
) -> list[InboundMessage]:
    """Return messages, newest first."""
    return await queries.page_inbound(session, state=state, before=before, limit=limit)


async def retry_inbound(session: AsyncSession, inbound_id: UUID) -> InboundMessage:
    """Owe the reading of a failed message once more."""
    row = await queries.find_inbound(session, inbound_id, lock=True)
    if row is None:
        raise InboundNotFound
    if row.state != InboundState.FAILED:
        raise InboundNotFailed
    row.state = InboundState.RECEIVED.value
    row.error = None
    publish(session, MessageArrived(inbound_id=row.id))
    return row


async def read_raw(org_id: UUID, inbound_id: UUID) -> bytes:
    """Return a message as it arrived."""
    async with transaction(org_id) as session:
        row = await queries.find_inbound(session, inbound_id)
    if row is None or row.raw_key is None:
        raise InboundNotFound
    return await read_object(row.raw_key)


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A stored mail, read: either what it says or why it could not be read."""

    inbound_id: UUID
    mail: conversations.ParsedMail | None
    error: str


async def load_batch(org_id: UUID, inbound_ids: Sequence[UUID]) -> list[ReadMail]:
    """Fetch and parse mails; a mail that cannot be parsed is an answer, storage out of reach is an exception."""
    async with transaction(org_id) as session:
        rows = await queries.list_inbound(session, inbound_ids)
    raws = await asyncio.gather(*(read_object(row.raw_key) for row in rows if row.raw_key))
    waiting = [row.id for row in rows if row.raw_key]
    return await asyncio.to_thread(
        lambda: [_parse(inbound_id, raw) for inbound_id, raw in zip(waiting, raws, strict=True)]
    )


def _parse(inbound_id: UUID, raw: bytes) -> ReadMail:
    try:
        return ReadMail(inbound_id=inbound_id, mail=conversations.parse_mail(raw), error="")
    except conversations.UnreadableMail as error:
        return ReadMail(inbound_id=inbound_id, mail=None, error=str(error) or _UNREADABLE)
    except Exception as error:
        # Whatever a stranger's mail does to the parser, it must not stop the mails beside it.
        log.exception("mail.parser_failed", inbound_id=str(inbound_id), error=repr(error))
        return ReadMail(inbound_id=inbound_id, mail=None, error=_UNREADABLE)


async def keep_batch(session: AsyncSession, batch: Sequence[ReadMail]) -> None:
    """Give each read mail to its lead, and set the unreadable ones aside with their reason."""
    if not batch:
        return
    rows = {row.id: row for row in await queries.lock_inbound(session, [one.inbound_id for one in batch])}
    now = utc_now()
    readable: list[tuple[InboundMessage, conversations.ParsedMail]] = []
    for one in batch:
        row = rows.get(one.inbound_id)
        if row is None:
            continue
        if one.mail is None:
            row.state, row.error = InboundState.FAILED.value, clean_text(one.error, 500)
        else:
            readable.append((row, one.mail))
    if readable:
        await _keep_readable(session, readable)
    for row in rows.values():
        row.attempts += 1
        row.read_at = now


async def _keep_readable(
    session: AsyncSession, readable: Sequence[tuple[InboundMessage, conversations.ParsedMail]]
) -> None:
    threads = await conversations.find_threads(session, [_earlier_ids(mail) for _, mail in readable])
    names = await queries.source_names(session, [row.source_id for row, _ in readable])
    has_forward = any(mail.forwarded_from_email for _, mail in readable)
    colleagues = frozenset(one.email for one in await identity.list_members(session)) if has_forward else frozenset()
    senders = [find_sender(mail, row.envelope_from, colleagues) for row, mail in readable]
    received = await leads.receive_leads(
        session,
        [
            leads.NewLead(
                name=sender.name or None,
                email=sender.email,
                title=name_lead(title=mail.subject, message=mail.text, name=sender.name, address=sender.email),
                source_name=names.get(row.source_id, "E-mail"),
                channel=row.channel,
                received_at=row.received_at,
                lead_id=thread.lead_id if thread else None,
            )
            for (row, mail), sender, thread in zip(readable, senders, threads, strict=True)
        ],
    )
    recorded = await conversations.record_messages(
        session,
        [
            conversations.NewMessage(
                lead_id=lead.lead_id,
                opens_lead=not lead.joined,
                conversation_id=thread.conversation_id if thread else None,
                rfc_message_id=mail.message_id,
                in_reply_to=mail.in_reply_to,
                references=mail.references,
                subject=mail.subject,
                from_name=sender.name,
                from_email=sender.email or "",
                to_emails=mail.to,
                text=mail.text,
                quoted=mail.quoted,
                signature=mail.signature,
                attachments=mail.attachments,
                raw_key=row.raw_key,
                sent_at=mail.sent_at,
                received_at=row.received_at,
                automatic=mail.automatic,
            )
            for (row, mail), sender, thread, lead in zip(readable, senders, threads, received, strict=True)
        ],
    )
    for (row, mail), sender, lead, message in zip(readable, senders, received, recorded, strict=True):
        row.state, row.error = InboundState.READ.value, None
        row.subject = clean_text(mail.subject, 300)
        row.from_email = sender.email
        row.lead_id, row.message_id = lead.lead_id, message.message_id


def _earlier_ids(mail: conversations.ParsedMail) -> list[str]:
    return [one for one in (mail.in_reply_to, *mail.references[-_MOST_REFERENCES:]) if one]


def find_sender(mail: conversations.ParsedMail, envelope_from: str, colleagues: frozenset[str]) -> Sender:
    """Return who is to be answered: whom a colleague forwarded, else Reply-To, else From, else the envelope.

    Only a member's forward counts: anybody else could file a lead under whatever address they write into the text.
    """
    is_colleague = leads.normalise_email(mail.from_email) in colleagues
    for name, address in (
        (mail.forwarded_from_name, mail.forwarded_from_email if is_colleague else ""),
        (mail.reply_to_name or mail.from_name, mail.reply_to_email),
        (mail.from_name, mail.from_email),
        ("", envelope_from),
    ):
        email = leads.normalise_email(address)
        if email:
            return Sender(name=clean_text(name, 200), email=email)
    return Sender(name=clean_text(mail.from_name, 200), email=None)
