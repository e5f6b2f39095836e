"""What a request to ring must look like, and what its answer means for whether a phone rings."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from metacortex.contexts.calls.clients.asterisk.masking import mask_numbers
from metacortex.contexts.calls.clients.asterisk.rest import Answer
from metacortex.contexts.calls.settings import is_endpoint
from metacortex.contexts.calls.types import OriginateRefused, OriginateUnsure

_CHANNEL_ID = re.compile(r"[a-z0-9._-]{1,149}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}(\([A-Za-z0-9_,.-]{0,80}\))?")


def write_originate(
    channel_id: str,
    endpoint: str,
    *,
    app: str,
    app_args: Sequence[str],
    caller_id: str | None,
    timeout_seconds: int,
    variables: Mapping[str, str] | None,
) -> dict[str, Any]:
    """Return the body of `POST /channels`; raises OriginateRefused on what Asterisk would take for something else.

    It reads a timeout of 0 as 30 seconds, sets a list as a variable by ignoring it, tells no upper from lower case in
    ids, separates arguments by commas, and rings every phone in a row joined by `&`.
    """
    _require(_CHANNEL_ID.fullmatch(channel_id), "The channel's name is not in lower case, or too long.")
    _require(is_endpoint(endpoint), f"“{mask_numbers(endpoint[:80])}” is not the address of one phone.")
    _require(_is_count(timeout_seconds), "A phone rings for at least one second.")
    _require(all(map(_is_argument, app_args)), "An argument holds a comma or is no text.")
    _require(caller_id is None or _is_text(caller_id), "The caller's number is no text on one line.")
    body: dict[str, Any] = {
        "channelId": channel_id,
        "endpoint": endpoint,
        "app": app,
        "timeout": timeout_seconds,
    }
    if app_args:
        body["appArgs"] = ",".join(app_args)
    if caller_id:
        body["callerId"] = caller_id
    if variables:
        _require(all(map(_is_variable, variables.items())), "A variable's name or value cannot be given to a channel.")
        body["variables"] = dict(variables)
    return body


def read_originate(answer: Answer) -> None:
    """Return if Asterisk rings; raises OriginateRefused if it does not, OriginateUnsure if that cannot be told."""
    # A 409 names our own fresh id: an earlier request for it was heard, and its channel lives.
    if answer.is_good or answer.status == 409:
        return
    if answer.status == 500 and "allocation failed" in answer.reason.lower():
        raise OriginateRefused("Asterisk could not place the call: the trunk is unknown or away, or it is stopping.")
    if answer.status in {401, 403}:
        raise OriginateRefused("Asterisk does not accept our user name and password, or they may only read.")
    if answer.status >= 500:
        raise OriginateUnsure(f"Asterisk answered with status {answer.status}; a phone may ring.")
    raise OriginateRefused(f"Asterisk refused to place the call: {answer.reason}.")


def _require(is_met: object, otherwise: str) -> None:
    if not is_met:
        raise OriginateRefused(otherwise)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and len(value) <= 256


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_argument(value: object) -> bool:
    return isinstance(value, str) and _is_text(value) and "," not in value


def _is_variable(item: tuple[str, object]) -> bool:
    name, value = item
    return bool(_VARIABLE.fullmatch(name)) and isinstance(value, str)
