"""Signing up, in and out."""

from typing import Any

from fastapi import APIRouter, Response

from metacortex.contexts.identity.router.cookies import (
    DEVICE_COOKIE,
    REFRESH_COOKIE,
    DeviceCookie,
    LeavesEarlierSession,
    RefreshCookie,
    delete_cookie,
    set_cookie,
)
from metacortex.contexts.identity.router.paces import INVITATION_PACE, MAIL_PACE, SIGN_IN_PACE, SIGN_UP_PACE
from metacortex.contexts.identity.schemas import (
    AcceptInvitation,
    AskedOut,
    AskReset,
    GiveCode,
    GivePasskey,
    KeySetOut,
    ResetPassword,
    SignedInOut,
    SignIn,
    SignInByLink,
    SignUp,
    UseToken,
)
from metacortex.contexts.identity.service import passkeys, recovery, second_factor, sessions, throttling
from metacortex.contexts.identity.service import sign_in as service
from metacortex.contexts.identity.service.invitations import InvitationNotFound
from metacortex.contexts.identity.service.invitations import accept_invitation as join_team
from metacortex.contexts.identity.service.passwords import PasswordEasyToGuess
from metacortex.contexts.identity.types import new_token
from metacortex.platform.errors import Unauthenticated
from metacortex.platform.http import Envelope, envelope, problems
from metacortex.platform.http.same_origin import ForeignOrigin, OwnOrigin
from metacortex.platform.security import ACCESS_TOKEN_SECONDS, public_key_set

router = APIRouter(dependencies=[LeavesEarlierSession])

DEVICE_SECONDS = 365 * 24 * 3600


class SecondFactorRequired(Unauthenticated):
    """The password was right; the answer holds the token to finish by."""

    code = "second_factor_required"
    title = "Type the code of your authenticator app to go on."


@router.post(
    "/api/v1/sign-up",
    response_model=Envelope[SignedInOut],
    status_code=201,
    responses=problems(service.EmailInUse, SecondFactorRequired, PasswordEasyToGuess),
    dependencies=[SIGN_UP_PACE],
)
async def sign_up(body: SignUp, response: Response, device: DeviceCookie = None) -> Any:
    """Create an organization with yourself as its owner."""
    return answer_signed_in(response, await service.sign_up(body, device=device), device)


@router.post(
    "/api/v1/sign-in",
    response_model=Envelope[SignedInOut],
    responses=problems(service.WrongCredentials, SecondFactorRequired, service.NotAMember),
    dependencies=[SIGN_IN_PACE],
)
async def sign_in(body: SignIn, response: Response, device: DeviceCookie = None) -> Any:
    """Sign in by e-mail address and password; members of several organizations may choose one."""
    return answer_signed_in(response, await service.sign_in(body, device=device), device)


@router.post(
    "/api/v1/sign-in/link",
    response_model=Envelope[SignedInOut],
    responses=problems(service.LinkNotValid, SecondFactorRequired, service.EmailInUse, PasswordEasyToGuess),
    dependencies=[SIGN_IN_PACE],
)
async def sign_in_by_link(body: SignInByLink, response: Response) -> Any:
    """Sign in by a one-time link, optionally setting name, address, password and the organization's name."""
    return answer_signed_in(response, await service.sign_in_by_link(body))


@router.post(
    "/api/v1/sign-in/second-factor",
    response_model=Envelope[SignedInOut],
    responses=problems(second_factor.ChallengeOver, second_factor.WrongCode),
    dependencies=[SIGN_IN_PACE],
)
async def finish_sign_in(body: GiveCode, response: Response, device: DeviceCookie = None) -> Any:
    """Finish a sign-in by the code of an authenticator app or a recovery code; each challenge allows five tries."""
    return answer_signed_in(response, await second_factor.finish_sign_in(body.token, body.code), device)


@router.post(
    "/api/v1/sign-in/passkey/options",
    response_model=Envelope[AskedOut],
    responses=problems(passkeys.PasskeysNeedName),
    dependencies=[SIGN_IN_PACE],
)
async def ask_passkey(response: Response) -> Any:
    """Return what the browser needs to ask the device for a passkey."""
    response.headers["Cache-Control"] = "no-store"
    return envelope(await passkeys.ask_sign_in())


