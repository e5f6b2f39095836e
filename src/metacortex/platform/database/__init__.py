"""PostgreSQL: tables with tenant-first keys, and transactions bound to one organization by row-level security."""

from metacortex.platform.database.engine import APP_ROLE, RELAY_ROLE, close_engines, engine
from metacortex.platform.database.tables import Base, Moment, TenantTable, new_id, utc_now
from metacortex.platform.database.transactions import before_commit, transaction

__all__ = [
    "APP_ROLE",
    "RELAY_ROLE",
    "Base",
    "Moment",
    "TenantTable",
    "before_commit",
    "close_engines",
    "engine",
    "new_id",
    "transaction",
    "utc_now",
]
