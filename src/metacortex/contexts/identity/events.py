"""Facts of identity that others act on."""

from dataclasses import dataclass
from uuid import UUID

from metacortex.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class OrganizationCreated(Event):
    """A new organization can be used."""

    organization_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """A person became a member, for the first time or again."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(Event):
    """A member got another role."""

    member_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """A person is no longer a member and cannot sign in here."""

    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """Somebody asked for a new password for this address, which may have no account."""

    email: str


@dataclass(frozen=True, kw_only=True)
class EmailVerificationRequested(Event):
    """A person's address is to be proven."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Somebody gave a wrong password for this address, which may have no account."""

    email: str
    address: str | None
    user_agent: str | None
    request_id: str | None
