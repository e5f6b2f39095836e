"""The calls API alone (`DISABLE_DB=true`): HTTP, the engine and the event sockets in one process."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute

from metacortex.contexts.calls.router.alone import router
from metacortex.contexts.calls.router.alone.express import Express
from metacortex.contexts.calls.service.alone.hearing import hear, say_goodbye
from metacortex.contexts.calls.service.alone.office import open_office
from metacortex.contexts.calls.service.judging import read_override
from metacortex.contexts.calls.settings import alone_settings, calls_settings
from metacortex.platform.http.cross_origin import CrossOrigin
from metacortex.platform.http.limits import AddressLimit
from metacortex.platform.http.middleware import RequestFrame
from metacortex.platform.http.problems import COMMON, describe_problems, install_problems
from metacortex.platform.http.settings import http_settings
from metacortex.platform.limits import close_limits
from metacortex.platform.security import key_ring
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs, log

YOUNG_OBJECTS = 20_000
"""After so many the collector looks for cycles: calls hold none, and many live long."""
GRACEFUL_SECONDS = 1
"""How long answers under way are waited for; what is left of five seconds ends the calls."""


def create_app() -> FastAPI:
    """Assemble the application; raises a RuntimeError that says what is not configured."""
    app = FastAPI(
        title="MetaCortex calls",
        version="1",
        summary="Calls over Asterisk, placed and followed by one process without a database.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_run_background,
        responses=COMMON,
        generate_unique_id_function=_operation_id,
    )
    # These refuse what cannot be used before anybody is served.
    app.state.office = open_office(calls_settings(), alone_settings())
    read_override()
    key_ring()
    http_settings()
    app.state.base_url = settings().base_url
    install_problems(app)
    # The last one added is the outermost.
    app.add_middleware(Express, owner=app)
    app.add_middleware(AddressLimit)
    app.add_middleware(CrossOrigin)
    app.add_middleware(RequestFrame)
    app.include_router(router)
    describe_problems(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


@contextlib.asynccontextmanager
async def _run_background(app: FastAPI) -> AsyncIterator[None]:
    office = app.state.office
    hearing = asyncio.create_task(hear(office))
    hearing.add_done_callback(_stop_if_deaf)
    yield
    await say_goodbye(office)
    hearing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await hearing
    await office.engine.fleet.close()
    await close_limits()


def _stop_if_deaf(hearing: asyncio.Task[None]) -> None:
    """End the process, for whoever watches over it to start another: a call nobody hears is answered to silence."""
    if not hearing.cancelled() and (error := hearing.exception()):
        log.error("calls.deaf", exc_info=error)
        signal.raise_signal(signal.SIGTERM)


def main() -> None:
    """Serve calls until told to stop."""
    configure_logs(settings().log_level, role="calls")
    app = create_app()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)
    for told in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal it was stopped by once more, which would make an orderly end look like a death.
        signal.signal(told, lambda *_: None)
    uvicorn.run(
        app,
        host=settings().http_host,
        port=settings().http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        server_header=False,
        proxy_headers=False,  # platform/http/addresses.py alone decides whom to believe
    )
