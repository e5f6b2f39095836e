"""Forgetting rows that served their purpose: events browsers may resume from, and remembered requests."""

from datetime import timedelta

from sqlalchemy import text

from metacortex.platform.database import RELAY_ROLE, transaction, utc_now
from metacortex.platform.telemetry import log

MAINTAIN = "metacortex.maintain"
KEPT = {"events": ("occurred_at", timedelta(days=7)), "idempotency_keys": ("created_at", timedelta(days=2))}


async def forget_old_rows() -> None:
    """Delete what is older than its time, in every organization."""
    for table, (column, age) in KEPT.items():
        async with transaction(None, role=RELAY_ROLE) as session:
            deletion = text(f"DELETE FROM {table} WHERE {column} < :before")
            result = await session.execute(deletion, {"before": utc_now() - age})
        log.info("maintenance.forgotten", table=table, rows=getattr(result, "rowcount", 0))
