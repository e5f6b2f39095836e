"""Tables of the job system. A job row is the truth; a Celery message only says that it is time to look."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class JobRow(TenantTable, Base):
    """Work that is owed; deleted in the transaction of its effects."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_lane", "priority", "org_id", "due_at", "id"),)

    name: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger)
    batch: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    args: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[Moment] = mapped_column(default=utc_now)
    error: Mapped[str | None]
    traceparent: Mapped[str | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class DeadLetter(TenantTable, Base):
    """A job that was given up after its retries, kept with its error until a person replays it."""

    __tablename__ = "dead_letters"
    __table_args__ = (Index("ix_dead_letters_failed_at", "org_id", "failed_at"),)

    name: Mapped[str]
    args: Mapped[dict[str, Any]]
    attempts: Mapped[int]
    error: Mapped[str]
    traceparent: Mapped[str | None]
    created_at: Mapped[Moment]
    failed_at: Mapped[Moment] = mapped_column(default=utc_now)
    replayed_at: Mapped[Moment | None]
    replayed_by: Mapped[UUID | None]
