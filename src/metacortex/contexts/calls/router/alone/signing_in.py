"""Signing in, and who a request acts for."""

import hashlib
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from pydantic import ValidationError

from metacortex.contexts.calls.router.alone.reading import read_body, refuse
from metacortex.contexts.calls.schemas import Credentials, TokenOut
from metacortex.contexts.calls.service.alone.office import Office
from metacortex.contexts.calls.service.alone.signing_in import User, WrongPassword
from metacortex.contexts.calls.settings import alone_settings
from metacortex.platform.errors import Invalid, Malformed, TooMany, Unauthenticated
from metacortex.platform.http import problems
from metacortex.platform.http.json import dump_json
from metacortex.platform.http.limits import by_address, hold_to
from metacortex.platform.limits import Limit, take
from metacortex.platform.security import ACCESS_TOKEN_SECONDS, public_key_set

router = APIRouter(tags=["sign-in"])
bearer = HTTPBearer(auto_error=False, scheme_name="access_token", description="The `access_token` of a sign-in.")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_FORM = "application/x-www-form-urlencoded"


def get_office(request: Request) -> Office:
    """Return what this process holds."""
    office: Office = request.app.state.office
    return office


def identify(request: Request) -> User:
    """Return whose access token a request carries; raises Unauthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(headers=_CHALLENGE)
    user = get_office(request).users.identify(token.strip())
    request.state.user = user
    return user


Caller = Annotated[User, Depends(identify)]
TheOffice = Annotated[Office, Depends(get_office)]


@lru_cache(maxsize=1)
def _token_limits() -> tuple[Limit, Limit]:
    amount = alone_settings().token_limit
    return Limit("token", "bucket", amount, 60), Limit("user", "bucket", amount, 60)


async def limit_sign_in(request: Request, name: str) -> None:
    """Count a sign-in for its address and its name; raises TooMany."""
    of_address, of_name = _token_limits()
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    hold_to(request, await take([(of_address, by_address(request)), (of_name, digest)]))


@router.post(
    "/api/v1/token",
    response_model=TokenOut,
    responses=problems(WrongPassword, Malformed, Invalid, TooMany),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {media: {"schema": Credentials.model_json_schema()} for media in ("application/json", _FORM)},
        }
    },
)
async def create_token(request: Request, office: TheOffice) -> Any:
    """Sign in by user name and password, sent as JSON or as a form; the token is valid for an hour."""
    sent = await _read_credentials(request)
    await limit_sign_in(request, sent.username)
    token = await office.users.sign_in(sent.username, sent.password)
    answer = {"access_token": token, "token_type": "bearer", "expires_in": ACCESS_TOKEN_SECONDS}
    return Response(dump_json(answer), media_type="application/json", headers={"Cache-Control": "no-store"})


async def _read_credentials(request: Request) -> Credentials:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == _FORM:
            async with request.form(max_fields=20) as form:
                return Credentials.model_validate(
                    {name: value for name, value in form.items() if isinstance(value, str)}
                )
        return await read_body(request, Credentials)
    except ValidationError as error:
        raise refuse(error, "body") from error


@router.get("/.well-known/jwks.json")
async def read_signing_keys() -> dict[str, list[dict[str, str]]]:
    """The public keys that verify access tokens (RFC 7517)."""
    return public_key_set()
