"""The web server: every router, the live updates and the built web app in one FastAPI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.routing import APIRoute

from metacortex import flows
from metacortex.contexts.calls.public import Engine, Fleet, PostgresCalls, calls_settings, read_override
from metacortex.contexts.calls.router import router as calls_router
from metacortex.contexts.conversations.router import router as conversations_router
from metacortex.contexts.identity.public import read_api_key
from metacortex.contexts.identity.router import router as identity_router
from metacortex.contexts.identity.settings import federation_settings, second_factor_settings
from metacortex.contexts.intake.router import router as intake_router
from metacortex.contexts.leads.router import router as leads_router
from metacortex.contexts.privacy.router import router as privacy_router
from metacortex.contexts.qualification.router import router as qualification_router
from metacortex.platform.database import close_engines
from metacortex.platform.errors import NotFound
from metacortex.platform.events.live import LiveHub
from metacortex.platform.http import dead_letters, health, live
from metacortex.platform.http.cross_origin import CrossOrigin
from metacortex.platform.http.database_problems import install_database_problems
from metacortex.platform.http.limits import AddressLimit, limit_principal
from metacortex.platform.http.middleware import RequestFrame
from metacortex.platform.http.problems import COMMON, describe_problems, install_problems
from metacortex.platform.http.settings import http_settings
from metacortex.platform.limits import choose_store, close_limits
from metacortex.platform.security import key_ring
from metacortex.platform.security.revocations import close_revocations
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs

assert flows
PACKAGED_WEB = Path(__file__).parent / "web"
CHECKOUT_WEB = Path(__file__).parents[3] / "web" / "dist"


def create_app() -> FastAPI:
    """Assemble the application."""
    app = FastAPI(
        title="MetaCortex",
        version="1",
        summary="Leads read, scored with reasons, and worked on a live board.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_run_background,
        responses=COMMON,
        generate_unique_id_function=_operation_id,
    )
    # These refuse what cannot be used before anybody is served.
    key_ring()
    choose_store()
    http_settings()
    federation_settings()
    calls_settings()
    read_override()
    second_factor_settings()
    app.state.base_url = settings().base_url
    app.state.live = LiveHub()
    app.state.fleet = Fleet(calls_settings())
    app.state.calls = Engine(PostgresCalls(), app.state.fleet)
    app.state.read_api_key = read_api_key
    app.state.limit_principal = limit_principal
    install_problems(app)
    install_database_problems(app)
    # The last one added is the outermost.
    app.add_middleware(AddressLimit)
    app.add_middleware(CrossOrigin, open_paths=("/api/v1/forms/",))
    app.add_middleware(RequestFrame)
    # Addresses are tried one after the other: those that programs ask for most come first.
    for router in (
        leads_router,
        intake_router,
        calls_router,
        identity_router,
        privacy_router,
        conversations_router,
        qualification_router,
        dead_letters.router,
        health.router,
        live.router,
    ):
        app.include_router(router)
    describe_problems(app)
    _serve_web(app, PACKAGED_WEB if PACKAGED_WEB.is_dir() else CHECKOUT_WEB)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


@contextlib.asynccontextmanager
async def _run_background(app: FastAPI) -> AsyncIterator[None]:
    following = asyncio.create_task(app.state.live.run())
    yield
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    await app.state.calls.settle()
    await app.state.fleet.close()
    await close_revocations()
    await close_limits()
    await close_engines()


def _serve_web(app: FastAPI, folder: Path) -> None:
    """Serve the built web app; every address that is not a file belongs to its router."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    index = files.get("index.html")

    @app.get("/{path:path}", include_in_schema=False)
    async def serve_web(path: str) -> Response:
        if path.startswith(("api/", "health/", ".well-known/")) or (index is None and path not in files):
            raise NotFound
        found = files.get(path)
        if found is None and "." in path.rsplit("/", 1)[-1]:
            raise NotFound
        response = FileResponse(found or str(index))
        is_hashed = found is not None and path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
        return response


def main() -> None:
    """Serve HTTP until told to stop."""
    configure_logs(settings().log_level, role="api")
    uvicorn.run(
        create_app(),
        host=settings().http_host,
        port=settings().http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=False,  # platform/http/addresses.py alone decides whom to believe
        ws_ping_interval=20,
    )
