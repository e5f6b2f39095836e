"""Columns whose values only the product can read."""

import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from metacortex.platform.database import new_id
from metacortex.platform.security.secret_key import derive_key


class Encrypted:
    """A text attribute that is kept sealed in another column, bound to its row."""

    def __init__(self, column: str) -> None:
        self._column = column

    def __get__(self, row: Any, _: type | None = None) -> Any:
        if row is None:
            return self
        sealed: bytes = getattr(row, self._column)
        return AESGCM(derive_key("columns")).decrypt(sealed[:12], sealed[12:], self._place(row)).decode()

    def __set__(self, row: Any, value: str) -> None:
        row.id = row.id or new_id()
        nonce = os.urandom(12)
        sealed = AESGCM(derive_key("columns")).encrypt(nonce, value.encode(), self._place(row))
        setattr(row, self._column, nonce + sealed)

    def _place(self, row: Any) -> bytes:
        return f"{row.__tablename__}.{self._column}.{row.id}".encode()
