"""PostgreSQL: tables with tenant-first keys, and transactions bound to one organization by row-level security."""

from metacortex.platform.clock import utc_now
from metacortex.platform.database.engine import APP_ROLE, RELAY_ROLE, close_engines, engine
from metacortex.platform.database.reading import freeze, read_as_json
from metacortex.platform.database.tables import Base, BigInt, Moment, TenantTable
from metacortex.platform.database.transactions import Lock, before_commit, last_rows, notify, take_lock, transaction
from metacortex.platform.database.writing import Rows, insert_rows, table_of, write_rows
from metacortex.platform.ids import first_id_at, new_id

__all__ = [
    "APP_ROLE",
    "RELAY_ROLE",
    "Base",
    "BigInt",
    "Lock",
    "Moment",
    "Rows",
    "TenantTable",
    "before_commit",
    "close_engines",
    "engine",
    "first_id_at",
    "freeze",
    "insert_rows",
    "last_rows",
    "new_id",
    "notify",
    "read_as_json",
    "table_of",
    "take_lock",
    "transaction",
    "utc_now",
    "write_rows",
]
