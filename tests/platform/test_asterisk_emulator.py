"""The emulated Asterisk refuses, accepts and reads requests as a real one was seen to."""

from urllib.parse import quote

import aiohttp
import pytest

from metacortex.platform.emulators.asterisk.routes import bridges, channels, conversation, media, system
from tests.platform.ari_line import Line, credentials, open_line

NUMBER = "+49301239002"
"""Answers and never hangs up."""


@pytest.fixture
async def line():
    async with open_line() as opened:
        yield opened


async def test_a_valid_originate_is_answered_with_a_channel_that_is_down(line: Line):
    await line.connect()
    status, channel = await line.originate(NUMBER, callerId='"Sales" <4930555>')
    assert status == 200
    assert (channel["id"], channel["state"]) == ("one", "Down")
    assert channel["name"].startswith("PJSIP/trunk-")
    assert channel["connected"]["number"] == "4930555"
    assert {"accountcode", "caller", "creationtime", "dialplan", "language", "protocol_id"} <= set(channel)


@pytest.mark.parametrize("headers", [{}, credentials("metacortex", "wrong"), {"Authorization": "Basic %%%"}])
async def test_without_the_right_credentials_nobody_gets_in(line: Line, headers):
    async with aiohttp.ClientSession(headers=headers) as stranger:
        async with stranger.get(f"{line.emulator.url}/ari/channels") as response:
            assert response.status == 401
            assert "message" in await response.json()
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            await stranger.ws_connect(f"{line.emulator.url}/ari/events?app=crm")


async def test_credentials_may_come_as_api_key(line: Line):
    async with aiohttp.ClientSession() as other:
        address = f"{line.emulator.url}/ari/asterisk/ping"
        async with other.get(address, params={"api_key": "metacortex:metacortex"}) as response:
            assert (response.status, (await response.json())["ping"]) == (200, "pong")


async def test_a_reader_may_look_and_not_call(line: Line):
    async with aiohttp.ClientSession(headers=credentials("reader", "reader")) as reader:
        async with reader.get(f"{line.emulator.url}/ari/channels") as response:
            assert response.status == 200
        async with reader.post(f"{line.emulator.url}/ari/channels", json={"endpoint": "PJSIP/1@trunk"}) as response:
            assert response.status == 403


@pytest.mark.parametrize(
    "order",
    [
        {"endpoint": None},
        {"app": None},
        {"endpoint": "PJSIP"},
        {"endpoint": "PJSIP/"},
        {"formats": "morse"},
        {"originator": "nobody"},
        {"variables": {"LEAD": 7}},
        {"variables": "LEAD"},
        {"channelId": "x" * 150},
    ],
)
async def test_a_bad_originate_is_refused_with_a_message(line: Line, order):
    status, body = await line.originate(NUMBER, **order)
    assert (status, list(body)) == (400, ["message"])
    assert await line.ledger() == []


async def test_malformed_json_is_refused(line: Line):
    headers = {"Content-Type": "application/json"}
    for raw in (b"{", b"[1]", b"\xff"):
        status, body = await line.ask("POST", "channels", data=raw, headers=headers)
        assert (status, list(body)) == (400, ["message"])


@pytest.mark.parametrize("endpoint", ["SKYPE/4930123@trunk", "IAX2/unknown-peer/4930123", "PJSIP/49301239122@trunk"])
async def test_what_cannot_be_allocated_is_an_error_of_the_server(line: Line, endpoint):
    assert await line.originate(endpoint) == (500, {"error": "Allocation failed"})
    assert await line.ask("GET", "channels") == (200, [])
    assert await line.ledger() == []


async def test_a_graceful_shutdown_looks_the_same(line: Line):
    await line.faults(now=["refuse_calls"])
    assert await line.originate(NUMBER) == (500, {"error": "Allocation failed"})


async def test_an_id_protects_while_its_channel_lives_and_without_case(line: Line):
    events = await line.connect()
    assert (await line.originate(NUMBER, "one"))[0] == 200
    assert (await line.originate(NUMBER, "ONE"))[0] == 409
    assert (await line.originate(NUMBER, "two", otherChannelId="One"))[0] == 409
    assert (await line.ask("GET", "channels/ONE"))[0] == 200
    await line.ask("DELETE", "channels/one")
    await events.end_of("one")
    assert (await line.originate(NUMBER, "one"))[0] == 200


