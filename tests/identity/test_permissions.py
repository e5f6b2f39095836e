"""Roles, rules and small values, as tables."""

import pytest

from metacortex.contexts.identity import rules
from metacortex.contexts.identity.types import normalise_email
from metacortex.platform.security import PERMISSIONS, ROLE_PERMISSIONS, Role, is_allowed
from metacortex.platform.security.dependencies import require


@pytest.mark.parametrize(
    ("role", "allowed", "refused"),
    [
        (Role.OWNER, PERMISSIONS, set()),
        (Role.ADMIN, PERMISSIONS, set()),
        (
            Role.MANAGER,
            {"leads:edit", "leads:import", "leads:delete", "scoring:edit"},
            {"team:edit", "operations:edit"},
        ),
        (Role.AGENT, {"leads:view", "leads:edit", "team:view"}, {"leads:import", "leads:delete", "sources:edit"}),
        (Role.MARKETER, {"leads:view", "leads:import", "sources:edit"}, {"leads:edit", "leads:delete", "team:edit"}),
        (Role.VIEWER, {"leads:view"}, {one for one in PERMISSIONS if not one.endswith(":view")}),
    ],
)
def test_what_each_role_may_do(role: Role, allowed: set[str], refused: set[str]) -> None:
    assert allowed <= ROLE_PERMISSIONS[role]
    assert not refused & ROLE_PERMISSIONS[role]


def test_every_role_is_in_the_table_and_may_look_at_leads() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert all(is_allowed(role, "leads:view") for role in Role)


def test_a_misspelt_permission_is_refused_when_the_route_is_made() -> None:
    with pytest.raises(ValueError, match="leads:edti"):
        require("leads:edti")  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_only_owners_make_and_change_owners(role: Role) -> None:
    assert rules.may_give_role(role, "owner") == rules.may_change_member(role, "owner") == (role == Role.OWNER)
    assert rules.may_give_role(role, "agent")
    assert rules.may_change_member(role, "agent")


@pytest.mark.parametrize(
    ("owners", "target", "next_role", "left_alone"),
    [
        (1, "owner", "admin", True),
        (1, "owner", None, True),
        (1, "owner", "owner", False),
        (2, "owner", "viewer", False),
        (2, "owner", None, False),
        (1, "agent", None, False),
    ],
)
def test_an_organization_keeps_an_owner(owners: int, target: str, next_role: str | None, left_alone: bool) -> None:
    assert rules.leaves_no_owner(owners, target, next_role) == left_alone


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" Asha@Example.COM ", "asha@example.com"),
        ("asha+leads@mail.example.co.in", "asha+leads@mail.example.co.in"),
        ("ＡSHA@example.com", "asha@example.com"),
        ("आशा@उदाहरण.भारत", "आशा@उदाहरण.भारत"),
        ("asha@bücher.example", "asha@bücher.example"),
        ("owner@localhost", "owner@localhost"),
        ("asha", None),
        ("asha@", None),
        ("@example.com", None),
        ("asha@example", None),
        ("asha@example.", None),
        ("asha@.com", None),
        ("asha@example..com", None),
        ("asha@example.com/x", None),
        ("a sha@example.com", None),
        ("asha@exa mple.com", None),
        ("asha@@example.com", None),
        ("asha@example.com\r\nBcc: x@example.com", None),
        ("asha\x00@example.com", None),
        ("Asha <asha@example.com>", None),
        ("a" * 65 + "@example.com", None),
        ("a@" + "b" * 250 + ".com", None),
    ],
)
def test_email_addresses_have_one_spelling(written: str, read: str | None) -> None:
    assert normalise_email(written) == read
