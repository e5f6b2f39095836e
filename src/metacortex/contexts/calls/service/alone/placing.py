"""Placing one call without a database: permitted and kept in one step of this process, then rung."""

import hashlib
from dataclasses import dataclass, field
from random import Random
from typing import NoReturn

import orjson

from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.rules import flow, law
from metacortex.contexts.calls.rules.numbers import Number
from metacortex.contexts.calls.rules.zones import Zones, canonical_zone, locate, zones_of_country
from metacortex.contexts.calls.service.alone import metrics
from metacortex.contexts.calls.service.alone.office import Office
from metacortex.contexts.calls.service.alone.signing_in import User
from metacortex.contexts.calls.service.judging import (
    LOOK_BACK,
    choose_caller_id,
    judge_law,
    judge_recording,
    keep_fitting,
    lengthen_ring,
    read_callee,
    read_own_number,
)
from metacortex.contexts.calls.service.memory import KeptCall, Particulars
from metacortex.contexts.calls.service.refusals import (
    AgentBusy,
    CallKeyReused,
    CallRefused,
    CallsUnavailable,
    NoMachineDetection,
    NoPhone,
    NumberOnDoNotCallList,
)
from metacortex.contexts.calls.types import AsteriskUnreachable, Call, Leg, Mode, Party, RecordingNote
from metacortex.platform.clock import utc_now
from metacortex.platform.errors import Invalid, Problem, Refused
from metacortex.platform.ids import new_id

KEPT_ELSEWHERE = "kept elsewhere, as the operator answers for"
_chance = Random()


class ConsentUnknown(Refused):
    code = "consent_unknown"
    title = "Nobody says that this person agreed to be called. Name in `consent` where their consent is kept."


