"""Recordings: fetched from Asterisk, sealed under a key of their own, kept in object storage, played from any place.

Whatever is deleted loses its key at once, in the same transaction; its bytes, which nobody can read any more, follow.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.clients.asterisk import Connection, Fleet
from metacortex.contexts.calls.events import CallRecorded, RecordingChanged
from metacortex.contexts.calls.models import Recording
from metacortex.contexts.calls.rules import wave
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.calls.types import RecordingState
from metacortex.contexts.privacy import public as privacy
from metacortex.platform import audit
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Conflict, NotFound
from metacortex.platform.events import publish
from metacortex.platform.security.encryption import CannotOpen, unlock
from metacortex.platform.security.encryption.sealing import name_place
from metacortex.platform.security.encryption.segments import (
    HEAD_BYTES,
    KEY_BYTES,
    SEGMENT_BYTES,
    clear_bytes,
    count_segments,
    find_segment,
    open_segments,
    seal_segments,
)
from metacortex.platform.storage import delete_object, read_range, read_size, store_stream
from metacortex.platform.telemetry import log

SEGMENTS_AT_ONCE = 16
FORGOTTEN_AT_ONCE = 200
_OVER = frozenset({RecordingState.STORED.value, RecordingState.DELETED.value})


class RecordingNotFound(NotFound):
    code = "recording_not_found"
    title = "There is no recording of this call, or it was deleted."


class RecordingNotReady(Conflict):
    code = "recording_not_ready"
    title = "The recording is still on its way from the phone server. Try again in a moment."


class RecordingDamaged(NotFound):
    code = "recording_damaged"
    title = "The recording was damaged where it is kept, and cannot be played. Ask whoever runs your installation."


class RecordingAwaited(Exception):
    """Asterisk does not have the file yet; the job that fetches it is to be tried again."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A recording whose bytes are in object storage; no row says so yet."""

    call_id: UUID
    storage_key: str
    size_bytes: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Sound:
    """A stored recording that can be read: how many bytes it has, and what opens them."""

    call_id: UUID
    storage_key: str
    size_bytes: int
    head: bytes
    segment_count: int
    key: bytes
    place: bytes


async def fetch(org_id: UUID, call_id: UUID) -> Fetched | None:
    """Bring a call's recording from Asterisk into object storage; None where nothing is to be brought.

    Raises RecordingAwaited while Asterisk does not have it, AsteriskUnreachable and StorageUnavailable. May be run
    again, even by two at once: each writes the whole object anew, under the same key with another prefix.
    """
    row = await _prepare(org_id, call_id)
    if row is None:
        await clear(org_id, call_id)
        return None
    await unlock(row)
    storage_key = f"{org_id}/recordings/{row.id.hex}"
    meter = _Meter()
    async with Fleet.open(calls_settings()) as fleet:
        server = fleet.find(row.server)
        await _require_over(server, row.name)
        async with server.open_recording(row.name) as chunks:
            if chunks is None:
                await _note_awaited(org_id, call_id)
                raise RecordingAwaited(f"Asterisk {server.name} does not have the recording.")
            sealed = seal_segments(meter.read(chunks), bytes.fromhex(row.key or ""), name_sound(row))
            await store_stream(storage_key, sealed)
    return Fetched(call_id, storage_key, meter.size_bytes, wave.read_seconds(bytes(meter.head), meter.size_bytes))


async def keep(session: AsyncSession, fetched: Fetched) -> None:
    """Say that a recording is stored; one that was deleted meanwhile stays so, and its bytes are owed to be deleted."""
    row = await queries.find_recording(session, fetched.call_id, lock=True)
    if row is None:
        return
    row.storage_key = fetched.storage_key
    if row.state != RecordingState.DELETED.value:
        row.state = RecordingState.STORED.value
        row.size_bytes, row.seconds, row.stored_at = fetched.size_bytes, fetched.seconds, utc_now()
    publish(session, RecordingChanged(call_id=row.call_id, state=row.state))


async def show_failed(session: AsyncSession, call: CallRecorded) -> None:
    """Say that a recording will not come by itself: Asterisk never had it, or it could not be fetched or stored."""
    row = await queries.find_recording(session, call.call_id, lock=True)
    if row is None or row.state in _OVER:
        return
    is_awaited = row.state in {RecordingState.AWAITED.value, RecordingState.MISSING.value}
    row.state = (RecordingState.MISSING if is_awaited else RecordingState.FAILED).value
    publish(session, RecordingChanged(call_id=row.call_id, state=row.state))


async def clear(org_id: UUID, call_id: UUID) -> None:
    """Delete what is needed no more: in Asterisk the file of a recording stored or deleted, in storage of one deleted.

    May be run again. A server that is no longer in the settings is passed over: nobody can ask it.
    """
    async with transaction(org_id) as session:
        row = await queries.find_recording(session, call_id)
    if row is None or row.state not in _OVER:
        return
    if row.state == RecordingState.DELETED.value and row.storage_key:
        await delete_object(row.storage_key)
    async with Fleet.open(calls_settings()) as fleet:
        if row.server in {one.name for one in fleet.servers}:
            server = fleet.find(row.server)
            await server.stop_recording(row.name)
            await server.delete_recording(row.name)
        else:
            log.warning("recording.server_unknown", server=row.server, call_id=str(call_id))


