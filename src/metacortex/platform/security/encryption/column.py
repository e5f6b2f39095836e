"""A text attribute of a row that is kept sealed in a column of bytes beside it."""

import asyncio
from typing import Any, Generic, Self, cast, overload
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Uuid, event
from sqlalchemy.orm import Mapper, class_mapper
from sqlalchemy.orm.attributes import get_history
from typing_extensions import TypeVar

from metacortex.platform.database import new_id
from metacortex.platform.security.encryption.keys import UnknownDataKey, wrapping_key
from metacortex.platform.security.encryption.sealing import (
    CannotOpen,
    fetch_data_key,
    name_place,
    open_sealed,
    seal,
)

SUFFIX = "_sealed"
Text = TypeVar("Text", bound=str | None, default=str)


class SealedFieldMisused(Exception):
    """A row would hold an encrypted field that could never be read from it."""


class Encrypted(Generic[Text]):
    """A text attribute sealed into the attribute named by `column`: `secret = Encrypted("secret_sealed")`.

    What is sealed opens only under the same table, column and primary key, so a rename of table or column needs each
    value read before and written after. The key is set before the text; a missing `id` is made. Where the column may
    be null, write `Encrypted[str | None](…)`. Reading and writing may wait for the key service: call `unlock` first.
    """

    def __init__(self, column: str) -> None:
        if not column.endswith(SUFFIX):
            raise SealedFieldMisused(f"An encrypted field's column must end in {SUFFIX}: {column}.")
        self.column = column
        self.name = column.removesuffix(SUFFIX)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Encrypted({self.column!r})"

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...

    @overload
    def __get__(self, row: object, owner: type) -> Text: ...

    def __get__(self, row: object | None, owner: type) -> Self | Text:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        if sealed is None:
            return cast(Text, None)
        place, label = self._place(row), self._describe(type(row))
        try:
            return cast(Text, open_sealed(sealed, place))
        except CannotOpen as error:
            raise CannotOpen(f"{label} cannot be opened. {error}") from error
        except UnknownDataKey as error:
            raise UnknownDataKey(f"{label}: {error}") from error

    def __set__(self, row: object, text: Text) -> None:
        label = self._describe(type(row))
        if text is None:
            if not sealed_column(class_mapper(type(row)), self).nullable:
                raise SealedFieldMisused(f"{label} cannot be None.")
            setattr(row, self.column, None)
            return
        if not isinstance(text, str):
            raise SealedFieldMisused(f"{label} takes text, not {type(text).__name__}.")
        self._make_id(row)
        setattr(row, self.column, seal(text, self._place(row)))

    def _make_id(self, row: object) -> None:
        for column in class_mapper(type(row)).primary_key:
            if column.name == "id" and isinstance(column.type, Uuid) and getattr(row, "id", None) is None:
                row.id = new_id()  # type: ignore[attr-defined]

    def _place(self, row: object) -> bytes:
        mapper = class_mapper(type(row))
        column = sealed_column(mapper, self)
        parts = [cast(Any, column.table).fullname, column.name]
        for name, attribute in _key_of(mapper).items():
            value = getattr(row, attribute)
            if value is None:
                raise SealedFieldMisused(
                    f"Set {attribute} before {self._describe(type(row))}: it is sealed to its row."
                )
            parts += [name, value.hex if isinstance(value, UUID) else str(value)]
        return name_place(*parts)

    def _describe(self, model: type) -> str:
        return f"{model.__name__}.{self.name}"


async def unlock(*rows: object) -> None:
    """Get, off the event loop, the keys that reading and writing these rows' encrypted fields needs; None is skipped.

    Raises KeyServiceUnavailable, UnknownDataKey or CannotOpen. Without a key service it saves a few milliseconds.
    """
    values = [
        value
        for row in rows
        if row is not None
        for encrypted in find_encrypted(type(row))
        if (value := getattr(row, encrypted.column)) is not None
    ]
    await asyncio.to_thread(_fetch_keys, values)


def _fetch_keys(values: list[bytes]) -> None:
    wrapping_key()
    for value in values:
        fetch_data_key(value)


def find_encrypted(model: type) -> list["Encrypted[Any]"]:
    """Return the encrypted fields of a model, those of its mixins included."""
    found = {name: one for kind in reversed(model.__mro__) for name, one in vars(kind).items()}
    return [one for one in found.values() if isinstance(one, Encrypted)]


def sealed_column(mapper: Mapper[Any], encrypted: "Encrypted[Any]") -> Column[Any]:
    """Return the column that holds an encrypted field."""
    column = mapper.columns.get(encrypted.column)
    if not isinstance(column, Column) or not isinstance(column.type, LargeBinary):
        raise SealedFieldMisused(f"{mapper.class_.__name__} has no column {encrypted.column} of bytes.")
    return column


def _key_of(mapper: Mapper[Any]) -> dict[str, str]:
    """Return the columns of the primary key and the attributes that hold them."""
    return {column.name: mapper.get_property_by_column(column).key for column in mapper.primary_key}


@event.listens_for(Mapper, "after_mapper_constructed")
def _guard_rows(mapper: Mapper[Any], model: type) -> None:
    if fields := find_encrypted(model):
        for encrypted in fields:
            sealed_column(mapper, encrypted)
        event.listen(mapper, "before_insert", _refuse_unreadable)
        event.listen(mapper, "before_update", _refuse_unreadable)


def _refuse_unreadable(mapper: Mapper[Any], _: object, row: object) -> None:
    """Let no row be written whose key was changed after its field was sealed, or that has another row's bytes."""
    key = _key_of(mapper).values()
    moved = any(get_history(row, attribute).has_changes() for attribute in key)
    for encrypted in find_encrypted(type(row)):
        if moved or get_history(row, encrypted.column).has_changes():
            encrypted.__get__(row, type(row))
