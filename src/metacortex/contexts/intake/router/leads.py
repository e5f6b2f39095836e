"""Leads that programs and colleagues send in."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.intake.rules.submission import FormFields
from metacortex.contexts.intake.schemas import CreatedLeadOut, NewLeadIn
from metacortex.contexts.intake.service import submissions
from metacortex.contexts.privacy.public import PersonErased
from metacortex.platform.database import transaction
from metacortex.platform.http import Envelope, IdempotentRoute, envelope, problems
from metacortex.platform.http.idempotency import IdempotencyKeyReused, remember_request
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import Caller, require

router = APIRouter(prefix="/api/v1", tags=["intake"], route_class=IdempotentRoute)


async def open_keyed_transaction(
    request: Request,
    member: Caller,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> AsyncIterator[AsyncSession | None]:
    """Open a transaction only for a request with an Idempotency-Key, whose answer is kept with the lead."""
    if idempotency_key is None:
        yield None
        return
    async with transaction(member.org_id) as session:
        request.state.session = session
        await remember_request(request, session, idempotency_key)
        yield session


KeyedSession = Annotated[AsyncSession | None, Depends(open_keyed_transaction, scope="function")]


@router.post(
    "/leads",
    status_code=201,
    response_model=Envelope[CreatedLeadOut],
    responses=problems(submissions.SubmissionInvalid, IdempotencyKeyReused, PersonErased),
)
async def create_lead(
    body: NewLeadIn,
    member: Annotated[Principal, Depends(require("leads:edit"))],
    session: KeyedSession,
) -> Any:
    """Make a lead, or join it to the open lead of the same person. Repeat it safely with an Idempotency-Key."""
    fields = FormFields(
        name=body.name or "",
        email=body.email or "",
        phone=body.phone or "",
        company=body.company or "",
        time_zone=body.time_zone or "",
        country=body.country or "",
        region=body.region or "",
        postal_code=body.postal_code or "",
        message=body.message or "",
    )
    received = await submissions.create_lead(
        member.org_id,
        fields,
        source=body.source,
        title=body.title,
        member_id=member.member_id,
        session=session,
    )
    return envelope({"id": received.lead_id, "contact_id": received.contact_id, "joined": received.joined})
