"""Who may give and take roles, as pure decisions."""

from collections.abc import Iterable

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


STRONG_METHODS = frozenset({"otp", "hwk", "fed"})


def must_set_up_second_factor(*, is_required: bool, has_factor: bool, methods: Iterable[str]) -> bool:
    """Tell whether a member may only set up a second factor for now.

    Proofs that are strong by themselves count: a code (otp), a passkey (hwk), another provider's sign-in (fed).
    """
    return is_required and not has_factor and STRONG_METHODS.isdisjoint(methods)
