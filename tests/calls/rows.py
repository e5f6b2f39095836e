"""One of everything about calls, for tests of what another organization can see."""

from typing import Any
from uuid import UUID

from metacortex.contexts.calls.models import (
    AgentChange,
    AgentPresence,
    CallEvent,
    CallRow,
    DialCampaign,
    DialDecision,
    DialFill,
    DialTarget,
    Disposition,
    LegRow,
    PauseCode,
    Recording,
    Script,
)
from metacortex.platform.database import new_id, transaction, utc_now
from tests.conftest import Owner

NUMBER = "+919820077001"


async def fill_calls(owner: Owner, text: str, lead_id: str) -> dict[str, str]:
    """Give an organization one row in every table of calls, with `text` where a person's words are."""
    http = owner.client
    assert (await http.put("/api/v1/calling/phones/me", json={"account": f"zoe-{owner.org_id}"})).status_code == 200
    assert (await http.patch("/api/v1/calling/settings", json={"opens_at": "09:00", "closes_at": "18:00"})).is_success
    listed = await http.post("/api/v1/do-not-call", json={"numbers": ["+919820077009"], "reason": text})
    assert listed.status_code == 201
    ids = {name: new_id() for name in ("call", "leg", "campaign", "target", "word", "script")}
    now, org_id, member_id = utc_now(), owner.org_id, owner.member_id
    own: dict[str, Any] = {"org_id": org_id}
    async with transaction(org_id) as session:
        session.add(PauseCode(**own, id=ids["word"], code="theirs", label=text))
        session.add(Disposition(**own, code="theirs", label=text, effect="done", is_contact=True))
        session.add(Script(**own, id=ids["script"], name=text, text=text))
        session.add(DialCampaign(**own, id=ids["campaign"], name=text, mode="progressive", state="draft", settings={}))
        await session.flush()
        campaign = {**own, "campaign_id": ids["campaign"]}
        session.add(_target(campaign, ids["target"], UUID(lead_id), text, now))
        session.add(
            DialFill(**campaign, source="table", state="done", wanted={}, bad_numbers={}, read=0, added=0, duplicates=0)
        )
        session.add(DialDecision(**campaign, at=now, calls=1, reason="one_per_agent", detail={"said": text}))
        session.add(AgentPresence(**own, member_id=member_id, state="offline", since_at=now))
        session.add(AgentChange(**own, member_id=member_id, at=now, state="offline"))
        session.add(_call(own, ids["call"], member_id, text, now))
        await session.flush()
        call = {**own, "call_id": ids["call"]}
        session.add(_leg(call, ids["leg"]))
        session.add(CallEvent(**call, leg_id=ids["leg"], at=now, kind="up", detail={"text": text}))
        session.add(Recording(**call, server="asterisk", name=text, state="recording", started_at=now))
    entry = (await http.get("/api/v1/do-not-call")).json()["data"][0]["id"]
    return {
        "call_id": str(ids["call"]),
        "campaign_id": str(ids["campaign"]),
        "target_id": str(ids["target"]),
        "word_id": str(ids["word"]),
        "entry_id": entry,
        "move": "drain",
    }


def _target(campaign: dict[str, Any], target_id: UUID, lead_id: UUID, text: str, now: Any) -> DialTarget:
    return DialTarget(
        **campaign,
        id=target_id,
        lead_id=lead_id,
        number=NUMBER,
        other_numbers=[],
        name=text,
        state="waiting",
        attempts=0,
        outcome_attempts={},
        next_at=now,
        priority=0,
        updated_at=now,
    )


def _call(own: dict[str, Any], call_id: UUID, member_id: UUID, text: str, now: Any) -> CallRow:
    return CallRow(
        **own,
        id=call_id,
        mode="direct",
        ringing="in-turn",
        purpose="sales",
        state="ended",
        outcome="answered",
        server="asterisk",
        requested_by=member_id,
        to_number=NUMBER,
        note=text,
        variables={"said": text},
        permission={},
        requested_at=now,
        ended_at=now,
    )


def _leg(call: dict[str, Any], leg_id: UUID) -> LegRow:
    return LegRow(
        **call,
        id=leg_id,
        position=0,
        party="lead",
        endpoint="PJSIP/1",
        number=NUMBER,
        state="ended",
        dial_status="",
        is_hung_up_by_us=False,
        is_shut_down=False,
        is_joined=False,
        is_detecting=False,
        is_standing=False,
        timeout_seconds=30,
    )
