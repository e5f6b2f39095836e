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
    "team:view",
    "team:edit",
    "operations:view",
    "operations:edit",
    "organization:edit",
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
    """The signed-in member a request acts for."""

    org_id: UUID
    member_id: UUID
    user_id: UUID
    role: Role


PERMISSIONS: frozenset[Permission] = frozenset(get_args(Permission))

_LOOK: frozenset[Permission] = frozenset({"leads:view", "sources:view", "scoring:view", "team:view"})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: PERMISSIONS,
    Role.ADMIN: PERMISSIONS,
    Role.MANAGER: PERMISSIONS - {"team:edit", "operations:edit", "organization:edit"},
    Role.AGENT: _LOOK | {"leads:edit"},
    Role.MARKETER: _LOOK | {"leads:import", "sources:edit", "operations:view"},
    Role.VIEWER: _LOOK,
}


def is_allowed(role: Role, permission: Permission) -> bool:
    """Tell whether members of this role hold the permission."""
    return permission in ROLE_PERMISSIONS[role]
