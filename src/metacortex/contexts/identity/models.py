"""Tables of identity.

`organizations` and `users` belong to no organization, nor do the tables of signing in with others at the end.

What a person proves who they are with (`totp_factors`, `recovery_codes`, `passkeys`, `mailed_tokens`) belongs to the
person: row-level security shows it to a transaction that acts for that person (`queries.see_as_user`) or holds the
row's token, and `challenges` to the latter alone.

All others are tenant tables under the usual row-level security. Six of these are also read before the organization is
known; each names, as `table.info["also_seen_by"]`, the column by which a row may be SELECTed then:

- `members`, `sessions` by `user_id = app.user_id` (which organizations may this person enter, and where are they in?)
- `invitations`, `login_links`, `refresh_tokens`, `api_keys` by `token_hash = app.token_hash` (whoever holds the token)

Everything is written under the tenant policy, after the organization was read from such a row.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, BigInt, Moment, TenantTable, new_id, utc_now
from metacortex.platform.security import Role
from metacortex.platform.security.encryption import Encrypted

_ROLES = ", ".join(f"'{role}'" for role in Role)
_SEEN_BY_HOLDER: dict[str, Any] = {"info": {"of_its_holder": True}}
_SEEN_BY_USER: dict[str, Any] = {"info": {"also_seen_by": "user_id"}}
_OF_ONE_USER: dict[str, Any] = {"info": {"of_one_user": True}}
_SEEN_BY_TOKEN: dict[str, Any] = {"info": {"also_seen_by": "token_hash"}}


class Organization(Base):
    """A company that uses the product; every tenant row carries its id as `org_id`."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    plan: Mapped[str] = mapped_column(default="self_hosted", server_default="self_hosted")
    requires_second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class User(Base):
    """A person, known by one e-mail address in all organizations; without password hash only a link signs them in."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[Moment | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    updated_at: Mapped[Moment] = mapped_column(default=utc_now, onupdate=utc_now)


class Member(TenantTable, Base):
    """A user's place in one organization; a removed member's row stays, so that old work keeps its author."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("org_id", "user_id", name="uq_members_user"),
        ForeignKeyConstraint(["org_id"], ["organizations.id"], name="fk_members_organization"),
        CheckConstraint(f"role IN ({_ROLES})", name="role"),
        Index("ix_members_user_id", "user_id"),
        _SEEN_BY_USER,
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    signed_in_at: Mapped[Moment | None]
    removed_at: Mapped[Moment | None]


class Invitation(TenantTable, Base):
    """An offer to join, held by whoever has its link; only the hash of the link's token is kept."""

    __tablename__ = "invitations"
    __table_args__ = (
        ForeignKeyConstraint(["org_id"], ["organizations.id"], name="fk_invitations_organization"),
        ForeignKeyConstraint(["org_id", "invited_by"], ["members.org_id", "members.id"], name="fk_invitations_inviter"),
        CheckConstraint(f"role IN ({_ROLES})", name="role"),
        Index("ix_invitations_email", "org_id", "email"),
        _SEEN_BY_TOKEN,
    )

    email: Mapped[str]
    role: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[UUID]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    expires_at: Mapped[Moment]
    accepted_at: Mapped[Moment | None]


class SignInSession(TenantTable, Base):
    """One sign-in on one device: the family of refresh tokens that ends as a whole.

    `methods` are the proofs given (RFC 8176: pwd, otp, hwk, link, fed), `proved_at` is when the last one was.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"], name="fk_sessions_member"),
        Index("ix_sessions_member_id", "org_id", "member_id"),
        Index("ix_sessions_user_id", "user_id"),
        _SEEN_BY_USER,
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    member_id: Mapped[UUID]
    user_agent: Mapped[str]
    address: Mapped[str | None]
    methods: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    proved_at: Mapped[Moment | None]
    used_at: Mapped[Moment] = mapped_column(default=utc_now, server_default=func.now())
    revoked_at: Mapped[Moment | None]


class RefreshToken(TenantTable, Base):
    """A token that can be exchanged once for an access token and its successor."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "session_id"], ["sessions.org_id", "sessions.id"], ondelete="CASCADE"),
        Index("ix_refresh_tokens_session_id", "org_id", "session_id"),
        _SEEN_BY_TOKEN,
    )

    session_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[Moment] = mapped_column(default=utc_now)
    used_at: Mapped[Moment | None]
    expires_at: Mapped[Moment]


