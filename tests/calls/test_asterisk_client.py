"""Requests to Asterisk: what rings, what is refused, what nobody knows, and what may be asked again."""

import asyncio
import random
import wave
from io import BytesIO

import pytest
from structlog.testing import capture_logs

from metacortex.contexts.calls.clients.asterisk import Fleet
from metacortex.contexts.calls.clients.asterisk.breaker import Breaker
from metacortex.contexts.calls.clients.asterisk.masking import mask_numbers
from metacortex.contexts.calls.rules.outcomes import map_outcome
from metacortex.contexts.calls.types import (
    AsteriskUnreachable,
    OriginateRefused,
    OriginateUnsure,
    RequestRefused,
    SignalKind,
    recording_name,
)
from tests.calls.hearing import ORG, connected_to, new_channel_id, open_line, settings_for
from tests.fakes.ari_server import run_ari_server, write_answer

NUMBER = "+14155550"
PHONE = "PJSIP/+14155559002@trunk"


# What rings.


@pytest.mark.parametrize(
    ("last_four", "expected"),
    [
        ("9001", "answered"),
        ("9004", "answered"),
        ("9010", "answered"),
        ("9121", "answered"),
        ("9101", "busy"),
        ("9102", "congestion"),
        ("9111", "congestion"),
        ("9109", "congestion"),
        ("9120", "congestion"),
        ("9103", "no-answer"),
        ("9104", "no-answer"),
        ("9105", "no-answer"),
        ("9130", "no-answer"),
        ("9106", "invalid-number"),
        ("9107", "rejected"),
        ("9108", "failed"),
        ("9110", "failed"),
        ("9112", "failed"),
        ("9113", "failed"),
    ],
)
async def test_a_number_is_rung_and_its_outcome_told(last_four: str, expected: str) -> None:
    async with open_line() as line:
        channel = await line.dial(NUMBER + last_four, timeout_seconds=20)
        destroyed = await line.hearing.wait_for(SignalKind.DESTROYED, channel)
        said = line.hearing.of(channel)
        statuses = [signal.text for signal in said if signal.kind is SignalKind.DIAL and signal.text]
        outcome = map_outcome(
            dial_status=statuses[-1] if statuses else "",
            cause=destroyed.cause,
            was_up=any(signal.kind is SignalKind.UP for signal in said),
            rang_seconds=(destroyed.at - said[0].at).total_seconds() * 100,
            timeout_seconds=20,
        )
        assert outcome.value == expected
        assert all(signal.at.tzinfo for signal in said)
        rung = [call["channel_id"] for call in await line.read_ledger()]
        assert rung == ([] if last_four == "9113" else [channel])


async def test_an_answered_call_enters_with_its_arguments_and_variables() -> None:
    async with open_line() as line:
        channel = await line.dial(
            NUMBER + "9002", app_args=("lead", "7"), caller_id="+14155550000", variables={"LEAD": "a,b"}
        )
        entered = await line.hearing.wait_for(SignalKind.ENTERED, channel)
        assert entered.args == ("lead", "7")
        found = await line.connection.find_channel(channel)
        assert found is not None
        assert (found["id"], found["state"]) == (channel, "Up")
        assert [one["id"] for one in await line.connection.list_channels()] == [channel]


async def test_many_calls_whose_events_overtake_the_answers_are_all_heard() -> None:
    async with open_line() as line:
        channels = await asyncio.gather(*(line.dial(NUMBER + "9120") for _ in range(200)))
        for channel in channels:
            await line.hearing.wait_for(SignalKind.DESTROYED, channel)
        assert sorted(call["channel_id"] for call in await line.read_ledger()) == sorted(channels)


