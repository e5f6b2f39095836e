"""How long it takes to erase one person from an uploaded table, in how much memory, and who waits meanwhile.

Beside it stands a floor: reading the same file and writing it anew, with nobody looked for. Each job runs in a fresh
process, so that its memory is its own. Usage: python bench/erasure.py [--rows 100000]
"""

import argparse
import asyncio
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

import asyncpg  # noqa: E402
import httpx  # noqa: E402
from tests.stand import Stand, wait_for  # noqa: E402

MEBIBYTE = 1024 * 1024
COLUMNS = ("name", "email", "phone", "company", "message")
REFUSE_ALL = """
INSERT INTO import_refusals (org_id, id, import_id, row_number, reason, cells)
SELECT org_id, gen_random_uuid(), id, n, 'no address',
    to_jsonb(ARRAY['Person ' || n, 'person.' || n || '@example.com', '', 'Company ' || n % 997, repeat('words ', 15)])
FROM imports, generate_series(1, $2) AS n WHERE imports.id = $1
"""
OURS = ("erase_person_from_imports", "begin_import_erasure")


@dataclass(frozen=True)
class Case:
    """A table, and where in it the person stands."""

    name: str
    every: int
    refused: bool = False
    same_tail: bool = False


CASES = (
    Case("the person stands in one row", 100_000),
    Case("in one row of every 500, so in every chunk", 500),
    Case("in one row, and every row was refused", 100_000, refused=True),
    Case("in one row, and every number ends as theirs", 100_000, same_tail=True),
)
EMAIL, PHONE = "asha.rao@secret.example", "+919820012345"


def write_table(rows: int, case: Case) -> bytes:
    """Write a table of most of the largest size that is accepted, 20 MiB."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number in range(rows):
        is_person = number % min(case.every, rows) == min(case.every, rows) // 2
        email = EMAIL if is_person else "" if case.same_tail else f"person.{number}@example.com"
        phone = f"{number:06d}12345" if case.same_tail else f"+91 98{number:06d} 99"
        writer.writerow([f"Person {number}", email, phone, f"Company {number % 997}", "words " * 15])
    return text.getvalue().encode()


def floor(content: bytes) -> float:
    """Return the seconds of reading a table and of writing its rows and itself anew, forced to disk."""
    with tempfile.TemporaryDirectory(dir=tempfile.gettempdir()) as folder:
        path = Path(folder, "table.csv")
        path.write_bytes(content)
        started = time.perf_counter()
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        with Path(folder, "anew.csv").open("wb") as out:
            out.write(text.getvalue().encode())
            out.flush()
            os.fsync(out.fileno())
        return time.perf_counter() - started


def memory(field: str) -> float:
    """Return a field of this process's memory in MiB: VmRSS is now, VmHWM the most there was."""
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(field))
    return int(line.split()[1]) / 1024


async def run_owed(org_id: UUID) -> None:
    """Run an organization's due jobs in this process until none is left; print what each of ours took."""
    from sqlalchemy import select

    from metacortex import flows
    from metacortex.platform.database import close_engines, transaction, utc_now
    from metacortex.platform.jobs.models import JobRow
    from metacortex.platform.jobs.runner import run_jobs

    assert flows
    taken: list[float] = []
    before = memory("VmRSS")
    while True:
        async with transaction(org_id) as session:
            due = select(JobRow.name, JobRow.id).where(JobRow.org_id == org_id, JobRow.due_at <= utc_now())
            row = (await session.execute(due.order_by(JobRow.id).limit(1))).first()
        if row is None:
            break
        started = time.perf_counter()
        await run_jobs(org_id, row.name, [row.id])
        if row.name in OURS:
            taken.append(time.perf_counter() - started)
    await close_engines()
    print(json.dumps({"seconds": taken, "before": before, "peak": memory("VmHWM")}))


def prepare(stand: Stand, client: httpx.Client, case: Case, content: bytes, rows: int) -> None:
    """Upload a table; let every row of it be refused where the case says so."""
    sent = client.post("/api/v1/imports", files={"file": ("people.csv", content, "text/csv")}, timeout=300)
    import_id = UUID(sent.raise_for_status().json()["data"]["id"])

    async def refuse() -> None:
        database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
        await database.execute(REFUSE_ALL, import_id, rows)
        await database.close()

    if case.refused:
        asyncio.run(refuse())


