"""Commands typed beside a running `metacortex up` find the servers it started."""

import os

from metacortex.platform.embedded.postgres import read_database_url
from metacortex.platform.embedded.valkey import read_redis_url
from metacortex.platform.settings import Settings, settings


def use_running_servers() -> Settings:
    """Point the settings, where no URL names others, at the servers that run in the data folder; return them."""
    found = {
        "METACORTEX_DATABASE_URL": settings().database_url or read_database_url(settings().data_dir),
        "METACORTEX_REDIS_URL": settings().redis_url or read_redis_url(settings().data_dir),
    }
    os.environ.update({name: url for name, url in found.items() if url})
    settings.cache_clear()
    return settings()
