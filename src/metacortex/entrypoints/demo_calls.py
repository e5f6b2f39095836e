"""The calls of the demonstration: how its team calls, and a month of calls, each marked as invented."""

import array
import io
import math
import random
import secrets
import wave
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import CallEvent, CallRow, DialCampaign, DialTarget, LegRow, Recording, Script
from metacortex.contexts.calls.queries import find_do_not_call
from metacortex.contexts.calls.rules.costs import charge_call
from metacortex.contexts.calls.rules.flow.legs import talked_seconds
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.recordings import name_sound
from metacortex.contexts.calls.service.setting import (
    add_do_not_call,
    change_settings,
    remove_do_not_call,
    set_phone,
)
from metacortex.contexts.calls.service.store import read_call
from metacortex.contexts.calls.service.wording import ENDINGS, offer_first_words
from metacortex.contexts.calls.types import recording_name
from metacortex.contexts.calls.types.campaigns import AbandonmentWindow
from metacortex.contexts.identity import public as identity
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import new_id, utc_now
from metacortex.platform.security.encryption import unlock
from metacortex.platform.security.encryption.segments import KEY_BYTES, seal_segments
from metacortex.platform.storage import store_stream

INVENTED = {"demo": "Invented, nobody was called"}
SERVER = "demo"
CALLS, DAYS, HEARD, TARGETS = 120, 30, 8, 60
OWN_NUMBERS = ["+912261001000", "+912061002000"]
SCRIPT = (
    "Hello {contact.name}, this is {agent.name} of Sahyadri Homes. "
    "You asked about our homes; is this a good moment?\n\n"
    "1. What are you looking for: how many rooms, and where?\n"
    "2. By when do you want to move, and is the loan arranged?\n"
    "3. Shall we meet at the site this Saturday or Sunday?\n\n"
    "Thank you. I send you the details by e-mail today."
)
# Outcome, how often, last dial status, Q.850 cause.
OUTCOMES = (
    ("answered", 48, "ANSWER", 16),
    ("no-answer", 22, "NOANSWER", 19),
    ("busy", 10, "BUSY", 17),
    ("rejected", 5, "NOANSWER", 21),
    ("invalid-number", 3, "NOANSWER", 1),
)
ANSWERED_OFTEN = ("answered", 90, "ANSWER", 16)
MACHINE, ABANDONED = ("machine", 9, "ANSWER", 16), ("abandoned", 0, "ANSWER", 16)
INDIA = timedelta(hours=5, minutes=30)
INDIAN = "+91*"
RATE = 8000


@dataclass(frozen=True, slots=True)
class Callee:
    """A lead of the demonstration with a number."""

    lead_id: UUID
    name: str
    number: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Invented:
    """A call that nobody made: its row, and what belongs to it."""

    row: CallRow
    legs: list[LegRow]
    events: list[CallEvent]


async def fill_calls(
    session: AsyncSession,
    chance: random.Random,
    callees: Sequence[Callee],
    *,
    phones: Sequence[tuple[UUID, str]],
    agents: Sequence[UUID],
) -> None:
    """Let the team have phones, own numbers, words, a month of calls, and a campaign that is over."""
    await offer_first_words(session)
    await change_settings(
        session,
        {
            "attempts_a_day": 3,
            "is_recorded": True,
            "announcement": "sound:this-call-may-be-monitored-or-recorded",
            "caller_ids": OWN_NUMBERS,
            "minute_cost_minor": 90,
            "currency": "INR",
        },
    )
    for member_id, account in phones:
        await set_phone(session, member_id, account=account, number=None)
    script = Script(org_id=session.info["org_id"], id=new_id(), name="First call", text=SCRIPT)
    session.add(script)
    await session.flush()
    calls = [_invent_call(chance, session.info["org_id"], chance.choice(callees), agents) for _ in range(CALLS)]
    earlier = [one for one in callees if one.received_at < _choose_morning()]
    calls += await _invent_campaign(session, chance, earlier[-TARGETS:], agents, script.id)
    await _keep(session, sorted(calls, key=lambda one: one.row.requested_at))


async def forbid_calls(session: AsyncSession, *, is_safe: bool) -> None:
    """Put the country of the invented numbers on the do-not-call list, since they may be somebody's, or take it off."""
    entry = await find_do_not_call(session, INDIAN)
    if is_safe and entry:
        await remove_do_not_call(session, entry.id)
    if not is_safe and not entry:
        owner = (await identity.list_members(session))[0]
        reason = "The demonstration's numbers are invented, and may be somebody's"
        await add_do_not_call(session, [INDIAN], reason=reason, member_id=owner.id)


