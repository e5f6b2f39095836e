"""WS /api/v1/live: events of the member's organization, from a resume token on."""

import asyncio
import time

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from metacortex.platform.errors import Unauthenticated
from metacortex.platform.events.live import Listener, LiveHub, read_token
from metacortex.platform.http.json import dump_json
from metacortex.platform.http.same_origin import is_own_origin
from metacortex.platform.security import ACCESS_TOKEN_SECONDS, Principal, may, read_access_token
from metacortex.platform.security.revocations import is_revoked, refuse_revoked

router = APIRouter(tags=["live"])
PROTOCOL = "metacortex.live"
SIGN_IN_AGAIN = 4401
NOT_ALLOWED = 4403
PING_SECONDS = 25
CHECK_SECONDS = 1


@router.websocket("/api/v1/live")
async def follow_events(socket: WebSocket, since: str = Query("")) -> None:
    """Send `ready`, then each event with the token to resume from; `reset` asks the browser to load anew.

    The access token comes as second subprotocol, `metacortex.live, <token>`: browsers let pages set no other header,
    and what stands in an address is kept in too many places.
    """
    await socket.accept(PROTOCOL)
    try:
        member = read_access_token("".join(socket.scope["subprotocols"][1:2]))
        await refuse_revoked(member)
    except Unauthenticated:
        await socket.close(SIGN_IN_AGAIN, "Sign in again.")
        return
    if not may(member, "leads:view") or not is_own_origin(socket.headers, socket.app.state.base_url):
        await socket.close(NOT_ALLOWED, "You may not follow this.")
        return
    hub: LiveHub = socket.app.state.live
    async with hub.listen(member.org_id, read_token(since)) as listener:
        sender = asyncio.create_task(_send(socket, listener, member))
        try:
            while True:
                await socket.receive_text()
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            sender.cancel()


async def _send(socket: WebSocket, listener: Listener, member: Principal) -> None:
    """Send what happens until the member is signed out, which is looked at every so often."""
    checked_at = time.monotonic()
    while True:
        try:
            message = await asyncio.wait_for(listener.queue.get(), PING_SECONDS)
        except TimeoutError:
            message = {"type": "ping"}
        if time.monotonic() - checked_at >= CHECK_SECONDS:
            checked_at = time.monotonic()
            if await is_revoked(member) or time.time() > member.issued_at + ACCESS_TOKEN_SECONDS:
                await socket.close(SIGN_IN_AGAIN, "Sign in again.")
                return
        await socket.send_text(dump_json(message).decode())
