"""The requests of docs/guides/campaigns.md, as somebody who follows it would send them."""

import asyncio
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.calls.desks import Desk
from tests.conftest import RunJobs

pytestmark = pytest.mark.slow

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "campaigns.md"
REQUEST = re.compile(r"^(?:(?P<name>[A-Z]+)=\$\()?(?P<curl>curl [^|\n]*?)(?: \| python3 [^\n]*\))?$", re.MULTILINE)


async def send(desk: Desk, written: str, known: dict[str, str]) -> Any:
    for name, value in known.items():
        written = written.replace(f"${name}", value)
    _, *words = shlex.split(written)
    said = {word: words[place + 1] for place, word in enumerate(words[:-1]) if word in {"-X", "-d"}}
    [path] = [word.removeprefix("$B") for word in words if word.startswith("$B")]
    method = said.get("-X", "POST" if "-d" in said else "GET")
    headers = {"Content-Type": "application/json"} if "-d" in said else {}
    async with asyncio.timeout(30):
        while True:
            answer = await desk.client.request(method, f"/api/v1{path}", content=said.get("-d"), headers=headers)
            if answer.is_success:
                return answer.json()["data"]
            assert answer.json()["code"] == "on_call", (written, answer.text)
            await asyncio.sleep(0.05)  # a conversation goes on


async def test_the_guide_can_be_followed(desk: Desk, run_due_jobs: RunJobs) -> None:
    known: dict[str, str] = {}
    answers: list[tuple[str, Any]] = []
    found = list(REQUEST.finditer(GUIDE.read_text("utf-8")))
    assert len(found) > 15
    for request in found:
        answer = await send(desk, request["curl"], known)
        answers.append((request["curl"], answer))
        if request["name"]:
            known[request["name"]] = answer["id"]
        await run_due_jobs(desk.owner.org_id)
    [counted] = [answer for curl, answer in answers if curl.startswith("curl -sS $B") and "/preflight " in curl]
    assert (counted["callable_now"], counted["no_consent"]) == (2, 1)
