"""The floor: bare FastAPI, Celery and one INSERT, with nothing checked, scored, deduplicated or told to a browser.

Run by `bench/speed.py`: `uvicorn bench.floor:app` and `celery --app bench.floor:queue worker`.
"""

import asyncio
import os
from functools import lru_cache
from typing import Any

import asyncpg
from celery import Celery
from fastapi import FastAPI
from pydantic import BaseModel

queue = Celery("floor", broker=os.environ["FLOOR_REDIS_URL"])
queue.conf.update(task_ignore_result=True, worker_prefetch_multiplier=1, task_acks_late=True)
app = FastAPI()


class Lead(BaseModel):
    """What the floor takes; the same body as `POST /api/v1/leads`."""

    name: str
    email: str
    title: str


@lru_cache(maxsize=1)
def _connection() -> tuple[asyncio.Runner, Any]:
    runner = asyncio.Runner()
    return runner, runner.run(asyncpg.connect(os.environ["FLOOR_DATABASE_URL"]))


@queue.task(name="floor.insert")
def insert(body: dict[str, str]) -> None:
    """Insert one row, committed."""
    runner, connection = _connection()
    runner.run(connection.execute("INSERT INTO bench_floor (body) VALUES ($1)", body["email"]))


@app.post("/leads", status_code=202)
async def create_lead(lead: Lead) -> dict[str, str]:
    """Hand the lead to Celery."""
    insert.delay(lead.model_dump())
    return {"state": "accepted"}
