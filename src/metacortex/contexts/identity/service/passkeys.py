"""Passkeys: signing in by a key that never leaves the person's device (WebAuthn level 3), by the `webauthn` library.

A passkey asks for the person's finger, face or PIN, so it is both factors at once.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn.helpers import bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import Challenge, Passkey
from metacortex.contexts.identity.service.second_factor import CHALLENGE_LIFETIME, ChallengeOver
from metacortex.contexts.identity.service.sessions import SignedIn, open_session, prove_session
from metacortex.contexts.identity.types import hash_token, new_token
from metacortex.platform.audit import record
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound, Unauthenticated
from metacortex.platform.security import Principal
from metacortex.platform.settings import settings

MOST_PASSKEYS = 20


class PasskeyRefused(Unauthenticated):
    code = "passkey_refused"
    title = "This passkey did not open your account. Try again, or sign in by password."


class PasskeyUnusable(Invalid):
    code = "passkey_unusable"
    title = "Your device answered in a way that cannot be used. Try again, or use another device."


class PasskeysNeedName(Conflict):
    code = "passkeys_need_name"
    title = "Passkeys need an address with a name. Open the product by its name, or set METACORTEX_PUBLIC_URL."


class TooManyPasskeys(Conflict):
    code = "too_many_passkeys"
    title = "You have twenty passkeys. Remove one that you no longer use first."


class PasskeyNotFound(NotFound):
    code = "passkey_not_found"
    title = "This passkey was removed already."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser hands to the device, and the token that finishes what was begun."""

    token: str
    options: dict[str, Any]


def relying_party() -> str:
    """Return the name passkeys are bound to: the host browsers find the product at, which may not be an address."""
    host = urlsplit(settings().base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    raise PasskeysNeedName


async def ask_new_passkey(session: AsyncSession, principal: Principal) -> Asked:
    """Begin to add a passkey for the signed-in person."""
    name = relying_party()
    await queries.see_as_user(session, principal.user_id)
    known = await queries.find_passkeys(session, principal.user_id)
    if len(known) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    person = await queries.find_member(session, principal.org_id, principal.member_id)
    if person is None:
        raise Unauthenticated
    options = webauthn.generate_registration_options(
        rp_id=name,
        rp_name="MetaCortex",
        user_name=person[1].email,
        user_display_name=person[1].name,
        user_id=principal.user_id.bytes,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    token = _remember(session, "passkey_set_up", options.challenge, principal.user_id)
    return Asked(token, options_to_json_dict(options))


async def add_passkey(
    session: AsyncSession, principal: Principal, token: str, credential: dict[str, Any], label: str
) -> Passkey:
    """Keep the public key of the device that answered."""
    challenge = await _take_challenge(session, token, "passkey_set_up", principal.user_id)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge.nonce or b"",
            expected_rp_id=relying_party(),
            expected_origin=settings().base_url,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyUnusable from error
    await queries.see_as_user(session, principal.user_id)
    passkey = Passkey(
        id=new_id(),
        user_id=principal.user_id,
        name=label,
        token_hash=_hash_credential(made.credential_id),
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    session.add(passkey)
    record(session, "passkey.added", subject=str(passkey.id), after={"name": label, "member_id": principal.member_id})
    return passkey


async def remove_passkey(session: AsyncSession, principal: Principal, passkey_id: UUID) -> None:
    """Forget a passkey of the signed-in person."""
    await queries.see_as_user(session, principal.user_id)
    for one in await queries.find_passkeys(session, principal.user_id):
        if one.id == passkey_id:
            await session.delete(one)
            record(session, "passkey.removed", subject=str(one.id), before={"name": one.name})
            return
    raise PasskeyNotFound


async def ask_sign_in() -> Asked:
    """Begin a sign-in by whatever passkey the device has for this product."""
    async with transaction(None) as session:
        return await _ask(session, "passkey_sign_in", None)


async def ask_proof(session: AsyncSession, principal: Principal) -> Asked:
    """Begin to show again, by passkey, that it is the signed-in person."""
    return await _ask(session, "proof", principal.user_id)


async def _ask(session: AsyncSession, purpose: str, user_id: UUID | None) -> Asked:
    options = webauthn.generate_authentication_options(
        rp_id=relying_party(), user_verification=UserVerificationRequirement.REQUIRED
    )
    return Asked(_remember(session, purpose, options.challenge, user_id), options_to_json_dict(options))


async def sign_in_by_passkey(token: str, credential: dict[str, Any]) -> SignedIn:
    """Sign in the person whose passkey answered, to the organization used last."""
    async with transaction(None) as session:
        challenge = await _take_challenge(session, token, "passkey_sign_in", None)
        user_id = (await _verify(session, challenge, credential)).user_id
        for member, organization in await queries.find_memberships(session, user_id):
            await queries.see_organization(session, organization.id)
            person = await queries.find_member(session, organization.id, member.id)
            if person is not None:
                return await open_session(session, person[0], person[1], organization, methods=["hwk"])
    raise PasskeyRefused


async def prove_by_passkey(session: AsyncSession, principal: Principal, token: str, credential: dict[str, Any]) -> str:
    """Return an access token that says the person has just shown a passkey of theirs."""
    challenge = await _take_challenge(session, token, "proof", principal.user_id)
    if (await _verify(session, challenge, credential)).user_id != principal.user_id:
        raise PasskeyRefused
    return await prove_session(session, principal, ["hwk"])


def _remember(session: AsyncSession, purpose: str, nonce: bytes, user_id: UUID | None) -> str:
    token = new_token()
    session.add(
        Challenge(
            token_hash=hash_token(token),
            purpose=purpose,
            user_id=user_id,
            nonce=nonce,
            expires_at=utc_now() + CHALLENGE_LIFETIME,
        )
    )
    return token


async def _take_challenge(session: AsyncSession, token: str, purpose: str, user_id: UUID | None) -> Challenge:
    challenge = await queries.lock_challenge(session, hash_token(token), purpose)
    if challenge is None or challenge.user_id != user_id:
        raise ChallengeOver
    await session.delete(challenge)
    return challenge


async def _verify(session: AsyncSession, challenge: Challenge, credential: dict[str, Any]) -> Passkey:
    """Return the passkey that signed the challenge, which this transaction then acts for."""
    try:
        raw = webauthn.base64url_to_bytes(str(credential.get("rawId") or credential["id"]))
        passkey = await queries.lock_passkey(session, _hash_credential(raw))
        if passkey is None:
            raise PasskeyRefused
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.nonce or b"",
            expected_rp_id=relying_party(),
            expected_origin=settings().base_url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused from error
    await queries.see_as_user(session, passkey.user_id)
    passkey.sign_count, passkey.used_at = verified.new_sign_count, utc_now()
    await session.flush()
    return passkey


def _hash_credential(credential_id: bytes) -> str:
    return hash_token(bytes_to_base64url(credential_id))
