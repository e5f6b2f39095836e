"""The calls API alone: how fast it starts, what memory it takes, and its originations beside a bare aiohttp loop.

Both ring through one emulated Asterisk in one run, in turns, so that both meet the same machine; `bench/originating.py`
says what the loop does, and why there are two floors.

Usage: python bench/calls_alone.py [--seconds 4] [--turns 5] [--concurrent 1 16] [--open 1000]
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import uvloop  # noqa: E402
from tests.stand import free_port  # noqa: E402

from bench.originating import (  # noqa: E402
    JSON,
    ORIGINATE_SECONDS,
    SPEED,
    TALKS_ON,
    Bare,
    Call,
    Caller,
    Least,
    be_busy,
    next_number,
    open_callers,
)
from metacortex.platform.security.passwords import hash_password  # noqa: E402

AIM = 0.85
Way = Bare | tuple[int, str]
"""The bare loop, or the port of a web server and the token it wants."""
PASSWORD = "correct horse battery staple"
WARM_UP_SECONDS = 1.0
IDLE_SECONDS = 5.0


def count_cpu(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_pss_mb(pid: int) -> float:
    """Return the memory of a process, shared pages divided among those that share them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("The process ended while it started.")


async def count_rate(calls: list[Call], seconds: float) -> tuple[float, list[float]]:
    """Return calls a second, and the seconds each took, of so many at once."""
    taken: list[float] = []
    began = time.perf_counter()

    async def keep_calling(call: Call) -> None:
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            await call()
            taken.append(time.perf_counter() - started)

    await asyncio.gather(*(keep_calling(call) for call in calls))
    return len(taken) / (time.perf_counter() - began), taken


async def compare(api: int, asterisk: int, token: str, pids: dict[str, int], chosen: argparse.Namespace) -> bool:
    """Print the rates of all ways on both floors; return whether the aim is met everywhere."""
    url, ratios = f"http://127.0.0.1:{asterisk}", list[float]()
    async with Bare(url) as bare, Least(bare) as least:
        for seconds in (0.0, ORIGINATE_SECONDS):
            await be_busy(url, seconds)
            print(
                f"Asterisk {f'busy for {seconds * 1000:.0f} ms with each' if seconds else 'as fast as the emulator is'}:"
            )
            for concurrent in chosen.concurrent:
                ways = {"bare": bare, "least": (least.port, ""), "api": (api, token)}
                ratios.append(await compare_ways(ways, concurrent, pids, chosen))
        await be_busy(url, 0.0)
    return min(ratios) >= AIM


async def open_calls(way: Way, concurrent: int) -> list[Call]:
    """Return so many ways to call at once, on connections of their own: idle ones are closed after some seconds."""
    if isinstance(way, Bare):
        return [way.call] * concurrent
    return [caller.call for caller in await open_callers(*way, concurrent)]


