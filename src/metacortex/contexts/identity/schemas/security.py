"""Shapes of sessions, proofs, API keys and the audit log."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from metacortex.contexts.identity.schemas.fields import (
    Code,
    Name,
    NewPassword,
    Password,
    RequestBody,
    Token,
    refuse_past,
)
from metacortex.platform.security import PERMISSIONS, Permission


class ChangePassword(RequestBody):
    """The password now, and the one to have from now on."""

    current: Password
    new: NewPassword


class GivePasskey(RequestBody):
    """What the device answered: a PublicKeyCredential as JSON."""

    token: Token
    credential: dict[str, Any]


class AddPasskey(GivePasskey):
    """What the device answered, and what to call it."""

    name: Name


class ConfirmCode(RequestBody):
    """A code the authenticator app shows."""

    code: Code


class GiveProof(RequestBody):
    """The password, or the code of the authenticator app where one is set up."""

    password: Password | None = None
    code: Code | None = None


class NewKeyIn(RequestBody):
    """What a new API key is called and may do; without `expires_at` it works until it is ended."""

    name: Name
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=len(PERMISSIONS))]
    expires_at: Annotated[AwareDatetime | None, AfterValidator(refuse_past)] = None


class AskedOut(BaseModel):
    """What the browser hands to the device, and the token to answer with."""

    model_config = ConfigDict(from_attributes=True)

    token: str
    options: dict[str, Any]


class ProofOut(BaseModel):
    """An access token that dangerous acts accept for ten minutes."""

    access_token: str
    expires_in_seconds: int


class SessionOut(BaseModel):
    """A sign-in on one device."""

    id: UUID
    organization_name: str
    user_agent: str
    address: str | None
    methods: list[str]
    created_at: datetime
    used_at: datetime
    is_current: bool


class PasskeyOut(BaseModel):
    """A passkey, by the name its owner gave it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


class FactorsOut(BaseModel):
    """By what the signed-in person can prove who they are."""

    email: str
    email_verified: bool
    has_password: bool
    has_totp: bool
    recovery_codes_left: int
    passkeys: list[PasskeyOut]
    passkeys_possible: bool


class TotpSetUpOut(BaseModel):
    """What an authenticator app needs: the secret as text, as otpauth URI, as an SVG picture to scan."""

    model_config = ConfigDict(from_attributes=True)

    secret: str
    uri: str
    picture: str


class RecoveryCodesOut(BaseModel):
    """Fresh recovery codes, shown only now."""

    codes: list[str]


class KeyOut(BaseModel):
    """An API key as it can be shown: without its secret."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    made_by: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NewKeyOut(KeyOut):
    """A fresh API key with its secret, which is shown only now."""

    secret: str


class AuditEntryOut(BaseModel):
    """One critical act."""

    id: UUID
    sequence: int
    occurred_at: datetime
    action: str
    subject: str
    actor_kind: str
    actor_name: str | None
    address: str | None
    user_agent: str | None
    request_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    hash: str
