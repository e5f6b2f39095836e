"""The end of a request: the next pass or the certificate of an erasure, the archive of an export."""

import asyncio
import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.privacy import queries
from metacortex.contexts.privacy.events import PersonRequestFinished
from metacortex.contexts.privacy.models import Consent, PrivacyRequest, Suppression
from metacortex.contexts.privacy.service import requests
from metacortex.contexts.privacy.service.requests import PASSES, ExportGone, NotFinished
from metacortex.contexts.privacy.service.retention import read_keep_days
from metacortex.contexts.privacy.types import DataKind, Part, RequestKind, RequestStatus
from metacortex.platform import audit
from metacortex.platform.database import read_as_json, transaction, utc_now
from metacortex.platform.events import publish
from metacortex.platform.security.pseudonyms import seal
from metacortex.platform.storage import delete_object, read_object, store_object

# What the product itself cannot reach; the guide says what to do about each.
NOT_COVERED = (
    "Back-ups made before the erasure, until they are overwritten.",
    "PostgreSQL's write-ahead log and dead tuples, until they are recycled by checkpoints and vacuum.",
    "Log files outside this product, until they are rotated; the product masks addresses in what it logs.",
    "Mailboxes, spreadsheets and other systems that held a copy before or were given one.",
    "Messages of other people that mention this person.",
)


@dataclass(frozen=True, slots=True)
class Archive:
    """An export that was put together, and the parts it was made of."""

    object_key: str
    part_keys: list[str]


async def erase_pass(session: AsyncSession, request_id: UUID) -> bool:
    """Erase what the platform and this context hold; return whether another pass is owed, else certify."""
    row = await queries.find_request(session, request_id, lock=True)
    if row is None or row.status == RequestStatus.DONE:
        return False
    records = await queries.erase_records(session, _quotable(row))
    records["consents"] = await queries.blank_consents(session, row.subject_hashes)
    before = row.parts.get("platform", {}).get("counts", {})
    summed = {name: before.get(name, 0) + number for name, number in records.items()}
    row.parts = {**row.parts, "platform": {"pass": row.pass_number, "counts": summed}}
    if row.pass_number < PASSES[RequestKind.ERASURE]:
        row.pass_number += 1
        return True
    row.certificate = certify(row)
    row.emails, row.phones, row.row_ids, row.contact_ids = [], [], [], []
    _finish(session, row)
    return False


async def begin_next_pass(session: AsyncSession, request_id: UUID) -> None:
    """Ask all contexts once more."""
    row = await queries.find_request(session, request_id, lock=True)
    if row is not None and row.status != RequestStatus.DONE:
        requests.announce(session, row)


async def delete_earlier_exports(org_id: UUID, request_id: UUID) -> None:
    """Delete what was gathered for this person before; an export under way can no longer be finished."""
    async with transaction(org_id) as session:
        row = await queries.find_request(session, request_id)
        exports = await queries.list_exports_of(session, row.subject_hashes) if row else []
        keys = [key for one in exports for key in _object_keys(one)]
        for one in exports:
            one.status, one.emails, one.phones = RequestStatus.DONE.value, [], []
            one.row_ids, one.finished_at = [], one.finished_at or utc_now()
    for key in keys:
        await delete_object(key)
    async with transaction(org_id) as session:
        for one in await queries.list_exports_of(session, row.subject_hashes) if row else []:
            one.object_key, one.parts = None, {}


def _object_keys(row: PrivacyRequest) -> list[str]:
    parts = [part.get("object_key") for part in row.parts.values()]
    return [key for key in (row.object_key, *parts) if key]


def certify(row: PrivacyRequest) -> dict[str, Any]:
    """State what was erased, without a word about whom; `sha256` and `seal` prove that nobody changed the rest."""
    stated: dict[str, Any] = {
        "request_id": str(row.id),
        "organization_id": str(row.org_id),
        "requested_by": str(row.requested_by),
        "received_at": row.received_at.isoformat(),
        "erased_at": (row.erased_at or utc_now()).isoformat(),
        "finished_at": utc_now().isoformat(),
        "passes": row.pass_number,
        "subject_hashes": list(row.subject_hashes),
        "erased": {name: part["counts"] for name, part in sorted(row.parts.items())},
        "not_covered": list(NOT_COVERED),
    }
    canonical = orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)
    return {**stated, "sha256": hashlib.sha256(canonical).hexdigest(), "seal": seal(canonical).hex()}


