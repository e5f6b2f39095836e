"""Shapes of members, invitations and organizations."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from metacortex.contexts.identity.schemas.fields import Email, Name, NewPassword, RequestBody, Token
from metacortex.platform.security import Role


class ChangeRole(RequestBody):
    """The role a member is to have."""

    role: Role


class Invite(RequestBody):
    """Whom to invite, as what."""

    email: Email
    role: Role


class AcceptInvitation(RequestBody):
    """The token of an invitation, and how its holder wants to be known; known users give their password."""

    token: Token
    name: Name
    password: NewPassword


class ChangeOrganization(RequestBody):
    """What to change of the organization; what is left out stays."""

    name: Name | None = None
    requires_second_factor: bool | None = None


class RoleOut(BaseModel):
    """A role and everything it may do."""

    role: Role
    permissions: list[str]


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
    """The organization one is signed in to, with what it demands itself, and what its plan demands."""

    requires_second_factor: bool
    plan_requires_second_factor: bool


class MembershipOut(BaseModel):
    """An organization the person belongs to, and as what."""

    id: UUID
    name: str
    role: Role


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
