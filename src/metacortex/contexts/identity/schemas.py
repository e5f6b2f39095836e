"""Shapes of identity's requests and answers."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from metacortex.contexts.identity.types import LONGEST_EMAIL, normalise_email
from metacortex.platform.security import Role


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


class MeOut(BaseModel):
    """The signed-in person."""

    member: MemberOut
    organization: OrganizationOut
    organizations: list[MembershipOut]
    permissions: list[str]


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
