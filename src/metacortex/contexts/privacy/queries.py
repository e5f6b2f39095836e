"""Every statement of the privacy context."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Text, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.privacy.models import Consent, ConsentText, PrivacyRequest, RetentionRule, Suppression
from metacortex.contexts.privacy.types import Channel, DataKind, Decision, Purpose, RequestKind, RequestStatus, Said
from metacortex.platform.database import table_of

LOCK_SEED = 11
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(hash, 11)) FROM unnest(:hashes) AS hash").bindparams(
    bindparam("hashes", type_=ARRAY(Text))
)
_HOLD_SHARED = text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended(hash, 11)) FROM unnest(:hashes) AS hash"
).bindparams(bindparam("hashes", type_=ARRAY(Text)))
_SHARE_FREE = text(
    "SELECT hash FROM unnest(:hashes) AS hash WHERE pg_try_advisory_xact_lock_shared(hashtextextended(hash, 11))"
).bindparams(bindparam("hashes", type_=ARRAY(Text)))
_BLANK_CONSENTS = text(
    "UPDATE consents SET address = NULL, client_address = NULL, source = 'erased', proof = '{}'"
    " WHERE org_id = :org_id AND address_hash = ANY(:hashes) AND address IS NOT NULL"
).bindparams(bindparam("hashes", type_=ARRAY(Text)))

# Where rows of the platform quote what is looked for, in any letter case.
_QUOTES = "EXISTS (SELECT FROM unnest(CAST(:wanted AS text[])) AS one WHERE position(one IN lower({})) > 0)"
_DEAD_LETTERS = _QUOTES.format("dead_letters.args::text || dead_letters.error")
_JOBS = _QUOTES.format("jobs.args::text || coalesce(jobs.error, '')")
_EVENTS = _QUOTES.format("events.data::text")
_ANSWERS = _QUOTES.format("convert_from(idempotency_keys.body, 'UTF8')")
_ERASE_RECORDS = {
    "dead_letters": text(
        "UPDATE dead_letters SET error = 'What went wrong named a person who was erased since.'"
        f" WHERE org_id = :org_id AND error NOT LIKE 'What went wrong named%' AND {_DEAD_LETTERS}"
    ),
    "jobs": text(f"UPDATE jobs SET error = NULL WHERE org_id = :org_id AND error IS NOT NULL AND {_JOBS}"),
    "idempotency_keys": text(f"DELETE FROM idempotency_keys WHERE org_id = :org_id AND {_ANSWERS}"),
}
_READ_RECORDS = {
    "dead_letters": text(f"SELECT to_jsonb(dead_letters) FROM dead_letters WHERE org_id = :org_id AND {_DEAD_LETTERS}"),
    "jobs": text(f"SELECT to_jsonb(jobs) FROM jobs WHERE org_id = :org_id AND {_JOBS}"),
    "events": text(f"SELECT to_jsonb(events) - 'xid' FROM events WHERE org_id = :org_id AND {_EVENTS}"),
    "remembered_answers": text(
        "SELECT jsonb_build_object('key', key, 'created_at', created_at, 'body', convert_from(body, 'UTF8'))"
        f" FROM idempotency_keys WHERE org_id = :org_id AND {_ANSWERS}"
    ),
}
_FORGET = {
    "events": text(
        "WITH old AS (SELECT id FROM events WHERE org_id = :org_id AND occurred_at < :before LIMIT :most)"
        " DELETE FROM events USING old WHERE events.org_id = :org_id AND events.id = old.id"
    ),
    "dead_letters": text(
        "WITH old AS (SELECT id FROM dead_letters WHERE org_id = :org_id AND failed_at < :before LIMIT :most)"
        " DELETE FROM dead_letters USING old WHERE dead_letters.org_id = :org_id AND dead_letters.id = old.id"
    ),
}


async def hold_addresses(session: AsyncSession, hashes: Collection[str]) -> None:
    """Let nobody act on these addresses, and wait for those who do, until commit: a decision is being written."""
    await session.execute(_HOLD, {"hashes": sorted(hashes)})


async def share_addresses(session: AsyncSession, hashes: Collection[str]) -> None:
    """Let nobody write a decision about these addresses until commit: one is being acted on."""
    await session.execute(_HOLD_SHARED, {"hashes": sorted(hashes)})


async def share_free_addresses(session: AsyncSession, hashes: Collection[str]) -> set[str]:
    """Share those of these addresses about which nobody writes a decision, or is about to; return which they are."""
    return set(await session.scalars(_SHARE_FREE, {"hashes": sorted(hashes)}))


async def list_texts(session: AsyncSession) -> Sequence[ConsentText]:
    """Read the consent texts, the newest versions first."""
    found = select(ConsentText).where(ConsentText.org_id == session.info["org_id"])
    ordered = found.order_by(
        ConsentText.purpose, ConsentText.channel, ConsentText.language, ConsentText.version.desc()
    ).limit(500)
    return (await session.scalars(ordered)).all()


async def newest_version(session: AsyncSession, *, purpose: str, channel: str, language: str) -> int:
    """Return the number of the newest version of a text; 0 where there is none."""
    found = select(func.max(ConsentText.version)).where(
        ConsentText.org_id == session.info["org_id"],
        ConsentText.purpose == purpose,
        ConsentText.channel == channel,
        ConsentText.language == language,
    )
    return await session.scalar(found) or 0


async def find_texts(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, ConsentText]:
    """Read consent texts by id."""
    found = select(ConsentText).where(ConsentText.org_id == session.info["org_id"], ConsentText.id.in_(ids))
    return {row.id: row for row in await session.scalars(found)}


async def read_suppressions(session: AsyncSession, hashes: Collection[str]) -> dict[str, set[str]]:
    """Map addresses, by hash, to the reasons why they may not be used."""
    if not hashes:
        return {}
    found = await session.execute(
        select(Suppression.address_hash, Suppression.reason).where(
            Suppression.org_id == session.info["org_id"], Suppression.address_hash.in_(hashes)
        )
    )
    reasons: dict[str, set[str]] = {}
    for row in found:
        reasons.setdefault(row.address_hash, set()).add(row.reason)
    return reasons


async def has_suppressions(session: AsyncSession, reason: str) -> bool:
    """Say whether anybody is suppressed for this reason."""
    found = select(Suppression.id).where(Suppression.org_id == session.info["org_id"], Suppression.reason == reason)
    return await session.scalar(found.limit(1)) is not None


async def insert_suppressions(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Add suppressions; return how many were new."""
    if not rows:
        return 0
    statement = insert(Suppression).values([{"org_id": session.info["org_id"], **row} for row in rows])
    added = await session.scalars(statement.on_conflict_do_nothing().returning(Suppression.id))
    return len(added.all())


