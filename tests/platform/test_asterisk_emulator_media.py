"""Recordings, playbacks, event filters and sockets of the emulated Asterisk."""

import asyncio
import io
import wave

import aiohttp
import pytest

from tests.platform.ari_line import Events, Line, credentials, open_line

PATIENT, BRIEF = "+49301239002", "+49301239011"


@pytest.fixture
async def line():
    async with open_line() as opened:
        yield opened


async def answered(line: Line, number: str = PATIENT) -> Events:
    events = await line.connect()
    await line.originate(number)
    await events.first("StasisStart")
    return events


def seconds_of(raw: bytes) -> float:
    with wave.open(io.BytesIO(raw)) as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (8000, 2, 1)
        return sound.getnframes() / 8000


async def record(line: Line, target: str = "channels/one", **more: str) -> tuple[int, dict]:
    return await line.ask("POST", f"{target}/record", json={"name": "a/b", "format": "wav"} | more)


async def test_a_recording_is_stored_and_is_a_wav_that_can_be_played(line: Line):
    events = await answered(line)
    status, queued = await record(line)
    assert (status, queued["state"], queued["target_uri"]) == (201, "queued", "channel:one")
    assert (await events.first("RecordingStarted"))["recording"]["state"] == "recording"
    assert (await line.ask("POST", "recordings/live/a%2Fb/pause"))[0] == 204
    assert (await line.ask("GET", "recordings/live/a%2Fb"))[1]["state"] == "paused"
    assert (await line.ask("DELETE", "recordings/live/a%2Fb/pause"))[0] == 204
    assert (await line.ask("POST", "recordings/live/a%2Fb/stop"))[0] == 204
    finished = (await events.first("RecordingFinished"))["recording"]
    assert (finished["state"], isinstance(finished["duration"], int)) == ("done", True)
    status, raw = await line.ask("GET", "recordings/stored/a%2Fb/file")
    assert status == 200
    assert seconds_of(raw) > 0
    assert (await line.ask("GET", "recordings/stored"))[1] == [{"name": "a/b", "format": "wav"}]
    assert (await line.ask("DELETE", "recordings/stored/a%2Fb"))[0] == 204
    for path in ("recordings/stored/a%2Fb", "recordings/stored/a%2Fb/file", "recordings/live/a%2Fb"):
        assert (await line.ask("GET", path))[0] == 404


async def test_bad_recordings_are_refused(line: Line):
    events = await answered(line)
    await record(line)
    await events.first("RecordingStarted")
    for order, status in (
        ({}, 409),
        ({"name": ""}, 400),
        ({"format": "vinyl"}, 422),
        ({"name": "../escape"}, 500),
        ({"maxDurationSeconds": "-1"}, 400),
        ({"terminateOn": "9"}, 400),
        ({"ifExists": "perhaps"}, 400),
    ):
        assert (await record(line, **order))[0] == status, order
    await line.ask("POST", "recordings/live/a%2Fb/stop")
    assert (await record(line))[0] == 409
    assert (await record(line, ifExists="overwrite"))[0] == 201


async def test_a_second_recording_waits_for_the_first_and_a_cancelled_one_is_not_kept(line: Line):
    events = await answered(line)
    await record(line)
    await events.first("RecordingStarted")
    await record(line, name="second")
    assert (await line.ask("GET", "recordings/live/second"))[1]["state"] == "queued"
    assert (await line.ask("POST", "recordings/live/second/pause"))[0] == 409
    assert (await line.ask("DELETE", "recordings/live/a%2Fb"))[0] == 204
    await events.until(lambda: [one["type"] for one in events.all].count("RecordingStarted") == 2)
    assert (await events.first("RecordingFinished"))["recording"]["state"] == "canceled"
    assert (await line.ask("GET", "recordings/stored"))[1] == []


async def test_a_hangup_closes_the_recording_before_stasis_ends(line: Line):
    events = await answered(line, BRIEF)
    await record(line)
    await events.end_of("one")
    order = [one["type"] for one in events.all]
    assert order.index("RecordingFinished") < order.index("StasisEnd")


async def test_a_limit_ends_a_recording(line: Line):
    events = await answered(line)
    await record(line, maxDurationSeconds="2")
    assert (await events.first("RecordingFinished"))["recording"]["state"] == "done"


