"""Calling in the browser: set a phone, call a lead, talk, and see it on the lead; refusals say what to do next."""

from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
STAYS = "+91 98200 19002"


@dataclass(frozen=True)
class Desk:
    """An owner who calls, in their browser."""

    page: Page
    client: httpx.Client
    email: str

    def add_lead(self, phone: str, name: str = "Ravi Kumar") -> str:
        """Let somebody with this number get in touch; return their lead."""
        body = {"name": name, "phone": phone, "message": "Please call me about the flat."}
        return str(self.client.post("/api/v1/leads", json=body).raise_for_status().json()["data"]["id"])


@pytest.fixture
def desk(stand: Stand, browser: Browser, phones: httpx.Client) -> Desk:
    """An owner without a telephone yet."""
    email = f"caller-{uuid4().hex[:8]}@example.com"
    client = stand.open_client(stand.sign_up(email)["access_token"])
    return Desk(sign_in(browser, stand, email), client, email)


def set_phone(page: Page, stand: Stand, account: str) -> None:
    page.goto(f"{stand.url}/calling")
    page.get_by_label("Phone of Asha Rao", exact=True).fill(account)
    page.get_by_role("button", name="Save phone of Asha Rao").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_an_agent_sets_their_phone_calls_a_lead_and_sees_it_in_the_history(stand: Stand, desk: Desk) -> None:
    page = desk.page
    desk.add_lead(STAYS)
    expect(page.get_by_test_id("lead-card")).to_have_count(1)
    page.get_by_role("button", name="Call Ravi Kumar").click()
    expect(page.get_by_role("dialog")).to_contain_text("Say where your phone rings")
    page.get_by_role("link", name="To the calling settings").click()
    set_phone(page, stand, "asha")

    page.goto(stand.url)
    page.get_by_role("button", name="Call Ravi Kumar").click()
    bar = page.get_by_role("region", name="Your call")
    expect(bar.get_by_role("status")).to_have_text("Talking")
    expect(bar.get_by_test_id("elapsed")).to_have_text("00:02")
    bar.get_by_role("link", name="Ravi Kumar").click()
    expect(page.get_by_role("heading", name="Ravi Kumar")).to_be_visible()
    bar.get_by_role("button", name="Hang up").click()
    expect(bar.get_by_role("status")).to_contain_text("Call ended: Answered")
    expect(page.get_by_test_id("call-entry")).to_contain_text("Answered")