def measure(stand: Stand, case: Case, rows: int) -> None:
    """Print what one case takes."""
    content = write_table(rows, case)
    signed_in = stand.sign_up(f"owner-{CASES.index(case)}@example.com")
    with stand.open_client(signed_in["access_token"]) as client:
        prepare(stand, client, case, content, rows)
        asked = {"kind": "erasure", "email": EMAIL, "phone": PHONE}
        client.post("/api/v1/privacy/requests", json=asked).raise_for_status()
    command = [sys.executable, __file__, "--job", signed_in["organization"]["id"]]
    done = subprocess.run(command, env=stand.environment, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    alone = floor(content)
    whole = sum(found["seconds"])
    print(
        f"{case.name:<46} {len(content) / MEBIBYTE:5.1f} MiB  {len(found['seconds']):3d} jobs  "
        f"longest {max(found['seconds']):6.2f} s  all {whole:6.2f} s  floor {alone:5.2f} s ({whole / alone:4.1f}x)  "
        f"memory {found['before']:4.0f} + {found['peak'] - found['before']:4.0f} MiB",
        flush=True,
    )


def wait_for_scores(client: httpx.Client, count: int) -> list[float]:
    """Return the seconds that leads posted one after the other take until they have a score."""
    taken = []
    for number in range(count):
        started = time.perf_counter()
        body = {"name": f"Ravi {number}", "email": f"{started}@example.com", "message": "We want a 3 BHK in Wakad."}
        lead = client.post("/api/v1/leads", json=body).raise_for_status().json()["data"]["id"]
        while client.get(f"/api/v1/leads/{lead}").raise_for_status().json()["data"]["score_state"] == "waiting":
            time.sleep(0.01)
        taken.append(time.perf_counter() - started)
    return sorted(taken)


def measure_others(stand: Stand, case: Case, rows: int) -> None:
    """Print how long another organization's leads wait for their scores, with and without an erasure beside them."""
    for role in ("relay", "worker"):
        stand.start_role(role)
    tokens = [stand.sign_up(f"{name}@example.com")["access_token"] for name in ("large", "other")]
    with stand.open_client(tokens[0]) as large, stand.open_client(tokens[1]) as client:
        prepare(stand, large, case, write_table(rows, case), rows)
        wait_for_scores(client, 10)
        alone = wait_for_scores(client, 40)
        asked = large.post("/api/v1/privacy/requests", json={"kind": "erasure", "email": EMAIL}).raise_for_status()
        path = f"/api/v1/privacy/requests/{asked.json()['data']['id']}"
        beside: list[float] = []
        while "imports" not in large.get(path).json()["data"]["parts"]:
            beside += wait_for_scores(client, 5)
    beside.sort()
    for name, taken in (("alone", alone), ("beside an erasure", beside)):
        middle, most = taken[len(taken) // 2] * 1000, taken[-1] * 1000
        print(
            f"another organization's lead to its score, {name:<18} p50 {middle:5.0f} ms  longest {most:5.0f} ms"
            f"  of {len(taken)}"
        )


def main() -> None:
    """Measure every case."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rows", type=int, default=100_000)
    given.add_argument("--job", type=UUID)
    chosen = given.parse_args()
    if chosen.job:
        asyncio.run(run_owed(chosen.job))
        return
    with tempfile.TemporaryDirectory() as folder:
        stand = Stand(Path(folder), METACORTEX_SIGN_UP_LIMIT="1000", METACORTEX_JOB_TIME_LIMIT_SECONDS="44")
        try:
            stand.start_servers()
            from metacortex.migrations import upgrade

            upgrade(stand.environment["METACORTEX_DATABASE_URL"])
            stand.start_role("api")
            wait_for(lambda: httpx.get(f"{stand.url}/health/ready").status_code == 200, seconds=60, what="The start")
            for case in CASES:
                measure(stand, case, chosen.rows)
            measure_others(stand, CASES[2], chosen.rows)
        finally:
            stand.stop()


if __name__ == "__main__":
    main()
