"""Shapes of signing in with others."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from metacortex.contexts.identity.schemas.fields import Name, RequestBody, Token


class ProviderOut(BaseModel):
    """An issuer people may sign in with: `name` for the button, `path` for its link."""

    id: str
    name: str
    path: str


class ProvidersOut(BaseModel):
    """The issuers people may sign in with; `clerk` is Clerk's address where it is one of them."""

    providers: list[ProviderOut]
    clerk: str | None


class FederatedSignUp(RequestBody):
    """The one-time token with which an issuer's page led back here, and what the organization is called."""

    token: Token
    organization_name: Annotated[Name, Field(examples=["Rao Interiors"])]
    name: Name | None = None


class LinkIdentity(RequestBody):
    """The issuer to add, and the page of this product to come back to."""

    provider: Annotated[str, StringConstraints(max_length=60)]
    next: Annotated[str, StringConstraints(max_length=500)] = "/"


class AuthorizationOut(BaseModel):
    """Where the browser goes next."""

    authorization_url: str


class IdentityOut(BaseModel):
    """An outside identity that signs the person in."""

    id: UUID
    issuer: str
    provider: str
    email: str | None
    created_at: datetime


class ClerkToken(RequestBody):
    """A session token that Clerk's page got for the person."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=8192)]
