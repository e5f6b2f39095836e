"""The event socket: silence, restarts, other owners, slow consumers."""

import asyncio

import aiohttp
import orjson
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from metacortex.contexts.calls.clients.asterisk import SocketState
from metacortex.contexts.calls.clients.asterisk.events import EVENT_TYPES
from metacortex.contexts.calls.types import AsteriskUnreachable, SignalKind
from tests.calls.hearing import connected_to, heard, new_channel_id, open_line, until
from tests.fakes.ari_server import run_ari_server, write_answer, write_event, write_upgrade

NUMBER = "+14155550"
APP = b'{"name": "metacortex"}'
STATUS = b'{"status": {"startup_time": "2026-01-01T00:00:00.000+0000"}, "system": {"version": "23.4.1"}}'


def count_reconnects(reason: str) -> float:
    return (
        REGISTRY.get_sample_value("metacortex_asterisk_reconnects_total", {"server": "asterisk", "reason": reason})
        or 0.0
    )


def count_looks() -> float:
    labels = {"server": "asterisk", "operation": "find_application", "result": "ok"}
    return REGISTRY.get_sample_value("metacortex_asterisk_requests_total", labels) or 0.0


def write_destroyed(channel: str) -> bytes:
    at = "2026-01-01T00:00:00.123+0000"
    return orjson.dumps({"type": "ChannelDestroyed", "timestamp": at, "cause": 16, "channel": {"id": channel}})


async def greet(writer, request) -> bool:
    """Answer what follows each opening as a healthy Asterisk does; False for the socket itself."""
    path = request.path.split("?")[0]
    if path == "/ari/events":
        write_upgrade(writer, request)
        return False
    write_answer(writer, 200, STATUS if path == "/ari/asterisk/info" else APP)
    return True


async def test_it_says_what_it_is_ready_for_and_asks_only_for_what_it_reads() -> None:
    async with open_line() as line:
        assert line.hearing.openings == [False]
        assert line.connection.socket_state is SocketState.CONNECTED
        assert REGISTRY.get_sample_value("metacortex_asterisk_connected", {"server": "asterisk"}) == 1
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{line.url}/ari/applications/metacortex?api_key=metacortex:metacortex") as said,
        ):
            allowed = {one["type"] for one in (await said.json())["events_allowed"]}
        assert allowed == set(EVENT_TYPES)
    assert REGISTRY.get_sample_value("metacortex_asterisk_connected", {"server": "asterisk"}) == 0


async def test_a_broken_socket_is_opened_again_and_compared_anew() -> None:
    async with open_line() as line:
        channel = await line.dial(NUMBER + "9002")
        await line.hearing.wait_for(SignalKind.ENTERED, channel)
        await line.strike(now=["close_sockets"])
        await until(lambda: len(line.hearing.openings) == 2 and line.connection.is_connected)
        assert line.hearing.openings == [False, False]
        assert await line.connection.hang_up(channel)
        await line.hearing.wait_for(SignalKind.DESTROYED, channel)


async def test_an_open_socket_closes_the_breaker() -> None:
    async with open_line(breaker_failures=1, breaker_pause_seconds=60) as line:
        line.connection.rest.breaker.fail()
        with pytest.raises(AsteriskUnreachable):
            await line.connection.list_channels()
        await line.strike(now=["close_sockets"])
        await until(lambda: len(line.hearing.openings) == 2 and line.connection.is_connected)
        assert await line.connection.list_channels() == []


async def test_a_restart_behind_a_quick_reconnect_is_noticed() -> None:
    async with open_line() as line:
        await line.dial(NUMBER + "9002")
        await line.strike(restart_seconds=0.0, now=["restart"])
        await until(lambda: True in line.hearing.openings and line.connection.is_connected)
        assert line.hearing.openings == [False, True]
        assert await line.connection.list_channels() == []
        assert line.connection.is_healthy


async def test_a_stop_says_goodbye_to_every_channel() -> None:
    async with open_line() as line:
        channel = await line.dial(NUMBER + "9103")
        await line.hearing.wait_for(SignalKind.DIAL, channel)
        await line.strike(now=["shutdown"])
        asked = await line.hearing.wait_for(SignalKind.HANGUP_REQUESTED, channel)
        assert (asked.text, asked.cause) == ("soft", 4)
        assert (await line.hearing.wait_for(SignalKind.DESTROYED, channel)).cause == 0


async def test_another_owner_is_left_alone_until_it_is_gone() -> None:
    async with (
        open_line(replaced_seconds=0.05) as line,
        connected_to(line.url) as rival,
    ):
        before = count_reconnects("replaced")
        async with heard(rival) as theirs:
            await until(lambda: line.connection.socket_state is SocketState.REPLACED)
            await until(lambda: rival.is_connected)
            assert not line.connection.is_connected
            looks = count_looks()
            await until(lambda: count_looks() >= looks + 3)
            assert theirs.openings == [False]
            assert line.connection.socket_state is SocketState.REPLACED
        await until(lambda: line.connection.is_connected)
        assert count_reconnects("replaced") == before + 1
        assert theirs.openings == [False]


