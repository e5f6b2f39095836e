"""Consent texts: published in numbered versions that never change, so that a proof names the very words."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.privacy import queries
from metacortex.contexts.privacy.models import ConsentText
from metacortex.contexts.privacy.types import Channel, Purpose


async def publish_text(
    session: AsyncSession, *, purpose: Purpose, channel: Channel, language: str, text: str, member_id: UUID
) -> ConsentText:
    """Publish the next version of a text."""
    await queries.hold_addresses(session, [f"text:{session.info['org_id']}"])
    version = await queries.newest_version(session, purpose=purpose, channel=channel, language=language) + 1
    row = ConsentText(
        org_id=session.info["org_id"],
        purpose=purpose.value,
        channel=channel.value,
        language=language,
        version=version,
        text=text,
        published_by=member_id,
    )
    session.add(row)
    await session.flush()
    return row
