"""Clerk over HTTP: its session tokens and its webhooks."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from metacortex.contexts.identity.router.cookies import LeavesEarlierSession
from metacortex.contexts.identity.router.paces import SIGN_IN_PACE
from metacortex.contexts.identity.router.sign_in import answer_signed_in
from metacortex.contexts.identity.schemas import ClerkToken, SignedInOut
from metacortex.contexts.identity.service import clerk as service
from metacortex.contexts.identity.service import federation, identities
from metacortex.contexts.identity.service.sign_in import NotAMember
from metacortex.platform.http import Envelope, problems
from metacortex.platform.security.dependencies import CurrentMember, ProofNeeded, RecentProof

router = APIRouter(dependencies=[LeavesEarlierSession])

SvixHeader = Annotated[str, Header(description="Set by Svix, which delivers for Clerk.")]
_ANY_OBJECT = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}}


@router.post(
    "/api/v1/sign-in/clerk",
    response_model=Envelope[SignedInOut],
    responses=problems(
        service.ClerkNotSetUp,
        service.AccountOnItsWay,
        federation.IdentityNotProved,
        identities.SignInAndLink,
        federation.ProviderUnavailable,
        NotAMember,
    ),
    dependencies=[SIGN_IN_PACE],
)
async def sign_in_by_clerk(body: ClerkToken, response: Response) -> Any:
    """Exchange a session token of Clerk for a session here."""
    return answer_signed_in(response, await service.sign_in_by_clerk(body.token))


@router.post(
    "/api/v1/me/identities/clerk",
    status_code=204,
    responses=problems(
        service.ClerkNotSetUp,
        identities.IdentityInUse,
        federation.IdentityNotProved,
        ProofNeeded,
        federation.ProviderUnavailable,
    ),
    dependencies=[RecentProof],
)
async def link_clerk_identity(body: ClerkToken, member: CurrentMember) -> None:
    """Add your identity at Clerk to your own account."""
    await service.link_clerk(member.user_id, body.token)


@router.post(
    "/api/v1/webhooks/clerk",
    status_code=204,
    responses=problems(service.ClerkNotSetUp, service.WebhookRefused, service.WebhookUnreadable),
    openapi_extra=_ANY_OBJECT,
)
async def receive_clerk_webhook(
    request: Request, svix_id: SvixHeader = "", svix_timestamp: SvixHeader = "", svix_signature: SvixHeader = ""
) -> None:
    """Follow changes of Clerk's users, organizations and memberships; only Clerk's webhooks call this."""
    await service.receive_webhook(service.Envelope(await request.body(), svix_id, svix_timestamp, svix_signature))
