"""A shift to watch: a campaign of the demonstration whose calls really go out, on the emulated Asterisk only."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx

from metacortex.contexts.calls import public as calls
from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import read_number
from metacortex.contexts.calls.rules.zones import find_zones
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.settings import settings

CAMPAIGN = "Buyers abroad"
EMULATOR = "emulator"
GUESTS = 80
# Kept for films and books by Ofcom and NANPA, for wherever the law allows a call at this hour; in India none is.
NUMBERS = (
    ("+442079460{:03d}", "London"),
    ("+141555501{:02d}", "San Francisco"),
    ("+180855501{:02d}", "Honolulu"),
    ("+91982001{:04d}", "Mumbai"),
)
FILL_TRIES = 150
FIRST = ("Anita", "Suresh", "Kavya", "Nikhil", "Leela", "Omar", "Tara", "Vivek")
LAST = ("Menon", "Shah", "Reddy", "Pillai", "Bose", "Chopra", "Kapoor", "Rane", "Sethi", "Varma")


async def is_emulated() -> bool:
    """Tell whether the running product calls through the emulated Asterisk, and through nothing else."""
    if await calls.read_heard() != {EMULATOR}:
        return False
    # The name alone would trust a real server that somebody named so.
    try:
        async with httpx.AsyncClient(timeout=3) as client:
            answer = await client.get(f"http://127.0.0.1:{calls_settings().emulator_port}/emulator/faults")
            return answer.is_success and "lost_response" in answer.text
    except httpx.HTTPError:
        return False


async def start_shift(org_id: UUID, owner: str, agents: Sequence[str], password: str) -> None:
    """Let agents take the calls of a new campaign, as their browsers would; nothing where it is there already."""
    host = settings().http_host
    near = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 (comparing, not binding)
    async with httpx.AsyncClient(base_url=f"http://{near}:{settings().http_port}/api/v1", timeout=30) as client:
        manager = await _sign_in(client, owner, password)
        known = {one["name"]: one for one in await _ask(client, manager, "GET", "/dial-campaigns")}
        if CAMPAIGN in known:
            print(f"The campaign {CAMPAIGN} is there already: {known[CAMPAIGN]['state']}.")
            return
        campaign = await _make_campaign(client, manager, await _invite_guests(org_id))
        await _ask(client, manager, "POST", f"/dial-campaigns/{campaign}/start")
        for email in agents:
            agent = await _sign_in(client, email, password)
            await _ask(client, agent, "POST", "/calling/agents/me/sign-in", {"campaign_id": campaign})
    print(f"Three agents are on the phone now, with the emulator: {settings().base_url}/campaigns/{campaign}")


async def _sign_in(client: httpx.AsyncClient, email: str, password: str) -> dict[str, str]:
    signed_in = await _ask(client, {}, "POST", "/sign-in", {"email": email, "password": password})
    return {"Authorization": f"Bearer {signed_in['access_token']}"}


async def _ask(
    client: httpx.AsyncClient, headers: dict[str, str], method: str, path: str, body: dict[str, Any] | None = None
) -> Any:
    """Return what the running product answers; raises RuntimeError with its words where it refuses."""
    try:
        answer = await client.request(method, path, headers=headers, json=body)
    except httpx.HTTPError as error:
        message = f"The web server at {client.base_url} does not answer. Is `metacortex up` running?"
        raise RuntimeError(message) from error
    if not answer.is_success:
        raise RuntimeError(f"{path}: {answer.json().get('title', answer.status_code)}")
    return answer.json()["data"]


async def _invite_guests(org_id: UUID) -> str:
    """Let people get in touch who may be called at this hour; return them as a table."""
    template, place = next((one for one in NUMBERS if _is_open(one[0].format(1))), NUMBERS[0])
    names = [f"{first} {last}" for first in FIRST for last in LAST][:GUESTS]
    people = [(name, template.format(number)) for number, name in enumerate(names)]
    now = utc_now()
    async with transaction(org_id) as session:
        received = await leads.receive_leads(
            session,
            [
                leads.NewLead(
                    name=name,
                    phone=number,
                    title=f"3 BHK in Baner, from {place}",
                    source_name="Website form",
                    channel="form",
                    received_at=now,
                )
                for name, number in people
            ],
        )
        await conversations.record_messages(
            session,
            [
                conversations.NewMessage(
                    lead_id=lead.lead_id,
                    subject=f"3 BHK in Baner, from {place}",
                    from_name=name,
                    text=f"Hello, we live in {place} and are looking to buy a 3 BHK flat in Baner. Our budget is "
                    f"around 120 lakh and we would like to visit in January. You can call me on {number}.",
                    sent_at=now,
                    received_at=now,
                )
                for lead, (name, number) in zip(received, people, strict=True)
            ],
        )
    return "phone,name\n" + "".join(f"{number},{name}\n" for name, number in people)


def _is_open(number: str) -> bool:
    zones = find_zones(read_number(number))
    return law.judge_moment(zones, utc_now(), automated=True).allowed


async def _make_campaign(client: httpx.AsyncClient, manager: dict[str, str], table: str) -> str:
    """Return a new campaign's id, once the table is on its list."""
    script = next((one["id"] for one in await _ask(client, manager, "GET", "/calling/scripts")), None)
    body = {
        "name": CAMPAIGN,
        "mode": "predictive",
        "settings": {"wrap_up_seconds": 20, "detect_machine": True, "abandonment_sound": "sound:sorry"},
        "script_id": script,
    }
    campaign = str((await _ask(client, manager, "POST", "/dial-campaigns", body))["id"])
    await _ask(client, manager, "POST", f"/dial-campaigns/{campaign}/fills/table", {"text": table})
    for _ in range(FILL_TRIES):
        [fill] = await _ask(client, manager, "GET", f"/dial-campaigns/{campaign}/fills")
        if fill["state"] == "done":
            return campaign
        await asyncio.sleep(0.2)
    raise RuntimeError("The campaign's list is not filled. Do the workers run? Start `metacortex demo` again then.")
