"""Faults on purpose, and the ledger that outlives them."""

import asyncio
import contextlib
import os
import signal
import sys
import time

import aiohttp
import pytest

from tests.platform.ari_line import Line, credentials, open_line

PATIENT, BRIEF, REFUSED = "+49301239002", "+49301239011", "+49301239106"


@pytest.fixture
async def line():
    async with open_line() as opened:
        yield opened


async def test_a_fault_that_nobody_knows_is_refused(line: Line):
    for body in ({"gremlins": 1}, {"lost_event": "often"}, {"lost_event": -1}, {"now": ["explode"]}, {"injected": 1}):
        status, answer = await line.ask("POST", "/emulator/faults", json=body)
        assert (status, list(answer)) == (400, ["message"]), body
    assert (await line.ask("GET", "/emulator/nothing"))[0] == 404


async def test_sockets_can_be_cut_while_calls_go_on(line: Line):
    events = await line.connect()
    await line.originate(PATIENT)
    await events.first("StasisStart")
    await line.faults(now=["close_sockets"])
    await events.until_closed()
    assert events.websocket.close_code == 1006
    assert (await line.ask("GET", "channels/one"))[1]["state"] == "Up"


async def test_events_can_be_lost_while_the_socket_stays_open(line: Line):
    events = await line.connect()
    await line.faults(lose_events_seconds=100_000, now=["lose_events"])
    await line.originate(REFUSED)
    await line.ended_entry("one")
    assert (await line.ask("DELETE", "/emulator/faults"))[0] == 204
    await line.originate(REFUSED, "two")
    await events.end_of("two")
    assert events.of("one") == []
    assert not events.closed


async def test_a_lost_response_leaves_the_call_running(line: Line):
    events = await line.connect()
    for number, name in ((PATIENT, "by-rate"), ("+49301239123", "by-number")):
        await line.faults(lost_response=float(name == "by-rate"))
        with pytest.raises(aiohttp.ClientError):
            await line.originate(number, name)
        assert (await events.first("StasisStart", name))["channel"]["state"] == "Up"


async def test_a_slow_response_comes_after_its_call_was_answered(line: Line):
    events = await line.connect()
    status, channel = await line.originate("+49301239124")
    assert (status, channel["state"]) == (200, "Down")
    assert "StasisStart" in events.kinds("one")


async def test_a_busy_server_does_one_originate_after_the_other(line: Line):
    await line.connect()
    await line.faults(originate_seconds=2)  # at 100 times the speed
    began, answered = time.monotonic(), list[float]()

    async def ring(name: str) -> None:
        assert (await line.originate(PATIENT, name))[0] == 200
        answered.append(time.monotonic() - began)

    await asyncio.gather(*(ring(f"c-{place}") for place in range(5)))
    assert all(seconds >= place * 0.02 for place, seconds in enumerate(answered, start=1)), answered


async def test_allocation_can_fail_by_chance_and_by_the_same_chance_again(line: Line):
    await line.connect()
    seen = []
    for turn in range(2):
        await line.faults(seed=5, allocation_failed=0.5)
        seen.append([(await line.originate(REFUSED, f"c-{turn}-{place}"))[0] for place in range(30)])
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 500}
    assert (await line.faults())["injected"]["allocation_failed"] == seen[0].count(500) * 2
    assert len(await line.ledger()) == seen[0].count(200) * 2


async def test_events_can_come_twice_or_with_the_hangup_first(line: Line):
    events = await line.connect()
    await line.faults(duplicate_event=1, early_hangup_request=1)
    await line.originate(REFUSED)
    await events.until(lambda: len(events.of("one")) == 8)
    assert events.kinds("one")[::2] == ["ChannelHangupRequest", "Dial", "Dial NOANSWER", "ChannelDestroyed"]
    assert events.all[::2] == events.all[1::2]


async def test_a_restart_takes_every_channel_without_a_word_and_shows_a_new_start(line: Line):
    events = await line.connect()
    before = (await line.ask("GET", "asterisk/info?only=status"))[1]["status"]["startup_time"]
    await line.originate(PATIENT)
    await events.first("StasisStart")
    seen = len(events.all)
    await line.faults(restart_seconds=5, now=["restart"])
    await events.until_closed()
    assert len(events.all) == seen
    after = await info_when_back(line)
    assert after > before
    assert await line.ask("GET", "channels") == (200, [])
    assert (await line.ask("GET", "applications/crm"))[0] == 404
    assert (await line.ledger())[0]["hangup_side"] == "restart"


