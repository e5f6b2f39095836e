"""Placing one call: permitted and stored in one transaction, then rung; whatever happens, the row knows."""

import hashlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.models import CallingSettings, CallRow, LegRow
from metacortex.contexts.calls.queries import agents
from metacortex.contexts.calls.queries.placing import Facts, read_facts
from metacortex.contexts.calls.rules import flow, law
from metacortex.contexts.calls.rules.numbers import Number
from metacortex.contexts.calls.service import judging
from metacortex.contexts.calls.service.agents import lend_line, take_lines
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.judging import LOOK_BACK, lengthen_ring, read_callee
from metacortex.contexts.calls.service.moving import Mover, build_agent_endpoint
from metacortex.contexts.calls.service.permitting import Permit, judge, plan_use
from metacortex.contexts.calls.service.presence import read_heard
from metacortex.contexts.calls.service.refusals import (
    AgentBusy,
    AgentLeaving,
    CallKeyReused,
    CallRefused,
    CallsUnavailable,
    NobodyToCall,
    NoMachineDetection,
    NoPhone,
    TrunkBusy,
)
from metacortex.contexts.calls.service.store import write_leg
from metacortex.contexts.calls.service.trunks import require_room, wait_for_room
from metacortex.contexts.calls.types import (
    Action,
    AsteriskUnreachable,
    Call,
    Leg,
    Mode,
    Party,
    RecordingNote,
    Ringing,
)
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import Lock, Rows, new_id, take_lock, transaction, utc_now, write_rows

_chance = Random()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants called."""

    to: str | None = None
    lead_id: UUID | None = None
    mode: Mode = Mode.AGENT_FIRST
    agent_ids: tuple[UUID, ...] = ()
    ringing: Ringing = Ringing.IN_TURN
    caller_id: str | None = None
    timeout_seconds: int = 30
    record: bool | None = None
    detects_machine: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    purpose: privacy.Purpose = privacy.Purpose.SALES
    about: law.Purpose = "sales"
    requested_by: UUID | None = None
    key: str | None = None

    def fingerprint(self) -> str:
        """Return what tells this order from another under the same key."""
        said = {name: getattr(self, name) for name in self.__slots__ if name != "key"}
        return hashlib.sha256(orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that was asked for: with its rows as they were stored, if it is new."""

    id: UUID
    row: CallRow | None = None
    legs: tuple[LegRow, ...] = ()


async def place_call(engine: Engine, org_id: UUID, order: Order) -> Placed:
    """Ring, once, and return the call when Asterisk has begun to; raises the Problem that says why not.

    An order repeated with its key returns the first one's call, whatever became of it.
    """
    full = set[str]()

    async def place() -> Placed:
        server = await choose_server(engine, full)
        try:
            return await _place(engine, server, org_id, order)
        except TrunkBusy:
            full.add(server.name)
            raise

    return await wait_for_room(place)


async def _place(engine: Engine, server: Connection, org_id: UUID, order: Order) -> Placed:
    reached = _reach(org_id, order, order.to) if order.to else None
    async with transaction(org_id, locks=_list_locks(org_id, order, reached)) as session:
        known = await _read_known(session, order, reached)
        if isinstance(known, UUID):
            return Placed(known)
        call, actions, row = await _store(session, server, order, known)
    if await engine.act(call, actions, move=Mover(engine.fleet).move):
        raise CallRefused(call_id=str(call.id))
    legs = tuple(LegRow(**write_leg(call, position)) for position in range(len(call.legs)))
    return Placed(call.id, CallRow(**row), legs)


@dataclass(frozen=True, slots=True)
class _Reached:
    """The number an order reaches, and the consent that is asked for."""

    number: Number
    use: privacy.Use


@dataclass(frozen=True, slots=True)
class _Known:
    """Whom an order reaches, and what decides about calling them."""

    reached: _Reached
    person: leads.LeadPerson | None
    facts: Facts
    now: datetime


def _reach(org_id: UUID, order: Order, typed: str) -> _Reached:
    number = read_callee(typed)
    return _Reached(number, plan_use(org_id, number, order.purpose))


