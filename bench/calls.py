"""How fast calls are placed, beside a bare loop on the same emulated Asterisk, and what a thousand at once cost.

`bench/originating.py` says what the loop does, and why there are two floors.

Usage: python bench/calls.py [--calls 400] [--at-once 1000]
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aiohttp
import asyncpg
import uvloop

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from tests.faults.calling import Team, add_team  # noqa: E402
from tests.stand import Stand  # noqa: E402

from bench.originating import BUSY, ORIGINATE_SECONDS, SPEED, TALKS_ON, Bare, Least, be_busy, open_callers  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SETTINGS = {
    "METACORTEX_LIMITS": "off",
    "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "the benchmark", "why": "it calls an emulator"}',
}
Place = Callable[[str], Awaitable[None]]
AIM = 0.6


def spread(seconds: list[float]) -> str:
    """Return median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"


def make_numbers(ending: str, count: int) -> list[str]:
    """Return numbers of which no two are alike."""
    return [f"+91{98 - place // 10_000}{place % 10_000:04d}{ending}" for place in range(count)]


async def place_all(places: Sequence[Place], numbers: list[str]) -> tuple[float, list[float]]:
    """Place calls, each of these ways one after the other; return how many a second, and the seconds of each."""
    waiting, taken = numbers[::-1], list[float]()

    async def go_on(place: Place) -> None:
        while waiting:
            number, started = waiting.pop(), time.perf_counter()
            await place(number)
            taken.append(time.perf_counter() - started)

    begun = time.perf_counter()
    await asyncio.gather(*map(go_on, places))
    return len(numbers) / (time.perf_counter() - begun), taken


def find_family(pid: int) -> Iterator[Path]:
    """Yield a process and its descendants."""
    yield Path(f"/proc/{pid}")
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from find_family(int(child))


def read_memory(pid: int) -> float:
    """Return the proportional set size of a process and its descendants, in MiB."""
    rollups = [(one / "smaps_rollup").read_text() for one in find_family(pid)]
    lines = [line for rollup in rollups for line in rollup.splitlines() if line.startswith("Pss:")]
    return sum(int(line.split()[1]) for line in lines) / 1024


def read_cpu(pid: int) -> float:
    """Return the CPU seconds that a process and its descendants have used."""
    fields = [(one / "stat").read_text().rsplit(")", 1)[1].split() for one in find_family(pid)]
    return sum((int(one[11]) + int(one[12])) / TICKS for one in fields)


def read_all_cpu(stand: Stand) -> dict[str, float]:
    """Return the CPU seconds that each part of the product has used."""
    pids = {name: process.pid for name, process in stand.roles.items()}
    assert stand.database.child is not None
    return {name: read_cpu(pid) for name, pid in {**pids, "postgres": stand.database.child.pid}.items()}


def show_cpu(before: dict[str, float], after: dict[str, float], per: float) -> str:
    """Return what each part used meanwhile, those that used little left out."""
    used = {name: (after[name] - before[name]) / per for name in after}
    return ", ".join(
        f"{name} {spent:.1f}" for name, spent in sorted(used.items(), key=lambda one: -one[1]) if spent > 0.05
    )


async def wait_until(session: aiohttp.ClientSession, url: str, wanted: str, count: int) -> None:
    """Wait until so many channels are `wanted` in Asterisk."""
    while True:
        async with session.get(url) as answer:
            channels = await answer.json()
        if sum(wanted in {"", channel["state"]} for channel in channels) == count:
            return
        await asyncio.sleep(0.2)


async def open_places(stand: Stand, team: Team, count: int) -> list[Place]:
    """Return so many connections that place calls; the API closes those that are idle for some seconds."""
    return [caller.call for caller in await open_callers(stand.http_port, team.token, count)]


