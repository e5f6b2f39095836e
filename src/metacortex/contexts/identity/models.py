"""Tables of identity.

`organizations` and `users` belong to no organization. All others are tenant tables under the usual row-level
security. Four are also read before the organization is known; each of these names, as `table.info["also_seen_by"]`,
the column by which a row may be SELECTed then (see `queries.see_as_user` and `queries.see_by_token`):

- `members` by `user_id = app.user_id` (which organizations may this person enter?)
- `invitations`, `login_links`, `refresh_tokens` by `token_hash = app.token_hash` (whoever holds the token)

Everything is written under the tenant policy, after the organization was read from such a row.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, new_id, utc_now
from metacortex.platform.security import Role

_ROLES = ", ".join(f"'{role}'" for role in Role)
_SEEN_BY_USER: dict[str, Any] = {"info": {"also_seen_by": "user_id"}}
_SEEN_BY_TOKEN: dict[str, Any] = {"info": {"also_seen_by": "token_hash"}}


class Organization(Base):
    """A company that uses the product; every tenant row carries its id as `org_id`."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class User(Base):
    """A person, known by one e-mail address in all organizations; without password hash only a link signs them in."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
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
    """One sign-in on one device: the family of refresh tokens that ends as a whole."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"], name="fk_sessions_member"),
        Index("ix_sessions_member_id", "org_id", "member_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    member_id: Mapped[UUID]
    user_agent: Mapped[str]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
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
