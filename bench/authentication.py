"""What knowing the caller costs: one route open to all, and the same one behind a token or an API key, asked in turn.

The application runs in this process, so that no network hides or adds anything; limits and the list of revoked tokens
are asked in a real Valkey, API keys in a real PostgreSQL. Usage: python bench/authentication.py [--requests 3000]
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402
from fastapi import Depends, FastAPI  # noqa: E402

from metacortex.migrations import upgrade  # noqa: E402
from metacortex.platform.embedded import PostgresServer, ValkeyServer  # noqa: E402

WARM_UP = 100


async def ask(app: FastAPI, path: str, token: str | None) -> float:
    """Ask once, as a server would hand the request over; return the seconds it took."""
    headers = [(b"host", b"bench")]
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    began = time.perf_counter()
    await app(scope, receive, send)  # type: ignore[arg-type]
    took = time.perf_counter() - began
    assert statuses == [200], statuses
    return took


async def measure(requests: int) -> None:
    """Print what each way of knowing the caller adds to a request that needs none."""
    from metacortex.entrypoints.api import create_app
    from metacortex.platform.database import close_engines
    from metacortex.platform.security import Principal
    from metacortex.platform.security.dependencies import current_principal
    from metacortex.platform.security.revocations import close_revocations

    app = create_app()

    async def answer_all() -> str:
        return "yes"

    async def answer_known(_: Annotated[Principal, Depends(current_principal)]) -> str:
        return "yes"

    app.add_api_route("/api/bench/open", answer_all)
    app.add_api_route("/api/bench/known", answer_known)
    # Before the route that serves the web app whatever is asked for.
    app.router.routes[:] = app.router.routes[-2:] + app.router.routes[:-2]
    token, key = await sign_up(app)
    ways = {"open": ("/api/bench/open", None), "access token": ("/api/bench/known", token)}
    ways["API key"] = ("/api/bench/known", key)
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(WARM_UP + requests):
        for name, (path, secret) in ways.items():
            seconds = await ask(app, path, secret)
            if turn >= WARM_UP:
                took[name].append(seconds)
    base = statistics.median(took["open"])
    for name, seconds in took.items():
        median, tail = statistics.median(seconds), sorted(seconds)[int(len(seconds) * 0.99)]
        print(
            f"{name:<14} p50 {median * 1e6:7.0f} us   p99 {tail * 1e6:7.0f} us   "
            f"+{(median - base) * 1e6:6.0f} us   x{median / base:4.2f}"
        )
    await close_revocations()
    await close_engines()


async def sign_up(app: FastAPI) -> tuple[str, str]:
    """Make an organization; return its owner's access token and an API key."""
    body = {"organization_name": "Bench", "name": "B", "email": "b@example.com", "password": "correct horse battery"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench") as client:
        token = (await client.post("/api/v1/sign-up", json=body)).json()["data"]["access_token"]
        made = await client.post(
            "/api/v1/api-keys",
            json={"name": "bench", "scopes": ["leads:view"]},
            headers={"Authorization": f"Bearer {token}"},
        )
        return token, made.json()["data"]["secret"]


def main() -> None:
    """Start the servers, measure, stop them."""
    options = argparse.ArgumentParser()
    options.add_argument("--requests", type=int, default=3000)
    requests = options.parse_args().requests
    with tempfile.TemporaryDirectory(prefix="mc-bench-") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)
        database, cache = PostgresServer(durable=False), ValkeyServer()
        os.environ["METACORTEX_DATA_DIR"] = folder
        os.environ["METACORTEX_ADDRESS_LIMIT"] = "100000000"
        os.environ["METACORTEX_LOG_LEVEL"] = "warning"
        try:
            os.environ["METACORTEX_DATABASE_URL"] = database.start(data_dir)
            os.environ["METACORTEX_REDIS_URL"] = cache.start(data_dir)
            upgrade(os.environ["METACORTEX_DATABASE_URL"])
            asyncio.run(measure(requests))
        finally:
            cache.stop()
            database.stop()


if __name__ == "__main__":
    main()
