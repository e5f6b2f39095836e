"""The request's transaction: bound to the member's organization, committed before the answer leaves."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database import transaction
from metacortex.platform.security.dependencies import Caller


async def request_transaction(request: Request, member: Caller) -> AsyncIterator[AsyncSession]:
    """Open the transaction of one request."""
    async with transaction(member.org_id) as session:
        request.state.session = session
        yield session


Session = Annotated[AsyncSession, Depends(request_transaction, scope="function")]
