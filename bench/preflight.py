"""How long it takes to count whom a campaign could call, beside reading the same list and nothing else.

Usage: python bench/preflight.py [--targets 10000]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import httpx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from tests.faults.calling import add_team  # noqa: E402
from tests.stand import Stand, wait_for  # noqa: E402

SETTINGS = {
    "METACORTEX_LIMITS": "off",
    "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "the benchmark", "why": "it calls nobody"}',
}


def make_numbers(count: int) -> list[str]:
    """Return Indian mobile numbers of which no two are alike."""
    return [f"+91{9_800_000_000 + place}" for place in range(count)]


def until_done(client: httpx.Client, path: str) -> dict[str, Any]:
    """Return what is at this address when it is done."""

    def look() -> dict[str, Any] | None:
        data = client.get(path).raise_for_status().json()["data"]
        found = data[0] if isinstance(data, list) else data
        return dict(found) if found["state"] != "running" else None

    return wait_for(look, seconds=600, what=path)


async def read_list(database_url: str) -> float:
    """Return the seconds that PostgreSQL takes to send the list."""
    database = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    begun = time.perf_counter()
    await database.fetch("SELECT * FROM dial_targets ORDER BY id")
    taken = time.perf_counter() - begun
    await database.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=10_000)
    targets = parser.parse_args().targets
    with tempfile.TemporaryDirectory() as folder:
        stand = Stand(Path(folder), calls=True, **SETTINGS)
        try:
            stand.start()
            team = asyncio.run(add_team(stand, make_numbers(targets), agents=1))
            with stand.open_client(team.token) as client:
                made = client.post("/api/v1/dial-campaigns", json={"name": "Spring", "mode": "power"})
                path = f"/api/v1/dial-campaigns/{made.raise_for_status().json()['data']['id']}"
                begun = time.perf_counter()
                client.post(f"{path}/fills/leads", json={}).raise_for_status()
                until_done(client, f"{path}/fills")
                filled = time.perf_counter() - begun
                begun = time.perf_counter()
                client.post(f"{path}/preflight").raise_for_status()
                counted = until_done(client, f"{path}/preflight")
                taken = time.perf_counter() - begun
            floor = asyncio.run(read_list(stand.environment["METACORTEX_DATABASE_URL"]))
        finally:
            stand.stop()
    assert counted["checked"] == counted["total"] >= targets, counted
    print(f"list of {counted['total']:,} filled from leads   {filled:7.2f} s")
    print(f"counted whom it could call       {taken:7.2f} s   {counted['total'] / taken:8,.0f}/s")
    print(f"floor: the list read             {floor:7.2f} s")


if __name__ == "__main__":
    main()
