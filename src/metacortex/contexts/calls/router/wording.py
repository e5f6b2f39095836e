"""Pause codes, dispositions and scripts over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from metacortex.contexts.calls.models import Disposition, PauseCode, Script
from metacortex.contexts.calls.queries import agents as queries
from metacortex.contexts.calls.router.calls import Viewer
from metacortex.contexts.calls.router.setting import Editor
from metacortex.contexts.calls.schemas.agents import (
    DispositionOut,
    NewDisposition,
    NewPauseCode,
    NewScript,
    PauseCodeOut,
    ScriptOut,
)
from metacortex.contexts.calls.service import wording
from metacortex.contexts.calls.service.wording import CodeTaken, ScriptInUse, WordNotFound
from metacortex.platform.http import Envelope, Session, envelope, problems

router = APIRouter(prefix="/api/v1/calling", tags=["agents on calls"])


def _show(word: Any, shape: Any) -> dict[str, Any]:
    return {name: getattr(word, name) for name in shape.model_fields}


@router.get("/pause-codes", response_model=Envelope[list[PauseCodeOut]])
async def list_pause_codes(session: Session, _: Viewer) -> Any:
    """The reasons to pause."""
    return envelope([_show(one, PauseCodeOut) for one in await queries.list_pause_codes(session)])


@router.post("/pause-codes", status_code=201, response_model=Envelope[PauseCodeOut], responses=problems(CodeTaken))
async def add_pause_code(body: NewPauseCode, session: Session, member: Editor) -> Any:
    """Add a reason to pause."""
    word = PauseCode(org_id=member.org_id, **body.model_dump())
    await wording.add_word(session, word)
    return envelope(_show(word, PauseCodeOut))


@router.put(
    "/pause-codes/{word_id}",
    response_model=Envelope[PauseCodeOut],
    responses=problems(WordNotFound, CodeTaken),
)
async def change_pause_code(word_id: UUID, body: NewPauseCode, session: Session, _: Editor) -> Any:
    """Change a reason to pause; pauses that were taken keep the code they had."""
    return envelope(_show(await wording.change_word(session, PauseCode, word_id, body.model_dump()), PauseCodeOut))


@router.delete("/pause-codes/{word_id}", status_code=204, responses=problems(WordNotFound))
async def remove_pause_code(word_id: UUID, session: Session, _: Editor) -> Response:
    """Remove a reason to pause."""
    await wording.remove_word(session, PauseCode, word_id)
    return Response(status_code=204)


@router.get("/dispositions", response_model=Envelope[list[DispositionOut]])
async def list_dispositions(session: Session, _: Viewer) -> Any:
    """The ways a conversation can end."""
    return envelope([_show(one, DispositionOut) for one in await queries.list_dispositions(session)])


@router.post("/dispositions", status_code=201, response_model=Envelope[DispositionOut], responses=problems(CodeTaken))
async def add_disposition(body: NewDisposition, session: Session, member: Editor) -> Any:
    """Add a way a conversation can end."""
    word = Disposition(org_id=member.org_id, **body.model_dump())
    await wording.add_word(session, word)
    return envelope(_show(word, DispositionOut))


@router.put(
    "/dispositions/{word_id}",
    response_model=Envelope[DispositionOut],
    responses=problems(WordNotFound, CodeTaken),
)
async def change_disposition(word_id: UUID, body: NewDisposition, session: Session, _: Editor) -> Any:
    """Change a way a conversation can end; calls keep the code they had."""
    return envelope(_show(await wording.change_word(session, Disposition, word_id, body.model_dump()), DispositionOut))


@router.delete("/dispositions/{word_id}", status_code=204, responses=problems(WordNotFound))
async def remove_disposition(word_id: UUID, session: Session, _: Editor) -> Response:
    """Remove a way a conversation can end."""
    await wording.remove_word(session, Disposition, word_id)
    return Response(status_code=204)


@router.get("/scripts", response_model=Envelope[list[ScriptOut]])
async def list_scripts(session: Session, _: Viewer) -> Any:
    """What agents say."""
    return envelope([_show(one, ScriptOut) for one in await queries.list_scripts(session)])


@router.post("/scripts", status_code=201, response_model=Envelope[ScriptOut])
async def add_script(body: NewScript, session: Session, member: Editor) -> Any:
    """Add a script."""
    word = Script(org_id=member.org_id, **body.model_dump())
    await wording.add_word(session, word)
    return envelope(_show(word, ScriptOut))


@router.put("/scripts/{word_id}", response_model=Envelope[ScriptOut], responses=problems(WordNotFound))
async def change_script(word_id: UUID, body: NewScript, session: Session, _: Editor) -> Any:
    """Change a script; agents read it so from their next call on."""
    return envelope(_show(await wording.change_word(session, Script, word_id, body.model_dump()), ScriptOut))


@router.delete("/scripts/{word_id}", status_code=204, responses=problems(WordNotFound, ScriptInUse))
async def remove_script(word_id: UUID, session: Session, _: Editor) -> Response:
    """Remove a script that no campaign uses."""
    await wording.remove_word(session, Script, word_id)
    return Response(status_code=204)
