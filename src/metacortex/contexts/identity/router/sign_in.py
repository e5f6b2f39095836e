"""Signing up, in and out."""

from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Request, Response

from metacortex.contexts.identity.router.paces import INVITATION_PACE, SIGN_IN_PACE, SIGN_UP_PACE
from metacortex.contexts.identity.schemas import AcceptInvitation, KeySetOut, SignedInOut, SignIn, SignInByLink, SignUp
from metacortex.contexts.identity.service import sessions
from metacortex.contexts.identity.service import sign_in as service
from metacortex.contexts.identity.service.invitations import InvitationNotFound
from metacortex.contexts.identity.service.invitations import accept_invitation as join_team
from metacortex.platform.http import Envelope, envelope, problems
from metacortex.platform.security import ACCESS_TOKEN_SECONDS, public_key_set
from metacortex.platform.settings import settings

router = APIRouter()

COOKIE = "metacortex_refresh"
COOKIE_PATH = "/api/v1/session"
RefreshCookie = Annotated[str | None, Cookie(alias=COOKIE, max_length=200, description="Set by every sign-in.")]


@router.post(
    "/api/v1/sign-up",
    response_model=Envelope[SignedInOut],
    status_code=201,
    responses=problems(service.EmailInUse),
    dependencies=[SIGN_UP_PACE],
)
async def sign_up(body: SignUp, request: Request, response: Response) -> Any:
    """Create an organization with yourself as its owner."""
    return _answer(response, await service.sign_up(body, user_agent=_user_agent(request)))


@router.post(
    "/api/v1/sign-in",
    response_model=Envelope[SignedInOut],
    responses=problems(service.WrongCredentials, service.NotAMember),
    dependencies=[SIGN_IN_PACE],
)
async def sign_in(body: SignIn, request: Request, response: Response) -> Any:
    """Sign in by e-mail address and password; members of several organizations may choose one."""
    return _answer(response, await service.sign_in(body, user_agent=_user_agent(request)))


@router.post(
    "/api/v1/sign-in/link",
    response_model=Envelope[SignedInOut],
    responses=problems(service.LinkNotValid, service.EmailInUse),
    dependencies=[SIGN_IN_PACE],
)
async def sign_in_by_link(body: SignInByLink, request: Request, response: Response) -> Any:
    """Sign in by a one-time link, optionally setting name, address, password and the organization's name."""
    return _answer(response, await service.sign_in_by_link(body, user_agent=_user_agent(request)))


@router.post(
    "/api/v1/invitations/accept",
    response_model=Envelope[SignedInOut],
    responses=problems(InvitationNotFound, service.WrongCredentials),
    dependencies=[INVITATION_PACE],
)
async def accept_invitation(body: AcceptInvitation, request: Request, response: Response) -> Any:
    """Accept an invitation and sign in; with an account already, give its password."""
    return _answer(response, await join_team(body, user_agent=_user_agent(request)))


@router.post("/api/v1/session/refresh", response_model=Envelope[SignedInOut], responses=problems(sessions.SessionEnded))
async def refresh_session(response: Response, metacortex_refresh: RefreshCookie = None) -> Any:
    """Exchange the refresh cookie for a fresh access token; each cookie works once."""
    if not metacortex_refresh:
        raise sessions.SessionEnded
    return _answer(response, await sessions.refresh_session(metacortex_refresh))


@router.post("/api/v1/session/sign-out", status_code=204)
async def sign_out(response: Response, metacortex_refresh: RefreshCookie = None) -> None:
    """End the session of the refresh cookie and remove the cookie."""
    if metacortex_refresh:
        await sessions.end_session(metacortex_refresh)
    response.delete_cookie(COOKIE, path=COOKIE_PATH, secure=_is_secure(), httponly=True, samesite="strict")


@router.get("/.well-known/jwks.json", response_model=KeySetOut)
async def read_key_set(response: Response) -> Any:
    """Return the public keys that verify access tokens (RFC 7517)."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return public_key_set()


def _user_agent(request: Request) -> str:
    return request.headers.get("user-agent", "").replace("\x00", "")[:300]


def _is_secure() -> bool:
    return settings().base_url.startswith("https:")


def _answer(response: Response, signed_in: sessions.SignedIn) -> Any:
    response.set_cookie(
        COOKIE,
        signed_in.refresh_token,
        max_age=int(sessions.REFRESH_LIFETIME.total_seconds()),
        path=COOKIE_PATH,
        secure=_is_secure(),
        httponly=True,
        samesite="strict",
    )
    response.headers["Cache-Control"] = "no-store"
    member, user = signed_in.member, signed_in.user
    return envelope(
        {
            "access_token": signed_in.access_token,
            "expires_in_seconds": ACCESS_TOKEN_SECONDS,
            "member": {
                "id": member.id,
                "user_id": user.id,
                "name": user.name,
                "email": user.email,
                "role": member.role,
            },
            "organization": {"id": signed_in.organization.id, "name": signed_in.organization.name},
        }
    )
