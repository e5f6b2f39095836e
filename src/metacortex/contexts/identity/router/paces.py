"""How often one network address may use the doors that are open before sign-in."""

from fastapi import Depends

from metacortex.platform.http.limits import by_field, limit_route
from metacortex.platform.limits import Limit, limit_settings


def _sign_up_limit() -> Limit:
    return Limit("sign_up", "bucket", limit_settings().sign_up_limit, 3600)


def _sign_in_limit() -> Limit:
    return Limit("sign_in", "sliding", limit_settings().sign_in_limit, 60)


def _invitation_limit() -> Limit:
    return Limit("invitation", "sliding", limit_settings().invitation_limit, 60)


# Per mail address, so that nobody's mailbox is flooded through us.
_MAIL = Limit("mail", "bucket", 5, 3600)

SIGN_UP_PACE = Depends(limit_route(_sign_up_limit))
SIGN_IN_PACE = Depends(limit_route(_sign_in_limit))
INVITATION_PACE = Depends(limit_route(_invitation_limit))
MAIL_PACE = Depends(limit_route(_MAIL, by=by_field("email")))