async def test_a_bridge_that_is_destroyed_keeps_its_recording_and_tells_nobody(line: Line):
    events = await answered(line)
    await line.ask("POST", "bridges?bridgeId=talk")
    await line.ask("POST", "bridges/talk/addChannel?channel=one")
    await events.first("ChannelEnteredBridge")
    assert (await record(line))[0] == 409
    assert (await record(line, "bridges/talk"))[0] == 201
    await events.first("RecordingStarted")
    await line.ask("DELETE", "bridges/talk")
    await events.first("BridgeDestroyed")
    assert "RecordingFinished" not in [one["type"] for one in events.all]
    assert (await line.ask("GET", "recordings/stored/a%2Fb"))[0] == 200


async def test_talking_is_told_of_when_it_begins_and_when_silence_has_lasted(line: Line):
    events = await answered(line, "+49301239005")
    set_it = "channels/one/variable?variable=TALK_DETECT(set)&value="
    assert (await line.ask("POST", f"{set_it}2000"))[0] == 204
    assert (await line.ask("POST", f"{set_it}2000"))[0] == 204
    started = await events.first("ChannelTalkingStarted", "one")
    finished = await events.first("ChannelTalkingFinished", "one")
    assert "duration" not in started
    assert 0 < finished["duration"] <= 8300, "greeting and beep are one, with less than two seconds between them"
    await events.end_of("one")
    kinds = [one["type"] for one in events.of("one")]
    assert (kinds.count("ChannelTalkingStarted"), kinds.count("ChannelTalkingFinished")) == (1, 1)
    assert "ChannelVarset" not in kinds


@pytest.mark.parametrize("last", ["=", "TALK_DETECT(remove)&value=", "TALK_DETECT(set)&value=soon"])
async def test_a_greeting_without_an_end_and_what_is_no_number_end_no_talking(line: Line, last: str):
    events = await answered(line, "+49301239012")
    await line.ask("POST", "channels/one/variable?variable=TALK_DETECT(set)&value=500")
    await events.first("ChannelTalkingStarted", "one")
    await line.ask("POST", f"channels/one/variable?variable={last}")
    await line.ask("DELETE", "channels/one")
    await events.end_of("one")
    assert "ChannelTalkingFinished" not in [one["type"] for one in events.of("one")]


async def test_playbacks_end_as_a_real_one_ends_them(line: Line):
    events = await answered(line)

    async def outcome(playback_id: str) -> str:
        def ends() -> list[str]:
            finished = [one["playback"] for one in events.all if one["type"] == "PlaybackFinished"]
            return [one["state"] for one in finished if one["id"] == playback_id]

        await events.until(lambda: bool(ends()))
        return ends()[0]

    status, queued = await line.ask("POST", "channels/one/play/hello?media=sound:hello")
    assert (status, queued["state"]) == (201, "queued")
    assert await outcome("hello") == "done"
    await line.ask("POST", "channels/one/play/lost?media=sound:missing-file")
    assert await outcome("lost") == "failed"
    await line.ask("POST", "channels/one/play/tone?media=tone:ring")
    await line.ask("GET", "playbacks/tone")
    assert (await line.ask("POST", "playbacks/tone/control?operation=pause"))[0] == 204
    assert (await line.ask("POST", "playbacks/tone/control?operation=dance"))[0] == 400
    assert (await line.ask("DELETE", "playbacks/tone"))[0] == 204
    assert await outcome("tone") == "done"
    await line.ask("POST", "channels/one/play/last?media=smoke:signal")
    assert (await line.ask("POST", "channels/one/play"))[0] == 400
    await line.ask("DELETE", "channels/one")
    assert await outcome("last") == "failed"
    assert (await line.ask("GET", "playbacks/last"))[0] == 404


async def test_an_event_filter_silences_what_it_names(line: Line):
    events = await line.connect()
    address = "applications/crm/eventFilter"
    for bad in ({"allowed": "all"}, {"disallowed": [{"kind": "Dial"}]}):
        assert (await line.ask("PUT", address, json=bad))[0] == 400
    status, app = await line.ask("PUT", address, json={"disallowed": [{"type": "Dial"}]})
    assert (status, app["events_disallowed"]) == (200, [{"type": "Dial"}])
    await line.originate(BRIEF)
    await events.end_of("one")
    assert not [kind for kind in events.kinds("one") if kind.startswith("Dial")]
    await line.ask("PUT", address, json={"allowed": [{"type": "ChannelDestroyed"}], "disallowed": []})
    await line.originate(BRIEF, "two")
    await events.end_of("two")
    assert events.kinds("two") == ["ChannelDestroyed"]


