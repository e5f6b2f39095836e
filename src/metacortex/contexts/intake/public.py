"""The door of the intake for entrypoints and later contexts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from metacortex.contexts.intake.clients.smtp import MailLimits, open_mail_server
from metacortex.contexts.intake.rules.text import write_csv
from metacortex.contexts.intake.service.accepting import MailGatherer, accept_mail, store_mails
from metacortex.contexts.intake.service.sources import ensure_sources, find_recipient, read_address_of
from metacortex.contexts.intake.settings import intake_settings
from metacortex.platform.database import transaction
from metacortex.platform.settings import settings

__all__ = ["ensure_sources", "open_mail_receiver", "read_default_address", "write_csv"]


@asynccontextmanager
async def open_mail_receiver(*, host: str, port: int) -> AsyncIterator[int]:
    """Take mail for every organization's addresses while the context is open; yields the port."""
    limits = MailLimits(
        mail_bytes=intake_settings().mail_bytes,
        connections=intake_settings().mail_connections,
        memory_bytes=intake_settings().mail_memory_bytes,
        idle_seconds=intake_settings().mail_idle_seconds,
    )
    async with open_mail_server(
        host=host,
        port=port,
        hostname=settings().mail_domain,
        limits=limits,
        find_recipient=find_recipient,
        accept_mail=partial(accept_mail, MailGatherer(store_mails)),
    ) as bound_port:
        yield bound_port


async def read_default_address(org_id: UUID) -> str | None:
    """Return the first live mail address of an organization, making its first sources when it has none."""
    async with transaction(org_id) as session:
        await ensure_sources(session)
        return await read_address_of(session)
