"""Whom a channel hears, in Asterisk: a supervisor's an agent's, or who is out of a call music."""

from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.types import name_ear


async def hear(server: Connection, supervisor: str, agent: str, *, whispers: bool) -> None:
    """Join a supervisor's channel with one that hears the agent's, and with `whispers` speaks to it alone."""
    ear = name_ear(supervisor, whispers=whispers)
    await server.snoop(agent, ear, spy="both", whisper="out" if whispers else "none")
    await server.create_bridge(supervisor)
    await server.join(supervisor, ear)
    await server.join(supervisor, supervisor)


async def stop_hearing(server: Connection, call_bridge: str, supervisor: str) -> None:
    """Take a supervisor's channel out of the call's bridge, and out of its own, which ends with its ears."""
    for whispers in (False, True):
        await server.hang_up(name_ear(supervisor, whispers=whispers))
    await server.leave(call_bridge, supervisor)
    await server.delete_bridge(supervisor)


async def leave(server: Connection, call_bridge: str, channel: str, *, is_line: bool) -> None:
    """Take a channel out of a call's bridge, to music; a line that has its next lead already hears them alone."""
    if not await server.leave(call_bridge, channel):
        return
    await server.start_music(channel)
    if is_line and any(channel in bridge["channels"] for bridge in await server.list_bridges()):
        await server.stop_music(channel)
