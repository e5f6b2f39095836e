"""Leads that programs and colleagues send in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from metacortex.contexts.intake.rules.submission import FormFields
from metacortex.contexts.intake.schemas import CreatedLeadOut, NewLeadIn
from metacortex.contexts.intake.service import submissions
from metacortex.platform.http import Envelope, IdempotencyKey, IdempotentRoute, Session, envelope, problems
from metacortex.platform.http.idempotency import IdempotencyKeyReused
from metacortex.platform.security import Principal, require

router = APIRouter(prefix="/api/v1", tags=["intake"], route_class=IdempotentRoute)


@router.post(
    "/leads",
    status_code=201,
    response_model=Envelope[CreatedLeadOut],
    responses=problems(submissions.SubmissionInvalid, IdempotencyKeyReused),
)
async def create_lead(
    body: NewLeadIn,
    member: Annotated[Principal, Depends(require("leads:edit"))],
    session: Session,
    _: IdempotencyKey,
) -> Any:
    """Make a lead, or join it to the open lead of the same person. Repeat it safely with an Idempotency-Key."""
    fields = FormFields(
        name=body.name or "",
        email=body.email or "",
        phone=body.phone or "",
        company=body.company or "",
        message=body.message or "",
    )
    received = await submissions.create_lead(
        session, fields, source=body.source, title=body.title, member_id=member.member_id
    )
    return envelope({"id": received.lead_id, "contact_id": received.contact_id, "joined": received.joined})
