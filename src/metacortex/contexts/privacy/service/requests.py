"""What a person asks: everything about them, or to be forgotten. Each context answers for its rows, this one counts.

An erasure runs twice: work that was under way during the first pass may still write what it had read; the second pass
begins when every such job has ended or was stopped by its time limit, and only then is the certificate made.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import public as identity
from metacortex.contexts.privacy import queries
from metacortex.contexts.privacy.events import (
    PersonErased,
    PersonErasureRequested,
    PersonExported,
    PersonExportRequested,
    PersonLocated,
    PersonLocatedForExport,
)
from metacortex.contexts.privacy.models import PrivacyRequest
from metacortex.contexts.privacy.rules import ANSWER_DAYS, normalise_email, normalise_phone
from metacortex.contexts.privacy.service.addresses import AddressUnusable, hash_address, list_addresses
from metacortex.contexts.privacy.service.suppression import suppress
from metacortex.contexts.privacy.types import Part, RequestKind, RequestStatus, Subject, SuppressionReason
from metacortex.platform.database import new_id, utc_now
from metacortex.platform.errors import Conflict, NotFound
from metacortex.platform.events import publish
from metacortex.platform.settings import settings

PASSES = {RequestKind.EXPORT: 1, RequestKind.ERASURE: 2}


class OfRequest(Protocol):
    """What a job is called with that works on a request."""

    @property
    def request_id(self) -> UUID:
        """The request."""


OwedPart = TypeVar("OwedPart", bound=OfRequest)


class RequestNotFound(NotFound):
    code = "privacy_request_not_found"
    title = "This request does not exist."


class RequestRunning(Conflict):
    code = "privacy_request_running"
    title = "The same request for this person is being worked on. Wait until it is finished."


class PersonIsMember(Conflict):
    code = "person_is_member"
    title = "This address signs a member of your team in. Remove the member first, then erase what leads say of them."


class NotFinished(Conflict):
    code = "privacy_request_not_finished"
    title = "This request is not finished yet. Try again in a minute."


class ExportGone(NotFound):
    code = "export_gone"
    title = "This export was deleted after its time. Ask for a new one."


async def open_request(
    session: AsyncSession, *, kind: RequestKind, email: str | None, phone: str | None, member_id: UUID
) -> PrivacyRequest:
    """Begin to gather or erase a person; from an erasure's first moment nobody else can add them again."""
    given_email, given_phone = normalise_email(email), normalise_phone(phone, region=settings().default_region)
    wrong = [name for name, typed, found in (("email", email, given_email), ("phone", phone, given_phone))
             if typed and not found]  # fmt: skip
    if wrong or not (given_email or given_phone):
        raise AddressUnusable(errors=[{"field": name, "message": AddressUnusable.title} for name in wrong or ["email"]])
    org_id, now = session.info["org_id"], utc_now()
    addresses = list_addresses([given_email], [given_phone])
    hashes = [hash_address(org_id, one) for one in addresses]
    await queries.hold_addresses(session, hashes)
    if await queries.find_running_request(session, kind, hashes):
        raise RequestRunning
    if kind is RequestKind.ERASURE:
        if given_email in {one.email for one in await identity.list_members(session)}:
            raise PersonIsMember
        await suppress(session, addresses, SuppressionReason.ERASED)
    row = PrivacyRequest(
        org_id=org_id,
        id=new_id(),
        kind=kind.value,
        status=RequestStatus.RUNNING.value,
        requested_by=member_id,
        subject_hashes=hashes,
        emails=[given_email] if given_email else [],
        phones=[given_phone] if given_phone else [],
        by_phone_only=given_email is None,
        received_at=now,
        due_at=now + timedelta(days=ANSWER_DAYS),
    )
    session.add(row)
    await session.flush()
    announce(session, row)
    return row


def announce(session: AsyncSession, row: PrivacyRequest) -> None:
    """Tell those who hold rows about people that a pass begins."""
    if row.kind == RequestKind.EXPORT:
        publish(session, PersonExportRequested(request_id=row.id))
    else:
        publish(session, PersonErasureRequested(request_id=row.id))


async def read_request(session: AsyncSession, request_id: UUID) -> PrivacyRequest:
    """Return one request."""
    row = await queries.find_request(session, request_id)
    if row is None:
        raise RequestNotFound
    return row


async def read_subject(session: AsyncSession, request_id: UUID) -> Subject | None:
    """Return whom a request is about; None when it is done, so that a job that comes late does nothing."""
    row = await queries.find_request(session, request_id)
    if row is None or row.status == RequestStatus.DONE:
        return None
    return Subject(
        emails=tuple(row.emails),
        phones=tuple(row.phones),
        by_phone_only=row.by_phone_only,
        contact_ids=tuple(row.contact_ids),
        lead_ids=tuple(row.lead_ids),
        until=row.erased_at,
    )


async def record_located(
    session: AsyncSession,
    request_id: UUID,
    *,
    emails: Sequence[str],
    phones: Sequence[str],
    contact_ids: Sequence[UUID],
    lead_ids: Sequence[UUID],
    erased_at: datetime | None = None,
) -> None:
    """Keep what is known of a person, and call on the other contexts; an erasure suppresses their further addresses."""
    row = await _lock_unfinished(session, request_id)
    if row is None:
        return
    row.emails = sorted({*row.emails, *emails})
    row.phones = sorted({*row.phones, *phones})
    row.contact_ids = sorted({*row.contact_ids, *contact_ids})
    row.lead_ids = sorted({*row.lead_ids, *lead_ids})
    row.erased_at = row.erased_at or erased_at
    addresses = list_addresses(row.emails, row.phones)
    row.subject_hashes = sorted({*row.subject_hashes, *(hash_address(row.org_id, one) for one in addresses)})
    if row.kind == RequestKind.EXPORT:
        publish(session, PersonLocatedForExport(request_id=request_id))
        return
    await suppress(session, addresses, SuppressionReason.ERASED)
    publish(session, PersonLocated(request_id=request_id))


async def record_part(
    session: AsyncSession,
    request_id: UUID,
    *,
    part: Part,
    counts: dict[str, int],
    row_ids: Sequence[UUID] = (),
    object_key: str | None = None,
) -> None:
    """Keep what one context found or erased in this pass; when all have reported, say so.

    `row_ids` are rows that others may quote by id (jobs, remembered answers); `object_key` holds a part of an export.
    """
    row = await _lock_unfinished(session, request_id)
    if row is None:
        return
    before = row.parts.get(part, {}).get("counts", {})
    summed = {name: before.get(name, 0) + counts.get(name, 0) for name in {**before, **counts}}
    row.parts = {**row.parts, part.value: {"pass": row.pass_number, "counts": summed, "object_key": object_key}}
    row.row_ids = sorted({*row.row_ids, *row_ids})
    if any(row.parts.get(one, {}).get("pass") != row.pass_number for one in Part):
        return
    if row.kind == RequestKind.EXPORT:
        publish(session, PersonExported(request_id=request_id))
    else:
        publish(session, PersonErased(request_id=request_id, pass_number=row.pass_number))


async def show_failed(session: AsyncSession, call: OwedPart) -> None:
    """Show that a request stopped; replaying the job that was given up goes on from there."""
    row = await _lock_unfinished(session, call.request_id)
    if row is not None:
        row.status = RequestStatus.FAILED.value


async def _lock_unfinished(session: AsyncSession, request_id: UUID) -> PrivacyRequest | None:
    row = await queries.find_request(session, request_id, lock=True)
    if row is None or row.status == RequestStatus.DONE:
        return None
    row.status = RequestStatus.RUNNING.value
    return row