# What is refused.


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("PJSIP/101&PJSIP/102", {}),
        ("PJSIP/101,30,g", {}),
        ("PJSIP/${EVIL}", {}),
        ("PJSIP", {}),
        ("PJSIP/", {}),
        ("", {}),
        ("PJSIP/101\r\nX", {}),
        (PHONE, {"timeout_seconds": 0}),
        (PHONE, {"timeout_seconds": -1}),
        (PHONE, {"timeout_seconds": "30"}),
        (PHONE, {"timeout_seconds": True}),
        (PHONE, {"app_args": ("lead,agent",)}),
        (PHONE, {"app_args": (7,)}),
        (PHONE, {"caller_id": "+1\r\nX: y"}),
        (PHONE, {"variables": {"LEAD": 7}}),
        (PHONE, {"variables": {"LEAD": ["7"]}}),
        (PHONE, {"variables": {"SHELL(rm -rf /)": "7"}}),
        (PHONE, {"variables": {"": "7"}}),
    ],
)
async def test_what_asterisk_would_misread_is_never_sent(endpoint: str, options: dict) -> None:
    async with run_ari_server(lambda *_: asyncio.sleep(0)) as server, connected_to(server.url) as connection:
        with pytest.raises(OriginateRefused):
            await connection.originate(new_channel_id(), endpoint, **options)
        for name in ("MC-UPPER", "", "a" * 150, "a;2", "a/b"):
            with pytest.raises(OriginateRefused):
                await connection.originate(name, PHONE)
        assert server.requests == []


async def test_an_unknown_trunk_is_refused_without_ringing() -> None:
    async with open_line() as line:
        for endpoint in ("PJSIP/+14155559001@unknown", "NONE/+14155559001", PHONE.replace("9002", "9122")):
            with pytest.raises(OriginateRefused):
                await line.connection.originate(new_channel_id(), endpoint)
        assert line.connection.is_healthy
        assert await line.read_ledger() == []


@pytest.mark.parametrize(("user", "password"), [("metacortex", "wrong-pass-phrase"), ("reader", "reader")])
async def test_wrong_credentials_are_refused_and_not_told(user: str, password: str) -> None:
    async with open_line() as line:
        with capture_logs() as logs:
            async with connected_to(line.url, asterisk_username=user, asterisk_password=password) as connection:
                with pytest.raises(OriginateRefused) as refused:
                    await connection.originate(new_channel_id(), PHONE)
                with pytest.raises(RequestRefused):
                    await connection.create_bridge("b")
        assert "user name" in str(refused.value)
        assert password not in f"{refused.value!r}{logs!r}"
        assert await line.read_ledger() == []


async def test_a_refusal_hides_the_number() -> None:
    async def refuse(_, writer, request):
        write_answer(writer, 400, b'{"message": "Endpoint PJSIP/+14155559002@trunk is bad"}')

    async with run_ari_server(refuse) as server, connected_to(server.url) as connection:
        with pytest.raises(OriginateRefused) as refused:
            await connection.originate(new_channel_id(), PHONE)
    assert "415555" not in str(refused.value)
    assert "02@trunk" in str(refused.value)
    assert mask_numbers("PJSIP/101 and +14155559002") == "PJSIP/101 and +•••••••••02"


# What nobody knows.


async def test_a_lost_answer_is_unsure_and_found_out_without_ringing_again() -> None:
    async with open_line() as line:
        channel = new_channel_id()
        with pytest.raises(OriginateUnsure):
            await line.connection.originate(channel, PHONE.replace("9002", "9123"))
        assert await line.connection.find_channel(channel) is not None
        # The same id again: Asterisk says that its channel lives, so the first request worked.
        await line.connection.originate(channel, PHONE.replace("9002", "9123"))
        assert [call["channel_id"] for call in await line.read_ledger()] == [channel]
        assert await line.connection.find_channel(new_channel_id()) is None


async def test_an_answer_that_takes_too_long_is_unsure() -> None:
    async with open_line(speed=1, request_seconds=0.2) as line:
        with pytest.raises(OriginateUnsure):
            await line.connection.originate(new_channel_id(), PHONE.replace("9002", "9124"))
        assert len(await line.read_ledger()) == 1


async def half_an_answer(_, writer, request) -> None:
    writer.write(b"HTTP/1.1 20")
    await writer.drain()
    writer.close()


async def no_answer(_, writer, request) -> None:
    writer.transport.abort()


async def no_http(_, writer, request) -> None:
    writer.write(b"\x00\x01 hello\r\n\r\n")


async def gateway_timeout(_, writer, request) -> None:
    write_answer(writer, 504)


async def other_error(_, writer, request) -> None:
    write_answer(writer, 500, b"<html>")


