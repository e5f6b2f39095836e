"""Idempotency-Key: a creating request repeated with its key gets the first answer and changes nothing.

Use: `APIRouter(route_class=IdempotentRoute)` and a parameter `_: IdempotencyKey` on the route. The key row is written
in the request's transaction, so the answer is remembered if and only if the change was kept.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Index, LargeBinary, SmallInteger, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now
from metacortex.platform.errors import Invalid
from metacortex.platform.http.sessions import Session


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for a different request. Use a new key for each new thing."


class IdempotencyRow(TenantTable, Base):
    """A request that was answered, by its key."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        Index("uq_idempotency_keys_key", "org_id", "key", unique=True),
        Index("ix_idempotency_keys_created_at", "created_at"),
    )

    key: Mapped[str]
    fingerprint: Mapped[str]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class Replay(Exception):
    """The request was answered before; carries that answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.body = status, body


async def remember_request(
    request: Request,
    session: Session,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> None:
    """Claim the key, or replay the answer given under it."""
    if idempotency_key is None:
        return
    fingerprint = hashlib.sha256(
        b"\n".join((request.method.encode(), request.url.path.encode(), await request.body()))
    ).hexdigest()
    values = {"org_id": session.info["org_id"], "key": idempotency_key, "fingerprint": fingerprint}
    claimed = await session.execute(
        insert(IdempotencyRow)
        .values(values)
        .on_conflict_do_nothing(index_elements=["org_id", "key"])
        .returning(IdempotencyRow.id)
    )
    if claimed.first():
        request.state.idempotency_key = idempotency_key
        return
    known = await session.scalar(
        select(IdempotencyRow).where(IdempotencyRow.org_id == values["org_id"], IdempotencyRow.key == idempotency_key)
    )
    if known is None or known.fingerprint != fingerprint or known.status is None or known.body is None:
        raise IdempotencyKeyReused
    raise Replay(known.status, known.body)


IdempotencyKey = Annotated[None, Depends(remember_request)]


class IdempotentRoute(APIRoute):
    """Keeps the answer of a request that carried a key, in that request's transaction."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route's handler."""
        answer = super().get_route_handler()

        async def answer_and_keep(request: Request) -> Response:
            response = await answer(request)
            key = getattr(request.state, "idempotency_key", None)
            if key is not None:
                session = request.state.session
                await session.execute(
                    update(IdempotencyRow)
                    .where(IdempotencyRow.org_id == session.info["org_id"], IdempotencyRow.key == key)
                    .values(status=response.status_code, body=bytes(response.body))
                )
            return response

        return answer_and_keep


def replay_response(replay: Replay) -> Response:
    """The first answer, marked as repeated."""
    return Response(replay.body, replay.status, media_type="application/json", headers={"Idempotency-Replayed": "true"})
