"""Shapes of identity's requests and answers."""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from metacortex.contexts.identity.types import LONGEST_EMAIL, normalise_email
from metacortex.platform.security import PERMISSIONS, Permission, Role


def _refuse_control_characters(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        message = "must not hold control characters"
        raise ValueError(message)
    return text


def _read_email(address: str) -> str:
    email = normalise_email(address)
    if email is None:
        message = "must be an e-mail address such as asha@example.com"
        raise ValueError(message)
    return email


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_refuse_control_characters),
    Field(examples=["Asha Rao"]),
]
Email = Annotated[
    str, StringConstraints(max_length=LONGEST_EMAIL), AfterValidator(_read_email), Field(examples=["asha@example.com"])
]
NewPassword = Annotated[
    str,
    StringConstraints(min_length=8, max_length=1024),
    AfterValidator(_refuse_control_characters),
    Field(examples=["seven green tractors"]),
]
# Without a lower limit: a short wrong password is wrong, not malformed.
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024), Field(examples=["seven green tractors"])]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\w-]+$")]
Code = Annotated[str, StringConstraints(min_length=6, max_length=40), Field(examples=["492039"])]


def _refuse_past(moment: datetime | None) -> datetime | None:
    if moment is not None and moment <= datetime.now(UTC):
        message = "must be in the future"
        raise ValueError(message)
    return moment


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignUp(_Request):
    """A new organization and its first owner."""

    organization_name: Annotated[Name, Field(examples=["Rao Interiors"])]
    name: Name
    email: Email
    password: NewPassword


class SignIn(_Request):
    """An e-mail address and its password; the organization matters only to members of several."""

    email: Email
    password: Password
    organization_id: UUID | None = None


class SignInByLink(_Request):
    """The token of a one-time link, and what the person wants to be known by from now on."""

    token: Token
    name: Name | None = None
    email: Email | None = None
    password: NewPassword | None = None
    organization_name: Name | None = None


class ChangeRole(_Request):
    """The role a member is to have."""

    role: Role


class Invite(_Request):
    """Whom to invite, as what."""

    email: Email
    role: Role


class AcceptInvitation(_Request):
    """The token of an invitation, and how its holder wants to be known; known users give their password."""

    token: Token
    name: Name
    password: NewPassword


class GiveCode(_Request):
    """The token of a sign-in half done, and a code of the authenticator app or a recovery code."""

    token: Token
    code: Code


class UseToken(_Request):
    """The token of a mailed link."""

    token: Token


class AskReset(_Request):
    """The address whose password is forgotten."""

    email: Email


class ResetPassword(_Request):
    """The token of a mailed link and the password to have from now on."""

    token: Token
    password: NewPassword


class ChangePassword(_Request):
    """The password now, and the one to have from now on."""

    current: Password
    new: NewPassword


class GivePasskey(_Request):
    """What the device answered: a PublicKeyCredential as JSON."""

    token: Token
    credential: dict[str, Any]


class AddPasskey(GivePasskey):
    """What the device answered, and what to call it."""

    name: Name


class ConfirmCode(_Request):
    """A code the authenticator app shows."""

    code: Code


class GiveProof(_Request):
    """The password, or the code of the authenticator app where one is set up."""

    password: Password | None = None
    code: Code | None = None


class NewKeyIn(_Request):
    """What a new API key is called and may do; without `expires_at` it works until it is ended."""

    name: Name
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=len(PERMISSIONS))]
    expires_at: Annotated[AwareDatetime | None, AfterValidator(_refuse_past)] = None


class ChangeOrganization(_Request):
    """What to change of the organization; what is left out stays."""

    name: Name | None = None
    requires_second_factor: bool | None = None


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


class RoleOut(BaseModel):
    """A role and everything it may do."""

    role: Role
    permissions: list[str]


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


class MemberOut(BaseModel):
    """A member of the organization."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    role: Role


class OrganizationOut(BaseModel):
    """An organization."""

    id: UUID
    name: str


class OwnOrganizationOut(OrganizationOut):
    """The organization one is signed in to, with what it demands."""

    requires_second_factor: bool


class MembershipOut(BaseModel):
    """An organization the person belongs to, and as what."""

    id: UUID
    name: str
    role: Role


class SignedInOut(BaseModel):
    """A fresh access token and whom it speaks for; the refresh token is in a cookie."""

    access_token: str
    expires_in_seconds: int
    member: MemberOut
    organization: OrganizationOut
    restricted: bool


class MeOut(BaseModel):
    """The signed-in person."""

    member: MemberOut
    organization: OwnOrganizationOut
    organizations: list[MembershipOut]
    permissions: list[str]
    restricted: bool


class InvitationOut(BaseModel):
    """An invitation nobody has accepted yet."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    role: Role
    expires_at: datetime


class NewInvitationOut(InvitationOut):
    """A fresh invitation with the link to hand over, which is shown only now."""

    accept_url: str


class InvitationByTokenOut(BaseModel):
    """What the holder of an invitation is invited to."""

    organization_name: str
    email: str
    role: Role


class KeySetOut(BaseModel):
    """The public keys of access tokens, as a JSON Web Key Set."""

    keys: list[dict[str, Any]]