async def test_an_owner_that_never_goes_is_replaced_after_ten_looks() -> None:
    async with open_line(replaced_seconds=0.01) as line, connected_to(line.url) as rival:
        looks, socket = count_looks(), await rival.open_socket()
        assert orjson.loads((await socket.receive()).data)["type"] == "ApplicationReplaced"
        assert count_looks() == looks + 10
        await until(lambda: line.connection.is_connected)
        await socket.close()


async def test_a_silent_socket_is_given_up_by_ping() -> None:
    thawed = asyncio.Event()

    async def upgrade_and_freeze(_, writer, request):
        if not await greet(writer, request):
            await thawed.wait()

    async with (
        run_ari_server(upgrade_and_freeze) as server,
        connected_to(server.url, heartbeat_seconds=0.1) as connection,
        heard(connection) as hearing,
    ):
        await until(lambda: len(hearing.openings) >= 2)
        thawed.set()
    assert server.count("GET", "/ari/events") >= 2


async def test_events_before_the_comparison_are_kept_and_nonsense_is_skipped() -> None:
    channels = [new_channel_id() for _ in range(3)]

    async def talk(reader, writer, request):
        if await greet(writer, request):
            return
        for text in (b"{", b"[]", b'"x"', b'{"type": 7}', b'{"type": "Dial", "peer": "x"}', b'{"type": "New"}'):
            write_event(writer, text)
        for channel in channels:
            write_event(writer, write_destroyed(channel))
        await reader.read()

    async with (
        run_ari_server(talk) as server,
        connected_to(server.url) as connection,
        heard(connection) as hearing,
    ):
        for channel in channels:
            assert (await hearing.wait_for(SignalKind.DESTROYED, channel)).cause == 16
        await until(lambda: connection.is_connected)
    assert [signal.channel_id for signal in hearing.signals] == channels


async def test_a_flood_closes_the_socket_and_loses_nothing_that_was_read() -> None:
    async def flood(reader, writer, request):
        if not await greet(writer, request):
            for number in range(50 if server.count("GET", "/ari/events") == 1 else 0):
                write_event(writer, write_destroyed(f"mc-{0:032x}-{number:032x}"))
            await reader.read()

    before = count_reconnects("overrun")
    async with (
        run_ari_server(flood) as server,
        connected_to(server.url, signals_waiting=10) as connection,
        heard(connection) as hearing,
    ):
        await until(lambda: count_reconnects("overrun") == before + 1)
        assert hearing.queue.qsize() == 10
        await asyncio.sleep(0.2)  # ten times the pause after which it would open again if there were room
        assert server.count("GET", "/ari/events") == 1
        read = [hearing.queue.get_nowait() for _ in range(10)]
        assert [signal.channel_id[-2:] for signal in read] == [f"0{number}" for number in range(10)]
        await until(lambda: connection.is_connected)
        assert server.count("GET", "/ari/events") == 2


async def test_a_comparison_that_fails_is_made_again() -> None:
    async with open_line() as line:
        failures = iter([ValueError("+14155559002"), ConnectionError()])

        def fail_twice() -> None:
            if error := next(failures, None):
                raise error

        line.hearing.on_opening = fail_twice
        before = count_reconnects("unsettled")
        with capture_logs() as logs:
            await line.strike(now=["close_sockets"])
            await until(lambda: len(line.hearing.openings) == 4 and line.connection.is_connected)
        assert "asterisk.not_compared" in repr(logs)
        assert "4155559" not in repr(logs)
        assert count_reconnects("unsettled") == before + 2


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "refused"), (403, "refused"), (404, "unreachable"), (503, "unreachable")]
)
async def test_a_socket_that_is_refused_is_asked_for_again(status: int, reason: str) -> None:
    async def refuse(_, writer, request):
        write_answer(writer, status)

    before = count_reconnects(reason)
    async with (
        run_ari_server(refuse) as server,
        connected_to(server.url) as connection,
        heard(connection) as hearing,
    ):
        await until(lambda: count_reconnects(reason) >= before + 3)
        assert not connection.is_connected
    assert hearing.openings == []


async def test_a_socket_without_an_application_is_no_socket() -> None:
    async def forget(reader, writer, request):
        if request.method == "PUT":
            write_answer(writer, 404)
        elif not await greet(writer, request):
            await reader.read()

    before = count_reconnects("unsettled")
    async with (
        run_ari_server(forget) as server,
        connected_to(server.url) as connection,
        heard(connection) as hearing,
    ):
        await until(lambda: count_reconnects("unsettled") >= before + 2)
        assert not connection.is_connected
    assert hearing.openings == []
