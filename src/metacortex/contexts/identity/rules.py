"""Who may give and take roles, as pure decisions."""

OWNER = "owner"


def may_give_role(actor_role: str, given_role: str) -> bool:
    """Tell whether somebody of `actor_role` may make somebody a `given_role`: only owners make owners."""
    return actor_role == OWNER or given_role != OWNER


def may_change_member(actor_role: str, target_role: str) -> bool:
    """Tell whether somebody of `actor_role` may change or remove a `target_role`: only owners touch owners."""
    return actor_role == OWNER or target_role != OWNER


def leaves_no_owner(owner_count: int, target_role: str, next_role: str | None) -> bool:
    """Tell whether giving the target `next_role` (None: removing them) would leave the organization without owner."""
    return target_role == OWNER and next_role != OWNER and owner_count <= 1
