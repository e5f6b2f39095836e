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
from metacortex.contexts.calls.types import Call, Monitoring, Party, Transfer
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
    """Ring a supervisor's phone and let them take part."""
    call, _ = await find_leg(engine, org_id, call_id, Party.LEAD)
    async with transaction(org_id) as session:
        [leg] = await plan_agents(session, engine.fleet.find(call.server), (member_id,), 30, Party.SUPERVISOR)
    heard = replace(leg, monitoring=how)
    return await change_call(
        engine,
        org_id,
        call_id,
        lambda now: flow.add_leg(require_talk(now), heard, utc_now()),
        rings_agents=True,
    )


async def stop_monitoring(engine: Engine, org_id: UUID, call_id: UUID, member_id: UUID) -> Call:
    """Let a supervisor leave a call, which goes on without them."""

    def leave(call: Call) -> Step:
        own = [leg for leg in call.legs if leg.party is Party.SUPERVISOR and leg.member_id == member_id]
        return flow.end_legs(call, [leg for leg in own if leg.is_open], utc_now())

    return await change_call(engine, org_id, call_id, leave)
