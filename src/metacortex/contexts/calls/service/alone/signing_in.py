"""Who may use the calls API alone: users of the settings, known by name and bcrypt hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from metacortex.platform.clock import utc_now
from metacortex.platform.errors import Unauthenticated
from metacortex.platform.ids import new_id
from metacortex.platform.security.passwords import verify_password
from metacortex.platform.security.permissions import Principal, Role
from metacortex.platform.security.tokens import issue_access_token, read_access_token

_CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class WrongPassword(Unauthenticated):
    code = "wrong_credentials"
    title = "This user name and password do not belong together. Check both, then try again."


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may place calls; the id follows from the name, so it is the same after a restart."""

    id: UUID
    name: str
    password_hash: str


class Users:
    """Everybody who may sign in."""

    def __init__(self, org_id: UUID, hashes: Mapping[str, str]) -> None:
        self._org_id = org_id
        self._by_name = {name: User(uuid5(org_id, name), name, hashed) for name, hashed in hashes.items()}
        self._by_id = {user.id: user for user in self._by_name.values()}

    async def sign_in(self, name: str, password: str) -> str:
        """Return an access token (RS256, one hour); raises WrongPassword after the same work for any wrong pair."""
        user = self._by_name.get(name)
        # Somebody's hash, of the same cost as all: who asks cannot tell by the time whether the name exists.
        hashed = user.password_hash if user else next(iter(self._by_id.values())).password_hash
        fits = await verify_password(password, hashed)
        if user is None or not fits:
            raise WrongPassword
        now = utc_now().timestamp()
        return issue_access_token(
            Principal(self._org_id, user.id, user.id, Role.AGENT, session_id=new_id(), issued_at=now, proved_at=now)
        )

    def identify(self, token: str) -> User:
        """Return whose token this is; raises Unauthenticated, also for a user who is not in the settings any more."""
        try:
            principal = read_access_token(token)
        except Unauthenticated as error:
            raise Unauthenticated(error.detail, headers=_CHALLENGE) from error
        user = self._by_id.get(principal.member_id)
        if user is None or principal.org_id != self._org_id:
            raise Unauthenticated(headers=_CHALLENGE)
        return user
