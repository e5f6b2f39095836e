"""Sources: the addresses and forms an organization takes leads at."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.intake import queries
from metacortex.contexts.intake.models import Source
from metacortex.contexts.intake.rules.addresses import looks_like_key, make_key, read_address, write_address
from metacortex.contexts.intake.rules.text import clean_text
from metacortex.contexts.intake.types import FoundSource, Recipient, SourceKind
from metacortex.platform.audit import record
from metacortex.platform.database import new_id, transaction
from metacortex.platform.errors import NotFound
from metacortex.platform.settings import settings

_REMEMBER_SECONDS = 30.0
_REMEMBER_UNKNOWN_SECONDS = 3.0
_REMEMBER_COUNT = 10_000
_known: OrderedDict[str, tuple[float, FoundSource | None]] = OrderedDict()


class SourceNotFound(NotFound):
    code = "source_not_found"
    title = "This source does not exist."


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with the ways into it."""

    id: UUID
    kind: SourceKind
    name: str
    active: bool
    address: str | None
    form_url: str | None
    snippet: str | None


async def find_source(key: str) -> FoundSource | None:
    """Return the source with this key, remembered for half a minute; None when there is none or it is switched off."""
    key = key.lower()
    if not looks_like_key(key):
        return None
    now = time.monotonic()
    remembered = _known.get(key)
    if remembered and remembered[0] > now:
        found = remembered[1]
    else:
        async with transaction(None) as session:
            found = await queries.find_source_by_key(session, key)
        _known[key] = (now + (_REMEMBER_SECONDS if found else _REMEMBER_UNKNOWN_SECONDS), found)
        _known.move_to_end(key)
        while len(_known) > _REMEMBER_COUNT:
            _known.popitem(last=False)
    return found if found and found.active else None


def forget_sources() -> None:
    """Ask the database again for every key this process remembers."""
    _known.clear()


async def find_recipient(address: str) -> Recipient | None:
    """Return whom a mail address belongs to; None when it takes no mail."""
    parts = read_address(address, settings().mail_domain)
    if parts is None:
        return None
    key, tag = parts
    source = await find_source(key)
    if source is None or source.kind is not SourceKind.EMAIL:
        return None
    return Recipient(source=source, address=clean_text(address, 320), tag=clean_text(tag, 120))


async def find_form(key: str) -> FoundSource:
    """Return the live form with this key."""
    source = await find_source(key)
    if source is None or source.kind is not SourceKind.FORM:
        raise SourceNotFound(detail="This form does not exist or is switched off.")
    return source


async def ensure_sources(session: AsyncSession) -> list[Source]:
    """Return the organization's sources; give it a mail address and a form when it has none."""
    sources = await queries.list_sources(session)
    if sources:
        return sources
    await queries.lock_sources(session)
    sources = await queries.list_sources(session)
    if not sources:
        await _add_source(session, kind=SourceKind.EMAIL, name="E-mail")
        await _add_source(session, kind=SourceKind.FORM, name="Web form")
        sources = await queries.list_sources(session)
    return sources


async def create_source(session: AsyncSession, *, kind: SourceKind, name: str) -> Source:
    """Open one more address or form, beside those every organization begins with."""
    await ensure_sources(session)
    source = await _add_source(session, kind=kind, name=name)
    record(session, "source.created", subject=str(source.id), after={"kind": kind, "name": name})
    return source


async def _add_source(session: AsyncSession, *, kind: SourceKind, name: str) -> Source:
    source = Source(org_id=session.info["org_id"], id=new_id(), kind=kind.value, name=name, key=make_key(), active=True)
    session.add(source)
    await session.flush()
    return source


async def change_source(session: AsyncSession, source_id: UUID, *, name: str | None, active: bool | None) -> Source:
    """Rename a source, or switch it on or off; other processes notice within half a minute."""
    source = await queries.find_source(session, source_id)
    if source is None:
        raise SourceNotFound
    before = {"name": source.name, "active": source.active}
    if name is not None:
        source.name = name
    if active is not None:
        source.active = active
    record(
        session,
        "source.changed",
        subject=str(source.id),
        before=before,
        after={"name": source.name, "active": source.active},
    )
    forget_sources()
    return source


async def read_address_of(session: AsyncSession) -> str | None:
    """Return the first live mail address of the transaction's organization."""
    return _first_address(await queries.list_sources(session))


def _first_address(sources: Sequence[Source]) -> str | None:
    for source in sources:
        if source.kind == SourceKind.EMAIL and source.active:
            return write_address(source.key, settings().mail_domain)
    return None


def view_source(source: Source) -> SourceView:
    """Say how a source is reached: by which address, page or snippet."""
    kind = SourceKind(source.kind)
    is_form = kind is SourceKind.FORM
    base_url = settings().base_url
    return SourceView(
        id=source.id,
        kind=kind,
        name=source.name,
        active=source.active,
        address=write_address(source.key, settings().mail_domain) if kind is SourceKind.EMAIL else None,
        form_url=f"{base_url}/f/{source.key}" if is_form else None,
        snippet=f'<script src="{base_url}/f/embed.js" data-form="{source.key}" async></script>' if is_form else None,
    )