async def test_a_newer_socket_takes_the_application_and_takes_it_along_when_it_closes(line: Line):
    older = await line.connect()
    newer = await line.connect()
    assert (await older.first("ApplicationReplaced"))["application"] == "crm"
    await line.originate(BRIEF)
    await newer.end_of("one")
    assert [one["type"] for one in older.all] == ["ApplicationReplaced"]
    await newer.close()
    await until_gone(line)
    assert not older.closed


async def until_gone(line: Line, app: str = "crm") -> None:
    async with asyncio.timeout(20):
        while (await line.ask("GET", f"applications/{app}"))[0] != 404:
            pass


async def test_an_application_stays_without_a_socket_while_a_channel_lives_and_events_resume(line: Line):
    events = await answered(line)
    await line.originate(BRIEF, "gap")
    await events.close()
    gap = await line.ended_entry("gap")
    assert (await line.ask("GET", "applications/crm"))[1]["channel_ids"] == ["one"]
    assert gap["hangup_side"] in {"asterisk", "callee"}
    resumed = await line.connect()
    await line.ask("DELETE", "channels/one")
    await resumed.end_of("one")
    assert resumed.of("gap") == []
    await resumed.close()
    await until_gone(line)


async def test_a_call_answered_while_no_socket_is_connected_is_dropped_at_once(line: Line):
    events = await line.connect()
    await line.originate("+49301239003", timeout=-1)
    await events.close()
    entry = await line.ended_entry("one")
    assert (entry["hangup_side"], bool(entry["answered_at"])) == ("asterisk", True)


async def test_who_subscribes_to_all_sees_channels_that_are_created(line: Line):
    events = await line.connect("watcher", subscribeAll="true")
    await line.originate(BRIEF, app="nobody")
    await events.end_of("one")
    assert events.kinds("one")[0] == "ChannelCreated"


async def test_pings_are_answered_and_a_websocket_needs_an_application(line: Line):
    websocket = await line.session.ws_connect(f"{line.emulator.url}/ari/events?app=crm", autoping=False)
    await websocket.ping(b"there?")
    assert (await websocket.receive()).type is aiohttp.WSMsgType.PONG
    await websocket.close()
    assert (await line.ask("GET", "events"))[0] == 400
    assert (await line.ask("GET", "events?app=crm"))[0] == 426


async def test_a_reader_that_does_not_read_is_cut_off(line: Line):
    reader, writer = await asyncio.open_connection(line.emulator.host, line.emulator.port, limit=1024)
    authorization = credentials()["Authorization"]
    lines = (
        "GET /ari/events?app=slow HTTP/1.1",
        "Host: x",
        f"Authorization: {authorization}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "",
    )
    writer.write("\r\n".join(lines).encode())
    assert b"101" in await reader.readline()
    writer.transport.pause_reading()
    app = line.emulator.switch.apps["slow"]
    async with asyncio.timeout(20):
        while app.socket is not None:
            line.emulator.switch.emit_to(app, "ChannelUserevent", userevent={"filler": "x" * 60_000})
            await asyncio.sleep(0)
    writer.close()


async def test_one_socket_may_serve_several_applications(line: Line):
    events = await line.connect("crm,sales")
    assert [app["name"] for app in (await line.ask("GET", "applications"))[1]] == ["crm", "sales"]
    for name in ("crm", "sales"):
        await line.originate(BRIEF, f"for-{name}", app=name)
        assert (await events.end_of(f"for-{name}"))["application"] == name


async def test_an_idle_connection_is_closed():
    async with open_line(idle_seconds=0.1) as line:
        reader, writer = await asyncio.open_connection(line.emulator.host, line.emulator.port)
        authorization = credentials()["Authorization"]
        writer.write(f"GET /ari/asterisk/ping HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n\r\n".encode())
        async with asyncio.timeout(20):
            everything = await reader.read(-1)
        assert b" 200 " in everything
        assert b"pong" in everything
        writer.close()
