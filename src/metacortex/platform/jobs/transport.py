"""Celery on Valkey or Redis: carries "run these job ids" from the relay to the workers, and nothing else.

Settings follow what was measured about Celery losing and repeating messages: late acknowledgement, prefetch 1,
a hard time limit below the visibility timeout, no ETAs, no results.
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from celery import Celery
from redis import Redis

from metacortex.platform.jobs.registry import QUEUES, Queue
from metacortex.platform.jobs.settings import job_settings
from metacortex.platform.settings import settings

RUN = "metacortex.run"


def broker_url() -> str:
    """Return the configured Valkey or Redis URL, or say how to get one."""
    url = settings().redis_url
    if url is None:
        message = "METACORTEX_REDIS_URL is not set. `metacortex up` starts a server and sets it for its processes."
        raise RuntimeError(message)
    return url


@lru_cache(maxsize=1)
def celery_app() -> Celery:
    """Return the Celery application of this process."""
    app = Celery("metacortex", broker=broker_url())
    lease = job_settings().lease_seconds
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_default_queue="default",
        task_create_missing_queues=True,
        task_time_limit=job_settings().time_limit_seconds + 5,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": max(60, int(lease * 2)),
            "queue_order_strategy": "priority",
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "retry_policy": {"timeout": 3.0},
        },
    )
    return app


@lru_cache(maxsize=1)
def _broker() -> Redis:
    return Redis.from_url(broker_url(), socket_timeout=5, socket_connect_timeout=3)


def count_waiting() -> int:
    """Return how many batches lie in Valkey that no worker has fetched."""
    with _broker().pipeline(transaction=False) as pipe:
        for queue in QUEUES:
            pipe.llen(queue)
        return sum(pipe.execute())


def send_batch(queue: Queue, org_id: UUID, name: str, job_ids: Sequence[UUID]) -> None:
    """Tell a worker to run these jobs."""
    celery_app().send_task(RUN, args=[str(org_id), name, [str(one) for one in job_ids]], queue=queue, retry=False)
