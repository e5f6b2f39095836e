"""Shapes of signing up and in."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from metacortex.contexts.identity.schemas.fields import Code, Email, Name, NewPassword, Password, RequestBody, Token
from metacortex.contexts.identity.schemas.team import MemberOut, OrganizationOut


class SignUp(RequestBody):
    """A new organization and its first owner."""

    organization_name: Annotated[Name, Field(examples=["Rao Interiors"])]
    name: Name
    email: Email
    password: NewPassword


class SignIn(RequestBody):
    """An e-mail address and its password; the organization matters only to members of several."""

    email: Email
    password: Password
    organization_id: UUID | None = None


class SignInByLink(RequestBody):
    """The token of a one-time link, and what the person wants to be known by from now on."""

    token: Token
    name: Name | None = None
    email: Email | None = None
    password: NewPassword | None = None
    organization_name: Name | None = None


class GiveCode(RequestBody):
    """The token of a sign-in half done, and a code of the authenticator app or a recovery code."""

    token: Token
    code: Code


class UseToken(RequestBody):
    """The token of a mailed link."""

    token: Token


class AskReset(RequestBody):
    """The address whose password is forgotten."""

    email: Email


class ResetPassword(RequestBody):
    """The token of a mailed link and the password to have from now on."""

    token: Token
    password: NewPassword


class SignedInOut(BaseModel):
    """A fresh access token and whom it speaks for; the refresh token is in a cookie."""

    access_token: str
    expires_in_seconds: int
    member: MemberOut
    organization: OrganizationOut
    restricted: bool


class KeySetOut(BaseModel):
    """The public keys of access tokens, as a JSON Web Key Set."""

    keys: list[dict[str, Any]]
