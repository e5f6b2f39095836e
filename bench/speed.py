"""How fast the product is on this machine, each figure beside a floor measured in the same run.

Usage: python bench/speed.py [--messages 2000] [--leads 100000]
"""

import argparse
import asyncio
import json
import smtplib
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import websockets

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.stand import Stand, write_mail

COPY_LEADS = """
INSERT INTO leads (org_id, id, contact_id, stage_id, title, source, channel, received_at, updated_at, search, score_state)
SELECT org_id, gen_random_uuid(), contact_id, stage_id, title || n, source, channel, received_at - n * interval '1 second',
       updated_at, search, 'scored' FROM (SELECT * FROM leads WHERE org_id = $1 LIMIT 1) AS one, generate_series(1, $2) AS n
"""


def say(what: str, figure: str, floor: str = "") -> None:
    print(f"{what:<58} {figure:>24}   {floor}", flush=True)


def spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"


async def time_each(work: Callable[[], Awaitable[Any]], count: int) -> list[float]:
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return taken


def send_many(stand: Stand, address: str, numbers: range, connections: int) -> float:
    """Send one message a number over `connections` lasting SMTP connections; return the seconds it took."""

    def send(part: range) -> None:
        with smtplib.SMTP("127.0.0.1", stand.smtp_port, timeout=120) as mail:
            for number in part:
                message = write_mail(
                    address, number=number, text=f"We want a 3 BHK in Wakad, 85 lakh.\n{'words ' * 450}"
                )
                if number % 10 == 0:
                    message.add_attachment(b"x" * 20_000, maintype="application", subtype="pdf", filename="plan.pdf")
                mail.send_message(message)

    threads = [threading.Thread(target=send, args=(numbers[start::connections],)) for start in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


async def follow(stand: Stand, token: str, address: str, count: int, rate: float) -> tuple[list[float], list[float]]:
    """Send mail at a steady rate; return the seconds from `250` to the card, and to its score, in a browser's socket."""
    shown: list[float] = []
    scored: list[float] = []
    accepted: list[float] = []
    url = f"{stand.url.replace('http', 'ws', 1)}/api/v1/live?token={token}"
    async with websockets.connect(url, max_queue=None) as socket:

        async def send() -> None:
            begun = time.perf_counter()
            for number in range(count):
                await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
                await asyncio.to_thread(stand.send_mail, address, number=10_000_000 + number)
                accepted.append(time.perf_counter())

        sending = asyncio.create_task(send())
        while len(scored) < count:
            kind = json.loads(await asyncio.wait_for(socket.recv(), 120))["type"]
            if kind == "LeadReceived":
                shown.append(time.perf_counter())
            elif kind == "LeadQualified":
                scored.append(time.perf_counter())
        await sending
    # Mail is sent one after the other, so the n-th card belongs to the n-th message, but for neighbours in one batch.
    return [max(0.0, b - a) for a, b in zip(accepted, shown, strict=True)], [
        max(0.0, b - a) for a, b in zip(accepted, scored, strict=True)
    ]


async def load_leads(stand: Stand, token: str, count: int, clients: int) -> tuple[float, list[float]]:
    taken: list[float] = []
    limits = httpx.Limits(max_connections=clients)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=stand.url, headers=headers, limits=limits, timeout=60) as client:

        async def post(start: int) -> None:
            for number in range(start, count, clients):
                body = {"name": f"Api {number}", "email": f"api.{number}@example.com", "title": "From the bench"}
                started = time.perf_counter()
                (await client.post("/api/v1/leads", json=body)).raise_for_status()
                taken.append(time.perf_counter() - started)

        begun = time.perf_counter()
        await asyncio.gather(*(post(start) for start in range(clients)))
        return time.perf_counter() - begun, taken


def count_memory(stand: Stand) -> float:
    """Proportional set size in MiB of every process of the product."""
    total = 0.0
    for entry in Path("/proc").iterdir():
        try:
            traces = (
                (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            )
            traces += str((entry / "cwd").readlink()).encode() if entry.name.isdigit() else b""
            if str(stand.data_dir).encode() in traces:
                rollup = (entry / "smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
        except (OSError, StopIteration):
            continue
    return total


async def until_done(database: asyncpg.Connection) -> None:
    while await database.fetchval("SELECT count(*) FROM jobs"):
        await asyncio.sleep(0.05)


async def measure(stand: Stand, messages: int, leads: int) -> None:
    signed_in = stand.sign_up()
    token, org_id = signed_in["access_token"], UUID(signed_in["organization"]["id"])
    database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
    await database.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, body text)")
    insert = await time_each(lambda: database.execute("INSERT INTO bench_floor (body) VALUES ('x')"), 500)
    floor_insert = f"floor: bare INSERT {1 / statistics.median(insert):.0f}/s, {spread(insert)}"
    with stand.open_client(token) as client:
        address = stand.find_address(client)
        say("idle memory of all processes (PSS)", f"{count_memory(stand):.0f} MiB")
        await asyncio.to_thread(send_many, stand, address, range(20), 1)
        await until_done(database)

        shown, scored = await follow(stand, token, address, 200, 20)
        say("250 to card in a browser's socket, 20 mails/s", spread(shown), floor_insert)
        say("250 to score in a browser's socket, 20 mails/s", spread(scored))

        begun = time.perf_counter()
        seconds = await asyncio.to_thread(send_many, stand, address, range(100, 100 + messages), 16)
        say("mails accepted durably, 16 connections", f"{messages / seconds:.0f}/s", floor_insert)
        await until_done(database)
        say("mails read, scored and on the board", f"{messages / (time.perf_counter() - begun):.0f}/s")

        seconds, taken = await load_leads(stand, token, 1000, 8)
        say("POST /leads, 8 connections", f"{1000 / seconds:.0f}/s, {spread(taken)}", floor_insert)

        await database.execute(COPY_LEADS, org_id, leads)
        await database.execute("VACUUM ANALYZE leads")
        first = [client.get("/api/v1/leads").elapsed.total_seconds() for _ in range(50)]
        cursor = ""
        for _ in range(40):
            answer = client.get("/api/v1/leads", params={"limit": 200} | ({"cursor": cursor} if cursor else {})).json()
            cursor = answer["meta"]["next_cursor"]
        deep = [client.get("/api/v1/leads", params={"cursor": cursor}).elapsed.total_seconds() for _ in range(50)]
        select = "SELECT * FROM leads WHERE org_id = $1 ORDER BY received_at DESC, id DESC LIMIT 80"
        floor_select = f"floor: bare SELECT of 80 {spread(await time_each(lambda: database.fetch(select, org_id), 50))}"
        say(f"first page of 80 among {leads:,}", spread(first), floor_select)
        say(f"page behind 8,000 of {leads:,}", spread(deep), floor_select)
    await database.close()


def main() -> None:
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--messages", type=int, default=2000)
    wanted.add_argument("--leads", type=int, default=1_000_000)
    chosen = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="mc-bench-") as folder:
        Path(folder).chmod(0o755)
        stand = Stand(Path(folder))
        try:
            stand.start()
            asyncio.run(measure(stand, chosen.messages, chosen.leads))
        finally:
            stand.stop()


if __name__ == "__main__":
    main()
