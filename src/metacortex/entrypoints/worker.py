"""The worker: Celery processes that run batches of jobs, one event loop each."""

import asyncio
import gc
from functools import lru_cache
from uuid import UUID

from celery.signals import worker_process_init

from metacortex import flows
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.qualification import public as qualification
from metacortex.platform.jobs.maintenance import MAINTAIN, RETAIN, SHARE_REVOCATIONS, forget_old_rows
from metacortex.platform.jobs.runner import run_jobs
from metacortex.platform.jobs.transport import RUN, celery_app
from metacortex.platform.security.revocations import share_revocations
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs

assert flows


@lru_cache(maxsize=1)
def _loop() -> asyncio.Runner:
    return asyncio.Runner()


def run(org_id: str, name: str, job_ids: list[str]) -> None:
    """Run the named jobs; what a Celery message asks for."""
    _loop().run(run_jobs(UUID(org_id), name, [UUID(job_id) for job_id in job_ids]))


def maintain() -> None:
    """Do the periodic work that Beat announced."""
    _loop().run(forget_old_rows())


def share() -> None:
    """Tell Valkey of every revocation that matters still."""
    _loop().run(share_revocations())


def retain() -> None:
    """Owe the forgetting of old data that Beat announced."""
    _loop().run(privacy.run_retention())


def main() -> None:
    """Work until told to stop; a running batch is finished first."""
    configure_logs(settings().log_level, role="worker")
    qualification.load_models()
    gc.freeze()  # the children share what is loaded as long as no collection writes into it
    app = celery_app()
    app.task(run, name=RUN)
    app.task(maintain, name=MAINTAIN)
    app.task(share, name=SHARE_REVOCATIONS)
    app.task(retain, name=RETAIN)
    worker_process_init.connect(_on_process_start, weak=False)
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=prefork",
            f"--concurrency={settings().worker_processes}",
            "--queues=urgent,default,ai,bulk",
            "--without-gossip",
            "--without-mingle",
            "--loglevel=WARNING",
        ]
    )


def _on_process_start(**_: object) -> None:
    configure_logs(settings().log_level, role="worker")
