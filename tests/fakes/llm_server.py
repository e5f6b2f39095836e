"""A server that speaks OpenAI's chat completions over real HTTP, with answers queued by a test.

Shapes after the provider's reference of `POST /v1/chat/completions`: the request's `response_format` of type
`json_schema` (structured outputs), the `chat.completion` object with `choices` and `usage`, and the `error` object.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


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


@contextmanager
def run_llm_server() -> Iterator[LlmServer]:
    """Serve on a free loopback port until the block ends."""
    state = LlmServer()

    class Endpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/v1/chat/completions" or not {"model", "messages"} <= request.keys():
                self.send_error(404)
                return
            reply = state.next_reply(request, self.headers.get("Authorization", ""))
            time.sleep(reply.wait_seconds)
            body = json.dumps(write_completion(reply, request)).encode()
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name in the base class)
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    # Closing must not wait for a reply that a test keeps hanging.
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
