"""Leads that come by API or web form: checked, then kept in one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.intake import queries
from metacortex.contexts.intake.models import InboundMessage
from metacortex.contexts.intake.rules.submission import FormFields, read_fields
from metacortex.contexts.intake.service.gathering import Gatherer
from metacortex.contexts.intake.service.receiving import Arrival, receive_arrivals
from metacortex.contexts.intake.settings import intake_settings
from metacortex.contexts.intake.types import FoundSource, InboundState, SourceKind
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import Invalid, TooMany
from metacortex.platform.limits import Limit, Verdict, take
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import log

_DEFAULT_SOURCE = "API"


class SubmissionInvalid(Invalid):
    code = "submission_invalid"
    title = "Something in the form needs another look."


class TooManySubmissions(TooMany):
    code = "too_many_submissions"
    title = "Too many messages came from your network in a short time. Wait a few minutes, then send it again."


@dataclass(frozen=True, slots=True)
class Reachable:
    """Who got in touch, with an email and a phone in the form they are stored in."""

    email: str | None
    phone: str | None


def check_reachable(fields: FormFields) -> Reachable:
    """Return the normalised email and phone; raise SubmissionInvalid naming every field that cannot be used."""
    email = leads.normalise_email(fields.email)
    phone = leads.normalise_phone(fields.phone, region=settings().default_region)
    errors: list[dict[str, str]] = []
    if fields.email and not email:
        errors.append({"field": "email", "message": "This is not an email address. Check it for a typing error."})
    if fields.phone and not phone:
        errors.append({"field": "phone", "message": "This is not a phone number. Add the country code, as in +91."})
    if not errors and not email and not phone:
        errors.append({"field": "email", "message": "Give an email address or a phone number."})
    if errors:
        raise SubmissionInvalid(errors[0]["message"], errors=errors)
    return Reachable(email=email, phone=phone)


def read_place(fields: FormFields) -> tuple[leads.Place, dict[str, str]]:
    """Return where somebody says they live, and a sentence for each field that means nothing."""
    return leads.read_place(
        time_zone=fields.time_zone, country=fields.country, region=fields.region, postal_code=fields.postal_code
    )


async def keep_arrivals(org_id: UUID, arrivals: Sequence[Arrival]) -> list[leads.ReceivedLead | None]:
    """Make leads of arrivals in one commit; None stands for a person who was erased."""
    async with transaction(org_id) as session:
        return await _receive_unless_erased(session, arrivals)


async def _receive_unless_erased(session: AsyncSession, arrivals: Sequence[Arrival]) -> list[leads.ReceivedLead | None]:
    by_arrival = [privacy.list_addresses([one.email], [one.phone]) for one in arrivals]
    erased = await privacy.find_erased(session, {one for addresses in by_arrival for one in addresses})
    welcome = [not erased.intersection(addresses) for addresses in by_arrival]
    kept = [one for one, is_welcome in zip(arrivals, welcome, strict=True) if is_welcome]
    received = iter(await receive_arrivals(session, kept) if kept else [])
    return [next(received) if is_welcome else None for is_welcome in welcome]


_arrivals = Gatherer(keep_arrivals)


async def create_lead(
    org_id: UUID,
    fields: FormFields,
    *,
    source: str | None,
    title: str | None,
    member_id: UUID | None,
    session: AsyncSession | None,
) -> leads.ReceivedLead:
    """Make a lead of what a program or a colleague sent, or join it to the open lead of the same person.

    Without a session of its own the lead shares the commit of others that arrive at the same moment.
    """
    reachable = check_reachable(fields)
    place, unclear = read_place(fields)
    if unclear:
        errors = [{"field": name, "message": sentence} for name, sentence in unclear.items()]
        raise SubmissionInvalid(errors[0]["message"], errors=errors)
    arrival = Arrival(
        channel=SourceKind.API.value,
        source_name=source or _DEFAULT_SOURCE,
        received_at=utc_now(),
        name=fields.name,
        email=reachable.email,
        phone=reachable.phone,
        company=fields.company,
        place=place,
        title=title or "",
        message=fields.message,
        actor_id=member_id,
    )
    if session is None:
        received = await _arrivals.submit(org_id, arrival)
    else:
        [received] = await _receive_unless_erased(session, [arrival])
    if received is None:
        raise privacy.PersonErased
    return received


async def count_submission(source: FoundSource, address: str) -> Verdict:
    """Count one use of a form by a network address."""
    chosen = intake_settings()
    limit = Limit("form", "sliding", chosen.form_submissions, chosen.form_window_seconds)
    return await take([(limit, f"{source.id}:{address}")])


def read_ticked(consent: str) -> list[UUID]:
    """Return the consent texts a form names, by id, divided by commas; raise ConsentTextUnknown for anything else."""
    try:
        return [UUID(one.strip()) for one in consent.split(",") if one.strip()]
    except ValueError as error:
        raise privacy.ConsentTextUnknown(
            errors=[{"field": "consent", "message": privacy.ConsentTextUnknown.title}]
        ) from error


async def submit_form(source: FoundSource, sent: Mapping[str, str], *, client_address: str | None = None) -> None:
    """Keep what a visitor sent by a form as a lead; what a robot filled in is thanked for and dropped.

    Whoever was erased before is welcome: they wrote themself. `consent` names the consent texts that were ticked.
    """
    fields = read_fields(sent)
    ticked = read_ticked(sent.get("consent", ""))
    if fields.website:
        log.info("form.robot_dropped", org_id=str(source.org_id), source_id=str(source.id))
        return
    reachable = check_reachable(fields)
    place, unclear = read_place(fields)
    # A visitor is not sent back for it: what was not understood stays with their words.
    unread = [f"{name}: {getattr(fields, name)}" for name in unclear]
    now = utc_now()
    once = fields.once or str(uuid4())
    async with transaction(source.org_id) as session:
        new_ids = await queries.insert_inbound(
            session,
            [
                {
                    "id": new_id(),
                    "source_id": source.id,
                    "channel": SourceKind.FORM.value,
                    "dedupe_key": f"form:{source.id}:{hashlib.sha256(once.encode()).hexdigest()}",
                    "size": sum(len(value) for value in sent.values()),
                    "envelope_from": "",
                    "envelope_to": "",
                    "tag": "",
                    "state": InboundState.READ.value,
                    "from_email": reachable.email,
                    "attempts": 1,
                    "received_at": now,
                    "read_at": now,
                }
            ],
        )
        if not new_ids:
            return
        arrival = Arrival(
            channel=SourceKind.FORM.value,
            source_name=source.name,
            received_at=now,
            name=fields.name,
            email=reachable.email,
            phone=reachable.phone,
            company=fields.company,
            place=place,
            message="\n\n".join(filter(None, [fields.message, *unread])),
        )
        [received] = await receive_arrivals(session, [arrival])
        row = await session.get(InboundMessage, (source.org_id, new_ids[0]))
        if row is not None:
            row.lead_id = received.lead_id
        if ticked:
            await privacy.record_ticked(
                session,
                text_ids=ticked,
                email=reachable.email,
                phone=reachable.phone,
                source=f"form: {source.name}",
                client_address=client_address,
            )
