"""A call of which nothing reached its server is given to another one: nobody was rung, and it stays the one call."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.clients.asterisk import Connection, Fleet
from metacortex.contexts.calls.models import AgentPhone
from metacortex.contexts.calls.service.presence import read_heard
from metacortex.contexts.calls.service.refusals import TrunkBusy
from metacortex.contexts.calls.service.store import read_call
from metacortex.contexts.calls.service.trunks import require_room
from metacortex.contexts.calls.types import AsteriskUnreachable, Call, Leg, LegState
from metacortex.platform.database import transaction
from metacortex.platform.telemetry import log

_chance = Random()
_UNRUNG = {LegState.PLANNED, LegState.REQUESTED}


class Mover:
    """Moves one call, to each server at most once."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self._tried: set[str] = set()

    async def move(self, call: Call) -> Call | None:
        """Return the call as it is on another server that is heard; None where there is none, or it changed.

        The caller knows for certain that no request about it reached the server it is on.
        """
        self._tried.add(call.server)
        try:
            server = self.fleet.choose(_chance, heard=self._keep_fitting(call, await read_heard()))
            async with transaction(call.org_id) as session:
                moved = await _store(session, call, server)
        except (AsteriskUnreachable, TrunkBusy, SQLAlchemyError, OSError) as error:
            log.warning("call.unmoved", call_id=str(call.id), error=repr(error))
            return None
        log.info("call.moved", call_id=str(call.id), server=server.name, moved=moved is not None)
        return moved

    def _keep_fitting(self, call: Call, heard: frozenset[str]) -> frozenset[str]:
        unfit = {one.name for one in self.fleet.servers if call.detects_machine and one.server.amd_context is None}
        return heard - self._tried - unfit


async def _store(session: AsyncSession, call: Call, server: Connection) -> Call | None:
    [row] = await queries.lock_calls(session, [call.id])
    rows = await queries.list_legs(session, [call.id])
    now = read_call(row, rows)
    phones = await queries.find_phones(session, [leg.member_id for leg in now.legs if leg.member_id])
    endpoints = [_find_endpoint(server, leg, phones) for leg in now.legs]
    if now.server != call.server or None in endpoints:
        return None
    legs = tuple(replace(leg, endpoint=said) for leg, said in zip(now.legs, endpoints, strict=True) if said)
    moved = replace(now, server=server.name, legs=legs)
    await require_room(session, server.server, moved)
    row.server, row.version = server.name, row.version + 1
    for leg_row, leg in zip(rows, legs, strict=True):
        leg_row.endpoint = leg.endpoint
    return moved


def _find_endpoint(server: Connection, leg: Leg, phones: Mapping[UUID, AgentPhone]) -> str | None:
    """Return how another server dials a leg's phone; None for one that was dialled already, or is a line."""
    if leg.state not in _UNRUNG or leg.is_standing:
        return None
    if leg.number:
        return server.server.build_endpoint(leg.number)
    phone = phones.get(leg.member_id) if leg.member_id else None
    return build_agent_endpoint(server, phone) if phone else None


def build_agent_endpoint(server: Connection, phone: AgentPhone) -> str:
    """Return how a server dials a member's phone."""
    if phone.account:
        return server.server.build_agent_endpoint(phone.account)
    return server.server.build_endpoint(phone.number or "")
