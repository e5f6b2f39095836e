"""Jobs of the leads context."""

from dataclasses import asdict

import orjson

from metacortex.contexts.leads.service import erasing
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.events import PersonErasureRequested, PersonExportRequested
from metacortex.platform.database import transaction
from metacortex.platform.jobs import Work, job
from metacortex.platform.storage import store_object


@job(queue="default", gave_up=privacy.show_failed)
async def erase_person_from_leads(work: Work[PersonErasureRequested]) -> None:
    """Find a person's contacts and leads, blank them, and tell the others which they were."""
    await privacy.erase_part(work, erasing.erase_person)


@job(queue="default", gave_up=privacy.show_failed)
async def export_person_from_leads(work: Work[PersonExportRequested]) -> None:
    """Gather what is known of a person as a contact and in leads."""
    for call in work.calls:
        async with transaction(work.org_id) as session:
            subject = await privacy.read_subject(session, call.request_id)
            tables = await erasing.export_person(session, subject) if subject else {}
            found = await erasing.find_person(session, subject) if subject else None
        object_key = await store_object(work.org_id, orjson.dumps(tables))
        async with work.finish() as session:
            if found is not None:
                await privacy.record_located(session, call.request_id, **asdict(found))
            await privacy.record_part(
                session,
                call.request_id,
                part=privacy.Part.LEADS,
                counts={name: len(rows) for name, rows in tables.items()},
                object_key=object_key,
            )
