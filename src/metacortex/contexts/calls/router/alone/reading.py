"""Reading a request by pydantic alone, and describing it by the same models."""

from typing import Any, Literal, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError

from metacortex.contexts.calls.schemas import NewAloneCall

M = TypeVar("M", bound=BaseModel)


class HowToPlace(BaseModel):
    """What is said about placing a call besides the call: in the query and a header."""

    wait: Literal["answered", "ended"] | None = Field(
        None, description="Answer only when the call is so far, or has ended."
    )
    wait_seconds: float = Field(60, ge=0, le=120, description="Longest wait; then the call is shown as it is.")
    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="The same key never rings twice while this process runs and remembers the call.",
    )


_PLAINLY = HowToPlace()


def read_how(request: Request) -> HowToPlace:
    """Return how to place a call; raises RequestValidationError."""
    key = request.headers.get("idempotency-key")
    if key is None and not request.scope["query_string"]:
        return _PLAINLY
    said: dict[str, Any] = {name: value for name, value in request.query_params.items() if name.startswith("wait")}
    if key is not None:
        said["idempotency_key"] = key
    try:
        return HowToPlace.model_validate(said)
    except ValidationError as error:
        raise refuse(error, "query") from error


async def read_body(request: Request, model: type[M]) -> M:
    """Return a JSON body; raises RequestValidationError, as the framework itself would."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise refuse(error, "body") from error


def refuse(error: ValidationError, place: str) -> RequestValidationError:
    """Return what the framework raises for a part of a request that cannot be used."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return RequestValidationError([{**one, "loc": (place, *one["loc"])} for one in found])


def describe_placing() -> dict[str, Any]:
    """Return OpenAPI's description of what placing a call reads."""
    body = NewAloneCall.model_json_schema(ref_template="#/components/schemas/{model}")
    body.pop("$defs", None)  # the enumerations are described with the answers already
    parameters = [
        {
            "name": "Idempotency-Key" if name == "idempotency_key" else name,
            "in": "header" if name == "idempotency_key" else "query",
            "required": False,
            "description": schema.pop("description", ""),
            "schema": schema,
        }
        for name, schema in HowToPlace.model_json_schema()["properties"].items()
    ]
    return {
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }
