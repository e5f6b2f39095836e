"""What a person needs to begin: where the product is, where leads can be mailed, and a way in."""

from dataclasses import dataclass

from metacortex.contexts.identity import public as identity
from metacortex.contexts.intake import public as intake
from metacortex.platform.database import close_engines
from metacortex.platform.settings import settings


@dataclass(frozen=True)
class Welcome:
    """What `up` prints; mail address and link exist only until the first owner chose a password."""

    url: str
    mail_address: str | None
    sign_in_link: str | None


async def prepare_welcome() -> Welcome:
    """Make sure there is an organization to sign in to, and say how."""
    base = settings().base_url
    try:
        first = await identity.issue_first_login()
        if first is None:
            return Welcome(url=base, mail_address=None, sign_in_link=None)
        address = await intake.read_default_address(first.org_id)
        return Welcome(url=base, mail_address=address, sign_in_link=f"{base}/welcome?token={first.token}")
    finally:
        await close_engines()