async def build_archive(org_id: UUID, request_id: UUID) -> Archive | None:
    """Put an export together as a ZIP of JSON files and raw mails; None when there is nothing to do any more."""
    async with transaction(org_id) as session:
        row = await queries.find_request(session, request_id)
        if row is None or row.status == RequestStatus.DONE:
            return None
        own = {
            "consents": await read_as_json(session, Consent, Consent.address_hash.in_(row.subject_hashes)),
            "suppressions": await read_as_json(session, Suppression, Suppression.address_hash.in_(row.subject_hashes)),
            "requests": await read_as_json(
                session,
                PrivacyRequest,
                or_(PrivacyRequest.id == row.id, PrivacyRequest.subject_hashes.overlap(row.subject_hashes)),
            ),
        }
        records = await queries.read_records(session, _quotable(row))
    keys = {str(part): row.parts[part]["object_key"] for part in Part if row.parts[part]["object_key"]}
    contents: dict[str, Any] = {name: orjson.loads(await read_object(key)) for name, key in keys.items()}
    contents |= {"privacy": own, "platform": records}
    packed = await asyncio.to_thread(_pack, contents)
    return Archive(await store_object(org_id, packed), list(keys.values()))


def _pack(contents: dict[str, Any]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for context, tables in sorted(contents.items()):
            for mail in tables.pop("raw_mails", []):
                archive.writestr(f"{context}/raw_mails/{mail['id']}.eml", base64.b64decode(mail["content"]))
            for name, rows in tables.items():
                archive.writestr(f"{context}/{name}.json", orjson.dumps(rows, option=orjson.OPT_INDENT_2))
    return packed.getvalue()


async def finish_export(session: AsyncSession, request_id: UUID, archive: Archive) -> None:
    """Show an export as ready until its time is over."""
    row = await queries.find_request(session, request_id, lock=True)
    if row is None or row.status == RequestStatus.DONE:
        return
    row.object_key = archive.object_key
    row.parts = {name: {**part, "object_key": None} for name, part in row.parts.items()}
    row.emails, row.phones, row.row_ids = [], [], []
    row.expires_at = utc_now() + timedelta(days=await read_keep_days(session, DataKind.EXPORTS))
    _finish(session, row)


async def read_certificate(session: AsyncSession, request_id: UUID) -> dict[str, Any]:
    """Return the certificate of a finished erasure."""
    row = await requests.read_request(session, request_id)
    if row.certificate is None:
        raise NotFinished
    return row.certificate


async def read_export(org_id: UUID, request_id: UUID) -> bytes:
    """Return the archive of a finished export."""
    async with transaction(org_id) as session:
        row = await requests.read_request(session, request_id)
        if row.kind != RequestKind.EXPORT or row.status != RequestStatus.DONE:
            raise NotFinished
        if row.object_key is None or (row.expires_at and row.expires_at < utc_now()):
            raise ExportGone
        audit.record(session, "privacy_request.export_downloaded", subject=f"privacy_request:{request_id}")
    return await read_object(row.object_key)


def _finish(session: AsyncSession, row: PrivacyRequest) -> None:
    row.status, row.finished_at = RequestStatus.DONE.value, utc_now()
    audit.record(session, f"privacy_request.{row.kind}_finished", subject=f"privacy_request:{row.id}")
    publish(session, PersonRequestFinished(request_id=row.id, kind=row.kind))


def _quotable(row: PrivacyRequest) -> list[str]:
    """Return what a row of the platform that is about this person would hold, in small letters."""
    ids = [str(one) for one in (*row.contact_ids, *row.lead_ids, *row.row_ids, row.id)]
    return [one.lower() for one in (*row.emails, *row.phones, *ids)]
