"""The signed-in person's own security: sessions, password, second factor, passkeys, and showing again who they are."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from metacortex.contexts.identity.models import Passkey
from metacortex.contexts.identity.schemas import (
    AddPasskey,
    AskedOut,
    ChangePassword,
    ConfirmCode,
    FactorsOut,
    GivePasskey,
    GiveProof,
    PasskeyOut,
    ProofOut,
    RecoveryCodesOut,
    SessionOut,
    TotpSetUpOut,
)
from metacortex.contexts.identity.service import passkeys, proofs, recovery, second_factor, sessions
from metacortex.contexts.identity.service.passwords import PasswordEasyToGuess
from metacortex.platform.http import Envelope, Session, envelope, problems
from metacortex.platform.security import ACCESS_TOKEN_SECONDS
from metacortex.platform.security.dependencies import CurrentMember, ProofNeeded, RecentProof

router = APIRouter(prefix="/api/v1")


@router.get("/me/sessions", response_model=Envelope[list[SessionOut]])
async def list_sessions(member: CurrentMember, session: Session) -> Any:
    """Return where you are signed in, the session used last first."""
    return envelope(
        [
            {
                "id": one.id,
                "organization_name": organization.name,
                "user_agent": one.user_agent,
                "address": one.address,
                "methods": one.methods,
                "created_at": one.created_at,
                "used_at": one.used_at,
                "is_current": one.id == member.session_id,
            }
            for one, organization in await sessions.list_sessions(session, member.user_id)
        ]
    )


@router.delete("/me/sessions/{session_id}", status_code=204, responses=problems(sessions.SessionNotFound))
async def end_session(session_id: UUID, member: CurrentMember, session: Session) -> None:
    """Sign out on another device, at once."""
    await sessions.end_own_session(session, member.user_id, session_id)


@router.post("/me/sessions/end-others", status_code=204)
async def end_other_sessions(member: CurrentMember, session: Session) -> None:
    """Sign out everywhere but here."""
    await sessions.end_all_sessions(session, member.user_id, but=member.session_id)


@router.put("/me/password", status_code=204, responses=problems(recovery.WrongPassword, PasswordEasyToGuess))
async def change_password(body: ChangePassword, member: CurrentMember, session: Session) -> None:
    """Replace your password; your other sessions end."""
    await recovery.change_password(session, member, body.current, body.new)


@router.post("/me/email/verification-link", status_code=202)
async def request_verification(member: CurrentMember) -> Any:
    """Send a link to your address that proves it is yours."""
    await recovery.request_verification(member.user_id)
    return envelope(None)


@router.get("/me/factors", response_model=Envelope[FactorsOut])
async def read_factors(member: CurrentMember, session: Session) -> Any:
    """Return by what you can prove who you are."""
    found, is_possible = await proofs.read_factors(session, member), False
    with suppress(passkeys.PasskeysNeedName):
        is_possible = bool(passkeys.relying_party())
    return envelope({**found, "passkeys_possible": is_possible})


@router.post(
    "/me/totp",
    response_model=Envelope[TotpSetUpOut],
    status_code=201,
    responses=problems(second_factor.FactorExists, ProofNeeded),
    dependencies=[RecentProof],
)
async def set_up_totp(member: CurrentMember, session: Session, response: Response) -> Any:
    """Begin to set up an authenticator app; it counts once you confirm one of its codes."""
    response.headers["Cache-Control"] = "no-store"
    return envelope(await second_factor.set_up_totp(session, member))


@router.post(
    "/me/totp/confirm",
    response_model=Envelope[RecoveryCodesOut],
    responses=problems(second_factor.FactorNotFound, second_factor.WrongCode, ProofNeeded),
    dependencies=[RecentProof],
)
async def confirm_totp(body: ConfirmCode, member: CurrentMember, session: Session, response: Response) -> Any:
    """Finish setting up an authenticator app by a code it shows; returns recovery codes."""
    response.headers["Cache-Control"] = "no-store"
    return envelope({"codes": await second_factor.confirm_totp(session, member, body.code)})


@router.delete(
    "/me/totp",
    status_code=204,
    responses=problems(second_factor.FactorNotFound, ProofNeeded),
    dependencies=[RecentProof],
)
async def remove_totp(member: CurrentMember, session: Session) -> None:
    """Remove your authenticator app and recovery codes."""
    await second_factor.remove_totp(session, member)


@router.post(
    "/me/recovery-codes",
    response_model=Envelope[RecoveryCodesOut],
    status_code=201,
    responses=problems(second_factor.FactorNotFound, ProofNeeded),
    dependencies=[RecentProof],
)
async def renew_recovery_codes(member: CurrentMember, session: Session, response: Response) -> Any:
    """Replace your recovery codes; the old ones stop working."""
    response.headers["Cache-Control"] = "no-store"
    return envelope({"codes": await second_factor.renew_recovery_codes(session, member)})


@router.post(
    "/me/passkeys/options",
    response_model=Envelope[AskedOut],
    responses=problems(passkeys.PasskeysNeedName, passkeys.TooManyPasskeys, ProofNeeded),
    dependencies=[RecentProof],
)
async def ask_new_passkey(member: CurrentMember, session: Session) -> Any:
    """Return what the browser needs to make a passkey on your device."""
    return envelope(await passkeys.ask_new_passkey(session, member))


@router.post(
    "/me/passkeys",
    response_model=Envelope[PasskeyOut],
    status_code=201,
    responses=problems(second_factor.ChallengeOver, passkeys.PasskeyUnusable, ProofNeeded),
    dependencies=[RecentProof],
)
async def add_passkey(body: AddPasskey, member: CurrentMember, session: Session) -> Any:
    """Keep the passkey your device made."""
    made: Passkey = await passkeys.add_passkey(session, member, body.token, body.credential, body.name)
    await session.flush()
    return envelope(made)


@router.delete(
    "/me/passkeys/{passkey_id}",
    status_code=204,
    responses=problems(passkeys.PasskeyNotFound, ProofNeeded),
    dependencies=[RecentProof],
)
async def remove_passkey(passkey_id: UUID, member: CurrentMember, session: Session) -> None:
    """Remove one of your passkeys."""
    await passkeys.remove_passkey(session, member, passkey_id)


@router.post("/session/proof", response_model=Envelope[ProofOut], responses=problems(proofs.ProofWrong))
async def give_proof(body: GiveProof, member: CurrentMember, response: Response) -> Any:
    """Show again that it is you, by password or by code; dangerous acts are then open for ten minutes."""
    return _answer(response, await proofs.give_proof(member, password=body.password, code=body.code))


@router.post(
    "/session/proof/passkey/options", response_model=Envelope[AskedOut], responses=problems(passkeys.PasskeysNeedName)
)
async def ask_passkey_proof(member: CurrentMember, session: Session) -> Any:
    """Return what the browser needs to ask the device for a passkey of yours."""
    return envelope(await passkeys.ask_proof(session, member))


@router.post(
    "/session/proof/passkey",
    response_model=Envelope[ProofOut],
    responses=problems(second_factor.ChallengeOver, passkeys.PasskeyRefused),
)
async def give_passkey_proof(body: GivePasskey, member: CurrentMember, session: Session, response: Response) -> Any:
    """Show again that it is you, by passkey."""
    return _answer(response, await passkeys.prove_by_passkey(session, member, body.token, body.credential))


def _answer(response: Response, access_token: str) -> Any:
    response.headers["Cache-Control"] = "no-store"
    return envelope({"access_token": access_token, "expires_in_seconds": ACCESS_TOKEN_SECONDS})