async def silence(reader, _, request) -> None:
    await reader.read()


@pytest.mark.parametrize("respond", [half_an_answer, no_answer, no_http, gateway_timeout, other_error, silence])
async def test_ringing_is_asked_for_once_whatever_comes_back(respond) -> None:
    async with run_ari_server(respond) as server, connected_to(server.url, request_seconds=0.2) as connection:
        with pytest.raises(OriginateUnsure):
            await connection.originate(new_channel_id(), PHONE)
        assert len(server.requests) == 1


async def test_ringing_is_asked_for_once_on_a_connection_that_was_used_before() -> None:
    async def answer_then_reset(_, writer, request):
        if request.method == "GET":
            write_answer(writer, 200, b"[]")
        else:
            writer.transport.abort()

    async with run_ari_server(answer_then_reset) as server, connected_to(server.url) as connection:
        await connection.list_channels()
        with pytest.raises(OriginateUnsure):
            await connection.originate(new_channel_id(), PHONE)
        assert [request.method for request in server.requests] == ["GET", "POST"]


@pytest.mark.parametrize("respond", [half_an_answer, no_answer, gateway_timeout, silence])
async def test_other_requests_are_asked_a_few_times(respond) -> None:
    async with run_ari_server(respond) as server, connected_to(server.url, request_seconds=0.5) as connection:
        with pytest.raises(AsteriskUnreachable):
            await connection.create_bridge("b1")
        assert server.count("POST", "/ari/bridges/b1") == 3


async def test_digits_and_sounds_are_sent_once() -> None:
    async with run_ari_server(no_answer) as server, connected_to(server.url) as connection:
        with pytest.raises(AsteriskUnreachable):
            await connection.send_digits("c", "12#")
        with pytest.raises(AsteriskUnreachable):
            await connection.play("sound:hello", channel="c")
        assert len(server.requests) == 2


async def test_an_answer_whose_body_breaks_off_still_says_that_it_rings() -> None:
    async def break_off(_, writer, request):
        write_answer(writer, 200, b'{"id": "mc-', promised=500)
        await writer.drain()
        writer.close()

    async with run_ari_server(break_off) as server, connected_to(server.url) as connection:
        await connection.originate(new_channel_id(), PHONE)
        with pytest.raises(AsteriskUnreachable):
            await connection.list_channels()
        async with connection.open_recording("r") as chunks:
            assert chunks
            with pytest.raises(AsteriskUnreachable):
                async for _ in chunks:
                    pass


async def test_trouble_of_whoever_reads_a_recording_is_not_asterisks() -> None:
    async def hand_out(_, writer, request):
        write_answer(writer, 200, b"RIFF")

    async with run_ari_server(hand_out) as server, connected_to(server.url, breaker_failures=1) as connection:
        with pytest.raises(OSError, match="full"):
            async with connection.open_recording("r"):
                raise OSError("full")
        assert connection.is_healthy


async def test_a_hang_up_whose_first_answer_was_lost_is_ours() -> None:
    async def lose_first(_, writer, request):
        if server.count("DELETE", "/ari/channels/c") == 1:
            write_answer(writer, 503)
        else:
            write_answer(writer, 404, b'{"message": "Channel not found"}')

    async with run_ari_server(lose_first) as server, connected_to(server.url) as connection:
        assert await connection.hang_up("c") is True
        assert await connection.hang_up("c") is False


async def test_nobody_there_is_told_at_once_and_nothing_was_sent() -> None:
    async with run_ari_server(no_answer) as server:
        url = server.url
    async with connected_to(url) as connection:
        with pytest.raises(AsteriskUnreachable, match="cannot be reached"):
            await connection.originate(new_channel_id(), PHONE)