def _invent_call(
    chance: random.Random,
    org_id: UUID,
    callee: Callee,
    agents: Sequence[UUID],
    *,
    at: datetime | None = None,
    outcome: tuple[str, int, str, int] | None = None,
    target: DialTarget | None = None,
) -> Invented:
    name, _, status, cause = outcome or chance.choices(OUTCOMES, [one[1] for one in OUTCOMES])[0]
    requested_at = at or _choose_moment(chance, callee.received_at)
    ringing_at = requested_at + timedelta(seconds=chance.uniform(2, 5))
    settled_at = ringing_at + timedelta(seconds=25 if name == "no-answer" else chance.uniform(3, 18))
    is_up = status == "ANSWER"
    talks = name == "answered"
    seconds = chance.choice((24, 31, 38, 44, 75, 130, 210, 340)) if talks else 4 if is_up else 0
    ended_at = settled_at + timedelta(seconds=seconds)
    member_id = chance.choice(agents) if talks or target is None else None
    row = CallRow(
        org_id=org_id,
        id=new_id(),
        mode="lead-first" if target else "agent-first",
        ringing="in-turn",
        purpose="sales",
        state="ended",
        outcome=name,
        verdict="machine" if name == "machine" else "human" if target and is_up else None,
        server=SERVER,
        lead_id=callee.lead_id,
        member_id=member_id,
        requested_by=None if target else member_id,
        to_number=callee.number,
        country="IN",
        caller_id=chance.choice(OWN_NUMBERS),
        campaign_id=target.campaign_id if target else None,
        target_id=target.id if target else None,
        disposition=_choose_ending(chance) if talks else None,
        variables=INVENTED,
        permission={},
        requested_at=requested_at,
        answered_at=settled_at if is_up else None,
        waiting_at=settled_at if target and is_up and name != "machine" else None,
        connected_at=settled_at if talks else None,
        abandoned_at=settled_at + timedelta(seconds=2) if name == "abandoned" else None,
        ended_at=ended_at,
    )
    legs = [_invent_leg(row, "lead", 1, requested_at, ringing_at, cause, status)]
    if member_id:
        legs.insert(0, _invent_leg(row, "agent", 0, requested_at, requested_at, 16, "ANSWER"))
    row.cost_minor, row.currency = charge_call(read_call(row, legs), 90), "INR"
    return Invented(row, legs, _invent_events(row, legs[-1]))


def _choose_moment(chance: random.Random, since: datetime) -> datetime:
    """Choose a moment of an Indian day's work after they got in touch, a month ago at most; else one soon after."""
    now = utc_now()
    since = max(since, now - timedelta(days=DAYS))
    for _ in range(20):
        day = since + (now - since) * chance.random() + INDIA
        chosen = day.replace(hour=chance.randrange(10, 19), minute=chance.randrange(60)) - INDIA
        if since < chosen < now - timedelta(minutes=30):
            return chosen
    return since + (now - since) * 0.5 * chance.random()


def _choose_ending(chance: random.Random) -> str:
    codes = [code for code, *_ in ENDINGS]
    return chance.choices(codes, (10, 8, 5, 6, 0, 1, 1))[0]


def _invent_leg(
    row: CallRow, party: str, position: int, rung_at: datetime, ringing_at: datetime, cause: int, status: str
) -> LegRow:
    is_up = status == "ANSWER"
    answered_at = row.answered_at if party == "lead" else rung_at + timedelta(seconds=1)
    return LegRow(
        org_id=row.org_id,
        id=new_id(),
        call_id=row.id,
        position=position,
        party=party,
        endpoint=SERVER,
        number=row.to_number if party == "lead" else None,
        member_id=row.member_id if party == "agent" else None,
        state="ended",
        dial_status=status,
        cause=cause,
        is_hung_up_by_us=False,
        is_shut_down=False,
        is_joined=party == "agent" and row.connected_at is not None,
        is_detecting=False,
        is_standing=False,
        timeout_seconds=25,
        outcome="answered" if is_up else row.outcome,
        requested_at=rung_at,
        ringing_at=ringing_at,
        answered_at=answered_at if is_up else None,
        ended_at=row.ended_at,
    )


def _invent_events(row: CallRow, lead: LegRow) -> list[CallEvent]:
    told: list[tuple[datetime | None, str, dict[str, Any]]] = [
        (lead.ringing_at, "dial", {"text": "RINGING"}),
        (lead.answered_at, "up", {}),
        (row.ended_at, "destroyed", {"cause": lead.cause}),
    ]
    return [
        CallEvent(
            org_id=row.org_id, id=new_id(), call_id=row.id, leg_id=lead.id, at=at, kind=kind, detail=detail | INVENTED
        )
        for at, kind, detail in told
        if at
    ]


