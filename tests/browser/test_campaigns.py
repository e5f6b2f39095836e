"""A shift on a dial campaign in the browser: agents take its calls, a manager makes, watches and stops it."""

from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PICTURES, sign_in
from tests.browser.test_calls import find_faults
from tests.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
TALKS_A_WHILE = "9001"
TALKS_BRIEFLY = "9011"
STAYS = "9002"


@dataclass(frozen=True)
class Seat:
    """Somebody of the team in their browser."""

    stand: Stand
    page: Page
    client: httpx.Client
    email: str

    def open(self, path: str) -> None:
        self.page.goto(f"{self.stand.url}{path}")

    @property
    def shift(self) -> Locator:
        return self.page.get_by_role("region", name="Your shift")

    @property
    def state(self) -> Locator:
        return self.shift.get_by_role("status")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def have_phone(self, account: str) -> None:
        self.client.put("/api/v1/calling/phones/me", json={"account": account}).raise_for_status()

    def add_leads(self, *endings: str) -> None:
        """Let people get in touch whose numbers end so."""
        for place, ending in enumerate(endings):
            body = {"name": f"Ravi {place}", "phone": f"+91 982{place:02} 1{ending}", "message": "Please call me."}
            self.client.post("/api/v1/leads", json=body).raise_for_status()


def open_manager(stand: Stand, browser: Browser, **context: object) -> Seat:
    email = f"manager-{uuid4().hex[:8]}@example.com"
    client = stand.open_client(stand.sign_up(email)["access_token"])
    return Seat(stand, sign_in(browser, stand, email, **context), client, email)


def open_agent(manager: Seat, browser: Browser, name: str = "Meera Kumar", **context: object) -> Seat:
    email = f"agent-{uuid4().hex[:8]}@example.com"
    client = manager.stand.open_client(manager.stand.join(manager.email, name, email))
    return Seat(manager.stand, sign_in(browser, manager.stand, email, **context), client, email)


@pytest.fixture
def manager(stand: Stand, browser: Browser, phones: httpx.Client) -> Seat:
    """An owner whose organization has never run a campaign."""
    return open_manager(stand, browser)


def add_usual_words(manager: Seat) -> None:
    manager.open("/call-codes")
    for path in ("pause-codes", "dispositions"):
        manager.page.get_by_role("button", name="Add the usual ones").first.click()
        expect(manager.page.get_by_test_id(path).first).to_be_visible()
    expect(manager.page.get_by_test_id("dispositions")).to_have_count(6)


def start_campaign(manager: Seat) -> None:
    """Make and start a progressive campaign of all leads, with four presses."""
    manager.open("/campaigns")
    manager.page.get_by_role("link", name="New campaign").click()
    manager.press("Next: whom to call")
    manager.press("Put these leads on the list")
    expect(manager.page.get_by_test_id("callable")).to_be_visible()
    manager.press("Next: review")
    manager.press("Start calling")
    expect(manager.page.get_by_role("status").filter(has_text="Running")).to_be_visible()


def begin_shift(agent: Seat) -> None:
    agent.open("/shift")
    agent.page.get_by_role("button", name="Take the calls of").click()
    expect(agent.state).not_to_contain_text("Pick up")


def test_an_agent_takes_a_campaigns_call_and_says_how_it_went(manager: Seat, browser: Browser) -> None:
    add_usual_words(manager)
    manager.add_leads(TALKS_BRIEFLY)
    start_campaign(manager)
    agent = open_agent(manager, browser)
    agent.have_phone("meera")
    begin_shift(agent)
    expect(agent.state).to_contain_text("On a call")
    expect(agent.page.get_by_role("heading", name="Ravi 0")).to_be_visible()

    question = agent.page.get_by_role("dialog", name="How did it go?")
    expect(question).to_be_visible()
    expect(question.get_by_role("radio").first).to_be_focused()
    expect(question.get_by_test_id("countdown")).to_be_visible()
    question.get_by_label("Interested").first.check()
    question.get_by_label("Note").fill("Wants the corner flat")
    agent.page.screenshot(path=PICTURES / "disposition.png")
    question.get_by_role("button", name="Save").click()
    expect(question).to_be_hidden()
    expect(agent.state).to_contain_text("Ready")

    target = manager.page.get_by_test_id("target")
    expect(target).to_contain_text("Done with")
    expect(target).to_contain_text("Interested")
    assert find_faults(manager.page) == []