async def delete_recording(session: AsyncSession, call_id: UUID) -> None:
    """Delete a call's recording because somebody wants it; raises RecordingNotFound."""
    row = await queries.find_recording(session, call_id, lock=True)
    if row is None or row.state == RecordingState.DELETED.value:
        raise RecordingNotFound
    before = {"state": row.state, "seconds": row.seconds}
    mark_deleted(session, [row])
    audit.record(session, "recording.deleted", subject=f"call:{call_id}", before=before)


def mark_deleted(session: AsyncSession, rows: Sequence[Recording]) -> None:
    """Throw the keys of recordings away, and owe the deletion of their bytes."""
    for row in rows:
        row.state, row.deleted_at, row.key = RecordingState.DELETED.value, utc_now(), None
        publish(session, RecordingChanged(call_id=row.call_id, state=row.state))


async def forget_old(session: AsyncSession) -> bool:
    """Delete recordings that were kept long enough; return whether there may be more."""
    before = await privacy.read_limit(session, privacy.DataKind.RECORDINGS)
    rows = await queries.lock_old_recordings(session, before=before, limit=FORGOTTEN_AT_ONCE)
    mark_deleted(session, rows)
    return len(rows) == FORGOTTEN_AT_ONCE


async def open_sound(org_id: UUID, call_id: UUID) -> Sound:
    """Return what reading a recording takes; raises RecordingNotFound, RecordingNotReady or RecordingDamaged."""
    async with transaction(org_id) as session:
        row = await queries.find_recording(session, call_id)
    if row is not None and row.state in {RecordingState.RECORDING.value, RecordingState.AWAITED.value}:
        raise RecordingNotReady
    if row is None or row.state != RecordingState.STORED.value or not row.storage_key:
        raise RecordingNotFound
    await unlock(row)
    # What lies there, not what the row says: whoever wrote it last wrote all of it.
    sealed_bytes = await read_size(row.storage_key)
    try:
        count, key = count_segments(sealed_bytes), bytes.fromhex(row.key or "")
    except CannotOpen as error:
        raise _tell_damaged(call_id, error) from error
    head = await read_range(row.storage_key, 0, HEAD_BYTES)
    return Sound(call_id, row.storage_key, clear_bytes(sealed_bytes, count), head, count, key, name_sound(row))


async def read_sound(sound: Sound, start: int, end: int) -> AsyncIterator[bytes]:
    """Yield a recording's bytes from `start` to before `end`, opening no segment but those they lie in."""
    first, last = start // SEGMENT_BYTES, max(start, end - 1) // SEGMENT_BYTES
    for number in range(first, last + 1, SEGMENTS_AT_ONCE):
        following = min(number + SEGMENTS_AT_ONCE, last + 1)
        sealed = await read_range(sound.storage_key, find_segment(number), find_segment(following))
        try:
            clear = open_segments(sound.head, number, sealed, sound.segment_count, sound.key, sound.place)
        except CannotOpen as error:
            raise _tell_damaged(sound.call_id, error) from error
        offset = number * SEGMENT_BYTES
        yield clear[max(0, start - offset) : end - offset]


def _tell_damaged(call_id: UUID, error: CannotOpen) -> RecordingDamaged:
    log.error("recording.damaged", call_id=str(call_id), error=str(error))
    return RecordingDamaged()


class _Meter:
    """Counts what passes by, and keeps the head of it."""

    def __init__(self) -> None:
        self.size_bytes = 0
        self.head = bytearray()

    async def read(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the chunks as they are."""
        async for chunk in chunks:
            self.head += chunk[: max(0, wave.HEAD_BYTES - len(self.head))]
            self.size_bytes += len(chunk)
            yield chunk


async def _prepare(org_id: UUID, call_id: UUID) -> Recording | None:
    """Return the recording with the key it is sealed under, which is kept before anything is; None if it is over."""
    await unlock()
    async with transaction(org_id) as session:
        row = await queries.find_recording(session, call_id, lock=True)
        if row is None or row.state in _OVER:
            return None
        if row.key_sealed is None:
            row.key = secrets.token_hex(KEY_BYTES)
    return row


async def _require_over(server: Connection, name: str) -> None:
    """Stop a recording that still runs, as it does when the dialer was killed before; its file is whole later."""
    if await server.stop_recording(name):
        raise RecordingAwaited(f"Asterisk {server.name} was still recording.")


async def _note_awaited(org_id: UUID, call_id: UUID) -> None:
    async with transaction(org_id) as session:
        row = await queries.find_recording(session, call_id, lock=True)
        if row is not None and row.state in {RecordingState.RECORDING.value, RecordingState.FAILED.value}:
            row.state = RecordingState.AWAITED.value


def name_sound(row: Recording) -> bytes:
    """Return what a recording's bytes are bound to, so that no other's can be put in their place."""
    return name_place("recording", row.org_id.hex, row.call_id.hex)
