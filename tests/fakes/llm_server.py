"""A server that speaks OpenAI's chat completions over real HTTP, with answers queued by a test.

Shapes after the provider's reference of `POST /v1/chat/completions`: the request's `response_format` of type
`json_schema` (structured outputs), the `chat.completion` object with `choices` and `usage`, and the `error` object.
"""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fakes.serving import serve


@dataclass(frozen=True)
class Reply:
    """One HTTP answer: the assistant's text, or an error status, after a wait."""

    content: str = ""
    status: int = 200
    wait_seconds: float = 0
    finish_reason: str = "stop"


def reply_json(answer: dict[str, Any]) -> Reply:
    """Answer as structured output does: the assistant's text is the JSON object."""
    return Reply(content=json.dumps(answer))


@dataclass
class LlmServer:
    """What the server was asked, and what it will answer; its last reply is repeated."""

    url: str = ""
    replies: deque[Reply] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer_with(self, *replies: Reply) -> None:
        """Queue replies in place of what was queued."""
        with self.lock:
            self.replies = deque(replies)

    def next_reply(self, request: dict[str, Any], key: str) -> Reply:
        """Record a request and take its reply."""
        with self.lock:
            self.requests.append(request)
            self.keys.append(key)
            return self.replies.popleft() if len(self.replies) > 1 else self.replies[0]


def write_completion(reply: Reply, request: dict[str, Any]) -> dict[str, Any]:
    """Return a `chat.completion` object, or an `error` object for a refusing status."""
    if reply.status != 200:
        return {"error": {"message": "The server is overloaded.", "type": "server_error", "param": None, "code": None}}
    return {
        "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": reply.content, "refusal": None, "annotations": []},
                "logprobs": None,
                "finish_reason": reply.finish_reason,
            }
        ],
        "usage": {
            "prompt_tokens": 900,
            "completion_tokens": 250,
            "total_tokens": 1150,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
        "service_tier": "default",
    }


def build_app(state: LlmServer) -> Starlette:
    """Return the service; what it says comes from the state."""

    async def complete(request: Request) -> JSONResponse:
        asked = await request.json()
        if not {"model", "messages"} <= asked.keys():
            return JSONResponse({"error": {"message": "model and messages are required"}}, 400)
        reply = state.next_reply(asked, request.headers.get("Authorization", ""))
        await asyncio.sleep(reply.wait_seconds)
        return JSONResponse(write_completion(reply, asked), reply.status)

    return Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])


@contextmanager
def run_llm_server() -> Iterator[LlmServer]:
    """Serve on a free loopback port until the block ends."""
    state = LlmServer()
    with serve(build_app(state)) as url:
        state.url = f"{url}/v1"
        yield state
