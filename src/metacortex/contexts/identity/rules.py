"""Who may give and take roles, and whom an outside issuer may let in, as pure decisions."""

import re
from collections.abc import Collection, Iterable
from enum import Enum

OWNER = "owner"
_GOOGLE = "https://accounts.google.com"
_GOOGLE_MAIL = frozenset({"gmail.com", "googlemail.com"})
_LONGEST_PATH = 500
_PRINTABLE = re.compile(r"[!-~]+")


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


class Entry(Enum):
    """What becomes of somebody who was proven by an outside issuer."""

    SIGN_IN = "the identity is known"
    LINK = "the address belongs to a user, beyond doubt"
    SIGN_UP = "nobody has the address"
    SIGN_IN_AND_LINK = "somebody has the address; the person must show that they are that user"
    VERIFY_EMAIL = "the issuer has not verified the address"


def decide_entry(
    *, identity_known: bool, email_verified: bool, email_trusted: bool, user_exists: bool, user_verified: bool
) -> Entry:
    """Decide by whose word somebody enters; an address alone opens no account unless both sides have verified it.

    What is answered to an unverified address does not tell whether anybody has it.
    """
    if identity_known:
        return Entry.SIGN_IN
    if not email_verified:
        return Entry.VERIFY_EMAIL
    if not user_exists:
        return Entry.SIGN_UP
    return Entry.LINK if email_trusted and user_verified else Entry.SIGN_IN_AND_LINK


def decides_about(issuer: str, email: str, *, hosted_domain: object, trusted_domains: Collection[str]) -> bool:
    """Tell whether an issuer is the authority for addresses of this domain.

    Google is for its own addresses and, where the `hd` claim names an organization, for those of Google Workspace
    (Google's page "Authenticate with a backend server"); any issuer is for the domains that the settings give it.
    """
    domain = email.rpartition("@")[2]
    if domain in {trusted.lower() for trusted in trusted_domains}:
        return True
    hosted = isinstance(hosted_domain, str) and bool(hosted_domain)
    return issuer == _GOOGLE and (domain in _GOOGLE_MAIL or hosted)


def is_own_path(path: str) -> bool:
    """Tell whether a redirect there stays within the product's pages, whatever way a browser reads addresses.

    Browsers drop tabs and line breaks, take a backslash for a slash and two leading slashes for another host.
    """
    if not path.startswith("/") or len(path) > _LONGEST_PATH or not _PRINTABLE.fullmatch(path) or "\\" in path:
        return False
    # Cut here and not by urlsplit, which takes the empty host of "///x" away.
    segments = re.split(r"[?#]", path, maxsplit=1)[0].split("/")[1:]
    return (
        not {"", ".", ".."}.intersection(segments[:-1])
        and segments[-1] not in {".", ".."}
        and (segments[0] not in {"api", "health", ".well-known"})
    )


def may_remove_identity(*, has_password: bool, identities: int) -> bool:
    """Tell whether one of a person's identities can go and still leave a way in."""
    return has_password or identities > 1
