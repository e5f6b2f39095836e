"""The clock: Celery Beat, which says when periodic work is due. A worker does it."""

from celery.apps.beat import Beat

from metacortex.platform.jobs.maintenance import MAINTAIN, RETAIN, SHARE_REVOCATIONS
from metacortex.platform.jobs.transport import celery_app
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs

HOUR_SECONDS = 3600.0
MINUTE_SECONDS = 60.0
DAY_SECONDS = 24 * HOUR_SECONDS


def main() -> None:
    """Announce periodic work until told to stop."""
    configure_logs(settings().log_level, role="beat")
    app = celery_app()
    app.conf.beat_schedule = {
        "forget old rows": {"task": MAINTAIN, "schedule": HOUR_SECONDS, "options": {"queue": "bulk"}},
        "share revocations": {
            "task": SHARE_REVOCATIONS,
            "schedule": MINUTE_SECONDS,
            "options": {"queue": "urgent", "expires": MINUTE_SECONDS},
        },
        "retain": {"task": RETAIN, "schedule": DAY_SECONDS, "options": {"queue": "bulk"}},
    }
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    Beat(
        app=app,
        schedule=str(settings().data_dir / "beat-schedule"),
        loglevel="WARNING",
        redirect_stdouts=False,
        quiet=True,
    ).run()
