"""Identity over HTTP."""

from fastapi import APIRouter

from metacortex.contexts.identity.router import audit, clerk, federation, keys, security, sign_in, team

router = APIRouter(tags=["identity"])
for one in (sign_in, federation, clerk, team, security, keys, audit):
    router.include_router(one.router)