async def _invent_campaign(
    session: AsyncSession, chance: random.Random, callees: Sequence[Callee], agents: Sequence[UUID], script_id: UUID
) -> list[Invented]:
    """Let a campaign have been run three days ago, and most of its list be done with."""
    began_at = _choose_morning()
    campaign = DialCampaign(
        org_id=session.info["org_id"],
        id=new_id(),
        name="Festive offer, Wakad and Baner",
        mode="predictive",
        state="stopped",
        settings=CampaignSettings(
            detect_machine=False,
            wrap_up_seconds=45,
            abandonment_window=AbandonmentWindow.DAY,
            abandonment_sound="sound:sorry",
        ).model_dump(mode="json"),
        script_id=script_id,
        created_at=began_at - timedelta(hours=2),
        started_at=began_at,
        ended_at=began_at + timedelta(hours=3),
    )
    session.add(campaign)
    await session.flush()
    odds = (ANSWERED_OFTEN, *OUTCOMES[1:], MACHINE)
    calls = []
    for place, callee in enumerate(callees):
        outcome = ABANDONED if place == TARGETS // 2 else chance.choices(odds, [one[1] for one in odds])[0]
        target = _invent_target(campaign, callee, outcome[0])
        session.add(target)
        at = began_at + timedelta(seconds=place * 160 + chance.randrange(90))
        made = _invent_call(chance, campaign.org_id, callee, agents, at=at, outcome=outcome, target=target)
        target.reason = made.row.disposition or outcome[0]
        target.updated_at = made.row.ended_at or at
        calls.append(made)
    await session.flush()
    return calls


def _choose_morning() -> datetime:
    return (utc_now() + INDIA - timedelta(days=3)).replace(hour=11, minute=0) - INDIA


def _invent_target(campaign: DialCampaign, callee: Callee, outcome: str) -> DialTarget:
    return DialTarget(
        org_id=campaign.org_id,
        id=new_id(),
        campaign_id=campaign.id,
        lead_id=callee.lead_id,
        number=callee.number,
        other_numbers=[],
        name=callee.name,
        state="done",
        attempts=1,
        outcome_attempts={outcome: 1},
        next_at=campaign.started_at,
        priority=0,
        last_outcome=outcome,
        updated_at=campaign.started_at,
    )


async def _keep(session: AsyncSession, calls: Sequence[Invented]) -> None:
    """Store the calls, oldest first, since their ids say their order, and tell the leads' histories."""
    for made in calls:
        made.row.id = new_id()
        for leg in made.legs:
            leg.call_id = made.row.id
        for event in made.events:
            event.call_id = made.row.id
    session.add_all(one.row for one in calls)
    await session.flush()
    for made in sorted(calls, key=lambda one: one.row.ended_at or one.row.requested_at):
        session.add_all((*made.legs, *made.events))
        assert made.row.lead_id
        seconds = talked_seconds(read_call(made.row, made.legs))
        body = {"call_id": str(made.row.id), "outcome": made.row.outcome, "seconds": seconds}
        await leads.add_timeline(
            session,
            lead_id=made.row.lead_id,
            kind="call",
            body=body,
            actor_id=made.row.member_id,
            at=made.row.ended_at,
        )
    short = [one for one in calls if 0 < talked_seconds(read_call(one.row, one.legs)) <= 44]
    for made in short[-HEARD:]:
        await _record(session, made.row, talked_seconds(read_call(made.row, made.legs)))


async def _record(session: AsyncSession, row: CallRow, seconds: int) -> None:
    """Let a call have been recorded: two voices that say nothing, as long as it was."""
    await unlock()
    sound = synthesize(seconds)
    row.is_recorded = True
    recording = Recording(
        org_id=row.org_id,
        id=new_id(),
        call_id=row.id,
        server=SERVER,
        name=recording_name(row.org_id, row.id),
        state="stored",
        size_bytes=len(sound),
        seconds=seconds,
        started_at=row.connected_at,
        stored_at=row.ended_at,
    )
    recording.key = secrets.token_hex(KEY_BYTES)
    recording.storage_key = f"{row.org_id}/recordings/{recording.id.hex}"
    session.add(recording)
    sealed = seal_segments(_yield(sound), bytes.fromhex(recording.key), name_sound(recording))
    await store_stream(recording.storage_key, sealed)


async def _yield(content: bytes) -> AsyncIterator[bytes]:
    yield content


def synthesize(seconds: int) -> bytes:
    """Return two voices taking turns, as hummed syllables: WAV, 8 kHz, 16 bits, mono."""
    voices = [[_hum(pitch * step) for step in (1.0, 1.12, 0.9, 1.25)] for pitch in (130.0, 205.0)]
    samples = array.array("h")
    place = 0
    while len(samples) < seconds * RATE:
        voice = voices[(place // 9) % 2]
        samples.extend(voice[(place * 7 + place // 4) % len(voice)])
        place += 1
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples[: seconds * RATE].tobytes())
    return target.getvalue()


def _hum(pitch: float) -> "array.array[int]":
    """Return one syllable of a quarter of a second: four harmonics that swell and fade."""
    length = RATE // 4
    return array.array(
        "h",
        (
            int(
                4500
                * math.sin(math.pi * at / length) ** 2
                * sum(math.sin(2 * math.pi * pitch * part * at / RATE) / part for part in (1, 2, 3, 4))
            )
            for at in range(length)
        ),
    )
