"""API keys of the organization."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from metacortex.contexts.identity.models import ApiKey
from metacortex.contexts.identity.schemas import KeyOut, NewKeyIn, NewKeyOut
from metacortex.contexts.identity.service import api_keys
from metacortex.platform.http import Envelope, Session, envelope, problems
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import ProofNeeded, RecentProof, require

router = APIRouter(prefix="/api/v1/api-keys")
KeyEditor = Annotated[Principal, Depends(require("keys:edit"))]


@router.post(
    "",
    response_model=Envelope[NewKeyOut],
    status_code=201,
    responses=problems(api_keys.ScopeNotYours, api_keys.TooManyKeys, ProofNeeded),
    dependencies=[RecentProof],
)
async def create_api_key(body: NewKeyIn, member: KeyEditor, session: Session, response: Response) -> Any:
    """Make a key for a program; its secret is shown only in this answer."""
    response.headers["Cache-Control"] = "no-store"
    made = await api_keys.create_key(session, member, name=body.name, scopes=body.scopes, expires_at=body.expires_at)
    return envelope({**_show(made.key, "you"), "secret": made.secret})


@router.get("", response_model=Envelope[list[KeyOut]])
async def list_api_keys(member: KeyEditor, session: Session) -> Any:
    """Return the keys that were not ended, the newest first."""
    return envelope([_show(key, user.name) for key, user in await api_keys.list_keys(session, member)])


@router.delete("/{key_id}", status_code=204, responses=problems(api_keys.KeyNotFound))
async def end_api_key(key_id: UUID, member: KeyEditor, session: Session) -> None:
    """End a key for good, at once."""
    await api_keys.end_key(session, member, key_id)


def _show(key: ApiKey, made_by: str) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "made_by": made_by,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "used_at": key.used_at,
    }
