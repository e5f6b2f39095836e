"""Signing in with others over HTTP: the browser goes to an issuer and comes back."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.router.cookies import (
    FEDERATION_COOKIE,
    REFRESH_COOKIE,
    LeavesEarlierSession,
    delete_cookie,
    read_cookie,
    set_cookie,
)
from metacortex.contexts.identity.router.paces import SIGN_IN_PACE, SIGN_UP_PACE
from metacortex.contexts.identity.router.sign_in import answer_signed_in, set_refresh_cookie
from metacortex.contexts.identity.schemas import (
    AuthorizationOut,
    FederatedSignUp,
    IdentityOut,
    LinkIdentity,
    ProvidersOut,
    SignedInOut,
)
from metacortex.contexts.identity.service import federation as service
from metacortex.contexts.identity.service import identities
from metacortex.contexts.identity.service.sessions import leave_session
from metacortex.contexts.identity.settings import federation_settings
from metacortex.contexts.identity.types import hash_token
from metacortex.platform.errors import Problem
from metacortex.platform.http import Envelope, Session, envelope, problems
from metacortex.platform.security.dependencies import CurrentMember, ProofNeeded, RecentProof

router = APIRouter(dependencies=[LeavesEarlierSession])

_REDIRECT: dict[int | str, dict[str, Any]] = {302: {"description": "To the issuer, or to a page of this product."}}
_COOKIE_SECONDS = int(service.PENDING_LIFETIME.total_seconds())


@router.get("/api/v1/sign-in/providers", response_model=Envelope[ProvidersOut])
async def list_providers() -> Any:
    """Return with whom people may sign in here."""
    providers = [
        {"id": slug, "name": provider.name, "path": f"/api/v1/sign-in/oidc/{slug}"}
        for slug, provider in federation_settings().providers.items()
    ]
    return envelope({"providers": providers, "clerk": federation_settings().clerk_issuer or None})


@router.get(
    "/api/v1/sign-in/oidc/{provider}",
    status_code=302,
    response_class=RedirectResponse,
    responses={**_REDIRECT, **problems(service.ProviderNotFound)},
    dependencies=[SIGN_IN_PACE],
)
async def start_oidc_sign_in(
    provider: str,
    request: Request,
    next_path: Annotated[str, Query(alias="next", description="A page of this product.")] = "/",
    invitation: Annotated[str | None, Query(description="Token of an invitation's link.")] = None,
) -> Any:
    """Send the browser to an issuer; a `next` that is no page of this product is taken for the first page."""
    service.find_provider(provider)
    try:
        departure = await service.depart(provider, next_path=next_path, invitation=invitation)
    except Problem as problem:
        return _redirect(_name_problem("/sign-in", problem))
    response = _redirect(departure.authorization_url)
    _set_browser_cookie(request, response, departure.browser_secret)
    return response


@router.get(
    "/api/v1/sign-in/oidc/{provider}/callback",
    status_code=302,
    response_class=RedirectResponse,
    responses={**_REDIRECT, **problems(service.ProviderNotFound)},
    dependencies=[SIGN_IN_PACE],
)
async def finish_oidc_sign_in(
    provider: str,
    request: Request,
    state: str = "",
    code: str | None = None,
    error: str | None = None,
    iss: str | None = None,
) -> Any:
    """Take the browser back from an issuer; refusals lead to the sign-in page with a `problem` code."""
    service.find_provider(provider)
    arrival = service.Arrival(state, _read_browser_cookie(request), code, error, iss)
    _leave_session_of_departure(request)
    page = "/sign-in"
    try:
        attempt = await service.take_attempt(provider, arrival)
        page = page if attempt.linking_user_id is None else attempt.next_path
        welcome = await service.arrive(attempt, arrival)
    except Problem as problem:
        response = _redirect(_name_problem(page, problem))
        delete_cookie(response, FEDERATION_COOKIE)
        return response
    response = _redirect(welcome.path)
    if welcome.signed_in is not None:
        set_refresh_cookie(response, welcome.signed_in)
    # Who is about to sign up still needs the cookie.
    if not welcome.path.startswith("/sign-up?"):
        delete_cookie(response, FEDERATION_COOKIE)
    return response


@router.post(
    "/api/v1/sign-up/federated",
    response_model=Envelope[SignedInOut],
    status_code=201,
    responses=problems(service.AttemptNotValid, identities.SignInAndLink),
    dependencies=[SIGN_UP_PACE],
)
async def sign_up_federated(body: FederatedSignUp, request: Request, response: Response) -> Any:
    """Create an organization with yourself as its owner, after an issuer has proven who you are."""
    signed_in = await service.sign_up_federated(body, browser_secret=_read_browser_cookie(request))
    delete_cookie(response, FEDERATION_COOKIE)
    return answer_signed_in(response, signed_in)


@router.get("/api/v1/me/identities", response_model=Envelope[list[IdentityOut]])
async def list_identities(member: CurrentMember, session: Session) -> Any:
    """Return the outside identities that sign you in."""
    names = {one.issuer: one.name for one in federation_settings().providers.values()}
    names.setdefault(federation_settings().clerk_issuer, "Clerk")
    return envelope(
        [
            {
                "id": one.id,
                "issuer": one.issuer,
                "provider": names.get(one.issuer, one.issuer),
                "email": one.email,
                "created_at": one.created_at,
            }
            for one in await queries.find_identities(session, member.user_id)
        ]
    )


@router.post(
    "/api/v1/me/identities",
    response_model=Envelope[AuthorizationOut],
    responses=problems(service.ProviderNotFound, ProofNeeded, service.ProviderUnavailable),
    dependencies=[RecentProof],
)
async def start_identity_link(body: LinkIdentity, member: CurrentMember, request: Request, response: Response) -> Any:
    """Begin to add an outside identity to your own account; the browser then goes to `authorization_url`."""
    departure = await service.depart(body.provider, next_path=body.next, linking_user_id=member.user_id)
    _set_browser_cookie(request, response, departure.browser_secret)
    return envelope({"authorization_url": departure.authorization_url})


@router.delete(
    "/api/v1/me/identities/{identity_id}",
    status_code=204,
    responses=problems(identities.IdentityNotFound, identities.LastWayIn, ProofNeeded),
    dependencies=[RecentProof],
)
async def remove_identity(identity_id: UUID, member: CurrentMember, session: Session) -> None:
    """Remove an outside identity from your account; it does not sign you in any more."""
    await identities.remove_identity(session, member.user_id, identity_id)


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, 302, headers={"Cache-Control": "no-store"})


def _name_problem(page: str, problem: Problem) -> str:
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'problem': problem.code})}"


def _set_browser_cookie(request: Request, response: Response, secret: str) -> None:
    """Keep the secret, and by its hash the session that ends when somebody else is let in.

    The session's own cookie, being Strict, is left out when the issuer's page leads back here.
    """
    refresh_token = read_cookie(request, REFRESH_COOKIE)
    value = f"{secret}.{hash_token(refresh_token)}" if refresh_token else secret
    set_cookie(response, FEDERATION_COOKIE, value, seconds=_COOKIE_SECONDS, samesite="lax")
    response.headers["Cache-Control"] = "no-store"


def _read_browser_cookie(request: Request) -> str:
    return (read_cookie(request, FEDERATION_COOKIE) or "").partition(".")[0]


def _leave_session_of_departure(request: Request) -> None:
    token_hash = (read_cookie(request, FEDERATION_COOKIE) or "").partition(".")[2]
    if token_hash:
        leave_session(token_hash)