async def test_under_random_faults_what_is_said_of_each_ring_is_true() -> None:
    async with open_line(breaker_failures=1000, request_seconds=0.3) as line:
        await line.strike(allocation_failed=0.1, lost_response=0.1, slow_response=0.1, slow_response_seconds=60, seed=3)
        said: dict[str, set[str]] = {"rings": set(), "refused": set(), "unsure": set()}

        async def ring(channel: str) -> None:
            try:
                await line.connection.originate(channel, PHONE)
            except OriginateRefused:
                said["refused"].add(channel)
            except OriginateUnsure:
                said["unsure"].add(channel)
            else:
                said["rings"].add(channel)

        for _ in range(10):
            await asyncio.gather(*(ring(new_channel_id()) for _ in range(30)))
        rung = [call["channel_id"] for call in await line.read_ledger()]
        assert len(rung) == len(set(rung))
        assert all(said.values())
        assert said["rings"] <= set(rung) <= said["rings"] | said["unsure"]


# The breaker.


def test_breaker_opens_probes_and_closes() -> None:
    now = [0.0]
    breaker = Breaker(2, 10, clock=lambda: now[0])
    breaker.fail()
    assert breaker.admit()
    breaker.fail()
    assert breaker.is_open
    assert not breaker.admit()
    now[0] = 10.0
    assert [breaker.admit(), breaker.admit()] == [True, False]
    breaker.fail()
    assert not breaker.admit()
    now[0] = 20.0
    assert breaker.admit()
    breaker.release()
    assert breaker.admit()
    breaker.succeed()
    assert not breaker.is_open
    assert breaker.admit()


async def test_a_failing_server_is_left_alone() -> None:
    async with (
        run_ari_server(no_answer) as server,
        connected_to(server.url, breaker_failures=2, breaker_pause_seconds=60) as connection,
    ):
        for _ in range(2):
            with pytest.raises(OriginateUnsure):
                await connection.originate(new_channel_id(), PHONE)
        with pytest.raises(AsteriskUnreachable):
            await connection.originate(new_channel_id(), PHONE)
        assert len(server.requests) == 2
        assert not connection.is_healthy


async def test_refusals_do_not_open_the_breaker() -> None:
    async with open_line(breaker_failures=1) as line:
        for _ in range(3):
            with pytest.raises(OriginateRefused):
                await line.connection.originate(new_channel_id(), "PJSIP/1@unknown")
            assert not await line.connection.hang_up("nobody")
        await line.dial(NUMBER + "9002")


# A call.


async def test_two_legs_are_joined_recorded_and_taken_apart() -> None:
    async with open_line(emulate={"agent_answer_seconds": 0.1}) as line:
        asterisk, name = line.connection, recording_name(ORG, ORG)
        lead, agent = await line.dial(NUMBER + "9002"), new_channel_id()
        await asterisk.originate(agent, "PJSIP/agent-7", app_args=("agent",))
        for channel in (lead, agent):
            await line.hearing.wait_for(SignalKind.ENTERED, channel)
        await asterisk.create_bridge("b1")
        await asterisk.create_bridge("b1")
        assert await asterisk.join("b1", lead)
        assert await asterisk.join("b1", agent)
        assert not await asterisk.join("b1", "nobody")
        assert not await asterisk.join("b2", lead)
        assert await asterisk.record_bridge("b1", name)
        assert not await asterisk.record_bridge("b1", name)
        await line.hearing.wait_for(SignalKind.RECORDING_STARTED, name)
        for doing in (asterisk.hold, asterisk.unhold, asterisk.mute, asterisk.unmute):
            assert await doing(agent)
        assert await asterisk.play("sound:hello", bridge="b1")
        assert await asterisk.play("sound:hello", channel=lead, playback_id="p1")
        assert await asterisk.send_digits(lead, "12#")
        assert await asterisk.set_variables(lead, {"A": "1", "B": "2 & 3"})
        assert await asterisk.snoop(agent, new_channel_id(), spy="both", whisper="none")
        assert await asterisk.stop_recording(name)
        assert not await asterisk.stop_recording(name)
        await line.hearing.wait_for(SignalKind.RECORDING_FINISHED, name)
        await check_recording(asterisk, name)
        await until_left(asterisk, "b1", lead)
        assert not await asterisk.leave("b1", lead)
        assert await asterisk.start_music(lead)
        assert await asterisk.stop_music(lead)
        assert await asterisk.delete_bridge("b1")
        assert not await asterisk.delete_bridge("b1")
        assert await asterisk.hang_up(lead, "busy")
        assert (await line.hearing.wait_for(SignalKind.DESTROYED, lead)).cause == 17
        asked = await line.hearing.wait_for(SignalKind.HANGUP_REQUESTED, lead)
        assert asked.text == "soft"
        assert not await asterisk.hang_up(lead)
        assert not await asterisk.mute(lead)
        with pytest.raises(RequestRefused):
            await asterisk.hang_up(agent, "because")