class LoginLink(TenantTable, Base):
    """A link that signs one member in once."""

    __tablename__ = "login_links"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"], name="fk_login_links_member"),
        Index("ix_login_links_member_id", "org_id", "member_id"),
        _SEEN_BY_TOKEN,
    )

    member_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class ApiKey(TenantTable, Base):
    """A key for programs: acts in its maker's name, with no more than its scopes and the maker's role allow."""

    __tablename__ = "api_keys"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"], name="fk_api_keys_member"),
        _SEEN_BY_TOKEN,
    )

    member_id: Mapped[UUID]
    name: Mapped[str]
    prefix: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    expires_at: Mapped[Moment | None]
    used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]


class TotpFactor(Base):
    """A person's authenticator app; `last_step` is the newest time step accepted, which no code may reuse."""

    __tablename__ = "totp_factors"
    __table_args__ = (_OF_ONE_USER,)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id)
    secret_sealed: Mapped[bytes]
    secret = Encrypted("secret_sealed")
    last_step: Mapped[BigInt] = mapped_column(default=0)
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    confirmed_at: Mapped[Moment | None]


class RecoveryCode(Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_user_id", "user_id"), _OF_ONE_USER)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str]


class Passkey(Base):
    """A WebAuthn credential: only its public key is kept."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_user_id", "user_id"), _OF_ONE_USER)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[BigInt] = mapped_column(default=0)
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    used_at: Mapped[Moment | None]


class MailedToken(Base):
    """A link sent by mail that resets a password or proves an address, once; only the token's hash is kept."""

    __tablename__ = "mailed_tokens"
    __table_args__ = (
        CheckConstraint("purpose IN ('reset_password', 'verify_email')", name="purpose"),
        Index("ix_mailed_tokens_user_id", "user_id", "purpose"),
        _OF_ONE_USER,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class Challenge(Base):
    """A sign-in half done, or a passkey asked for: whoever holds the token may finish it once, within minutes.

    `nonce` is what the passkey must sign; `methods` are the proofs already given.
    """

    __tablename__ = "challenges"
    __table_args__ = (
        CheckConstraint("purpose IN ('second_factor', 'passkey_sign_in', 'passkey_set_up', 'proof')", name="purpose"),
        Index("ix_challenges_expires_at", "expires_at"),
        _SEEN_BY_HOLDER,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    methods: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    nonce: Mapped[bytes | None]
    attempts: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[Moment]


class ExternalIdentity(Base):
    """What an outside issuer calls a user; the address is the one it told at linking, and proves nothing later."""

    __tablename__ = "external_identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_external_identities_subject"),
        Index("ix_external_identities_user_id", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str]
    subject: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    email: Mapped[str | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class FederationAttempt(Base):
    """A browser on its way to an issuer and back; deleted by the first answer.

    Only hashes are kept: the state is in the address, the secret in the browser's cookie, and nonce and PKCE verifier
    are derived from that secret.
    """

    __tablename__ = "federation_attempts"
    __table_args__ = (Index("ix_federation_attempts_expires_at", "expires_at"),)

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    provider: Mapped[str]
    next_path: Mapped[str]
    invitation_hash: Mapped[str | None]
    linking_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    expires_at: Mapped[Moment]


class PendingIdentity(Base):
    """A person whom an issuer has proven and nobody knows, until they say what their organization is called."""

    __tablename__ = "pending_identities"
    __table_args__ = (Index("ix_pending_identities_expires_at", "expires_at"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    email: Mapped[str]
    name: Mapped[str]
    email_trusted: Mapped[bool]
    expires_at: Mapped[Moment]


class ClerkObject(Base):
    """The newest that Clerk has told of one of its users, organizations or memberships; deletions are remembered.

    `version` is Clerk's `updated_at` in milliseconds. `user_id` or `organization_id` is what we made of it.
    """

    __tablename__ = "clerk_objects"
    __table_args__ = (
        CheckConstraint("kind IN ('user', 'organization', 'membership')", name="kind"),
        Index("ix_clerk_objects_clerk_user_id", "clerk_user_id"),
        Index("ix_clerk_objects_clerk_organization_id", "clerk_organization_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None]
    role: Mapped[str | None]
    clerk_user_id: Mapped[str | None]
    clerk_organization_id: Mapped[str | None]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    made_user: Mapped[bool] = mapped_column(default=False)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id", ondelete="SET NULL"))


class ClerkMessage(Base):
    """A webhook of Clerk that was acted on, by its `svix-id`."""

    __tablename__ = "clerk_messages"
    __table_args__ = (Index("ix_clerk_messages_received_at", "received_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[Moment] = mapped_column(default=utc_now)
