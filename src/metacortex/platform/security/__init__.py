"""Sign-in's foundations: passwords, signed access tokens, roles and what each may do.

Routes find their dependencies in `dependencies`, which alone needs the web framework.
"""

from metacortex.platform.security.keys import key_ring, public_key_set, rotate_signing_key
from metacortex.platform.security.passwords import hash_password, renew_hash, verify_password
from metacortex.platform.security.permissions import (
    PERMISSIONS,
    ROLE_PERMISSIONS,
    Permission,
    Principal,
    Role,
    is_allowed,
    may,
)
from metacortex.platform.security.tokens import ACCESS_TOKEN_SECONDS, issue_access_token, read_access_token

__all__ = [
    "ACCESS_TOKEN_SECONDS",
    "PERMISSIONS",
    "ROLE_PERMISSIONS",
    "Permission",
    "Principal",
    "Role",
    "hash_password",
    "is_allowed",
    "issue_access_token",
    "key_ring",
    "may",
    "public_key_set",
    "read_access_token",
    "renew_hash",
    "rotate_signing_key",
    "verify_password",
]
