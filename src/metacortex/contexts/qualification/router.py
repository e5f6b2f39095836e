"""Qualification over HTTP: why a lead scored as it did, what people say of it, and whom the organization wants."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from metacortex.contexts.leads.public import LeadNotFound
from metacortex.contexts.qualification import service
from metacortex.contexts.qualification.models import Qualification
from metacortex.contexts.qualification.schemas import (
    FeedbackIn,
    FeedbackOut,
    IdealCustomerIn,
    IdealCustomerOut,
    QualificationOut,
)
from metacortex.contexts.qualification.service import ImpossibleWeights, NotQualifiedYet
from metacortex.contexts.qualification.types import Band
from metacortex.platform.http import Envelope, IdempotencyKey, IdempotentRoute, Session, envelope, problems
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1", tags=["qualification"], route_class=IdempotentRoute)
LeadViewer = Annotated[Principal, Depends(require("leads:view"))]
LeadEditor = Annotated[Principal, Depends(require("leads:edit"))]
ScoringViewer = Annotated[Principal, Depends(require("scoring:view"))]
ScoringEditor = Annotated[Principal, Depends(require("scoring:edit"))]


@router.get(
    "/leads/{lead_id}/qualification",
    response_model=Envelope[QualificationOut],
    responses=problems(LeadNotFound, NotQualifiedYet),
)
async def read_qualification(lead_id: UUID, session: Session, _: LeadViewer) -> Any:
    """What was read in the message that a lead's score comes from, with the quotes that bear it out."""
    return envelope(_show(await service.read_qualification(session, lead_id)))


@router.post(
    "/leads/{lead_id}/feedback",
    status_code=201,
    response_model=Envelope[FeedbackOut],
    responses=problems(LeadNotFound, NotQualifiedYet),
)
async def give_feedback(
    lead_id: UUID, body: FeedbackIn, session: Session, member: LeadEditor, _: IdempotencyKey
) -> Any:
    """Say whether the reading was right; it is kept for teaching and told in the lead's history."""
    label = await service.record_feedback(session, lead_id=lead_id, said=body, member_id=member.member_id)
    return envelope(
        {
            "id": label.id,
            "verdict": label.verdict,
            "intent": label.intent,
            "band": label.band,
            "note": label.note,
            "created_at": label.created_at,
        }
    )


@router.get("/ideal-customer", response_model=Envelope[IdealCustomerOut])
async def read_ideal_customer(session: Session, _: ScoringViewer) -> Any:
    """Whom the organization wants."""
    return envelope(_show_ideal(await service.read_ideal_customer(session)))


@router.put("/ideal-customer", response_model=Envelope[IdealCustomerOut], responses=problems(ImpossibleWeights))
async def change_ideal_customer(body: IdealCustomerIn, session: Session, _: ScoringEditor) -> Any:
    """Describe whom the organization wants; open leads are scored anew soon after."""
    return envelope(_show_ideal(await service.change_ideal_customer(session, body)))


def _show(found: Qualification) -> dict[str, Any]:
    shown = {name: getattr(found, name, None) for name in QualificationOut.model_fields}
    return {**shown, "not_enough_to_say": found.band == Band.UNSURE.value}


def _show_ideal(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in IdealCustomerOut.model_fields}