class PlaceUnknown(Invalid):
    code = "place_unknown"
    title = "There is no such time zone or country. Write them as Europe/Berlin and DE, or leave them out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants called, and where whoever that is lives, as far as it is known."""

    to: str
    mode: Mode = Mode.DIRECT
    agent: str | None = None
    caller_id: str | None = None
    timeout_seconds: int = 30
    record: bool = False
    detects_machine: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    consent: str | None = None
    about: law.Purpose = "sales"
    time_zone: str | None = None
    country: str | None = None
    region: str | None = None
    postal_code: str | None = None

    def fingerprint(self) -> str:
        """Return what tells this wish from another under the same key."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def place_call(office: Office, user: User, wish: Wish, key: str | None) -> KeptCall:
    """Ring, once, and return the call when Asterisk has begun to; raises the Problem that says why not.

    A wish repeated with its key, while that call is remembered, returns it, whatever became of it.
    """
    try:
        return await _place(office, user, wish, key)
    except Problem as problem:
        metrics.refused.labels(problem.code).inc()
        raise


async def _place(office: Office, user: User, wish: Wish, key: str | None) -> KeptCall:
    number = read_callee(wish.to)
    if await office.do_not_call.forbids(number.e164):
        raise NumberOnDoNotCallList
    # Nothing is awaited from here on until the call is kept: of two wishes with one key, or of two more than are
    # allowed, the second one finds the first.
    if key is not None and (known := office.store.find_by_key((user.id, key))):
        if known.particulars.fingerprint != wish.fingerprint():
            raise CallKeyReused
        return known
    server = _choose_server(office)
    office.store.require_room(server.server, 1, channels=1 if wish.mode is Mode.DIRECT else 2)
    if wish.detects_machine and server.server.amd_context is None:
        raise NoMachineDetection
    zones = _locate(number, wish)
    caller_id = _permit(office, number, zones, wish)
    note = _judge_recording(office, zones) if wish.record else None
    legs = _plan_legs(office, server, wish, number, zones)
    planned = _new_call(office, server, wish, legs, caller_id, is_recorded=wish.record and note is None)
    call, actions = flow.start(planned, utc_now())
    particulars = Particulars(
        to=number.e164,
        country=number.country,
        requested_by=user.id,
        user=user.name,
        variables=wish.variables,
        consent=wish.consent or KEPT_ELSEWHERE,
        recording_note=note,
        key=(user.id, key) if key is not None else None,
        fingerprint=wish.fingerprint() if key is not None else "",
    )
    kept = office.store.add(call, particulars)
    office.attempts.record(number.e164, caller_id, utc_now())
    metrics.placed.labels(wish.mode.value).inc()
    metrics.open_calls.inc()
    if await office.engine.act(call, actions):
        raise CallRefused(call_id=str(call.id))
    return kept


def _locate(number: Number, wish: Wish) -> Zones:
    """Return where the callee may be; raises PlaceUnknown naming what of it means nothing."""
    wrong = [
        name
        for name, is_known in (
            ("time_zone", wish.time_zone is None or canonical_zone(wish.time_zone)),
            ("country", wish.country is None or zones_of_country(wish.country.upper())),
        )
        if not is_known
    ]
    if wrong:
        raise PlaceUnknown(errors=[{"field": name, "message": PlaceUnknown.title} for name in wrong])
    return locate(number, wish)


def _permit(office: Office, number: Number, zones: Zones, wish: Wish) -> str | None:
    """Return which of our numbers to show; raises why nobody may be called now."""
    if not (wish.consent or office.settings.consent_kept_elsewhere):
        raise ConsentUnknown(errors=[{"field": "consent", "message": ConsentUnknown.title}])
    now, own = utc_now(), office.settings
    attempts = office.attempts.list_since(number.e164, now - LOOK_BACK)
    # With an agent there is a person who calls; without one, nobody but this program.
    judge_law(zones, attempts, own, now, is_automated=wish.mode is Mode.DIRECT, purpose=wish.about)
    known = own.caller_ids
    if wish.caller_id is not None:
        return keep_fitting(number, [read_own_number(wish.caller_id, known)])[0]
    fitting = keep_fitting(number, known)
    return choose_caller_id(number, fitting, office.attempts.count_shown(fitting, now)) if fitting else None


def _judge_recording(office: Office, zones: Zones) -> RecordingNote | None:
    consent = law.recording_consent(zones)
    return judge_recording(consent, is_told=office.settings.announcement is not None)


def _choose_server(office: Office) -> Connection:
    try:
        return office.engine.fleet.choose(_chance, busy=office.store.channels)
    except AsteriskUnreachable as error:
        raise CallsUnavailable from error


def _plan_legs(office: Office, server: Connection, wish: Wish, number: Number, zones: Zones) -> tuple[Leg, ...]:
    seconds = lengthen_ring(wish.timeout_seconds, zones.countries, wish.about)
    endpoint = server.server.build_endpoint(number.e164)
    lead = Leg(id=new_id(), party=Party.LEAD, endpoint=endpoint, number=number.e164, timeout_seconds=seconds)
    if wish.mode is Mode.DIRECT:
        return (lead,)
    if wish.agent is None:
        _refuse_agent()
    phone = server.server.build_agent_endpoint(wish.agent)
    if any(leg.endpoint == phone and leg.is_open for kept in office.store.list_open() for leg in kept.call.legs):
        raise AgentBusy
    agent = Leg(id=new_id(), party=Party.AGENT, endpoint=phone, timeout_seconds=wish.timeout_seconds)
    return (agent, lead) if wish.mode is Mode.AGENT_FIRST else (lead, agent)


def _refuse_agent() -> NoReturn:
    sentence = "Name in `agent` the account whose phone rings, or ask for the mode `direct`."
    raise NoPhone(sentence, errors=[{"field": "agent", "message": sentence}])


def _new_call(
    office: Office,
    server: Connection,
    wish: Wish,
    legs: tuple[Leg, ...],
    caller_id: str | None,
    *,
    is_recorded: bool,
) -> Call:
    return Call(
        org_id=office.org_id,
        id=new_id(),
        mode=wish.mode,
        legs=legs,
        server=server.name,
        is_recorded=is_recorded,
        detects_machine=wish.detects_machine,
        announcement=office.settings.announcement if is_recorded else None,
        caller_id=caller_id,
        requested_at=utc_now(),
    )