async def test_the_id_may_stand_in_the_path(line: Line):
    await line.connect()
    order = {"endpoint": f"PJSIP/{NUMBER}@trunk", "app": "crm"}
    status, channel = await line.ask("POST", "channels/in-the-path", params=order)
    assert (status, channel["id"]) == (200, "in-the-path")


async def test_an_unknown_application_lets_the_callee_ring_answer_and_be_dropped(line: Line):
    other = await line.connect("other")
    assert (await line.originate(NUMBER, app="nobody"))[0] == 200
    entry = await line.ended_entry("one")
    assert entry["rang_at"]
    assert entry["answered_at"]
    assert entry["hangup_side"] == "asterisk"
    assert other.all == []


@pytest.mark.parametrize("endpoint", ["Local/4930123@nowhere", "Local/49301239113@leads"])
async def test_a_local_channel_to_nowhere_is_accepted_and_destroyed(line: Line, endpoint):
    events = await line.connect()
    assert (await line.originate(endpoint))[0] == 200
    assert (await events.end_of("one"))["cause"] == 0
    assert "Dial" not in events.kinds("one")


@pytest.mark.parametrize("given", [0, "soon"])
async def test_a_timeout_that_is_no_number_becomes_thirty_seconds(given):
    async with open_line(speed=200) as line:
        events = await line.connect()
        await line.originate("+49301239103", timeout=given)
        destroyed = await events.end_of("one")
        (entry,) = await line.ledger()
        assert (destroyed["cause"], entry["hangup_side"]) == (19, "timeout")


async def test_a_timeout_of_minus_one_never_ends(line: Line):
    events = await line.connect()
    await line.originate("+49301239103", "endless", timeout=-1)
    await line.originate("+49301239103", "short", timeout=60)
    await events.end_of("short")
    assert (await line.ask("GET", "channels/endless"))[0] == 200


async def test_variables_are_strings_or_reported_strings_and_a_list_is_ignored(line: Line):
    events = await line.connect()
    await line.originate(NUMBER, variables={"PLAIN": "a", "LEAD": {"value": "7", "report_events": True}})
    started = await events.first("StasisStart")
    assert started["channel"]["channelvars"] == {"LEAD": "7"}
    assert await line.ask("GET", "channels/one/variable?variable=PLAIN") == (200, {"value": "a"})
    assert (await line.ask("GET", "channels/one/variable?variable=MISSING"))[0] == 404
    assert (await line.ask("GET", "channels/one/variables?variables=PLAIN,MISSING"))[0] == 404
    assert (await line.originate(NUMBER, "two", variables=["LEAD=7"]))[0] == 200
    await events.first("StasisStart", "two")
    assert (await line.ask("GET", "channels/two/variable?variable=LEAD"))[0] == 404


async def test_a_blocked_function_answers_well_and_does_nothing(line: Line):
    events = await line.connect()
    await line.originate(NUMBER)
    await events.first("StasisStart")
    for name, found in (("SHELL(id)", 404), ("NOTE", 200)):
        assert (await line.ask("POST", "channels/one/variable", params={"variable": name, "value": "x"}))[0] == 204
        assert (await line.ask("GET", "channels/one/variable", params={"variable": name}))[0] == found


async def test_parameters_may_come_as_a_form(line: Line):
    await line.connect()
    status, channel = await line.ask(
        "POST", "channels", data={"endpoint": f"PJSIP/{NUMBER}@trunk", "app": "crm", "channelId": "form"}
    )
    assert (status, channel["id"]) == (200, "form")


