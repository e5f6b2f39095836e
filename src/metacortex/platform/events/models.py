"""The table of facts: what happened, in an order that a browser can resume from."""

from typing import Any

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Name the type in SQL."""
        return "xid8"


class EventRow(TenantTable, Base):
    """One fact, written in the transaction that made it true.

    Rows are read in the order (xid, seq) and only below the oldest running transaction, so that a reader who has
    seen a position has seen everything before it.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_order", "org_id", "xid", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    xid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))
    type: Mapped[str]
    data: Mapped[dict[str, Any]]
    traceparent: Mapped[str | None]
    occurred_at: Mapped[Moment] = mapped_column(default=utc_now)
