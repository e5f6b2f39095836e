"""How fast the product is on this machine, each figure beside a floor measured in the same run.

Usage: python bench/speed.py [--messages 10000] [--leads 1000000]
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
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import websockets

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from tests.stand import COPY_LEADS, ROLES, Stand, free_port, live_protocols, wait_for  # noqa: E402

from load import build_mails, post_leads, send_mails  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 16
POSTS, POST_CONNECTIONS = 3000, 8
ALREADY_THERE = 100_000
SELECT_80 = "SELECT * FROM leads WHERE org_id = $1 ORDER BY received_at DESC, id DESC LIMIT 80"


def say(what: str, figure: str, aim: str = "", floor: str = "") -> None:
    """Print one measured line."""
    print(f"{what:<52} {figure:>30}   {aim:<14} {floor}", flush=True)


def spread(seconds: list[float]) -> str:
    """Return median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"


async def time_each(work: Callable[[], Awaitable[Any]], count: int) -> list[float]:
    """Return the seconds of each of `count` runs, one after the other."""
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return taken


def find_processes(stand: Stand) -> Iterator[tuple[Path, str]]:
    """Yield every process of the product with the name of its part."""
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode() if entry.name.isdigit() else ""
            if command and str(stand.data_dir) in (entry / "environ").read_bytes().decode() + command + str(
                (entry / "cwd").readlink()
            ):
                last = command.split()[-1]
                part = "valkey" if "valkey" in command else last if last in ROLES else "postgres"
                yield entry, part
        except OSError:
            continue


