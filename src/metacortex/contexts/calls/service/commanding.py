"""What people do to a call that is on."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.rules.numbers import Number
from metacortex.contexts.calls.service.engine import Engine, Step
from metacortex.contexts.calls.service.permitting import read_callee
from metacortex.contexts.calls.service.placing import CallNotFound, CallsUnavailable, NobodyToCall, plan_agents
from metacortex.contexts.calls.types import (
    AsteriskUnreachable,
    Call,
    CallState,
    Leg,
    LegState,
    Monitoring,
    Party,
    RequestRefused,
    Transfer,
    channel_id,
)
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import Conflict


class CallNotTalking(Conflict):
    code = "call_not_talking"
    title = "Nobody is talking on this call now, so this cannot be done. Look at how far it is."


async def hang_up_call(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """End a call; one that has ended stays as it is."""
    return await _change(engine, org_id, call_id, lambda call: flow.hang_up(call, utc_now()))


async def hold_call(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Let the lead hear music."""
    return await _change(engine, org_id, call_id, lambda call: flow.hold(_talking(call)))


async def resume_call(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Bring the lead back from hold."""
    return await _change(engine, org_id, call_id, lambda call: flow.resume(_talking(call), utc_now()))


async def mute_call(engine: Engine, org_id: UUID, call_id: UUID, *, is_muted: bool) -> None:
    """Close or open the agent's microphone."""
    call, agent = await _find_leg(engine, org_id, call_id, Party.AGENT)
    server = engine.fleet.find(call.server)
    name = channel_id(org_id, agent.channel_leg_id)
    await _ask(server.mute(name) if is_muted else server.unmute(name))


async def send_digits(engine: Engine, org_id: UUID, call_id: UUID, digits: str) -> None:
    """Press keys towards the lead."""
    call, lead = await _find_leg(engine, org_id, call_id, Party.LEAD)
    await _ask(engine.fleet.find(call.server).send_digits(channel_id(org_id, lead.id), digits))


async def play_sound(engine: Engine, org_id: UUID, call_id: UUID, media: str) -> None:
    """Let everybody in the call hear a sound."""
    call, _ = await _find_leg(engine, org_id, call_id, Party.LEAD)
    await _ask(engine.fleet.find(call.server).play(media, bridge=call.id.hex))


async def transfer_call(
    engine: Engine, org_id: UUID, call_id: UUID, *, member_id: UUID | None, to: str | None, kind: Transfer
) -> Call:
    """Ring a colleague, or a number, to hand the lead to."""
    call, _ = await _find_leg(engine, org_id, call_id, Party.LEAD)
    server = engine.fleet.find(call.server)
    if member_id is not None:
        async with transaction(org_id) as session:
            [leg] = await plan_agents(session, server, (member_id,), 30, Party.THIRD)
    elif to:
        leg = _plan_third(server.server.build_endpoint, read_callee(to))
    else:
        raise NobodyToCall
    return await _change(engine, org_id, call_id, lambda now: flow.transfer(_talking(now), leg, kind, utc_now()))


async def complete_transfer(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Leave the lead with whom the agent spoke first."""
    return await _change(engine, org_id, call_id, lambda call: flow.complete_transfer(_talking(call), utc_now()))


async def cancel_transfer(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Go on with the lead."""
    return await _change(engine, org_id, call_id, lambda call: flow.cancel_transfer(_talking(call), utc_now()))


async def monitor_call(engine: Engine, org_id: UUID, call_id: UUID, member_id: UUID, how: Monitoring) -> Call:
    """Ring a supervisor's phone and let them take part."""
    call, _ = await _find_leg(engine, org_id, call_id, Party.LEAD)
    async with transaction(org_id) as session:
        [leg] = await plan_agents(session, engine.fleet.find(call.server), (member_id,), 30, Party.SUPERVISOR)
    heard = replace(leg, monitoring=how)
    return await _change(engine, org_id, call_id, lambda now: flow.add_leg(_talking(now), heard, utc_now()))


async def stop_monitoring(engine: Engine, org_id: UUID, call_id: UUID, member_id: UUID) -> Call:
    """Let a supervisor leave a call, which goes on without them."""

    def leave(call: Call) -> Step:
        own = [leg for leg in call.legs if leg.party is Party.SUPERVISOR and leg.member_id == member_id]
        return flow.end_legs(call, [leg for leg in own if leg.is_open], utc_now())

    return await _change(engine, org_id, call_id, leave)


def _plan_third(build: Callable[[str], str], number: Number) -> Leg:
    return Leg(id=new_id(), party=Party.THIRD, endpoint=build(number.e164), number=number.e164)


def _talking(call: Call) -> Call:
    if call.state is not CallState.CONNECTED:
        raise CallNotTalking
    return call


async def _change(engine: Engine, org_id: UUID, call_id: UUID, step: Callable[[Call], Step]) -> Call:
    call = await engine.change(org_id, call_id, step)
    if call is None:
        raise CallNotFound
    return call


async def _find_leg(engine: Engine, org_id: UUID, call_id: UUID, party: Party) -> tuple[Call, Leg]:
    """Return a call that is on, and its party's leg that is up."""
    async with engine.store.open(org_id, call_ids={call_id}) as opened:
        call = opened.find(call_id=call_id)
    if call is None:
        raise CallNotFound
    leg = next((one for one in call.legs if one.party is party and one.state is LegState.UP), None)
    if leg is None:
        raise CallNotTalking
    return call, leg


async def _ask(request: Awaitable[bool]) -> None:
    """Ask something of Asterisk that changes no state of ours."""
    try:
        is_done = await request
    except (AsteriskUnreachable, RequestRefused) as error:
        raise CallsUnavailable from error
    if not is_done:
        raise CallNotTalking