async def test_unknown_paths_methods_channels_and_reasons_are_refused(line: Line):
    await line.connect()
    await line.originate("+49301239103", timeout=-1)
    for method, path, status in (
        ("GET", "nothing", 404),
        ("GET", "channels/one/nothing", 404),
        ("PUT", "channels/one", 405),
        ("GET", "channels/other", 404),
        ("DELETE", "channels/other", 404),
        ("DELETE", "channels/one?reason=boredom", 400),
        ("DELETE", "channels/one?reason_code=many", 400),
        ("DELETE", "channels/one?reason=busy&reason_code=17", 400),
        ("POST", "channels/one/answer", 409),
        ("POST", "channels/one/continue", 409),
        ("GET", "asterisk/info?only=weather", 400),
        ("GET", "applications/other", 404),
        ("POST", "applications/crm/subscription", 400),
        ("POST", "applications/crm/subscription?eventSource=moon:1", 400),
        ("POST", "applications/crm/subscription?eventSource=channel:none", 422),
        ("DELETE", "applications/crm/subscription?eventSource=channel:none", 409),
        ("GET", "endpoints/PJSIP/unknown", 404),
        ("PUT", "deviceStates/PJSIP%2F100?deviceState=INUSE", 409),
    ):
        answered, body = await line.ask(method, path)
        assert (answered, list(body)) == (status, ["message"]), path


async def test_the_server_tells_when_it_started_and_what_it_knows(line: Line):
    await line.connect()
    await line.originate(NUMBER)
    status, info = await line.ask("GET", "asterisk/info?only=status")
    assert (status, list(info), set(info["status"])) == (200, ["status"], {"startup_time", "last_reload_time"})
    assert (await line.ask("PUT", "deviceStates/Stasis:a?deviceState=INUSE"))[0] == 204
    assert (await line.ask("GET", "deviceStates/Stasis:a"))[1]["state"] == "INUSE"
    (endpoint,) = (await line.ask("GET", "endpoints/PJSIP"))[1]
    assert (endpoint["resource"], endpoint["channel_ids"]) == (f"{NUMBER}@trunk", ["one"])


NASTY = ("", "-1", "²", "💥", "../..", "x" * 300, "9" * 40, "a,b,,c", "channel:", "Local/;2@nowhere/n/n")
PARAMETERS = [
    *("endpoint", "app", "appArgs", "channelId", "otherChannelId", "callerId", "timeout", "extension", "context"),
    *("formats", "originator", "variable", "variables", "value", "reason", "reason_code", "caller", "spy", "whisper"),
    *("snoopId", "direction", "dtmf", "media", "playbackId", "lang", "name", "format", "maxDurationSeconds"),
    *("maxSilenceSeconds", "ifExists", "terminateOn", "type", "bridgeId", "channel", "eventSource", "only"),
    *("deviceState", "operation", "allowed", "disallowed"),
]


@pytest.mark.parametrize("nasty", NASTY)
async def test_no_nonsense_breaks_it(line: Line, nasty, caplog):
    await line.connect()
    await line.originate(NUMBER, timeout=-1)
    for table in (channels, conversation, bridges, media, system):
        for route in table.ROUTES:
            method, path = route.split(" ")
            for target in ("one", quote(nasty, safe="") or "x"):
                body = {**dict.fromkeys(PARAMETERS, nasty), "endpoint": f"PJSIP/{nasty}", "reason_code": ""}
                for given in (body, {name: [nasty, 1] for name in PARAMETERS}, {"variables": {nasty: {}}}, {}):
                    status, answer = await line.ask(method, path.replace("*", target), json=given)
                    assert status < 500 or list(answer) == ["error"], (route, target, given)
    for given in ({"now": nasty}, {"now": [[nasty]]}, {nasty: nasty}):
        assert (await line.ask("POST", "/emulator/faults", json=given))[0] in {200, 400}
    assert (await line.ask("GET", "/emulator/calls", params={"since": nasty, "number": nasty}))[0] == 200
    assert (await line.ask("GET", "asterisk/ping"))[0] == 200
    assert not [record for record in caplog.records if record.exc_info]


async def test_more_connections_than_the_limit_are_closed_without_a_byte():
    async with open_line(session_limit=2) as line:
        await line.connect("a")
        await line.connect("b")
        with pytest.raises(aiohttp.ClientError):
            await line.ask("GET", "channels")
