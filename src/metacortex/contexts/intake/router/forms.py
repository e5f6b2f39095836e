"""Web forms: a hosted page, a snippet for other sites, and the public address both send to."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Path, Request, Response

from metacortex.contexts.intake.router.form_page import render_form, render_gone, render_thanks
from metacortex.contexts.intake.schemas import FormReceivedOut
from metacortex.contexts.intake.service import sources, submissions
from metacortex.contexts.intake.settings import intake_settings
from metacortex.contexts.privacy.public import ConsentTextUnknown
from metacortex.platform.errors import Malformed, Problem, TooLarge
from metacortex.platform.http import Envelope, problems
from metacortex.platform.http.addresses import client_address
from metacortex.platform.http.json import dump_json
from metacortex.platform.http.limits import by_address, hold_to
from metacortex.platform.http.problems import answer_problem

router = APIRouter(tags=["forms"])
Key = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9]+$")]

_MAX_FIELDS = 40
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Accept",
    "Access-Control-Max-Age": "86400",
    "Access-Control-Expose-Headers": "RateLimit, RateLimit-Policy, Retry-After",
}
_PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
# Other sites load these: without the policy their browsers refuse to.
_ASSET = {
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_FIELDS_SCHEMA = {
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 200},
            "email": {"type": "string", "maxLength": 320},
            "phone": {"type": "string", "maxLength": 60},
            "company": {"type": "string", "maxLength": 200},
            "time_zone": {"type": "string", "maxLength": 60},
            "country": {"type": "string", "maxLength": 100},
            "region": {"type": "string", "maxLength": 100},
            "postal_code": {"type": "string", "maxLength": 20},
            "message": {"type": "string", "maxLength": 20_000},
            "website": {"type": "string", "description": "Leave empty: only robots fill it in."},
            "consent": {
                "type": "string",
                "maxLength": 1000,
                "description": "Ids of the consent texts that were ticked, divided by commas, or one field for each.",
            },
            "once": {"type": "string", "maxLength": 100, "description": "The same value sent twice is kept once."},
        },
        "additionalProperties": {"type": "string"},
    },
    "example": {"name": "Asha Rao", "email": "asha@example.com", "message": "Can I see the flat on Saturday?"},
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/x-www-form-urlencoded": _FIELDS_SCHEMA, "application/json": _FIELDS_SCHEMA},
    }
}


def _also_as_page(refusals: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """Document that a browser without script gets these refusals as a page that can be filled in again."""
    for refusal in refusals.values():
        refusal["content"]["text/html"] = {}
    return refusals


class FormTooLarge(TooLarge):
    """More was sent than a form can hold."""

    code = "form_too_large"
    title = "The message is too long. Shorten it, then send it again."


class FormUnreadable(Malformed):
    """The body is neither of the two shapes."""

    code = "form_unreadable"
    title = "The form could not be read. Send its fields as text, URL-encoded or as a JSON object."


@router.post(
    "/api/v1/forms/{key}",
    status_code=202,
    response_model=Envelope[FormReceivedOut],
    openapi_extra=_BODY,
    responses={
        303: {"description": "Sent by a browser page without script: goes on to the page that says thanks."},
        **_also_as_page(
            problems(
                sources.SourceNotFound,
                FormTooLarge,
                FormUnreadable,
                submissions.SubmissionInvalid,
                ConsentTextUnknown,
                submissions.TooManySubmissions,
            )
        ),
    },
)
async def submit_form(key: Key, request: Request) -> Response:
    """Take what a visitor wrote into a form. Open to every site and without sign-in; bounded in size and pace."""
    wants_page = "text/html" in request.headers.get("accept", "")
    sent: dict[str, str] = {}
    try:
        source = await sources.find_form(key)
        sent = await _read_body(request)
        verdict = await submissions.count_submission(source, by_address(request))
        hold_to(request, verdict, submissions.TooManySubmissions)
        await submissions.submit_form(source, sent, client_address=client_address(request.scope))
    except Problem as problem:
        if not wants_page:
            answer = answer_problem(request, problem)
            answer.headers.update(_OPEN)
            return answer
        if isinstance(problem, sources.SourceNotFound):
            return _page(render_gone(), 404)
        page = render_form(key, source.name, sent, problem.errors, problem.detail or problem.title)
        return _page(page, problem.status, problem.headers)
    if wants_page:
        return Response(status_code=303, headers={"Location": f"/f/{key}/thanks", **_OPEN})
    body = dump_json({"data": {"received": True}, "meta": {}, "errors": []})
    return Response(body, 202, media_type="application/json", headers=_OPEN)


@router.options("/api/v1/forms/{key}", status_code=204, include_in_schema=False)
async def allow_form(key: Key) -> Response:  # noqa: ARG001
    """Tell a browser that any site may send to a form."""
    return Response(status_code=204, headers=_OPEN)


async def _read_body(request: Request) -> dict[str, str]:
    limit = intake_settings().form_bytes
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise FormTooLarge
    try:
        if request.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json":
            found: Any = orjson.loads(bytes(body))
        else:
            pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
            found = dict(pairs)
            # Each ticked box of a page comes as a field of its own.
            if ticked := [value for name, value in pairs if name == "consent"]:
                found["consent"] = ",".join(ticked)
    except ValueError as error:
        raise FormUnreadable from error
    if not isinstance(found, dict) or len(found) > _MAX_FIELDS:
        raise FormUnreadable
    fields = {name: "" if value is None else value for name, value in found.items()}
    if not all(isinstance(value, str) for value in fields.values()):
        raise FormUnreadable
    return fields


@router.get("/f/form.css", include_in_schema=False)
async def read_form_style() -> Response:
    """The look of the form."""
    return Response(_asset("form.css"), media_type="text/css", headers=_ASSET)


@router.get("/f/embed.js", include_in_schema=False)
async def read_form_script() -> Response:
    """The script that puts the form into another site."""
    return Response(_asset("embed.js"), media_type="text/javascript", headers=_ASSET)


@router.get("/f/{key}", include_in_schema=False)
async def show_form(key: Key) -> Response:
    """The hosted page of a form; works without script."""
    try:
        source = await sources.find_form(key)
    except sources.SourceNotFound:
        return _page(render_gone(), 404)
    return _page(render_form(key, source.name, {}, [], ""), 200)


@router.get("/f/{key}/thanks", include_in_schema=False)
async def show_thanks(key: Key) -> Response:
    """The page after sending."""
    return _page(render_thanks(key), 200)


def _page(html: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(html, status, media_type="text/html", headers={**_PAGE, **(headers or {})})


@lru_cache(maxsize=4)
def _asset(name: str) -> bytes:
    return files("metacortex.contexts.intake.router").joinpath(name).read_bytes()
