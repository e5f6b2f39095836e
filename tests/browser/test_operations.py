"""What failed is kept, shown with its reason, and runs again at the press of a button."""

import smtplib
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import RunAsync, sign_in
from tests.stand import Stand, wait_for, write_mail

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def change_database(stand: Stand, statement: str) -> None:
    database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
    await database.execute(statement)
    await database.close()


def test_work_that_was_given_up_runs_again(stand: Stand, browser: Browser, run_async: RunAsync) -> None:
    signed_in = stand.sign_up("given-up@example.com")
    page = sign_in(browser, stand, "given-up@example.com")
    run_async(change_database(stand, "ALTER TABLE qualifications RENAME TO qualifications_away"))
    try:
        with stand.open_client(signed_in["access_token"]) as client:
            stand.send_mail(stand.find_address(client), number=51)
            wait_for(lambda: client.get("/api/v1/dead-letters").json()["data"], seconds=90, what="Giving up")
    finally:
        run_async(change_database(stand, "ALTER TABLE qualifications_away RENAME TO qualifications"))
    expect(page.get_by_test_id("lead-card").get_by_test_id("score")).to_contain_text("Could not be read")
    page.get_by_role("link", name="Operations").click()
    expect(page.get_by_text("Reading and scoring a message")).to_be_visible()
    expect(page.get_by_text("6 attempts")).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("Nothing failed")).to_be_visible()
    page.get_by_role("link", name="Board").click()
    expect(page.get_by_test_id("lead-card").get_by_test_id("score")).to_contain_text("Hot")


def test_a_message_that_could_not_be_read_is_read_again(stand: Stand, browser: Browser) -> None:
    signed_in = stand.sign_up("unreadable@example.com")
    with stand.open_client(signed_in["access_token"]) as client:
        address = stand.find_address(client)
        with smtplib.SMTP("127.0.0.1", stand.smtp_port, timeout=20) as mail:
            mail.sendmail("ravi@example.com", [address], b"\r\n")

        def failed() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = client.get("/api/v1/inbound", params={"state": "failed"}).json()["data"]
            return found

        wait_for(failed, seconds=60, what="The refusal of an empty message")
    page = sign_in(browser, stand, "unreadable@example.com")
    page.get_by_role("link", name="Operations").click()
    expect(page.get_by_text("This message is empty.", exact=False)).to_be_visible()
    # What a newer version would read differently: here the kept original becomes a readable one.
    newest = max((stand.data_dir / "objects").rglob("*"), key=lambda path: path.stat().st_mtime * path.is_file())
    Path(newest).write_bytes(write_mail(address, number=52).as_bytes())
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("Every message was read")).to_be_visible()
    page.get_by_role("link", name="Board").click()
    expect(page.get_by_test_id("lead-card")).to_contain_text("Ravi Kumar 52")
