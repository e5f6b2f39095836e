"""What every table shares: UUIDv7 keys led by the organization, aware UTC times, predictable constraint names."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from metacortex.platform.ids import new_id

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """The one metadata all tables register with."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, int: Integer, dict[str, Any]: JSONB, list[Any]: JSONB}


def _new_key() -> UUID:
    return new_id()


class TenantTable:
    """A table whose rows belong to one organization; its primary key is (org_id, id)."""

    org_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1, default=_new_key)


BigInt = Annotated[int, mapped_column(BigInteger)]
