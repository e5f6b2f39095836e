"""What is said on a call, from Asterisk to the ear: fetched once, sealed, played from any place, and deleted."""

import asyncio
import io
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text, update

from metacortex.contexts.calls.models import AgentChange, CallRow, DialCampaign, DialDecision, Recording
from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import read_number
from metacortex.contexts.calls.rules.zones import find_zones
from metacortex.contexts.calls.service import recordings
from metacortex.contexts.calls.types import recording_name
from metacortex.platform.audit import AuditEntry
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.jobs.models import JobRow
from metacortex.platform.jobs.runner import run_jobs
from metacortex.platform.security import Role
from metacortex.platform.storage import local_folder
from tests.attacks.people import join, token_as
from tests.calls.conftest import Desk
from tests.conftest import MakeOwner, RunJobs, open_client

pytestmark = pytest.mark.slow

ANSWERS = "+919820029011"
RINGS_OUT = "+919820029103"
LONG_SECONDS = 20
"""So long that the sound fills five segments."""


async def record(desk: Desk, *, seconds: float | None = None, **body: Any) -> dict[str, Any]:
    """Have a call recorded, which may sound as long as is wanted; nothing was fetched of it yet."""
    settings = {"announcement": "sound:recorded", "is_recorded": True}
    assert (await desk.client.patch("/api/v1/calling/settings", json=settings)).status_code == 200
    await desk.add_lead(ANSWERS)
    call = await desk.call(**({"to": ANSWERS} | body))
    stored = desk.asterisk.switch.stored
    async with asyncio.timeout(10):
        while True:
            if name_of(desk, call) in stored:
                break
            await asyncio.sleep(0.02)
    if seconds is not None:
        stored[name_of(desk, call)].heard_seconds = seconds
    return call


async def record_and_store(desk: Desk, run_due_jobs: RunJobs, **how: Any) -> dict[str, Any]:
    call = await record(desk, **how)
    await run_due_jobs(desk.owner.org_id)
    return await desk.read(call["id"])


def name_of(desk: Desk, call: dict[str, Any]) -> str:
    return recording_name(desk.owner.org_id, UUID(call["id"]))


def objects_of(desk: Desk) -> list[Path]:
    folder = local_folder()
    assert folder is not None
    return sorted((folder / str(desk.owner.org_id)).glob("recordings/*"))


async def find_row(desk: Desk, call: dict[str, Any]) -> Recording:
    async with transaction(desk.owner.org_id) as session:
        found = await session.scalar(select(Recording).where(Recording.call_id == UUID(call["id"])))
    assert found is not None
    return found


async def list_owed(desk: Desk, name: str) -> list[JobRow]:
    async with transaction(desk.owner.org_id) as session:
        return list(await session.scalars(select(JobRow).where(JobRow.name == name)))


async def try_once(desk: Desk, name: str = "store_recording") -> None:
    """Run a job that is owed, however long it was told to wait."""
    for job in await list_owed(desk, name):
        await run_jobs(desk.owner.org_id, name, [job.id])


async def give_up(desk: Desk) -> None:
    """Try until there are no tries left."""
    while await list_owed(desk, "store_recording"):
        await try_once(desk)