async def compare(stand: Stand, team: Team, bare: Bare, least: Least, numbers: list[str], concurrent: int) -> None:
    """Print the rates of all ways."""
    await place_all([bare.call] * concurrent, numbers[:50])
    base, base_taken = await place_all([bare.call] * concurrent, numbers)
    kept, kept_taken = await place_all([one.call for one in await open_callers(least.port, "", concurrent)], numbers)
    places = await open_places(stand, team, concurrent)
    before = read_all_cpu(stand)
    rate, taken = await place_all(places, numbers)
    spent = show_cpu(before, read_all_cpu(stand), len(numbers) / 1000)
    print(f"  POST /calls, {concurrent:>2} at once: {rate:>6.0f}/s, {spread(taken)}")
    print(f"    bare loop: {base:.0f}/s, {spread(base_taken)}; ratio {rate / base:.0%} (aim {AIM:.0%})")
    print(f"    least web server that keeps: {kept:.0f}/s, {spread(kept_taken)}; {kept / base:.0%} of bare")
    print(f"    CPU ms each: {spent}; load average {os.getloadavg()[0]:.1f}", flush=True)


async def analyze(database_url: str) -> None:
    """Count rows, as PostgreSQL does by itself within the first minute."""
    database = await asyncpg.connect(database_url)
    await database.execute("ANALYZE")
    await database.close()


@asynccontextmanager
async def open_attempts(database_url: str) -> AsyncIterator[Place]:
    """Yield what keeps one attempt in PostgreSQL as anybody would: has it been called, and now it is, in a transaction."""
    async with asyncpg.create_pool(database_url, min_size=16, max_size=16) as pool:
        await pool.execute(
            "CREATE TABLE bench_attempts (id uuid PRIMARY KEY, number text, at timestamptz DEFAULT now())"
        )
        await pool.execute("CREATE INDEX ON bench_attempts (number)")

        async def keep(number: str) -> None:
            async with pool.acquire() as connection, connection.transaction():
                await connection.fetchval("SELECT count(*) FROM bench_attempts WHERE number = $1", number)
                await connection.execute("INSERT INTO bench_attempts (id, number) VALUES ($1, $2)", uuid4(), number)

        yield keep


async def measure(stand: Stand, count: int, at_once: int) -> None:
    """Print every figure."""
    numbers, talking = make_numbers(BUSY, 4 * count + 200), make_numbers(TALKS_ON, at_once)
    team: Team = await add_team(stand, [*numbers, *talking], agents=1)
    database_url = stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", "")
    async with Bare(stand.asterisk_url) as bare, open_attempts(database_url) as keep, Least(bare, keep) as least:
        await asyncio.sleep(3)  # the dialer says once a second whom it hears
        await place_all(await open_places(stand, team, 16), [numbers.pop() for _ in range(200)])
        await analyze(database_url)
        for seconds in (0.0, ORIGINATE_SECONDS):
            await be_busy(stand.asterisk_url, seconds)
            print(
                f"Asterisk {f'busy for {seconds * 1000:.0f} ms with each' if seconds else 'as fast as the emulator is'}:"
            )
            for concurrent in (1, 16):
                await compare(stand, team, bare, least, [numbers.pop() for _ in range(count)], concurrent)
        await be_busy(stand.asterisk_url, 0.0)
        await hold_open(stand, bare.session, team, talking)


async def hold_open(stand: Stand, asterisk: aiohttp.ClientSession, team: Team, talking: list[str]) -> None:
    """Print what so many calls cost that are on."""
    url = f"{stand.asterisk_url}/ari/channels"
    await wait_until(asterisk, url, "", 0)
    idle = {name: read_memory(process.pid) for name, process in stand.roles.items()}
    await place_all(await open_places(stand, team, 16), talking)
    await wait_until(asterisk, url, "Up", len(talking))
    await asyncio.sleep(2)
    before, seconds = read_all_cpu(stand), 10.0
    await asyncio.sleep(seconds)
    spent = show_cpu(before, read_all_cpu(stand), seconds / 100)
    print(f"{len(talking):,} calls at once: CPU in percent of a core: {spent}")
    for name in ("api", "dialer", "emulator"):
        print(f"    {name}: {read_memory(stand.roles[name].pid):.0f} MiB (PSS), {idle[name]:.0f} without", flush=True)


def main() -> None:
    """Start the product on free ports, measure, stop it."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--calls", type=int, default=400)
    wanted.add_argument("--at-once", type=int, default=1000)
    chosen = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="mc-bench-") as folder:
        Path(folder).chmod(0o755)
        stand = Stand(Path(folder), calls=True, call_speed=SPEED, **SETTINGS)
        try:
            stand.start()
            uvloop.run(measure(stand, chosen.calls, chosen.at_once))
        finally:
            stand.stop()


if __name__ == "__main__":
    main()
