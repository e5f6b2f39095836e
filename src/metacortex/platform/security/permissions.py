"""Who may do what: one table from role to permissions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args
from uuid import UUID

Permission = Literal[
    "leads:view",
    "leads:edit",
    "leads:import",
    "leads:delete",
    "pipeline:edit",
    "sources:view",
    "sources:edit",
    "scoring:view",
    "scoring:edit",
    "calls:view",
    "calls:place",
    "calls:monitor",
    "calls:edit",
    "team:view",
    "team:edit",
    "operations:view",
    "operations:edit",
    "organization:edit",
    "security:edit",
    "keys:edit",
    "audit:view",
    "privacy:view",
    "privacy:edit",
]


class Role(StrEnum):
    """What a member is in an organization."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    AGENT = "agent"
    MARKETER = "marketer"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Principal:
    """The member a request acts for, and how they showed that it is them.

    `scopes` narrow what an API key may do (None: a person, who may do what the role allows). `issued_at` and
    `proved_at` are seconds since 1970: when the token was made, and when a proof was last given. `restricted` members
    have yet to set up the second factor their organization demands.
    """

    org_id: UUID
    member_id: UUID
    user_id: UUID
    role: Role
    session_id: UUID | None = None
    issued_at: float = 0
    proved_at: float = 0
    restricted: bool = False
    plan: str = "self_hosted"
    api_key_id: UUID | None = None
    scopes: frozenset[str] | None = None


PERMISSIONS: frozenset[Permission] = frozenset(get_args(Permission))

_LOOK: frozenset[Permission] = frozenset({"leads:view", "sources:view", "scoring:view", "calls:view", "team:view"})

# What runs the organization rather than its sales.
_RUNNING: frozenset[Permission] = frozenset(
    {"team:edit", "operations:edit", "organization:edit", "security:edit", "keys:edit", "audit:view", "privacy:edit"}
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: PERMISSIONS,
    Role.ADMIN: PERMISSIONS,
    Role.MANAGER: PERMISSIONS - _RUNNING,
    Role.AGENT: _LOOK | {"leads:edit", "calls:place"},
    Role.MARKETER: _LOOK | {"leads:import", "sources:edit", "operations:view"},
    Role.VIEWER: _LOOK,
}


def is_allowed(role: Role, permission: Permission) -> bool:
    """Tell whether members of this role hold the permission."""
    return permission in ROLE_PERMISSIONS[role]


def may(principal: Principal, permission: Permission) -> bool:
    """Tell whether this person or key holds the permission: the one place where it is decided."""
    if principal.restricted or (principal.scopes is not None and permission not in principal.scopes):
        return False
    return is_allowed(principal.role, permission)
