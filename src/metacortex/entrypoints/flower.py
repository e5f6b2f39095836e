"""Flower: the Celery workers and what they run, on a page for whoever hosts the product.

It only shows. Work that failed is tried again on the product's own Operations page, since the truth about jobs lies in
the database and not in Celery.
"""

import errno

from metacortex.platform.embedded import use_running_servers
from metacortex.platform.jobs.transport import celery_app
from metacortex.platform.settings import Settings
from metacortex.platform.telemetry import configure_logs, log

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def main() -> None:
    """Serve the page until told to stop."""
    chosen = use_running_servers()
    configure_logs(chosen.log_level, role="flower")
    arguments = ["flower", *_options(chosen)]
    app = celery_app()
    log.info("flower.starts", url=f"http://{chosen.flower_host}:{chosen.flower_port}")
    try:
        app.start(arguments)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RuntimeError(
                f"Port {chosen.flower_port} is in use. Set METACORTEX_FLOWER_PORT to a free one."
            ) from error
        raise


def _options(chosen: Settings) -> list[str]:
    options = [f"--address={chosen.flower_host}", f"--port={chosen.flower_port}", "--read_only=true"]
    if chosen.flower_login is not None:
        options.append(f"--basic_auth={chosen.flower_login.get_secret_value()}")
    elif chosen.flower_host not in _LOOPBACK:
        raise RuntimeError(
            f"Flower would be open to everybody who reaches {chosen.flower_host}. "
            "Set METACORTEX_FLOWER_LOGIN=name:password."
        )
    return options
