"""What rate limits add to a request: the same API with limits on and off, asked in turn, beside a bare PING of Valkey.

Usage: python bench/limits.py [--requests 4000]
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402
from redis.asyncio import Redis  # noqa: E402
from tests.stand import Stand, free_port, wait_for  # noqa: E402

from metacortex.migrations import upgrade  # noqa: E402
from metacortex.platform.limits import Limit, Limiter  # noqa: E402
from metacortex.platform.limits.redis_store import RedisStore  # noqa: E402

AIM_MS = 1.0
WARM_UP = 200


def spread(seconds: list[float]) -> tuple[float, float]:
    """Return median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.99)] * 1000


def say(what: str, seconds: list[float]) -> tuple[float, float]:
    """Print one measured line."""
    p50, p99 = spread(seconds)
    print(f"{what:<58} p50 {p50:7.3f} ms   p99 {p99:7.3f} ms", flush=True)
    return p50, p99


def count_cpu(process: subprocess.Popen[bytes]) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Caller:
    """One lasting connection that asks for one thing, with little work of its own."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.request = (
            f"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        self.is_limited = False

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self) -> None:
        self.writer.write(self.request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        await self.reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(head.decode())
        self.is_limited = b"ratelimit:" in head


async def take_turns(works: list[Callable[[], Awaitable[Any]]], count: int) -> list[list[float]]:
    """Return the seconds of each work's runs, done in turn so that all meet the same machine."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(WARM_UP + count):
        for place, work in enumerate(works):
            started = time.perf_counter()
            await work()
            if number >= WARM_UP:
                taken[place].append(time.perf_counter() - started)
    return taken


async def measure(stand: Stand, ports: tuple[int, int], token: str, count: int) -> bool:
    """Print every figure; return whether the aim is met."""
    off, on = (Caller(port, token) for port in ports)
    await off.open()
    await on.open()
    redis_url = stand.environment["METACORTEX_REDIS_URL"]
    redis = Redis.from_url(redis_url, protocol=2)
    store = RedisStore(redis_url, timeout_seconds=5)
    limiter, local = Limiter(store), Limiter(None)
    one = [(Limit("one", "sliding", 10**8, 60), "bench")]
    two = [(Limit("two", "bucket", 10**8, 60), "bench"), (Limit("three", "bucket", 10**8, 60), "bench")]

    ping, single, double, memory = await take_turns(
        [redis.ping, lambda: limiter.take(one), lambda: limiter.take(two), lambda: local.take(one)], count
    )
    floor, _ = say("floor: PING of Valkey", ping)
    once, _ = say("one limit taken", single)
    say("two limits taken at once", double)
    say("one limit taken in memory", memory)
    print(f"    one limit costs {once / floor:.1f} times a PING")

    servers = stand.roles["unlimited"], stand.roles["api"]
    used = [count_cpu(one) for one in servers]
    without, between, with_limits = await take_turns([off.ask, redis.ping, on.ask], count)
    used_off, used_on = [
        1000 * (count_cpu(one) - start) / (WARM_UP + count) for one, start in zip(servers, used, strict=True)
    ]
    if off.is_limited or not on.is_limited:
        raise RuntimeError("The two servers are not one with and one without limits.")
    before, before99 = say("GET /api/v1/me, limits off", without)
    after, after99 = say("GET /api/v1/me, limits on", with_limits)
    say("a PING between two such requests", between)
    added = after - before
    print(
        f"    limits add p50 {added:.3f} ms, p99 {after99 - before99:.3f} ms: {after / before:.2f} times; aim < {AIM_MS}"
    )
    print(f"    CPU of the API per request: {used_off:.2f} ms off, {used_on:.2f} ms on")
    await store.close()
    await redis.aclose()
    return added < AIM_MS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=4000)
    count = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        stand = Stand(Path(folder), METACORTEX_ADDRESS_LIMIT="100000000", METACORTEX_LIMITS="off")
        # Tokens name the address they are for, so both servers say the same one.
        stand.environment["METACORTEX_PUBLIC_URL"] = stand.url
        ports = stand.http_port, free_port()
        try:
            stand.start_servers()
            upgrade(stand.environment["METACORTEX_DATABASE_URL"])
            stand.start_role("api")
            stand.environment |= {"METACORTEX_LIMITS": "on", "METACORTEX_HTTP_PORT": str(ports[1])}
            unlimited = stand.roles["api"]
            stand.start_role("api")
            stand.roles["unlimited"] = unlimited
            for port in ports:
                url = f"http://127.0.0.1:{port}/health/ready"
                wait_for(lambda url=url: httpx.get(url).status_code == 200, seconds=90, what="The API's start")
            token = stand.sign_up()["access_token"]
            met = asyncio.run(measure(stand, ports, token, count))
        finally:
            stand.stop()
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
