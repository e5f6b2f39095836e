"""The mail receiver as a process of its own."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

import uvloop

from metacortex import flows
from metacortex.contexts.intake import public as intake
from metacortex.platform.database import close_engines
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs, log

assert flows
_DISK_THREADS = 16


async def ingest() -> None:
    """Take mail until told to stop; what is being stored then is still answered."""
    # Threads wait for the disk here, they do not compute: more of them than processors is right.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_DISK_THREADS, thread_name_prefix="disk"))
    stop = asyncio.Event()
    for reason in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(reason, stop.set)
    try:
        async with intake.open_mail_receiver(host=settings().smtp_host, port=settings().smtp_port) as port:
            log.info("ingest.ready", host=settings().smtp_host, port=port)
            await stop.wait()
    finally:
        await close_engines()


def main() -> None:
    """Take mail until told to stop."""
    configure_logs(settings().log_level, role="ingest")
    uvloop.run(ingest())
