"""A receiver that cannot keep a message says "try again later", loses nothing, and goes on when it can."""

import os
import smtplib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.stand import Stand, wait_for, write_mail

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    running = Stand(tmp_path, METACORTEX_JOB_LEASE_SECONDS="8", METACORTEX_JOB_TIME_LIMIT_SECONDS="6")
    try:
        yield running
    finally:
        running.stop()


def send(stand: Stand, address: str, number: int) -> int:
    """Send a mail of 20 KB; return the SMTP code of the answer."""
    message = write_mail(address, number=number)
    message.add_attachment(os.urandom(20_000), maintype="application", subtype="pdf", filename="plan.pdf")
    with smtplib.SMTP("127.0.0.1", stand.smtp_port, timeout=30) as mail:
        try:
            mail.send_message(message)
        except smtplib.SMTPDataError as error:
            return error.smtp_code
        except smtplib.SMTPRecipientsRefused as error:
            return next(iter(error.recipients.values()))[0]
        return 250


def count_kept(client: httpx.Client) -> int:
    return len(client.get("/api/v1/inbound", params={"limit": 200}).raise_for_status().json()["data"])


def test_a_full_disk_is_a_reason_to_try_again_later(stand: Stand) -> None:
    stand.start(but="ingest")
    objects = stand.data_dir / "objects"
    objects.mkdir(exist_ok=True)
    small = f'mount -t tmpfs -o size=256k,mode=777 tmpfs "{objects}" && exec "$@"'
    own_mounts = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    stand.start_role("ingest", within=[*own_mounts, "sh", "-c", small, "sh"])
    stand.wait_until_ready()
    with stand.open_client(stand.sign_up()["access_token"]) as client:
        address = stand.find_address(client)
        answers = [send(stand, address, number) for number in range(30)]
        assert set(answers) == {250, 451}
        assert count_kept(client) == answers.count(250)

        full = Path(f"/proc/{stand.roles['ingest'].pid}/root{objects}")
        oldest = next(path for path in full.rglob("*") if path.is_file())
        oldest.unlink()
        refused = answers.index(451)
        assert send(stand, address, refused) == 250
        assert count_kept(client) == answers.count(250) + 1


def test_a_database_that_is_down_is_a_reason_to_try_again_later(stand: Stand) -> None:
    stand.start()
    with stand.open_client(stand.sign_up()["access_token"]) as client:
        address = stand.find_address(client)
        assert send(stand, address, 1) == 250
        assert stand.database.child is not None
        stand.database.child.kill()
        stand.database.child.wait()
        assert send(stand, address, 2) == 451
        assert httpx.get(f"{stand.url}/health/ready").status_code == 503
        assert client.get("/api/v1/leads").status_code == 503

        stand.database.stop()
        stand.database.start(stand.data_dir)
        wait_for(lambda: send(stand, address, 2) == 250, seconds=60, what="The receiver's recovery")
        people = {"ravi.1@example.com", "ravi.2@example.com"}

        def both_are_there() -> bool:
            cards = client.get("/api/v1/leads").raise_for_status().json()["data"]
            return sorted(card["contact"]["email"] for card in cards) == sorted(people)

        wait_for(both_are_there, seconds=60, what="Both leads, each once")
