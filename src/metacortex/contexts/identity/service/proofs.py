"""What a person can prove who they are by, and proving it again before a dangerous act (step-up)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.service.second_factor import use_code
from metacortex.contexts.identity.service.sessions import prove_session
from metacortex.contexts.identity.service.throttling import admit_code
from metacortex.platform.audit import record
from metacortex.platform.database import transaction
from metacortex.platform.errors import Refused, Unauthenticated
from metacortex.platform.security import Principal, verify_password


class ProofWrong(Refused):
    code = "proof_wrong"
    title = "This is not right. Type your password, or the code of your authenticator app if you have set one up."


async def read_factors(session: AsyncSession, principal: Principal) -> dict[str, Any]:
    """Return by what the signed-in person can prove who they are."""
    await queries.see_as_user(session, principal.user_id)
    user = await queries.find_user(session, principal.user_id)
    if user is None:
        raise Unauthenticated
    return {
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
        "has_password": user.password_hash is not None,
        "has_totp": bool(await queries.find_second_factors(session, user.id)),
        "recovery_codes_left": await queries.count_recovery_codes(session, user.id),
        "passkeys": await queries.find_passkeys(session, user.id),
    }


async def give_proof(principal: Principal, *, password: str | None, code: str | None) -> str:
    """Return an access token that dangerous acts accept, for a right code, or a right password where no code is due."""
    async with transaction(principal.org_id) as session:
        await queries.see_as_user(session, principal.user_id)
        user = await queries.find_user(session, principal.user_id)
        needs_code = bool(await queries.find_second_factors(session, principal.user_id))
    if user is None:
        raise Unauthenticated
    if not needs_code:
        await admit_code(str(principal.user_id))
    fits = not needs_code and password is not None and await verify_password(password, user.password_hash)
    async with transaction(principal.org_id) as session:
        await queries.see_as_user(session, principal.user_id)
        if needs_code and code is not None:
            fits = await use_code(session, principal.user_id, code)
        if fits:
            return await prove_session(session, principal, ["otp" if needs_code else "pwd"])
        record(session, "session.proof_failed", subject=str(principal.session_id))
    raise ProofWrong