async def find_suppressions(session: AsyncSession, address_hash: str) -> Sequence[Suppression]:
    """Read the suppressions of one address."""
    found = select(Suppression).where(
        Suppression.org_id == session.info["org_id"], Suppression.address_hash == address_hash
    )
    return (await session.scalars(found.order_by(Suppression.created_at))).all()


async def count_suppressions(session: AsyncSession) -> list[dict[str, Any]]:
    """Count suppressed addresses by kind and reason."""
    found = await session.execute(
        select(Suppression.address_kind, Suppression.reason, func.count().label("count"))
        .where(Suppression.org_id == session.info["org_id"])
        .group_by(Suppression.address_kind, Suppression.reason)
        .order_by(Suppression.address_kind, Suppression.reason)
    )
    return [{"address_kind": row.address_kind, "reason": row.reason, "count": row.count} for row in found]


async def read_decisions(
    session: AsyncSession, hashes: Collection[str], *, purpose: Purpose, channel: Channel
) -> dict[str, Said]:
    """Map addresses, by hash, to their latest decision about a purpose and channel."""
    found = await session.execute(
        select(Consent.address_hash, Consent.decision, Consent.at, Consent.id, Consent.text_id)
        .distinct(Consent.address_hash)
        .where(
            Consent.org_id == session.info["org_id"],
            Consent.address_hash.in_(hashes),
            Consent.purpose == purpose,
            Consent.channel == channel,
        )
        .order_by(Consent.address_hash, Consent.at.desc(), Consent.id.desc())
    )
    return {row.address_hash: Said(Decision(row.decision), row.at, row.id, row.text_id) for row in found}


def select_standing() -> ScalarSelect[Any]:
    """Return, as JSON within another statement, why one address may not be used and what its owner said last.

    Its parameters are `org_id` and those that `Use.parameters` names.
    """
    org_id, address_hash = bindparam("org_id", type_=Uuid()), bindparam("address_hash", type_=Text())
    suppressed = select(func.jsonb_agg(Suppression.reason)).where(
        Suppression.org_id == org_id, Suppression.address_hash == address_hash
    )
    said = (
        select(Consent.decision, Consent.at, Consent.id.label("consent_id"), Consent.text_id)
        .where(
            Consent.org_id == org_id,
            Consent.address_hash == address_hash,
            Consent.purpose == bindparam("purpose", type_=Text()),
            Consent.channel == bindparam("channel", type_=Text()),
        )
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
        .subquery("said")
    )
    latest = select(func.to_jsonb(said.table_valued())).scalar_subquery()
    standing = func.jsonb_build_object("suppressed", suppressed.scalar_subquery(), "said", latest, type_=JSONB)
    return select(standing).scalar_subquery()


async def find_address_of(session: AsyncSession, address_hash: str) -> tuple[str, str | None] | None:
    """Return kind and address that a consent was last recorded for under this hash."""
    row = (
        await session.execute(
            select(Consent.address_kind, Consent.address)
            .where(Consent.org_id == session.info["org_id"], Consent.address_hash == address_hash)
            .order_by(Consent.id.desc())
            .limit(1)
        )
    ).first()
    return (row.address_kind, row.address) if row else None