async def until_left(asterisk, bridge: str, channel: str) -> None:
    async with asyncio.timeout(10):
        while not await asterisk.leave(bridge, channel):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def check_recording(asterisk, name: str) -> None:
    assert (await asterisk.find_recording(name))["name"] == name
    async with asterisk.open_recording(name) as chunks:
        data = b"".join([chunk async for chunk in chunks])
    with wave.open(BytesIO(data)) as sound:
        assert sound.getframerate() == 8000
    assert await asterisk.delete_recording(name)
    assert not await asterisk.delete_recording(name)
    assert await asterisk.find_recording(name) is None
    async with asterisk.open_recording(name) as chunks:
        assert chunks is None


@pytest.mark.parametrize(("last_four", "verdict"), [("9002", "HUMAN"), ("9005", "MACHINE"), ("9006", "NOTSURE")])
async def test_a_channel_comes_back_from_machine_detection_with_the_verdict(last_four: str, verdict: str) -> None:
    async with open_line() as line:
        channel = await line.dial(NUMBER + last_four)
        await line.hearing.wait_for(SignalKind.ENTERED, channel)
        line.hearing.signals.clear()
        assert await line.connection.detect_machine(channel)
        assert verdict in (await line.hearing.wait_for(SignalKind.ENTERED, channel)).args


async def test_machine_detection_needs_a_context() -> None:
    async with run_ari_server(no_answer) as server, connected_to(server.url, asterisk_amd_context=None) as connection:
        with pytest.raises(RequestRefused):
            await connection.detect_machine("c")
        assert server.requests == []


async def test_names_are_escaped_on_the_way() -> None:
    async def say_gone(_, writer, request):
        write_answer(writer, 404)

    async with run_ari_server(say_gone) as server, connected_to(server.url) as connection:
        await connection.hang_up("../bridges/b?x#y", "a&b=c")
        await connection.delete_recording("org/call")
    assert [request.path for request in server.requests] == [
        "/ari/channels/..%2Fbridges%2Fb%3Fx%23y?reason=a%26b%3Dc",
        "/ari/recordings/stored/org%2Fcall",
    ]


# The fleet.


async def test_fleet_chooses_by_weight_among_those_that_are_well() -> None:
    others = [
        {"name": name, "url": "http://127.0.0.1:1", "username": "u", "password": "p", "app": name, "weight": weight}
        for name, weight in (("big", 3), ("small", 1), ("full", 9))
    ]
    others[2]["max_concurrent"] = 1
    settings = settings_for("", asterisk_servers=others)
    async with Fleet.open(settings) as fleet:
        source, heard = random.Random(7), frozenset({"big", "small", "full"})
        chosen = [fleet.choose(source, heard=heard, busy={"full": 1}).name for _ in range(4000)]
        assert set(chosen) == {"big", "small"}
        assert 2850 < chosen.count("big") < 3150
        assert fleet.find("small").name == "small"
        everywhere = {"full": 1, "big": 10**6}
        assert fleet.choose(source, heard=frozenset({"full"}), busy=everywhere).name == "full", (
            "who places it says why not"
        )
        with pytest.raises(AsteriskUnreachable, match="middle"):
            fleet.find("middle")
        assert not fleet.is_ready
        with pytest.raises(AsteriskUnreachable):
            fleet.choose(source)
        for _ in range(5):
            fleet.find("big").rest.breaker.fail()
        assert {fleet.choose(source, heard=heard, busy={"full": 1}).name for _ in range(50)} == {"small"}


async def test_a_stopping_asterisk_refuses_and_stays_usable() -> None:
    async with open_line() as line:
        await line.strike(now=["refuse_calls"])
        with pytest.raises(OriginateRefused):
            await line.dial(NUMBER + "9001")
        assert line.connection.is_connected
        assert (await line.connection.read_status()).version.startswith("23.")