def _list_locks(org_id: UUID, order: Order, reached: _Reached | None) -> list[Lock]:
    """Return what must be held before anything is read: the order's key, and its number if it names one."""
    locks = [Lock(f"{org_id} {order.key}", queries.KEY_SEED)] if order.key is not None else []
    return [*locks, reached.use.lock] if reached else locks


async def _read_known(session: AsyncSession, order: Order, reached: _Reached | None) -> _Known | UUID:
    """Return what is known about whom an order reaches, or the call that was asked for under its key before."""
    person = None
    if reached is None:
        if order.key is not None and (earlier := await queries.find_call_by_key(session, order.key)):
            return _require_same(order, earlier.id, earlier.fingerprint)
        person = await _find_person(session, order)
        if person is None or not person.phone:
            raise NobodyToCall(errors=[{"field": "to", "message": NobodyToCall.title}])
        reached = _reach(session.info["org_id"], order, person.phone)
        await take_lock(session, reached.use.lock)
    number, now = reached.number.e164, utc_now()
    facts = await read_facts(session, number, reached.use, key=order.key, since=now - LOOK_BACK, now=now)
    if facts.earlier is not None:
        return _require_same(order, *facts.earlier)
    return _Known(reached, person or await _find_person(session, order) or facts.person, facts, now)


def _require_same(order: Order, call_id: UUID, fingerprint: str | None) -> UUID:
    if fingerprint != order.fingerprint():
        raise CallKeyReused
    return call_id


async def _find_person(session: AsyncSession, order: Order) -> leads.LeadPerson | None:
    if order.lead_id is None:
        return None
    person = await leads.find_lead_person(session, order.lead_id)
    if person is None:
        raise leads.LeadNotFound
    return person


async def _store(
    session: AsyncSession, server: Connection, order: Order, known: _Known
) -> tuple[Call, tuple[Action, ...], dict[str, Any]]:
    """Permit and store a call; return it, what is to be done once that is committed, and the columns of its row."""
    if order.detects_machine and server.server.amd_context is None:
        raise NoMachineDetection
    permitted = await judge(
        session,
        known.reached.number,
        known.reached.use,
        known.facts,
        person=known.person,
        is_automated=order.requested_by is None,
        now=known.now,
        about=order.about,
        caller_id=order.caller_id,
    )
    legs = await _plan_legs(session, server, order, permitted)
    call, actions = flow.start(_new_call(session, server, order, permitted, legs), utc_now())
    own = permitted.own
    await require_room(session, server.server, call)
    row = await insert_call(
        session,
        call,
        permitted,
        purpose=order.purpose.value if order.about == "sales" else order.about,
        lead_id=known.person.lead_id if known.person else None,
        requested_by=order.requested_by,
        recording_note=judge_recording(permitted, own) if _is_recording_wanted(order, own) else None,
        variables=order.variables,
        idempotency_key=order.key,
        fingerprint=order.fingerprint() if order.key else None,
    )
    await take_lines(session, call)
    return call, actions, row


async def choose_server(engine: Engine, full: Collection[str] = ()) -> Connection:
    """Return a server that the dialer hears, not one of those whose trunks were full if there is another.

    Raises CallsUnavailable.
    """
    heard = await read_heard()
    if full:
        with suppress(AsteriskUnreachable):
            return engine.fleet.choose(_chance, heard=heard.difference(full))
    try:
        return engine.fleet.choose(_chance, heard=heard)
    except AsteriskUnreachable as error:
        raise CallsUnavailable from error


async def _plan_legs(session: AsyncSession, server: Connection, order: Order, permitted: Permit) -> tuple[Leg, ...]:
    number = permitted.number.e164
    lead = Leg(
        id=new_id(),
        party=Party.LEAD,
        endpoint=server.server.build_endpoint(number),
        number=number,
        timeout_seconds=_ring_seconds(order, permitted),
    )
    if order.mode is Mode.DIRECT:
        return (lead,)
    own = await _plan_own(session, server, order, order.timeout_seconds)
    return (*own, lead) if order.mode is Mode.AGENT_FIRST else (lead, *own)


def _ring_seconds(order: Order, permitted: Permit) -> int:
    if order.purpose is not privacy.Purpose.SALES:
        return order.timeout_seconds
    return lengthen_ring(order.timeout_seconds, permitted.countries, order.about)


