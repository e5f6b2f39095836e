"""Owns the programs that come in wheels: PostgreSQL and Valkey, started, watched and stopped by us.

Refuses to know what is stored in them.
"""

from metacortex.platform.embedded.postgres import PostgresServer
from metacortex.platform.embedded.running import use_running_servers
from metacortex.platform.embedded.types import ServerCannotStart
from metacortex.platform.embedded.valkey import ValkeyServer, read_redis_url

__all__ = ["PostgresServer", "ServerCannotStart", "ValkeyServer", "read_redis_url", "use_running_servers"]
