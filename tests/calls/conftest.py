"""An emulated Asterisk, the dialer that hears it, and an agent with a telephone and a lead."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.server import Emulator, emulated_asterisk
from metacortex.platform.security import Role
from tests.attacks.people import join
from tests.calls.campaigning import CODES, Agent, MakeTeam, Team
from tests.calls.desks import Desk
from tests.conftest import ASTERISK_PORT, ASTERISK_SOCKET, MakeOwner, Product, RunJobs

SPEED = 20.0


@pytest.fixture(scope="session")
async def asterisk() -> AsyncIterator[Emulator]:
    """An emulated Asterisk where everything takes a twentieth of its time."""
    ASTERISK_SOCKET.close()
    async with emulated_asterisk(Options(port=ASTERISK_PORT, speed=SPEED)) as emulator:
        yield emulator


@dataclass
class Dialer:
    """The dialer, in this process, hearing the emulated Asterisk; it can be killed and begun anew."""

    fleet: Any
    running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, and wait until the server is heard."""
        from metacortex.contexts.calls.service.presence import read_heard
        from metacortex.entrypoints.dialer import dial

        self.running = asyncio.create_task(dial(self.fleet))
        while not self.fleet.is_ready or "asterisk" not in await read_heard():
            assert not self.running.done(), self.running.result()
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End at once, whatever was going on."""
        assert self.running is not None
        self.running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.running


@pytest.fixture(scope="package")
async def dialer(app: Any, asterisk: Emulator) -> AsyncIterator[Dialer]:
    """The one dialer of the tests of calls; others count statements, or lead the product to another database."""
    started = Dialer(app.state.fleet)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def accounts(product: Product) -> None:
    """Give back the accounts of the phone server that earlier tests' organizations have."""
    connection = await asyncpg.connect(product.database_url.replace("+asyncpg", ""))
    await connection.execute("DELETE FROM agent_phones")
    await connection.close()


@pytest.fixture
async def desk(dialer: Dialer, asterisk: Emulator, make_owner: MakeOwner, accounts: None) -> Desk:
    """An owner whose telephone is the account `asha`."""
    owner = await make_owner()
    answer = await owner.client.put("/api/v1/calling/phones/me", json={"account": "asha"})
    assert answer.status_code == 200, answer.text
    return Desk(owner, asterisk)


@pytest.fixture
async def make_team(desk: Desk, app: Any, run_due_jobs: RunJobs) -> AsyncIterator[MakeTeam]:
    """An organization with so many agents, the owner among them, who can pause, and say how conversations ended."""
    made: list[Team] = []

    async def make(agents: int) -> Team:
        for code in CODES:
            assert (await desk.client.post("/api/v1/calling/dispositions", json=code)).status_code == 201
        pause = {"code": "lunch", "label": "Lunch"}
        assert (await desk.client.post("/api/v1/calling/pause-codes", json=pause)).status_code == 201
        team = [Agent(desk.client, desk.owner.member_id, "asha")]
        for place in range(1, agents):
            person = await join(app, desk.owner, Role.AGENT)
            account = f"agent{place}"
            answer = await person.client.put("/api/v1/calling/phones/me", json={"account": account})
            assert answer.status_code == 200, answer.text
            team.append(Agent(person.client, UUID(person.member_id), account))
        made.append(Team(desk, team, run_due_jobs))
        return made[-1]

    yield make
    for team in made:
        await team.leave()