async def _plan_own(session: AsyncSession, server: Connection, order: Order, seconds: int) -> tuple[Leg, ...]:
    """Return the line of the first agent, if that waits connected, else legs to the agents' phones."""
    if order.mode is Mode.AGENT_FIRST:  # otherwise nobody rings yet, and whoever is free then is found then
        await agents.hold_phones(session)
        for member_id in order.agent_ids:
            if lent := await lend_line(session, member_id, server.name):
                return (lent,)
            if not await agents.is_on_call(session, member_id):
                break
    return await plan_agents(session, server, order.agent_ids, seconds)


async def plan_agents(
    session: AsyncSession, server: Connection, member_ids: tuple[UUID, ...], seconds: int, party: Party = Party.AGENT
) -> tuple[Leg, ...]:
    """Return legs to the phones of those of these members who are free; raises NoPhone or AgentBusy if none is.

    They stay free for whoever holds the organization's phones.
    """
    phones = await queries.find_phones(session, member_ids)
    free = [one for one in member_ids if one in phones and not await agents.is_on_call(session, one)]
    if not free and await agents.is_any_leaving(session, list(phones)):
        raise AgentLeaving
    if not free:
        raise AgentBusy if phones else NoPhone
    return tuple(
        Leg(
            id=new_id(),
            party=party,
            endpoint=build_agent_endpoint(server, phones[member_id]),
            number=phones[member_id].number,
            member_id=member_id,
            timeout_seconds=seconds,
        )
        for member_id in free
    )


def _new_call(
    session: AsyncSession,
    server: Connection,
    order: Order,
    permitted: Permit,
    legs: tuple[Leg, ...],
) -> Call:
    own = permitted.own
    is_recorded = _is_recording_wanted(order, own) and judge_recording(permitted, own) is None
    return Call(
        org_id=session.info["org_id"],
        id=new_id(),
        mode=order.mode,
        legs=legs,
        server=server.name,
        ringing=order.ringing,
        is_recorded=is_recorded,
        detects_machine=order.detects_machine,
        announcement=own.announcement if own and is_recorded else None,
        caller_id=permitted.caller_id,
        requested_at=utc_now(),
    )


def _is_recording_wanted(order: Order, own: CallingSettings | None) -> bool:
    return order.record if order.record is not None else bool(own and own.is_recorded)


def judge_recording(permitted: Permit, own: CallingSettings | None) -> RecordingNote | None:
    """Return why a call may not be recorded: where one party's consent is not enough, all must be told."""
    return judging.judge_recording(permitted.recording_consent, is_told=own is not None and bool(own.announcement))


async def insert_call(session: AsyncSession, call: Call, permitted: Permit | None, **columns: Any) -> dict[str, Any]:
    """Store a call with its legs, and the permit to ring; a line to an agent needs none. Return the call's columns."""
    row: dict[str, Any] = {
        "org_id": call.org_id,
        "id": call.id,
        "mode": call.mode.value,
        "ringing": call.ringing.value,
        "state": call.state.value,
        "server": call.server,
        "to_number": permitted.number.e164 if permitted else None,
        "country": permitted.number.country if permitted else None,
        "caller_id": call.caller_id,
        "is_recorded": call.is_recorded,
        "detects_machine": call.detects_machine,
        "announcement": call.announcement,
        "campaign_id": call.campaign_id,
        "for_member_id": call.for_member_id,
        "hold_seconds": call.hold_seconds,
        "abandonment_sound": call.abandonment_sound,
        "voicemail_sound": call.voicemail_sound,
        "variables": {},
        "permission": permitted.reasons if permitted else {},
        "requested_at": call.requested_at,
        **columns,
    }
    rows = Rows()
    rows.insert(CallRow, row)
    rows.insert(LegRow, *(write_leg(call, position) for position in range(len(call.legs))))
    await write_rows(session, rows)
    return row


def with_defaults(order: Order, member_id: UUID) -> Order:
    """Let the one who asks be the agent where none is named."""
    return order if order.agent_ids or order.mode is Mode.DIRECT else replace(order, agent_ids=(member_id,))
