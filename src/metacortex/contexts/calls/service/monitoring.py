"""How a supervisor's channel hears an agent's, in Asterisk; doing either twice does no harm."""

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