def count_memory(stand: Stand) -> float:
    """Return the proportional set size of every process of the product, in MiB."""
    total = 0.0
    for entry, _ in find_processes(stand):
        rollup = (entry / "smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return total


def count_cpu(stand: Stand) -> Counter[str]:
    """Return the CPU seconds each part of the product has used."""
    used: Counter[str] = Counter()
    for entry, part in find_processes(stand):
        fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        used[part] += (int(fields[11]) + int(fields[12])) / TICKS
    return used


@contextmanager
def profile(stand: Stand, count: int) -> Iterator[None]:
    """Print which part used the CPU meanwhile: where a figure falls short, this says why."""
    before, own, started = count_cpu(stand), time.process_time(), time.perf_counter()
    yield
    seconds, own = time.perf_counter() - started, time.process_time() - own
    used = count_cpu(stand)
    used.subtract(before)
    shares = ", ".join(f"{part} {1000 * spent / count:.1f}" for part, spent in used.most_common())
    busy = (sum(used.values()) + own) / seconds / (os.cpu_count() or 1)
    print(
        f"    CPU ms each: {shares}; the sender {1000 * own / count:.1f}; machine {100 * busy:.0f} % busy", flush=True
    )


async def follow(stand: Stand, token: str, mails: list[bytes], address: str, rate: float) -> list[list[float]]:
    """Send mail at a steady rate; return the seconds from `250` to the card, and to its score, in a browser's socket."""
    seen: dict[str, list[float]] = {"LeadReceived": [], "LeadQualified": []}
    accepted: list[float] = []
    url = f"{stand.url.replace('http', 'ws', 1)}/api/v1/live"
    async with websockets.connect(url, subprotocols=live_protocols(token), max_queue=None) as socket:

        async def send() -> None:
            begun = time.perf_counter()
            for number, mail in enumerate(mails):
                await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
                await asyncio.to_thread(send_mails, stand.smtp_port, address, [mail], 1)
                accepted.append(time.perf_counter())

        sending = asyncio.create_task(send())
        while len(seen["LeadQualified"]) < len(mails):
            kind = json.loads(await asyncio.wait_for(socket.recv(), 120))["type"]
            if kind in seen:
                seen[kind].append(time.perf_counter())
        await sending
    # Mail is sent one after the other, so the n-th card belongs to the n-th message, but for neighbours in one batch.
    return [[max(0.0, b - a) for a, b in zip(accepted, times, strict=True)] for times in seen.values()]


async def until_done(database: asyncpg.Connection) -> None:
    """Wait until nothing is owed."""
    while await database.fetchval("SELECT count(*) FROM jobs"):
        await asyncio.sleep(0.05)


async def measure_floor(stand: Stand, database: asyncpg.Connection) -> str:
    """Measure bare FastAPI, Celery and INSERT as two processes; return the floor in words."""
    port = free_port()
    environment = {
        **os.environ,
        "FLOOR_REDIS_URL": f"{stand.environment['METACORTEX_REDIS_URL'].rsplit('/', 1)[0]}/9",
        "FLOOR_DATABASE_URL": stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""),
        "PYTHONPATH": str(ROOT),
    }
    api = ["uvicorn", "bench.floor:app", "--port", str(port), "--log-level", "warning", "--no-access-log"]
    worker = ["celery", "--app", "bench.floor:queue", "--quiet", "worker", "--concurrency", "1", "--loglevel", "ERROR"]
    with (stand.data_dir / "floor.log").open("ab") as log:
        running = [
            subprocess.Popen([sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=log, stderr=log)  # noqa: ASYNC220
            for command in (api, worker)
        ]
    try:
        url = f"http://127.0.0.1:{port}/leads"
        wait_for(lambda: httpx.get(f"{url[:-6]}/docs").status_code == 200, seconds=60, what="The floor's start")
        await post_leads(url, 50, 1)
        while await database.fetchval("SELECT count(*) FROM bench_floor") < 50:
            await asyncio.sleep(0.05)
        begun = time.perf_counter()
        seconds, taken = await post_leads(url, POSTS, POST_CONNECTIONS)
        while await database.fetchval("SELECT count(*) FROM bench_floor") < POSTS + 50:
            await asyncio.sleep(0.02)
        done = time.perf_counter() - begun
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
    await database.execute("TRUNCATE bench_floor")
    return f"floor: {POSTS / seconds:.0f}/s, {spread(taken)}; inserted {POSTS / done:.0f}/s"


async def measure_mails(
    stand: Stand, database: asyncpg.Connection, address: str, numbers: range, floor: str, there: str
) -> None:
    """Send a burst; print how fast it was accepted, and how fast it was read, scored and on the board."""
    mails = build_mails(address, numbers)
    with profile(stand, len(mails)):
        begun = time.perf_counter()
        seconds = await asyncio.to_thread(send_mails, stand.smtp_port, address, mails, CONNECTIONS)
        say(f"mails accepted durably{there}", f"{len(mails) / seconds:.0f}/s", "aim 225/s", floor)
        await until_done(database)
        say(
            f"mails read, scored, on the board{there}",
            f"{len(mails) / (time.perf_counter() - begun):.0f}/s",
            "aim 150/s",
        )


async def measure(stand: Stand, messages: int, leads: int) -> None:
    """Print every figure."""
    signed_in = stand.sign_up()
    token, org_id = signed_in["access_token"], UUID(signed_in["organization"]["id"])
    database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
    await database.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, body text)")
    floor_app = await measure_floor(stand, database)
    insert = await time_each(lambda: database.execute("INSERT INTO bench_floor (body) VALUES ('x')"), 500)
    floor_insert = f"floor: bare INSERT {len(insert) / sum(insert):.0f}/s, {spread(insert)}"
    with stand.open_client(token) as client:
        address = stand.find_address(client)
        say("idle memory of all processes (PSS)", f"{count_memory(stand):.0f} MiB", "aim 600 MiB")
        await asyncio.to_thread(send_mails, stand.smtp_port, address, build_mails(address, range(20)), 1)
        await until_done(database)

        mails = build_mails(address, range(1_000, 1_400))
        with profile(stand, len(mails)):
            shown, scored = await follow(stand, token, mails, address, 20)
        say("250 to card in a browser's socket, 20 mails/s", spread(shown), "aim p99 300 ms", floor_insert)
        say("250 to score in a browser's socket, 20 mails/s", spread(scored))

        await measure_mails(stand, database, address, range(2_000, 2_000 + messages), floor_insert, "")
        with profile(stand, POSTS):
            seconds, taken = await post_leads(f"{stand.url}/api/v1/leads", POSTS, POST_CONNECTIONS, token)
        say("POST /leads, 8 connections", f"{POSTS / seconds:.0f}/s, {spread(taken)}", "aim 500/s", floor_app)

        _, taken = await post_leads(f"{stand.url}/api/v1/leads", POSTS, POST_CONNECTIONS, token, rate=500)
        say("POST /leads, 500 a second offered", spread(taken), "aim p99 15 ms")

        await database.execute(COPY_LEADS, org_id, ALREADY_THERE)
        await database.execute("VACUUM ANALYZE leads")
        numbers = range(2_000_000, 2_000_000 + messages // 2)
        await measure_mails(stand, database, address, numbers, floor_insert, f", {ALREADY_THERE:,} leads there")

        await database.execute(COPY_LEADS, org_id, max(0, leads - ALREADY_THERE))
        await database.execute("VACUUM ANALYZE leads")
        first = [client.get("/api/v1/leads").elapsed.total_seconds() for _ in range(100)]
        cursor = ""
        for _ in range(40):
            answer = client.get("/api/v1/leads", params={"limit": 200} | ({"cursor": cursor} if cursor else {})).json()
            cursor = answer["meta"]["next_cursor"]
        deep = [client.get("/api/v1/leads", params={"cursor": cursor}).elapsed.total_seconds() for _ in range(100)]
        floor = f"floor: bare SELECT of 80 {spread(await time_each(lambda: database.fetch(SELECT_80, org_id), 100))}"
        say(f"first page of 80 among {leads:,}", spread(first), "aim p50 8 ms", floor)
        say(f"page behind 8,000 of {leads:,}", spread(deep), "aim p50 8 ms", floor)
    await database.close()


def main() -> None:
    """Start the product on free ports, measure, stop it."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--messages", type=int, default=10_000)
    wanted.add_argument("--leads", type=int, default=1_000_000)
    chosen = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="mc-bench-") as folder:
        Path(folder).chmod(0o755)
        stand = Stand(Path(folder), METACORTEX_ADDRESS_LIMIT="100000000")  # all load comes from one address
        try:
            stand.start()
            asyncio.run(measure(stand, chosen.messages, chosen.leads))
        finally:
            stand.stop()


if __name__ == "__main__":
    main()
