"""Tables that people upload to make leads of their rows."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, UploadFile

from metacortex.contexts.intake.schemas import ImportOut, StartImportIn, UploadOut
from metacortex.contexts.intake.service import imports
from metacortex.platform.http import Envelope, Page, Session, envelope, page, problems
from metacortex.platform.http.envelope import BadCursor, read_moment_cursor, write_moment_cursor
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1/imports", tags=["intake"])
Importer = Annotated[Principal, Depends(require("leads:import"))]


@router.post(
    "",
    status_code=201,
    response_model=Envelope[UploadOut],
    responses=problems(imports.FileUnusable, imports.FileTooLarge),
)
async def upload_import(file: UploadFile, member: Importer) -> Any:
    """Upload a CSV file; answers its first rows and a guess of its columns. No lead is made before the start."""
    upload = await imports.upload_table(
        member.org_id, member_id=member.member_id, file_name=file.filename or "", content=await file.read()
    )
    shown = ImportOut.model_validate(upload.row).model_dump()
    return envelope({**shown, "sample": upload.sample, "guess": upload.guess})


@router.get("", response_model=Page[ImportOut], responses=problems(BadCursor))
async def list_imports(
    session: Session,
    _: Importer,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """Imports, newest first."""
    rows = await imports.page_imports(session, before=read_moment_cursor(cursor), limit=limit + 1)
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return page(shown, next_cursor=write_moment_cursor(last.created_at, last.id) if last else None)


@router.get("/{import_id}", response_model=Envelope[ImportOut], responses=problems(imports.ImportNotFound))
async def read_import(import_id: UUID, session: Session, _: Importer) -> Any:
    """How far an import is."""
    return envelope(await imports.find_import(session, import_id))


@router.post(
    "/{import_id}/start",
    status_code=202,
    response_model=Envelope[ImportOut],
    responses=problems(imports.ImportNotFound, imports.ImportAlreadyStarted, imports.MappingRefused),
)
async def start_import(import_id: UUID, body: StartImportIn, session: Session, _: Importer) -> Any:
    """Say what the columns mean, and begin to make leads of the rows."""
    return envelope(await imports.start_import(session, import_id, body.mapping))


@router.get(
    "/{import_id}/refused.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}, **problems(imports.ImportNotFound)},
)
async def read_import_refusals(import_id: UUID, session: Session, _: Importer) -> Response:
    """The rows that could not become leads, with the reason, as a CSV file."""
    return Response(
        await imports.write_refusals(session, import_id),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="refused-{import_id}.csv"', "Cache-Control": "no-store"},
    )
