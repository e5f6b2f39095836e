"""Outages of the whole server: sockets closed, events lost for a while, a restart, a shutdown."""

from collections.abc import Callable
from typing import Final

from metacortex.platform.emulators.asterisk.clock import timestamp
from metacortex.platform.emulators.asterisk.stasis import end
from metacortex.platform.emulators.asterisk.switch import Switch

SHUTDOWN_REQUEST: Final = 4
"""The cause that a hang-up request of a stopping Asterisk shows."""


def close_sockets(switch: Switch) -> None:
    """Every websocket is cut; calls and HTTP stay."""
    switch.faults.injected["sockets closed"] += 1
    for socket in list(switch.sockets):
        socket.abort()


def lose_events(switch: Switch) -> None:
    """Sockets stay open, but nothing comes through them for a while."""
    switch.faults.injected["events lost for a while"] += 1
    switch.losing_events = True
    switch.clock.after(switch.faults.lose_events_seconds, stop_losing, switch)


def stop_losing(switch: Switch) -> None:
    """Events come through again."""
    switch.losing_events = False


def restart(switch: Switch) -> None:
    """As after kill -9: every channel gone without a word, sockets cut, nobody served for a while."""
    switch.faults.injected["restarts"] += 1
    for channel in switch.channels.values():
        channel.ended = True
        if channel.entry is not None:
            switch.ledger.note(channel.entry, ended_at=timestamp(), hangup_side="restart")
    switch.clock.clear()
    switch.down, switch.losing_events, switch.shutting_down = True, False, False
    switch.cut_connections()
    switch.begin()
    switch.clock.after(switch.faults.restart_seconds, come_back, switch)
    watch_chance(switch)


def come_back(switch: Switch) -> None:
    """Serve again."""
    switch.down = False


def shut_down(switch: Switch) -> None:
    """As after TERM: channels are hung up with cause 0, then it restarts."""
    switch.faults.injected["shutdowns"] += 1
    switch.shutting_down = True
    for channel in list(switch.channels.values()):
        switch.emit("ChannelHangupRequest", channel, soft=True, cause=SHUTDOWN_REQUEST)
        end(switch, channel, 0, "shutdown")
    switch.clock.after(0.2, restart, switch)


def refuse_calls(switch: Switch) -> None:
    """A graceful shutdown that waits: new channels are refused with 500 until the faults are cleared."""
    switch.shutting_down = True


ACTIONS: Final[dict[str, Callable[[Switch], None]]] = {
    "close_sockets": close_sockets,
    "lose_events": lose_events,
    "restart": restart,
    "shutdown": shut_down,
    "refuse_calls": refuse_calls,
}
"""What can be made to happen at once."""


def watch_chance(switch: Switch) -> None:
    """Once in each emulated second, let chance decide about the outages."""
    faults = switch.faults
    if not switch.down:
        if faults.strikes("close_sockets_per_second"):
            close_sockets(switch)
        if faults.strikes("lose_events_per_second"):
            lose_events(switch)
        if faults.strikes("restart_per_second"):
            restart(switch)
            return
    switch.clock.after(1.0, watch_chance, switch)
