"""Jobs of the intake: reading what arrived, and making leads of uploaded rows."""

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.intake.events import ImportStarted, MessageArrived
from metacortex.contexts.intake.service import imports, reading
from metacortex.platform.jobs import Work, enqueue, job


@job(queue="default", batch=50)
async def read_messages(work: Work[MessageArrived]) -> None:
    """Read mails that arrived; each becomes a message of a lead, or is set aside with the reason."""
    batch = await reading.load_batch(work.org_id, [call.inbound_id for call in work.calls])
    async with work.finish() as session:
        await reading.keep_batch(session, batch)


async def show_import_stuck(session: AsyncSession, call: ImportStarted) -> None:
    """Say on the import's page that it stopped, and how to go on."""
    await imports.stop_import(session, call.import_id)


@job(queue="bulk", batch=1, gave_up=show_import_stuck)
async def import_rows(work: Work[ImportStarted]) -> None:
    """Make leads of the next rows of an import, then owe the rows after them."""
    chunks = [await imports.load_chunk(work.org_id, call.import_id) for call in work.calls]
    async with work.finish() as session:
        for call, chunk in zip(work.calls, chunks, strict=True):
            if chunk is not None and await imports.keep_chunk(session, chunk):
                enqueue(session, import_rows, call)
