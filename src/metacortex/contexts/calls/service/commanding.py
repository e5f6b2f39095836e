"""What people do to a call that is on."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.engine import Engine, Step
from metacortex.contexts.calls.service.judging import read_callee
from metacortex.contexts.calls.service.refusals import (
    AgentBusy,
    CallNotFound,
    CallNotTalking,
    CallsUnavailable,
    TransferUnderWay,
)
from metacortex.contexts.calls.types import (
    AsteriskUnreachable,
    Call,
    CallState,
    Leg,
    LegState,
    Party,
    PhoneEngaged,
    RequestRefused,
    Transfer,
    channel_id,
)
from metacortex.platform.clock import utc_now
from metacortex.platform.ids import new_id


async def hang_up_call(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """End a call; one that has ended stays as it is."""
    return await change_call(engine, org_id, call_id, lambda call: flow.hang_up(call, utc_now()))


async def hold_call(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Let the lead hear music."""
    return await change_call(engine, org_id, call_id, lambda call: flow.hold(require_talk(call)))


async def resume_call(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Bring the lead back from hold."""
    return await change_call(engine, org_id, call_id, lambda call: flow.resume(require_talk(call), utc_now()))


async def mute_call(engine: Engine, org_id: UUID, call_id: UUID, *, is_muted: bool) -> None:
    """Close or open the agent's microphone."""
    call, agent = await find_leg(engine, org_id, call_id, Party.AGENT)
    server = engine.fleet.find(call.server)
    name = channel_id(org_id, agent.channel_leg_id)
    await _ask(server.mute(name) if is_muted else server.unmute(name))
    # What is shown is what was done; a line that was given back meanwhile is open for its next lead.
    after = await change_call(engine, org_id, call_id, lambda now: (flow.mute(now, is_muted=is_muted)[0], ()))
    if is_muted and not any(leg.id == agent.id and leg.is_muted for leg in after.legs):
        await _ask(server.unmute(name))
        raise CallNotTalking


async def send_digits(engine: Engine, org_id: UUID, call_id: UUID, digits: str) -> None:
    """Press keys towards the lead."""
    call, lead = await find_leg(engine, org_id, call_id, Party.LEAD)
    await _ask(engine.fleet.find(call.server).send_digits(channel_id(org_id, lead.id), digits))


async def play_sound(engine: Engine, org_id: UUID, call_id: UUID, media: str) -> None:
    """Let everybody in the call hear a sound."""
    call, _ = await find_leg(engine, org_id, call_id, Party.LEAD)
    await _ask(engine.fleet.find(call.server).play(media, bridge=call.id.hex))


async def transfer_to_number(engine: Engine, org_id: UUID, call_id: UUID, to: str, kind: Transfer) -> Call:
    """Ring a number to hand the lead to; raises NumberInvalid, or why it is never rung."""
    call, _ = await find_leg(engine, org_id, call_id, Party.LEAD)
    number = read_callee(to)
    endpoint = engine.fleet.find(call.server).server.build_endpoint(number.e164)
    leg = Leg(id=new_id(), party=Party.THIRD, endpoint=endpoint, number=number.e164)
    return await transfer(engine, org_id, call_id, leg, kind)


async def transfer(engine: Engine, org_id: UUID, call_id: UUID, leg: Leg, kind: Transfer) -> Call:
    """Ring a leg to hand the lead to; raises TransferUnderWay."""
    return await change_call(
        engine,
        org_id,
        call_id,
        lambda now: flow.transfer(_require_no_transfer(require_talk(now)), leg, kind, utc_now()),
        rings_agents=leg.member_id is not None,
        reaches=leg.number if leg.member_id is None else None,
    )


def _require_no_transfer(call: Call) -> Call:
    if flow.is_transferring(call):
        raise TransferUnderWay
    return call


async def complete_transfer(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Leave the lead with whom the agent spoke first."""
    return await change_call(
        engine, org_id, call_id, lambda call: flow.complete_transfer(require_talk(call), utc_now())
    )


async def cancel_transfer(engine: Engine, org_id: UUID, call_id: UUID) -> Call:
    """Go on with the lead."""
    return await change_call(engine, org_id, call_id, lambda call: flow.cancel_transfer(require_talk(call), utc_now()))


def require_talk(call: Call) -> Call:
    """Return the call if lead and agent are together; raises CallNotTalking."""
    if call.state is not CallState.CONNECTED:
        raise CallNotTalking
    return call


async def change_call(
    engine: Engine,
    org_id: UUID,
    call_id: UUID,
    step: Callable[[Call], Step],
    *,
    rings_agents: bool = False,
    reaches: str | None = None,
) -> Call:
    """Store what a person wants of a call and do what follows; raises CallNotFound or AgentBusy."""
    try:
        call = await engine.change(org_id, call_id, step, rings_agents=rings_agents, reaches=reaches)
    except PhoneEngaged as error:
        raise AgentBusy from error
    if call is None:
        raise CallNotFound
    return call


async def find_leg(engine: Engine, org_id: UUID, call_id: UUID, party: Party) -> tuple[Call, Leg]:
    """Return a call that is on, and its party's leg that is up; of two agents the one who got the call last."""
    async with engine.store.open(org_id, call_ids={call_id}) as opened:
        call = opened.find(call_id=call_id)
    if call is None:
        raise CallNotFound
    up = [one for one in call.legs if one.party is party and one.state is LegState.UP and not one.is_hung_up_by_us]
    leg = up[-1] if up else None
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
