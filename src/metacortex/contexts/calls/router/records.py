"""Call detail records, for a spreadsheet."""

from codecs import BOM_UTF8
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from metacortex.contexts.calls.service import records
from metacortex.contexts.calls.types import CallRecords, Outcome
from metacortex.contexts.intake.public import write_csv
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1/calls", tags=["calls"])
Supervisor = Annotated[Principal, Depends(require("calls:monitor"))]


@router.get(
    "/export.csv",
    response_class=StreamingResponse,
    responses={200: {"description": "One row for each call, oldest first.", "content": {"text/csv": {}}}},
)
async def export_calls(
    member: Supervisor,
    since: Annotated[AwareDatetime | None, Query(description="Asked for at this time or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Asked for before this time.")] = None,
    lead_id: UUID | None = None,
    member_id: UUID | None = None,
    outcome: Outcome | None = None,
) -> StreamingResponse:
    """Every call that fits as a row of a table; cells that a spreadsheet would run begin with an apostrophe."""
    wanted = CallRecords(since=since, until=until, lead_id=lead_id, member_id=member_id, outcome=outcome)
    parts = records.export_records(member.org_id, wanted)
    heading = write_csv(await anext(parts))

    async def write() -> AsyncIterator[bytes]:
        yield heading
        async for rows in parts:
            yield write_csv(rows).removeprefix(BOM_UTF8)

    return StreamingResponse(
        write(),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="calls.csv"', "Cache-Control": "private, no-store"},
    )
