"""Forgetting rows that served their purpose: events to resume from, remembered requests, sign-ins half done."""

from datetime import timedelta

from sqlalchemy import text

from metacortex.platform.database import RELAY_ROLE, transaction, utc_now
from metacortex.platform.security.revocations import forget_revocations
from metacortex.platform.telemetry import log

MAINTAIN = "metacortex.maintain"
SHARE_REVOCATIONS = "metacortex.share_revocations"
KEPT = {
    "events": ("occurred_at", timedelta(days=7)),
    "idempotency_keys": ("created_at", timedelta(days=2)),
    "challenges": ("expires_at", timedelta(0)),
}
RETAIN = "metacortex.retain"


async def forget_old_rows() -> None:
    """Delete what is older than its time, in every organization."""
    await forget_revocations()
    for table, (column, age) in KEPT.items():
        async with transaction(None, role=RELAY_ROLE) as session:
            deletion = text(f"DELETE FROM {table} WHERE {column} < :before")
            result = await session.execute(deletion, {"before": utc_now() - age})
        log.info("maintenance.forgotten", table=table, rows=getattr(result, "rowcount", 0))
