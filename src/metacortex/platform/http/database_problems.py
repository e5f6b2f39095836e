"""Refusals of the database as problem documents, and requests that were answered before."""

from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metacortex.platform import errors
from metacortex.platform.errors import Problem
from metacortex.platform.http.idempotency import Replay, replay_response
from metacortex.platform.http.problems import answer_problem, route_of
from metacortex.platform.telemetry import log


def install_database_problems(app: FastAPI) -> None:
    """Answer what the database refuses, and whom it answered before under the same key."""

    @app.exception_handler(Replay)
    async def on_replay(_: Request, replay: Replay) -> Response:
        return replay_response(replay)

    @app.exception_handler(DBAPIError)
    async def on_database(request: Request, error: DBAPIError) -> Response:
        state = getattr(error.orig, "sqlstate", None) or ""
        if state.startswith("22"):
            return answer_problem(request, errors.Invalid("A value cannot be stored: it is out of range or not text."))
        if error.connection_invalidated or state[:2] in {"08", "53", "57"} or not state:
            log.error("http.database_unavailable", error=repr(error.orig))
            return answer_problem(request, errors.Unavailable(headers={"Retry-After": "2"}))
        log.exception("http.failed", route=route_of(request.scope))
        return answer_problem(request, Problem())

    @app.exception_handler(PoolTimeout)
    async def on_busy(request: Request, error: Exception) -> Response:
        log.error("http.unavailable", error=repr(error))
        return answer_problem(request, errors.Unavailable(headers={"Retry-After": "2"}))
