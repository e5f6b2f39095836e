"""Identity over HTTP."""

from fastapi import APIRouter

from metacortex.contexts.identity.router import audit, keys, security, sign_in, team

router = APIRouter(tags=["identity"])
router.include_router(sign_in.router)
router.include_router(team.router)
router.include_router(security.router)
router.include_router(keys.router)
router.include_router(audit.router)
