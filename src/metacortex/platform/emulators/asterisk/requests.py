"""Requests as Asterisk reads them: parameters from the query, a form or a JSON body, and answers in its words."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import orjson
from aiohttp import web

from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.parts import Bridge, Channel
from metacortex.platform.emulators.asterisk.switch import Switch

LARGEST: Final = 2**31


class Refusal(Exception):
    """An answer other than success; Asterisk says why under `message`, or `error` when it could not allocate."""

    def __init__(self, status: int, message: str, key: str = "message") -> None:
        super().__init__(message)
        self.status = status
        self.body = orjson.dumps({key: message})


@dataclass(slots=True)
class Call:
    """One request: what it is about, and its parameters."""

    switch: Switch
    ids: list[str]
    params: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    reset: Callable[[], None] = lambda: None

    def get(self, name: str, default: str = "") -> str:
        """A parameter, from wherever it came."""
        return self.params.get(name, default)

    def need(self, name: str) -> str:
        """A parameter that must be there."""
        if not (value := self.params.get(name)):
            raise Refusal(400, f"Missing parameter {name}")
        return value

    def whole(self, name: str, default: int = 0) -> int:
        """A number that fits an int of C; what is none, or does not fit, is 0."""
        try:
            number = int(self.params.get(name, default))
        except ValueError:
            return 0
        return number if abs(number) < LARGEST else 0

    def words(self, name: str) -> list[str]:
        """A parameter that takes several values, with commas between."""
        return [word for word in self.get(name).split(",") if word]

    def channel(self) -> Channel:
        """The channel that the path names."""
        if (channel := self.switch.channel(self.ids[0])) is None:
            raise Refusal(404, "Channel not found")
        return channel

    def stasis_channel(self) -> Channel:
        """The channel that the path names, which must be in an application."""
        channel = self.channel()
        if not channel.in_stasis:
            raise Refusal(409, "Channel not in Stasis application")
        return channel

    def bridge(self) -> Bridge:
        """The bridge that the path names."""
        if (bridge := self.switch.bridges.get(self.ids[0].lower())) is None:
            raise Refusal(404, "Bridge not found")
        return bridge


Reply = tuple[int, bytes] | web.StreamResponse | None
Handler = Callable[[Call], Reply | Awaitable[Reply]]


def reply(value: Any, status: int = 200) -> Reply:
    """An answer in JSON."""
    return status, orjson.dumps(value)


class Routes:
    """A tree of path segments; `*` takes any one segment."""

    def __init__(self, *tables: dict[str, Handler]) -> None:
        self._root: dict[str, Any] = {}
        for table in tables:
            for route, handler in table.items():
                method, path = route.split(" ")
                node = self._root
                for segment in path.split("/"):
                    node = node.setdefault(segment, {})
                node.setdefault("", {})[method] = handler

    def find(self, method: str, raw_path: str) -> tuple[Handler, list[str]]:
        """The handler of a path and the ids in it; 404 for no such path, 405 for no such method there."""
        node, ids = self._root, []
        for segment in raw_path.split("/"):
            if segment in node:
                node = node[segment]
            elif "*" in node and segment:
                node = node["*"]
                ids.append(unquote(segment))
            else:
                raise Refusal(404, "Resource not found")
        methods = node.get("")
        if not methods:
            raise Refusal(404, "Resource not found")
        if method not in methods:
            raise Refusal(405, "Invalid method")
        return methods[method], ids


async def read_parameters(request: web.BaseRequest) -> tuple[dict[str, str], dict[str, Any]]:
    """The parameters of a request and its JSON body; the body's keys count as parameters, except `variables`."""
    params = {name: ",".join(request.query.getall(name)) for name in request.query}
    if not request.body_exists:
        return params, {}
    if request.content_type == "application/x-www-form-urlencoded":
        return params | {name: str(value) for name, value in (await request.post()).items()}, {}
    raw = await request.read()
    if not raw or request.content_type != "application/json":
        return params, {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refusal(400, "Failed to parse JSON request body") from None
    if not isinstance(body, dict):
        raise Refusal(400, "Failed to parse JSON request body")
    for name, value in body.items():
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            params[name] = ",".join(value)
        elif not isinstance(value, dict | list | None):
            params[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return params, body


def admit(request: web.BaseRequest, options: Options) -> None:
    """Basic credentials or `api_key=user:password`; a reader may only look."""
    name, password = _credentials(request)
    users = options.users | options.readers
    if not hmac.compare_digest(users.get(name, "\0").encode(), password.encode()):
        raise Refusal(401, "Authentication required")
    if name not in options.users and request.method != "GET":
        raise Refusal(403, "Write access denied")


def _credentials(request: web.BaseRequest) -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    if header[:6].lower() == "basic ":
        try:
            given = base64.b64decode(header[6:]).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
    else:
        given = request.query.get("api_key", "")
    name, _, password = given.partition(":")
    return name, password


def read_variables(body: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Variables from a body, and those to show in events: a list is silently ignored, a number is refused."""
    given = body.get("variables")
    if given is None or isinstance(given, list):
        return {}, {}
    if not isinstance(given, dict):
        raise Refusal(400, "Invalid variables")
    plain: dict[str, str] = {}
    reported: dict[str, str] = {}
    for name, value in given.items():
        text = value.get("value") if isinstance(value, dict) else value
        if not isinstance(text, str):
            raise Refusal(400, f"Variable '{name}' must be a string")
        plain[name] = text
        if isinstance(value, dict) and value.get("report_events") is True:
            reported[name] = text
    return plain, reported
