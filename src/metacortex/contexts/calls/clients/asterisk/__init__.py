"""Asterisk by its REST interface (ARI), 20 or newer, as measured with 23.4.

Nothing here knows a call: it asks, and says what Asterisk said. Ringing is the one request that is never repeated.
"""

from .connection import Connection, SocketState, Status
from .fleet import Fleet
from .listening import OnConnected, listen

__all__ = ["Connection", "Fleet", "OnConnected", "SocketState", "Status", "listen"]
