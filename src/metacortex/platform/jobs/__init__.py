"""Jobs: rows in PostgreSQL are the truth, Celery is the transport, effects happen exactly once."""

from metacortex.platform.jobs.outbox import enqueue
from metacortex.platform.jobs.registry import Job, PermanentFailure, job
from metacortex.platform.jobs.work import Work

__all__ = ["Job", "PermanentFailure", "Work", "enqueue", "job"]
