"""What brings a colleague's phone into a call that is on: a transfer, a supervisor who takes part."""

from dataclasses import replace
from uuid import UUID

from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.commanding import (
    change_call,
    find_leg,
    require_talk,
    transfer,
    transfer_to_number,
)
from metacortex.contexts.calls.service.engine import Engine, Step
from metacortex.contexts.calls.service.placing import plan_agents
from metacortex.contexts.calls.service.refusals import NobodyToCall
from metacortex.contexts.calls.types import Call, Leg, Monitoring, Party, Transfer
from metacortex.platform.database import transaction, utc_now


async def transfer_call(
    engine: Engine, org_id: UUID, call_id: UUID, *, member_id: UUID | None, to: str | None, kind: Transfer
) -> Call:
    """Ring a colleague, or a number, to hand the lead to."""
    call, _ = await find_leg(engine, org_id, call_id, Party.LEAD)
    if member_id is None:
        if not to:
            raise NobodyToCall
        return await transfer_to_number(engine, org_id, call_id, to, kind)
    server = engine.fleet.find(call.server)
    async with transaction(org_id) as session:
        [leg] = await plan_agents(session, server, (member_id,), 30, Party.THIRD)
    return await transfer(engine, org_id, call_id, leg, kind)


async def monitor_call(engine: Engine, org_id: UUID, call_id: UUID, member_id: UUID, how: Monitoring) -> Call:
    """Ring a supervisor's phone and let them take part; who does so already goes on in another way."""
    call, _ = await find_leg(engine, org_id, call_id, Party.LEAD)
    planned: list[Leg] = []
    if _find_supervisor(call, member_id) is None:
        async with transaction(org_id) as session:
            server = engine.fleet.find(call.server)
            planned += await plan_agents(session, server, (member_id,), 30, Party.SUPERVISOR)

    def take_part(now: Call) -> Step:
        own = _find_supervisor(require_talk(now), member_id)
        if own is not None and not planned:
            return flow.change_monitoring(now, own, how, utc_now())
        # Nobody planned: they hung up meanwhile. A second phone of theirs is not rung: the engine finds them engaged.
        return flow.add_leg(now, replace(planned[0], monitoring=how), utc_now()) if planned else (now, ())

    return await change_call(engine, org_id, call_id, take_part, rings_agents=True)


def _find_supervisor(call: Call, member_id: UUID) -> Leg | None:
    own = (leg for leg in call.legs if leg.party is Party.SUPERVISOR and leg.member_id == member_id)
    return next((leg for leg in own if leg.is_open and not leg.is_hung_up_by_us), None)


async def stop_monitoring(engine: Engine, org_id: UUID, call_id: UUID, member_id: UUID) -> Call:
    """Let a supervisor leave a call, which goes on without them."""

    def leave(call: Call) -> Step:
        own = [leg for leg in call.legs if leg.party is Party.SUPERVISOR and leg.member_id == member_id]
        return flow.end_legs(call, [leg for leg in own if leg.is_open], utc_now())

    return await change_call(engine, org_id, call_id, leave)