@router.post(
    "/api/v1/sign-in/passkey",
    response_model=Envelope[SignedInOut],
    responses=problems(second_factor.ChallengeOver, passkeys.PasskeyRefused),
    dependencies=[SIGN_IN_PACE],
)
async def sign_in_by_passkey(body: GivePasskey, response: Response) -> Any:
    """Sign in by the passkey that answered."""
    return answer_signed_in(response, await passkeys.sign_in_by_passkey(body.token, body.credential))


@router.post("/api/v1/password/reset-link", status_code=202, dependencies=[MAIL_PACE, SIGN_IN_PACE])
async def request_password_reset(body: AskReset) -> Any:
    """Send a link that sets a new password, if the address has an account; the answer is the same if not."""
    await recovery.request_reset(body.email)
    return envelope(None)


@router.post(
    "/api/v1/password/reset",
    status_code=204,
    responses=problems(recovery.MailLinkNotValid, PasswordEasyToGuess),
    dependencies=[SIGN_IN_PACE],
)
async def reset_password(body: ResetPassword) -> None:
    """Set a new password by a mailed link; every session of the person ends."""
    await recovery.reset_password(body.token, body.password)


@router.post(
    "/api/v1/email/verify",
    status_code=204,
    responses=problems(recovery.MailLinkNotValid),
    dependencies=[SIGN_IN_PACE],
)
async def verify_email(body: UseToken) -> None:
    """Prove by a mailed link that an address is yours."""
    await recovery.verify_email(body.token)


@router.post(
    "/api/v1/invitations/accept",
    response_model=Envelope[SignedInOut],
    responses=problems(InvitationNotFound, service.WrongCredentials, SecondFactorRequired, PasswordEasyToGuess),
    dependencies=[INVITATION_PACE],
)
async def accept_invitation(body: AcceptInvitation, response: Response, device: DeviceCookie = None) -> Any:
    """Accept an invitation and sign in; with an account already, give its password."""
    return answer_signed_in(response, await join_team(body, device=device), device)


@router.post(
    "/api/v1/session/refresh",
    response_model=Envelope[SignedInOut],
    responses=problems(sessions.SessionEnded, ForeignOrigin),
    dependencies=[OwnOrigin],
)
async def refresh_session(response: Response, refresh_token: RefreshCookie = None, device: DeviceCookie = None) -> Any:
    """Exchange the refresh cookie for a fresh access token; each cookie works once."""
    if not refresh_token:
        raise sessions.SessionEnded
    return answer_signed_in(response, await sessions.refresh_session(refresh_token), device)


@router.post("/api/v1/session/sign-out", status_code=204, responses=problems(ForeignOrigin), dependencies=[OwnOrigin])
async def sign_out(response: Response, refresh_token: RefreshCookie = None) -> None:
    """End the session of the refresh cookie, and have the browser forget the cookie and all it kept of this site."""
    if refresh_token:
        await sessions.end_session(refresh_token)
    delete_cookie(response, REFRESH_COOKIE)
    # Not "cookies": the one that knows this browser as its owner's must stay.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


@router.get("/.well-known/jwks.json", response_model=KeySetOut)
async def read_key_set(response: Response) -> Any:
    """Return the public keys that verify access tokens (RFC 7517)."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return public_key_set()


def set_refresh_cookie(response: Response, signed_in: sessions.SignedIn) -> None:
    """Keep the refresh token where no script reads it and no other site sends it from."""
    set_cookie(response, REFRESH_COOKIE, signed_in.refresh_token, seconds=sessions.REFRESH_LIFETIME.total_seconds())
    response.headers["Cache-Control"] = "no-store"


def _remember_device(response: Response, email: str, known: str | None) -> None:
    """Mark this browser as one that has signed in to the account, so that guessing elsewhere does not hinder it."""
    if throttling.read_device(email, known) is None:
        set_cookie(response, DEVICE_COOKIE, throttling.make_device_cookie(email, new_token()), seconds=DEVICE_SECONDS)


def answer_signed_in(
    response: Response,
    signed_in: sessions.SignedIn | second_factor.SecondFactorNeeded,
    device: str | None = None,
) -> Any:
    """Answer a sign-in: the refresh token as a cookie, the access token and the names of things in the body."""
    if isinstance(signed_in, second_factor.SecondFactorNeeded):
        raise SecondFactorRequired(token=signed_in.token, methods=signed_in.methods)
    set_refresh_cookie(response, signed_in)
    _remember_device(response, signed_in.user.email, device)
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
            "restricted": signed_in.restricted,
        }
    )
