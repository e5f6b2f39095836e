"""Refusals as RFC 9457 problem documents: plain words for people, a stable code for programs, nothing technical."""

import json
import re
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Scope

from metacortex.platform import errors
from metacortex.platform.errors import Problem
from metacortex.platform.http.json import dump_json
from metacortex.platform.telemetry import log


class FieldError(BaseModel):
    """One thing that is wrong with one part of what was sent."""

    field: str
    message: str


class ProblemDocument(BaseModel):
    """Why a request was refused."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError]
    request_id: str


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Document the refusals of a route for OpenAPI."""
    documented: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        entry = documented.setdefault(
            kind.status, {"description": "", "content": {"application/problem+json": {"schema": _SCHEMA_REF}}}
        )
        entry["description"] = " ".join(filter(None, [entry["description"], f"`{kind.code}`: {kind.title}"]))
        if issubclass(kind, errors.TooMany):
            entry["headers"] = _LIMIT_HEADERS
    return documented


_LIMIT_HEADERS = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "RateLimit-Policy": {
        "description": "The tightest limit: its name, how many (`q`) in how many seconds (`w`).",
        "schema": {"type": "string"},
        "example": '"address";q=1200;w=60',
    },
    "RateLimit": {
        "description": "What it leaves (`r`), and in how many seconds (`t`) all of it is back.",
        "schema": {"type": "string"},
        "example": '"address";r=0;t=42',
    },
}
_SCHEMA_REF = {"$ref": "#/components/schemas/ProblemDocument"}
COMMON = problems(
    errors.Malformed,
    errors.Unauthenticated,
    errors.Refused,
    errors.NotFound,
    errors.MethodNotAllowed,
    errors.TooLarge,
    errors.Invalid,
    errors.TooMany,
    errors.Unavailable,
)


def answer_problem(request: Request, problem: Problem) -> Response:
    """Write one problem document."""
    document = {
        "type": f"{request.app.state.base_url}/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        "code": problem.code,
        "errors": problem.errors,
        "request_id": getattr(request.state, "request_id", ""),
        **problem.extra,
    }
    return Response(dump_json(document), problem.status, media_type="application/problem+json", headers=problem.headers)


_CODE = re.compile(r"`([a-z0-9_]+)`: ")
_BY_STATUS: dict[int, type[Problem]] = {
    400: errors.Malformed,
    401: errors.Unauthenticated,
    403: errors.Refused,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.TooLarge,
}


def route_of(scope: Scope) -> str:
    """Return the template of a request's path: the path itself may hold the token of a link, which no log may keep."""
    return str(getattr(scope.get("route"), "path", "other"))


def install_problems(app: FastAPI) -> None:
    """Answer the exceptions we know by a problem document; `RequestFrame` answers all others.

    Those of the database are told by `install_database_problems`.
    """

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        if error.status in {401, 403}:
            log.info("http.refused", code=error.code, method=request.method, route=route_of(request.scope))
        return answer_problem(request, error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        found = [
            {"field": ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]), "message": one["msg"]}
            for one in error.errors()
        ]
        if any(one["type"] == "json_invalid" for one in error.errors()):
            return answer_problem(request, errors.Malformed("The body is not valid JSON.", errors=found))
        return answer_problem(
            request, errors.Invalid("; ".join(f"{e['field']}: {e['message']}" for e in found[:3]), errors=found)
        )

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        kind = _BY_STATUS.get(error.status_code, errors.Malformed)
        return answer_problem(request, kind(headers=dict(error.headers or {})))

    @app.exception_handler(OSError)
    async def on_unreachable(request: Request, error: Exception) -> Response:
        log.error("http.unavailable", error=repr(error))
        return answer_problem(request, errors.Unavailable(headers={"Retry-After": "2"}))


def share_answers(schema: dict[str, Any]) -> None:
    """Let refusals that several routes have in common stand once in the OpenAPI document, named by their codes."""
    answers: dict[str, list[dict[str, Any]]] = {}
    for path in schema["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                if "application/problem+json" in answer.get("content", {}):
                    answers.setdefault(json.dumps(answer, sort_keys=True), []).append(answer)
    shared: dict[str, Any] = schema["components"].setdefault("responses", {})
    for same in answers.values():
        if len(same) == 1:
            continue
        name = ".".join(_CODE.findall(same[0]["description"]))
        if others := sum(one == name or one.startswith(f"{name}-") for one in shared):
            name = f"{name}-{others + 1}"
        shared[name] = dict(same[0])
        for answer in same:
            answer.clear()
            answer["$ref"] = f"#/components/responses/{name}"


def describe_problems(app: FastAPI) -> None:
    """Put the problem document into the OpenAPI schemas, where every refusal refers to it."""
    plain = app.openapi

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            parts = schema.setdefault("components", {}).setdefault("schemas", {})
            described = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
            parts.update(described.pop("$defs", {}))
            parts["ProblemDocument"] = described
            for path in schema["paths"].values():
                for operation in path.values():
                    for answer in operation["responses"].values():
                        content = answer.get("content", {})
                        if "application/problem+json" in content:
                            content.pop("application/json", None)
            share_answers(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]