async def list_audited(desk: Desk, action: str) -> list[AuditEntry]:
    async with transaction(desk.owner.org_id) as session:
        return list(await session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def read_wave(content: bytes) -> float:
    with wave.open(io.BytesIO(content)) as sound:
        return sound.getnframes() / sound.getframerate()


async def play(desk: Desk, call: dict[str, Any], **headers: str) -> httpx.Response:
    return await desk.client.get(f"/api/v1/calls/{call['id']}/recording", headers=headers)


async def test_a_recording_is_kept_sealed_and_played(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record(desk)
    assert (await play(desk, call)).json()["code"] == "recording_not_ready"
    await run_due_jobs(desk.owner.org_id)
    shown = await desk.read(call["id"])
    assert (shown["is_recorded"], shown["recording_note"], shown["recording"]["state"]) == (True, None, "stored")
    listed = (await desk.client.get("/api/v1/calls")).json()["data"]
    assert listed[0]["recording"] == shown["recording"]
    answer = await play(desk, call)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["accept-ranges"] == "bytes"
    assert shown["recording"]["seconds"] == round(read_wave(answer.content))
    [kept] = objects_of(desk)
    assert b"RIFF" not in kept.read_bytes()
    assert answer.content[44:144] not in kept.read_bytes()
    assert name_of(desk, call) not in desk.asterisk.switch.stored
    row = await find_row(desk, call)
    assert row.key_sealed is not None
    assert bytes.fromhex(str(row.key)) not in row.key_sealed + kept.read_bytes()


async def test_a_player_seeks(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record_and_store(desk, run_due_jobs, seconds=LONG_SECONDS)
    assert call["recording"]["seconds"] == LONG_SECONDS
    whole = (await play(desk, call)).content
    size = LONG_SECONDS * 16_000 + 44
    assert len(whole) == size > 4 * 65_536
    for wanted, start, end in (
        ("bytes=0-", 0, size),
        ("bytes=0-0", 0, 1),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=65536-131071", 65_536, 131_072),
        ("bytes=100000-", 100_000, size),
        ("bytes=200000-99999999", 200_000, size),
        ("bytes=-1", size - 1, size),
        ("bytes=-9999999", 0, size),
    ):
        part = await play(desk, call, Range=wanted)
        assert part.status_code == 206, wanted
        assert part.content == whole[start:end], wanted
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["content-length"] == str(end - start)
    for beyond in (f"bytes={size}-", "bytes=-0"):
        refused = await play(desk, call, Range=beyond)
        assert (refused.status_code, refused.json()["code"]) == (416, "range_not_satisfiable")
        assert refused.headers["content-range"] == f"bytes */{size}"
    for ignored in ("bytes=0-1,5-6", "bytes=9-3", "lines=1-2", "bytes=-", "bytes=a-b", ""):
        answer = await play(desk, call, Range=ignored)
        assert (answer.status_code, len(answer.content)) == (200, size), ignored
    assert len(await list_audited(desk, "recording.played")) == 1


async def test_another_organization_hears_nothing(desk: Desk, make_owner: MakeOwner, run_due_jobs: RunJobs) -> None:
    call = await record_and_store(desk, run_due_jobs)
    path = f"/api/v1/calls/{call['id']}/recording"
    stranger = await make_owner()
    for method, address in (("GET", path), ("POST", f"{path}/link"), ("DELETE", path)):
        answer = await stranger.client.request(method, address)
        assert answer.status_code == 404, (method, answer.text)
    assert (await play(desk, call)).status_code == 200


async def test_only_those_on_the_call_and_supervisors_hear_it(app: Any, desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record_and_store(desk, run_due_jobs)
    path = f"/api/v1/calls/{call['id']}/recording"
    agent, manager = await join(app, desk.owner, Role.AGENT), await join(app, desk.owner, Role.MANAGER)
    viewer = await join(app, desk.owner, Role.VIEWER)
    for person, code in ((agent, "not_your_call"), (viewer, "not_allowed")):
        for answer in (await person.client.get(path), await person.client.post(f"{path}/link")):
            assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert (await manager.client.get(path)).status_code == 200
    async with transaction(desk.owner.org_id) as session:
        await session.execute(
            update(CallRow).where(CallRow.id == UUID(call["id"])).values(member_id=UUID(agent.member_id))
        )
    assert (await agent.client.get(path)).status_code == 200
    assert (await agent.client.delete(path)).status_code == 403
    heard = {str(entry.actor_id) for entry in await list_audited(desk, "recording.played")}
    assert heard == {manager.member_id, agent.member_id}


async def test_a_link_plays_without_a_token_until_its_session_ends(app: Any, desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record_and_store(desk, run_due_jobs, seconds=LONG_SECONDS)
    manager = await join(app, desk.owner, Role.MANAGER)
    made = await manager.client.post(f"/api/v1/calls/{call['id']}/recording/link")
    assert (made.status_code, made.json()["data"]["expires_in_seconds"]) == (201, 600)
    url = made.json()["data"]["url"]
    async with open_client(app) as player:
        whole = await player.get(url)
        assert (whole.status_code, len(whole.content)) == (200, LONG_SECONDS * 16_000 + 44)
        assert whole.headers["cache-control"] == "private, no-store"
        for start in range(0, 300_000, 60_000):
            part = await player.get(url, headers={"Range": f"bytes={start}-{start + 99}"})
            assert (part.status_code, part.content) == (206, whole.content[start : start + 100])
        assert len(await list_audited(desk, "recording.played")) == 1
        for wrong in (
            url[:-1] + ("A" if url[-1] != "A" else "B"),
            url[:-9],
            url + "AAAA",
            url + "!",
            "/api/v1/recordings/é",
            f"/api/v1/recordings/{url.rsplit('/', 1)[1].swapcase()}",
        ):
            refused = await player.get(wrong)
            assert refused.status_code == 404, wrong
        signed_out = await manager.client.post("/api/v1/session/sign-out")
        assert signed_out.status_code in {200, 204}, signed_out.text
        ended = await player.get(url)
        assert (ended.status_code, ended.json()["code"]) == (404, "recording_link_ended")


async def test_a_link_ends_after_ten_minutes(
    app: Any, desk: Desk, run_due_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await record_and_store(desk, run_due_jobs)
    url = (await desk.client.post(f"/api/v1/calls/{call['id']}/recording/link")).json()["data"]["url"]
    now = time.time()
    async with open_client(app) as player:
        monkeypatch.setattr(time, "time", lambda: now + 590)
        assert (await player.get(url)).status_code == 200
        monkeypatch.setattr(time, "time", lambda: now + 601)
        assert (await player.get(url)).json()["code"] == "recording_link_ended"


async def test_deleting_takes_the_key_at_once_and_the_bytes_after(app: Any, desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record_and_store(desk, run_due_jobs)
    path = f"/api/v1/calls/{call['id']}/recording"
    link = (await desk.client.post(f"{path}/link")).json()["data"]["url"]
    async with open_client(app, token_as(desk.owner, proved_at=time.time() - 3600)) as stale:
        assert (await stale.delete(path)).json()["code"] == "proof_needed"
    assert (await desk.client.delete(path)).status_code == 204
    row = await find_row(desk, call)
    assert (row.state, row.key_sealed) == ("deleted", None)
    assert (await play(desk, call)).json()["code"] == "recording_not_found"
    async with open_client(app) as player:
        assert (await player.get(link)).json()["code"] == "recording_not_found"
    await run_due_jobs(desk.owner.org_id)
    assert objects_of(desk) == []
    assert (await desk.client.delete(path)).json()["code"] == "recording_not_found"
    [entry] = await list_audited(desk, "recording.deleted")
    assert entry.subject == f"call:{call['id']}"
    assert (await desk.read(call["id"]))["recording"]["state"] == "deleted"


async def test_what_is_deleted_before_it_was_fetched_never_is(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record(desk)
    assert (await desk.client.delete(f"/api/v1/calls/{call['id']}/recording")).status_code == 204
    await run_due_jobs(desk.owner.org_id)
    assert name_of(desk, call) not in desk.asterisk.switch.stored
    assert objects_of(desk) == []
    assert (await find_row(desk, call)).state == "deleted"


async def test_what_is_deleted_while_it_is_fetched_does_not_stay(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record(desk)
    fetched = await recordings.fetch(desk.owner.org_id, UUID(call["id"]))
    assert fetched is not None
    assert (await desk.client.delete(f"/api/v1/calls/{call['id']}/recording")).status_code == 204
    await try_once(desk, "clear_recording")
    assert len(objects_of(desk)) == 1  # the deletion did not know of it yet
    async with transaction(desk.owner.org_id) as session:
        await recordings.keep(session, fetched)
    await run_due_jobs(desk.owner.org_id)
    assert objects_of(desk) == []
    assert (await find_row(desk, call)).state == "deleted"


async def test_a_recording_that_never_comes_is_missing_and_may_come_late(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record(desk)
    lost = desk.asterisk.switch.stored.pop(name_of(desk, call))
    await try_once(desk)
    assert (await desk.read(call["id"]))["recording"]["state"] == "awaited"
    assert (await play(desk, call)).json()["code"] == "recording_not_ready"
    await give_up(desk)
    await run_due_jobs(desk.owner.org_id)
    assert (await desk.read(call["id"]))["recording"]["state"] == "missing"
    assert (await play(desk, call)).json()["code"] == "recording_not_found"
    [letter] = (await desk.client.get("/api/v1/dead-letters")).json()["data"]
    desk.asterisk.switch.stored[name_of(desk, call)] = lost
    assert (await desk.client.post(f"/api/v1/dead-letters/{letter['id']}/replay")).status_code < 300
    await run_due_jobs(desk.owner.org_id)
    assert (await desk.read(call["id"]))["recording"]["state"] == "stored"
    assert (await play(desk, call)).status_code == 200


@contextmanager
def asterisk_gone(desk: Desk) -> Iterator[None]:
    """Let Asterisk answer nothing for a while."""
    desk.asterisk.switch.down = True
    try:
        yield
    finally:
        desk.asterisk.switch.down = False


@contextmanager
def storage_full(desk: Desk) -> Iterator[None]:
    """Put a file where the folder of recordings is to be: not even root can write beneath it."""
    folder = local_folder()
    assert folder is not None
    place = folder / str(desk.owner.org_id) / "recordings"
    place.mkdir(parents=True, exist_ok=True)
    aside = place.rename(place.with_name("aside"))
    place.write_bytes(b"")
    try:
        yield
    finally:
        place.unlink()
        aside.rename(place)


@pytest.mark.parametrize("fault", [asterisk_gone, storage_full])
async def test_what_fails_is_tried_again_and_shown_when_it_was_given_up(
    desk: Desk, run_due_jobs: RunJobs, fault: Any
) -> None:
    first = await record(desk)
    with fault(desk):
        await try_once(desk)
        assert (await find_row(desk, first)).state == "recording"
    await try_once(desk)
    assert (await find_row(desk, first)).state == "stored"
    second = await record(desk)
    with fault(desk):
        await give_up(desk)
    assert (await desk.read(second["id"]))["recording"]["state"] == "failed"
    assert name_of(desk, second) in desk.asterisk.switch.stored
    await run_due_jobs(desk.owner.org_id)
    assert name_of(desk, second) in desk.asterisk.switch.stored, "it is all there is"
    assert name_of(desk, first) not in desk.asterisk.switch.stored
    assert len(objects_of(desk)) == 1


async def test_asterisk_is_gone_when_its_file_is_to_be_deleted(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record(desk)
    await try_once(desk)
    with asterisk_gone(desk):
        await try_once(desk, "clear_recording")
    assert name_of(desk, call) in desk.asterisk.switch.stored
    assert (await play(desk, call)).status_code == 200
    await try_once(desk, "clear_recording")
    assert name_of(desk, call) not in desk.asterisk.switch.stored
    await run_due_jobs(desk.owner.org_id)


async def test_the_worker_dies_between_the_object_and_its_row(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record(desk)
    assert await recordings.fetch(desk.owner.org_id, UUID(call["id"])) is not None
    assert (await find_row(desk, call)).state == "recording"
    await run_due_jobs(desk.owner.org_id)
    assert (await find_row(desk, call)).state == "stored"
    assert len(objects_of(desk)) == 1
    assert (await play(desk, call)).content[:4] == b"RIFF"


async def test_two_at_once_keep_it_once(desk: Desk, run_due_jobs: RunJobs) -> None:
    call = await record(desk, seconds=LONG_SECONDS)
    [job] = await list_owed(desk, "store_recording")
    await asyncio.gather(*(run_jobs(desk.owner.org_id, job.name, [job.id]) for _ in range(3)))
    assert len(await list_owed(desk, "clear_recording")) == 1
    await run_due_jobs(desk.owner.org_id)
    assert (await find_row(desk, call)).state == "stored"
    assert len(objects_of(desk)) == 1
    assert read_wave((await play(desk, call)).content) == LONG_SECONDS
    assert (await desk.client.get("/api/v1/dead-letters")).json()["data"] == []


async def test_a_recording_that_still_runs_is_stopped_first(desk: Desk, run_due_jobs: RunJobs) -> None:
    """The dialer was killed before it closed the bridge."""
    call = await record(desk)
    switch = desk.asterisk.switch
    running = switch.stored.pop(name_of(desk, call))
    running.state, running.since = "recording", time.monotonic()
    running.target.recordings.append(running)
    switch.live[running.name] = running
    await try_once(desk)
    assert (await find_row(desk, call)).state == "recording"
    assert running.name not in switch.live
    await run_due_jobs(desk.owner.org_id)
    await try_once(desk)
    assert (await find_row(desk, call)).state == "stored"


def flip(content: bytes) -> bytes:
    return content[:70_000] + bytes([content[70_000] ^ 1]) + content[70_001:]


def cut_off(content: bytes) -> bytes:
    """Cut at the end of a segment, where nothing but the mark of the last one tells."""
    return content[: 8 + 2 * (65_536 + 16)]


def swap(content: bytes) -> bytes:
    size = 65_536 + 16
    return content[:8] + content[8 + size : 8 + 2 * size] + content[8 : 8 + size] + content[8 + 2 * size :]


@pytest.mark.parametrize("damage", [flip, cut_off, swap, lambda content: content[:8], lambda content: b""])
async def test_what_was_damaged_is_not_played(desk: Desk, run_due_jobs: RunJobs, damage: Any) -> None:
    call = await record_and_store(desk, run_due_jobs, seconds=LONG_SECONDS)
    [kept] = objects_of(desk)
    kept.write_bytes(damage(kept.read_bytes()))
    answer = await play(desk, call)
    assert (answer.status_code, answer.json()["code"]) == (404, "recording_damaged")


async def test_a_recording_cannot_stand_in_for_another(desk: Desk, run_due_jobs: RunJobs) -> None:
    """Even by somebody who writes to the database, where a key opens only in its own row."""
    one, other = [await record_and_store(desk, run_due_jobs) for _ in range(2)]
    first, second = await find_row(desk, one), await find_row(desk, other)
    async with transaction(desk.owner.org_id) as session:
        values = {"storage_key": second.storage_key, "size_bytes": second.size_bytes}
        await session.execute(update(Recording).where(Recording.id == first.id).values(**values))
    assert (await play(desk, one)).json()["code"] == "recording_damaged"
    async with transaction(desk.owner.org_id) as session:
        row = await session.get(Recording, (first.org_id, first.id))
        assert row is not None
        row.key = second.key
    assert (await play(desk, one)).json()["code"] == "recording_damaged", "even with the other's key"


async def test_a_call_nobody_answers_has_no_recording(desk: Desk, run_due_jobs: RunJobs) -> None:
    await desk.client.patch("/api/v1/calling/settings", json={"announcement": "sound:recorded", "is_recorded": True})
    await desk.add_lead(RINGS_OUT)
    call = await desk.call(to=RINGS_OUT, mode="direct", timeout_seconds=5)
    assert (call["outcome"], call["is_recorded"], call["recording"]) == ("no-answer", True, None)
    assert await list_owed(desk, "store_recording") == []
    answer = await play(desk, call)
    assert (answer.status_code, answer.json()["code"]) == (404, "recording_not_found")


@pytest.mark.parametrize("record_it", [None, True])
async def test_without_an_announcement_nothing_is_recorded_where_one_is_due(
    desk: Desk, run_due_jobs: RunJobs, record_it: bool | None
) -> None:
    await desk.client.patch("/api/v1/calling/settings", json={"is_recorded": True})
    await desk.add_lead(ANSWERS)
    call = await desk.call(to=ANSWERS, record=record_it)
    assert (call["outcome"], call["is_recorded"], call["recording"]) == ("answered", False, None)
    assert call["recording_note"] == "announcement-missing"
    not_wanted = await desk.call(to=ANSWERS, record=False)
    assert (not_wanted["is_recorded"], not_wanted["recording_note"]) == (False, None)


@pytest.mark.parametrize(
    ("number", "consent"),
    [
        ("+919820012345", "announcement"),
        ("+12125550123", "one_party"),
        ("+14155550123", "all_party"),
        ("+4930123456", "all_party"),
        ("+442071234567", "announcement"),
        ("+971501234567", "announcement"),
        ("+33142345678", "all_party"),
    ],
)
def test_whose_consent_a_recording_needs(number: str, consent: str) -> None:
    assert law.recording_consent(find_zones(read_number(number, "IN"))) == consent


def written_before(days: int) -> str:
    """What SQL sets so that a row was written so many days earlier, as its id tells."""
    earlier = f"at - interval '{days} days'"
    milliseconds = f"lpad(to_hex((extract(epoch FROM {earlier}) * 1000)::bigint), 12, '0')"
    return f"at = {earlier}, id = ({milliseconds} || substr(replace(id::text, '-', ''), 13))::uuid"


async def test_old_decisions_and_shifts_are_forgotten(desk: Desk, run_due_jobs: RunJobs) -> None:
    from metacortex.contexts.privacy.public import run_retention

    own: dict[str, Any] = {"org_id": desk.owner.org_id}
    kept = {"dial_decisions": 90, "agent_changes": 365}
    rules = (await desk.client.get("/api/v1/privacy/retention")).json()["data"]
    assert {rule["kind"]: rule["keep_days"] for rule in rules if rule["kind"] in kept} == kept
    async with transaction(desk.owner.org_id) as session:
        campaign = DialCampaign(**own, name="x", mode="power", state="draft", settings={})
        session.add(campaign)
        await session.flush()
        for name in ("old", "young"):
            said = {"reason": name, "calls": 1, "detail": {}, "campaign_id": campaign.id}
            session.add(DialDecision(**own, at=utc_now(), **said))
            session.add(AgentChange(**own, at=utc_now(), member_id=desk.owner.member_id, state=name))
        await session.flush()
        for (table, days), column in zip(kept.items(), ("reason", "state"), strict=True):
            for name, age in (("old", days + 1), ("young", days - 1)):
                statement = f"UPDATE {table} SET {written_before(age)} WHERE {column} = '{name}'"
                await session.execute(text(statement))
    await run_retention()
    await run_due_jobs(desk.owner.org_id)
    async with transaction(desk.owner.org_id) as session:
        left = [
            await session.scalars(text(f"SELECT {column} FROM {table}"))
            for table, column in zip(kept, ("reason", "state"), strict=True)
        ]
        assert [rows.all() for rows in left] == [["young"], ["young"]]


async def test_old_recordings_and_events_are_forgotten(desk: Desk, run_due_jobs: RunJobs) -> None:
    from metacortex.contexts.privacy.public import run_retention

    old, young = [await record_and_store(desk, run_due_jobs) for _ in range(2)]
    rules = (await desk.client.get("/api/v1/privacy/retention")).json()["data"]
    days = {rule["kind"]: rule["keep_days"] for rule in rules}
    assert (days["recordings"], days["call_events"]) == (90, 365)
    async with transaction(desk.owner.org_id) as session:
        values = {"call_id": UUID(old["id"])}
        await session.execute(
            text("UPDATE recordings SET started_at = started_at - interval '91 days' WHERE call_id = :call_id"), values
        )
        await session.execute(text(f"UPDATE call_events SET {written_before(366)} WHERE call_id = :call_id"), values)
    await run_retention()
    await run_due_jobs(desk.owner.org_id)
    assert (await find_row(desk, old)).state == "deleted"
    assert (await find_row(desk, young)).state == "stored"
    assert len(objects_of(desk)) == 1
    events = [(await desk.client.get(f"/api/v1/calls/{one['id']}/events")).json()["data"] for one in (old, young)]
    assert events[0] == []
    assert len(events[1]) > 4
    assert (await desk.read(old["id"]))["outcome"] == "answered"
