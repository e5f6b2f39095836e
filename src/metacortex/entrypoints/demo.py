"""A believable organization: members, two hundred leads of sixty days that the running product reads, and their calls."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex import flows
from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.identity import public as identity
from metacortex.contexts.leads import public as leads
from metacortex.entrypoints.demo_calls import Callee, fill_calls, forbid_calls
from metacortex.entrypoints.demo_shift import is_emulated, start_shift
from metacortex.platform.database import close_engines, transaction, utc_now
from metacortex.platform.embedded import use_running_servers
from metacortex.platform.security import Role
from metacortex.platform.settings import settings

assert flows
ORGANIZATION = "Sahyadri Homes"
PASSWORD = "show me the leads"  # noqa: S105 (of a demonstration, printed to its user)
LEADS, DAYS, SEED = 200, 60, 7
MEMBERS = (
    ("Asha Rao", "asha", Role.OWNER),
    ("Vikram Joshi", "vikram", Role.MANAGER),
    ("Sunita Deshpande", "sunita", Role.AGENT),
    ("Imran Shaikh", "imran", Role.AGENT),
    ("Maria Fernandes", "maria", Role.AGENT),
    ("Kabir Mehta", "kabir", Role.MARKETER),
)
FIRST = ("Ravi", "Priya", "Arjun", "Neha", "Carlos", "Lucía", "Jonas", "Anna", "Farhan", "Divya", "Rohan", "Meera")
LAST = ("Kumar", "Patil", "Sharma", "García", "Weber", "Iyer", "Khan", "Nair", "Schmidt", "Kulkarni", "Das", "Lopez")
PLACES = ("Wakad", "Baner", "Hinjewadi", "Kothrud", "Viman Nagar", "Kharadi")
MESSAGES = (
    ("{bhk} BHK in {place}", "Hello, we are looking to buy a {bhk} BHK flat in {place}. Our budget is around {lakh} lakh "
     "and we would like to visit this Saturday. You can call me on +91 98{phone}."),
    ("Flat chahiye {place} mein", "Namaste, mujhe {place} mein {bhk} BHK flat chahiye, budget {lakh} lakh tak. "
     "Kal site visit ho sakta hai kya? Mera number 98{phone} hai."),
    ("Price of {bhk} BHK", "What is the price of a {bhk} BHK in your {place} project, and is parking included?"),
    ("Brochure", "Could you send me the brochure and the floor plans of {place}? Just comparing for now."),
    ("Consulta piso", "Hola, me interesa comprar un piso de {bhk} habitaciones cerca de {place}. Mi presupuesto es de "
     "{lakh}.000 euros. ¿Podemos hacer una visita la próxima semana?"),
    ("Besichtigung", "Guten Tag, wir möchten nächste Woche eine Wohnung mit {bhk} Zimmern in {place} besichtigen. "
     "Unser Budget liegt bei {lakh}.000 Euro."),
    ("Leaking tap in B-{lakh}", "The tap you repaired last month in our flat B-{lakh} is leaking again. Please send somebody."),
    ("Grow your leads by 300%", "We help real estate companies get more leads by SEO. Can we book fifteen minutes this week?"),
    ("Automatic reply: Site visit", "I am out of the office until Monday and will answer when I am back."),
    ("Application for sales executive", "Please find attached my CV. I have four years of experience in property sales."),
    ("Channel partner", "We are brokers in {place} and would like to become a channel partner for your new project."),
    ("You have won", "Dear beneficiary, you have won 2,500,000 USD. Send your bank details to claim the prize today."),
)  # fmt: skip
ODDS = (30, 20, 14, 12, 6, 6, 6, 6, 4, 3, 3, 2)
NOTES = (
    "Called, will visit with family.",
    "No answer, trying after six.",
    "Wants a higher floor.",
    "Loan is approved.",
)
SOURCES = (("E-mail", "email"), ("Website form", "form"), ("Property portal", "email"))


@dataclass(frozen=True)
class Inquiry:
    """One invented message and who wrote it."""

    name: str
    email: str
    phone: str | None
    subject: str
    body: str
    source: str
    channel: str
    received_at: datetime


async def main() -> None:
    """Fill the demonstration organization, once."""
    if use_running_servers().database_url is None:
        raise RuntimeError("No database runs here. Start `metacortex up` in another terminal first.")
    try:
        async with transaction(None) as session:
            org_id = await session.scalar(
                text("SELECT id FROM organizations WHERE name = :name"), {"name": ORGANIZATION}
            )
            if org_id:
                print(f"{ORGANIZATION} is already there.")
            else:
                org_id = await _fill(session)
        await _follow_phones(org_id)
        print(f"Sign in at {settings().base_url} as asha@sahyadri.example with the password: {PASSWORD}")
    finally:
        await close_engines()


async def _follow_phones(org_id: UUID) -> None:
    """Where the emulator answers, let a shift begin; where it does not, let nobody be rung: the numbers are invented."""
    is_safe = await is_emulated()
    async with transaction(org_id) as session:
        await forbid_calls(session, is_safe=is_safe)
    if is_safe:
        agents = [f"{box}@sahyadri.example" for _, box, role in MEMBERS if role is Role.AGENT]
        await start_shift(org_id, "asha@sahyadri.example", agents, PASSWORD)
    else:
        print("Nobody is called: the emulated Asterisk does not run here. METACORTEX_CALLS_EMULATED=true starts it.")


async def _fill(session: AsyncSession) -> UUID:
    chance = random.Random(SEED)
    org_id = await identity.create_organization(session, ORGANIZATION)
    members = [
        await identity.create_member(session, name=name, email=f"{box}@sahyadri.example", role=role, password=PASSWORD)
        for name, box, role in MEMBERS
    ]
    inquiries = sorted((invent(chance, number) for number in range(LEADS)), key=lambda one: one.received_at)
    received = await leads.receive_leads(
        session,
        [
            leads.NewLead(
                name=one.name,
                email=one.email,
                phone=one.phone,
                title=one.subject,
                source_name=one.source,
                channel=one.channel,
                received_at=one.received_at,
            )
            for one in inquiries
        ],
    )
    await conversations.record_messages(
        session,
        [
            conversations.NewMessage(
                lead_id=lead.lead_id,
                subject=one.subject,
                from_name=one.name,
                from_email=one.email,
                text=one.body,
                sent_at=one.received_at,
                received_at=one.received_at,
            )
            for lead, one in zip(received, inquiries, strict=True)
        ],
    )
    owners = await _work_on(session, chance, [lead.lead_id for lead in received], members[1:5])
    callees = [
        Callee(lead.lead_id, one.name, one.phone, one.received_at)
        for lead, one in zip(received, inquiries, strict=True)
        if one.phone
    ]
    people = [(member_id, box, role) for member_id, (_, box, role) in zip(members, MEMBERS, strict=True)]
    await fill_calls(
        session,
        random.Random(SEED),
        callees,
        phones=[(member_id, f"sahyadri-{box}") for member_id, box, _ in people],
        agents=[member_id for member_id, _, role in people if role is Role.AGENT],
    )
    await _write_notes(session, chance, owners)
    print(f"{ORGANIZATION}: {len(members)} members, {LEADS} leads. The running product reads and scores them now.")
    return org_id


def invent(chance: random.Random, number: int) -> Inquiry:
    """Write one inquiry; the same chance writes the same one."""
    subject, body = chance.choices(MESSAGES, ODDS)[0]
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    values = {
        "bhk": chance.choice((1, 2, 2, 3, 3, 4)),
        "place": chance.choice(PLACES),
        "lakh": chance.randrange(40, 220, 5),
        "phone": f"{chance.randrange(10**8):08d}",
    }
    phone = f"+9198{values['phone']}" if "{phone}" in body else None
    source, channel = chance.choice(SOURCES)
    return Inquiry(
        name=name,
        email=f"{name.lower().replace(' ', '.').encode('ascii', 'ignore').decode()}.{number}@example.com",
        phone=phone,
        subject=subject.format(**values),
        body=body.format(**values),
        source=source,
        channel=channel,
        received_at=utc_now() - timedelta(days=DAYS * chance.random() ** 2),
    )


async def _work_on(
    session: AsyncSession, chance: random.Random, lead_ids: list[UUID], team: list[UUID]
) -> dict[UUID, UUID]:
    """Let the team have worked: owners and stages of the older leads; return who owns which."""
    stages = await leads.read_pipeline(session)
    owners: dict[UUID, UUID] = {}
    for lead_id in lead_ids[: LEADS * 3 // 4]:
        owner, stage = chance.choice(team), chance.choices(stages, (4, 4, 3, 2, 1, 3))[0]
        await leads.place_lead(session, lead_id=lead_id, stage=stage, owner_id=owner, now=utc_now())
        owners[lead_id] = owner
    return owners


async def _write_notes(session: AsyncSession, chance: random.Random, owners: dict[UUID, UUID]) -> None:
    """Let owners have written of some leads just now: after all calls, since a history is told in the order it is in."""
    for lead_id, owner in owners.items():
        if chance.random() < 0.4:
            note = {"text": chance.choice(NOTES)}
            await leads.add_timeline(session, lead_id=lead_id, kind="note", body=note, actor_id=owner)