async def info_when_back(line: Line) -> str:
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                status, info = await line.ask("GET", "asterisk/info?only=status")
                if status == 200:
                    return str(info["status"]["startup_time"])


async def test_a_shutdown_hangs_up_with_cause_zero(line: Line):
    events = await line.connect()
    await line.originate(PATIENT)
    await events.first("StasisStart")
    await line.faults(now=["shutdown"])
    await events.until_closed()
    assert (await events.first("ChannelHangupRequest"))["cause"] == 4
    assert (await events.end_of("one"))["cause"] == 0
    await info_when_back(line)


async def test_outages_can_be_left_to_chance():
    async with open_line(speed=200) as line:
        await line.faults(close_sockets_per_second=1, lose_events_per_second=1)
        events = await line.connect()
        await events.until_closed()
        await line.faults(restart_per_second=1, restart_seconds=1)
        async with asyncio.timeout(20):
            while (await line.faults())["injected"].get("restarts", 0) < 2:
                pass


async def test_under_every_fault_each_accepted_call_is_in_the_ledger_once(line: Line):
    await line.connect()
    await line.faults(lost_response=0.2, allocation_failed=0.2, duplicate_event=0.2, lost_event=0.2)
    accepted = refused = unknown = 0
    for place in range(200):
        try:
            status, _ = await line.originate(f"+493{place:05d}9106", f"call-{place}")
        except aiohttp.ClientError:
            unknown += 1
        else:
            accepted += status == 200
            refused += status == 500
    entries = await line.ledger()
    assert len({entry["number"] for entry in entries}) == len(entries) == accepted + unknown
    assert unknown
    assert refused
    assert accepted + refused + unknown == 200


@contextlib.asynccontextmanager
async def emulator_process(*options: str):
    command = (sys.executable, "-m", "metacortex.entrypoints.cli", "emulate", "asterisk", "--port", "0", *options)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        greeting = (await process.stdout.readline()).decode()
        yield process, greeting.split()[3].removesuffix("/ari,")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def test_the_ledger_and_the_recordings_survive_a_kill(tmp_path):
    options = ("--ledger", str(tmp_path / "ledger.jsonl"), "--recordings", str(tmp_path / "sound"), "--speed", "50")
    async with aiohttp.ClientSession(headers=credentials()) as session:
        async with emulator_process(*options) as (process, url):
            websocket = await session.ws_connect(f"{url}/ari/events?app=crm")
            for number, name in ((BRIEF, "ended"), (PATIENT, "open")):
                order = {"endpoint": f"PJSIP/{number}@trunk", "app": "crm"}
                async with session.post(f"{url}/ari/channels/{name}", json=order) as response:
                    assert response.status == 200
            ended = stored = False
            while not (ended and stored):
                event = await websocket.receive_json()
                name = event.get("channel", {}).get("id")
                if event["type"] == "StasisStart" and name == "open":
                    order = {"name": "kept", "format": "wav", "maxDurationSeconds": 1}
                    async with session.post(f"{url}/ari/channels/open/record", json=order) as response:
                        assert response.status == 201
                ended |= event["type"] == "ChannelDestroyed" and name == "ended"
                stored |= event["type"] == "RecordingFinished"
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        with (tmp_path / "ledger.jsonl").open("a") as torn:
            torn.write('{"call": 1, "ended')
        async with emulator_process(*options) as (_, url):
            async with session.post(f"{url}/ari/channels", json={"endpoint": f"PJSIP/{REFUSED}@trunk", "app": "x"}):
                pass
            async with session.get(f"{url}/ari/recordings/stored/kept/file") as response:
                assert (response.status, (await response.read())[:4]) == (200, b"RIFF")
        async with emulator_process(*options) as (_, url), session.get(f"{url}/emulator/calls") as response:
            entries = (await response.json())["calls"]
    assert [entry["number"] for entry in entries] == [BRIEF, PATIENT, REFUSED]
    assert [entry["hangup_side"] for entry in entries] == ["callee", "killed", "network"]