async def compare_ways(
    ways: dict[str, Way], concurrent: int, pids: dict[str, int], chosen: argparse.Namespace
) -> float:
    """Print what all ways do in turns; return the median ratio of ours to the bare loop."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, dict[str, float]] = {name: dict.fromkeys(pids, 0.0) for name in ways}
    for turn in range(chosen.turns + 1):
        for name, way in ways.items():
            calls = await open_calls(way, concurrent)
            used = {one: count_cpu(pid) for one, pid in pids.items()}
            rate, seconds = await count_rate(calls, chosen.seconds if turn else WARM_UP_SECONDS)
            if turn:
                rates[name].append(rate)
                taken[name] += seconds
                for one, pid in pids.items():
                    cpu[name][one] += count_cpu(pid) - used[one]
            await asyncio.sleep(0.3)
    for name in ways:
        ordered = sorted(taken[name])
        each = ", ".join(f"{one} {1000 * used / len(ordered):.2f}" for one, used in cpu[name].items())
        print(
            f"{concurrent:>3} at once, {name:<5} {statistics.median(rates[name]):7.0f} originations/s   "
            f"p50 {ordered[len(ordered) // 2] * 1000:6.2f} ms   p99 {ordered[int(len(ordered) * 0.99)] * 1000:6.2f} ms   "
            f"ms of CPU per call: {each}"
        )
    ratio = statistics.median(ours / theirs for ours, theirs in zip(rates["api"], rates["bare"], strict=True))
    least = statistics.median(rates["least"]) / statistics.median(rates["bare"])
    print(
        f"      the least web server: {least:.2f} of bare; we: {ratio:.2f} (aim {AIM:.2f}); load average {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return ratio


async def hold_open(api: int, token: str, count: int, pid: int) -> None:
    """Print what so many calls that are on cost."""
    callers = await open_callers(api, token, 16)
    before = read_pss_mb(pid)

    async def place(caller: Caller) -> None:
        for _ in range(count // len(callers)):
            await caller.call(next_number(TALKS_ON))

    await asyncio.gather(*map(place, callers))
    await asyncio.sleep(IDLE_SECONDS)  # until all have answered
    used = count_cpu(pid)
    await asyncio.sleep(IDLE_SECONDS)
    share = 100 * (count_cpu(pid) - used) / IDLE_SECONDS
    print(f"{count // 16 * 16} calls on: {read_pss_mb(pid):.0f} MB ({before:.0f} MB before), {share:.1f} % of one core")


def sign_in(port: int) -> str:
    body = json.dumps({"username": "bench", "password": PASSWORD}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/token", body, JSON)
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["access_token"])


def start(environment: dict[str, str], *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "metacortex.entrypoints.cli", *command], env=environment, stderr=subprocess.DEVNULL
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--concurrent", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--open", type=int, default=1000, help="calls that are on at once")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if measure(chosen, Path(folder)) else 1)


def measure(chosen: argparse.Namespace, folder: Path) -> bool:
    api, asterisk = free_port(), free_port()
    hashed = asyncio.run(hash_password(PASSWORD))
    own: dict[str, Any] = {
        "METACORTEX_DISABLE_DB": "true",
        "METACORTEX_DATA_DIR": str(folder),
        "METACORTEX_HTTP_PORT": str(api),
        "METACORTEX_ADDRESS_LIMIT": "100000000",
        "METACORTEX_CALLS_PLACING_LIMIT": "100000000",
        "METACORTEX_CALLS_ASTERISK_URL": f"http://127.0.0.1:{asterisk}",
        "METACORTEX_CALLS_ASTERISK_PASSWORD": "metacortex",
        "METACORTEX_CALLS_ASTERISK_MAX_CONCURRENT": "100000",
        "METACORTEX_CALLS_USERS": json.dumps({"bench": hashed}),
        "METACORTEX_CALLS_CONSENT_KEPT_ELSEWHERE": "true",
        "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "a benchmark", "why": "it calls nobody"}',
    }
    environment = {**os.environ, **own}
    running = [start(environment, "emulate", "asterisk", "--port", str(asterisk), "--speed", str(SPEED))]
    try:
        wait_until_ready(f"http://127.0.0.1:{asterisk}/emulator/calls", running[0])
        first = start(environment, "api")  # makes the key, and fills the system's cache of files
        running.append(first)
        wait_until_ready(f"http://127.0.0.1:{api}/health/ready", first)
        first.terminate()
        first.wait(10)
        began = time.perf_counter()
        server = start(environment, "api")
        running.append(server)
        wait_until_ready(f"http://127.0.0.1:{api}/health/ready", server)
        took = time.perf_counter() - began
        print(
            f"ready in {took:.2f} s (aim 2), of which {count_cpu(server.pid):.2f} s of CPU; memory {read_pss_mb(server.pid):.0f} MB "
            f"(aim 150); load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
        pids = {"this": os.getpid(), "api": server.pid, "asterisk": running[0].pid}
        is_met = uvloop.run(compare(api, asterisk, sign_in(api), pids, chosen))
        uvloop.run(hold_open(api, sign_in(api), chosen.open, server.pid))
        return is_met
    finally:
        for process in running:
            process.terminate()


if __name__ == "__main__":
    main()