async def page_consents(
    session: AsyncSession, *, address_hash: str | None, before: UUID | None, limit: int
) -> Sequence[Consent]:
    """Read decisions, newest first."""
    found = select(Consent).where(Consent.org_id == session.info["org_id"])
    if address_hash is not None:
        found = found.where(Consent.address_hash == address_hash)
    if before is not None:
        found = found.where(Consent.id < before)
    return (await session.scalars(found.order_by(Consent.id.desc()).limit(limit))).all()


async def blank_consents(session: AsyncSession, hashes: Collection[str]) -> int:
    """Leave of these addresses' decisions only what names nobody; return how many there were."""
    values = {"org_id": session.info["org_id"], "hashes": list(hashes)}
    return int(getattr(await session.execute(_BLANK_CONSENTS, values), "rowcount", 0))


async def find_request(session: AsyncSession, request_id: UUID, *, lock: bool = False) -> PrivacyRequest | None:
    """Read one request."""
    return await session.get(
        PrivacyRequest, (session.info["org_id"], request_id), with_for_update=lock, populate_existing=lock
    )


async def find_running_request(
    session: AsyncSession, kind: RequestKind, hashes: Collection[str]
) -> PrivacyRequest | None:
    """Read an unfinished request about one of these addresses."""
    found = select(PrivacyRequest).where(
        PrivacyRequest.org_id == session.info["org_id"],
        PrivacyRequest.kind == kind,
        PrivacyRequest.status != RequestStatus.DONE,
        PrivacyRequest.subject_hashes.overlap(list(hashes)),
    )
    return (await session.scalars(found)).first()


async def page_requests(session: AsyncSession, *, before: UUID | None, limit: int) -> Sequence[PrivacyRequest]:
    """Read requests, newest first."""
    found = select(PrivacyRequest).where(PrivacyRequest.org_id == session.info["org_id"])
    if before is not None:
        found = found.where(PrivacyRequest.id < before)
    return (await session.scalars(found.order_by(PrivacyRequest.id.desc()).limit(limit))).all()


async def list_exports_of(session: AsyncSession, hashes: Collection[str]) -> Sequence[PrivacyRequest]:
    """Read, and hold, every export of a person that may still have objects."""
    found = select(PrivacyRequest).where(
        PrivacyRequest.org_id == session.info["org_id"],
        PrivacyRequest.kind == RequestKind.EXPORT,
        PrivacyRequest.subject_hashes.overlap(list(hashes)),
    )
    return (await session.scalars(found.with_for_update())).all()


async def list_expired_exports(session: AsyncSession, *, before: datetime, limit: int) -> Sequence[PrivacyRequest]:
    """Read exports that were finished before a moment and still lie in the storage."""
    found = select(PrivacyRequest).where(
        PrivacyRequest.org_id == session.info["org_id"],
        PrivacyRequest.object_key.is_not(None),
        PrivacyRequest.finished_at < before,
    )
    return (await session.scalars(found.order_by(PrivacyRequest.id).limit(limit))).all()


async def read_records(session: AsyncSession, wanted: Collection[str]) -> dict[str, list[Any]]:
    """Read jobs, dead letters, events and remembered answers that quote one of these texts."""
    values = {"org_id": session.info["org_id"], "wanted": sorted(wanted)}
    return {name: list(await session.scalars(query, values)) for name, query in _READ_RECORDS.items()}


async def erase_records(session: AsyncSession, wanted: Collection[str]) -> dict[str, int]:
    """Blank or delete what jobs, dead letters and remembered answers quote of these texts; return counts."""
    values = {"org_id": session.info["org_id"], "wanted": sorted(wanted)}
    return {
        name: int(getattr(await session.execute(query, values), "rowcount", 0))
        for name, query in _ERASE_RECORDS.items()
    }


async def forget_records(session: AsyncSession, table: str, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` old rows of `events` or `dead_letters`; return how many there were."""
    values = {"org_id": session.info["org_id"], "before": before, "most": limit}
    return int(getattr(await session.execute(_FORGET[table], values), "rowcount", 0))


async def list_rules(session: AsyncSession) -> dict[DataKind, RetentionRule]:
    """Read the retention rules that were changed."""
    found = await session.scalars(select(RetentionRule).where(RetentionRule.org_id == session.info["org_id"]))
    return {DataKind(row.kind): row for row in found}


async def save_rule(session: AsyncSession, row: dict[str, Any]) -> None:
    """Write how long a kind of data is kept."""
    table = table_of(RetentionRule)
    new = insert(table).values({"org_id": session.info["org_id"], **row})
    changed = {"keep_days": new.excluded.keep_days, "changed_at": new.excluded.changed_at}
    await session.execute(new.on_conflict_do_update(index_elements=["org_id", "kind"], set_=changed))
