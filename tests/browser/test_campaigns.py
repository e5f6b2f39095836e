"""A shift on a dial campaign in the browser: agents take its calls, a manager makes, watches and stops it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser.conftest import PICTURES, sign_in
from tests.browser.test_calls import find_faults
from tests.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
TALKS_BRIEFLY = "9011"
STAYS = "9002"
BUSY = "9101"


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
        self.client.put(
            "/api/v1/calling/phones/me", json={"account": f"{account}-{uuid4().hex[:8]}"}
        ).raise_for_status()

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
    agent.page.get_by_role("button", name="Take calls of").click()
    expect(agent.state).not_to_contain_text("Pick up")


def ask_how(agent: Seat) -> Locator:
    """The question how the call went, once it is asked."""
    question = agent.page.get_by_role("dialog", name="How did it go?")
    expect(question).to_be_visible()
    return question


def test_a_whole_shift(manager: Seat, browser: Browser) -> None:
    manager.add_leads(TALKS_BRIEFLY, STAYS, BUSY)
    start_campaign(manager)
    agent = open_agent(manager, browser)
    agent.open("/shift")
    expect(agent.page.get_by_role("button", name="Take calls of")).to_be_disabled()
    agent.page.get_by_role("link", name="Set your phone").click()
    agent.page.get_by_label("Phone of Meera Kumar", exact=True).fill("meera")
    agent.press("Save phone of Meera Kumar")
    expect(agent.page.get_by_text("Saved.")).to_be_visible()
    begin_shift(agent)

    expect(agent.state).to_contain_text("On a call")
    expect(agent.page.get_by_role("heading", name="Ravi 0")).to_be_visible()
    question = ask_how(agent)
    expect(question.get_by_role("radio").first).to_be_focused()
    expect(question.get_by_test_id("countdown")).to_be_visible()
    agent.page.keyboard.press("1")
    expect(question.get_by_label("Call back at", exact=True)).to_be_visible()
    question.get_by_role("button", name="Tomorrow at 10").click()
    expect(question.get_by_label("I call back myself")).to_be_checked()
    question.get_by_label("Note").fill("Wants the corner flat")
    agent.page.screenshot(path=PICTURES / "disposition.png")
    agent.page.keyboard.press("Control+Enter")
    expect(question).to_be_hidden()
    assert agent.page.evaluate("document.activeElement?.closest('dialog')") is None

    expect(agent.state).to_contain_text("On a call")
    expect(agent.page.get_by_role("heading", name="Ravi 1")).to_be_visible()
    agent.page.screenshot(path=PICTURES / "shift.png")
    agent.page.keyboard.press("p")
    agent.page.get_by_role("dialog", name="Why do you pause?").get_by_role("button", name="Lunch").click()
    expect(agent.shift).to_contain_text("then: Lunch")
    agent.press("Hang up")
    question = ask_how(agent)
    question.get_by_label("Does not want to be called").check()
    question.get_by_role("button", name="Save").click()
    expect(agent.state).to_contain_text("Paused: Lunch")
    expect(agent.page.get_by_text("You are paused")).to_be_visible()
    agent.page.keyboard.press("p")
    expect(agent.state).to_contain_text("Ready")

    targets = manager.page.get_by_test_id("target")
    expect(targets.nth(0)).to_contain_text("Meera Kumar calls back at")
    expect(targets.nth(1)).to_contain_text("Done with")
    expect(targets.nth(2)).to_contain_text("Busy")
    expect(targets.nth(2)).to_contain_text("not before")
    manager.page.screenshot(path=PICTURES / "campaign.png", full_page=True)
    agent.press("End shift")
    expect(agent.shift).to_have_count(0)
    expect(agent.page.get_by_role("button", name="Take calls of")).to_be_enabled()
    manager.open("/do-not-call")
    expect(manager.page.get_by_text("+91 98201 19002")).to_be_visible()


def test_a_supervisor_watches_pauses_and_stops_a_campaign(manager: Seat, browser: Browser) -> None:
    manager.add_leads(STAYS, STAYS)
    manager.have_phone("asha")
    start_campaign(manager)
    agent = open_agent(manager, browser)
    agent.have_phone("meera")
    expect(manager.page.get_by_text("Nobody is signed in")).to_be_visible()
    begin_shift(agent)
    page = manager.page
    line = page.get_by_test_id("agent")
    expect(line).to_contain_text("Meera Kumar")
    expect(line).to_contain_text("On a call")
    expect(page.get_by_text("Calls placed: 1 (one for each free colleague)").first).to_be_visible()
    line.get_by_role("button", name="Listen to Meera Kumar").click()
    bar = page.get_by_role("region", name="Your call")
    expect(bar.get_by_role("status")).to_have_text("You listen; nobody hears you")
    line.get_by_role("button", name="Whisper to Meera Kumar").click()
    expect(bar.get_by_role("status")).to_have_text("You whisper; only your colleague hears you")
    expect(line.get_by_role("button", name="Whisper to Meera Kumar", pressed=True)).to_be_visible()
    line.get_by_role("button", name="Leave the call of Meera Kumar").click()
    expect(bar.get_by_role("button", name="Stop listening")).to_have_count(0)

    manager.press("Pause")
    state = page.get_by_role("main").get_by_role("status").first
    expect(state).to_contain_text("Paused")
    agent.press("Hang up")
    ask_how(agent).get_by_label("Interested").first.check()
    agent.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(agent.page.get_by_text("This campaign does not call now")).to_be_visible()
    expect(line).to_contain_text("Ready")
    manager.press("Resume calling")
    expect(line).to_contain_text("On a call")
    page.get_by_role("button", name="Show the last ones").click()
    expect(page.get_by_role("listitem").filter(has_text="Calls placed:").first).to_be_visible()
    manager.press("Stop")
    question = page.get_by_role("dialog", name="Stop Calls of")
    expect(question).to_contain_text("over for good")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    manager.press("Stop")
    question.get_by_role("button", name="Stop").click()
    expect(state).to_contain_text("Stopped")
    expect(page.get_by_role("button", name="Resume calling")).to_have_count(0)
    expect(agent.state).to_contain_text("On a call")
    agent.press("Hang up")
    ask_how(agent).get_by_label("Interested").first.check()
    agent.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(agent.page.get_by_text("This campaign has been stopped")).to_be_visible()


def test_an_agent_looks_before_they_call(manager: Seat, browser: Browser) -> None:
    script = {"name": "Flats", "text": "Hello {contact.name}, this is {agent.name}."}
    manager.client.post("/api/v1/calling/scripts", json=script).raise_for_status()
    manager.add_leads(STAYS, STAYS)
    manager.open("/campaigns/new")
    manager.page.get_by_label("Colleagues look first").check()
    manager.page.get_by_label("Name", exact=True).fill("Few and valuable")
    manager.press("Next: whom to call")
    manager.press("Put these leads on the list")
    manager.press("Change the rules first")
    manager.page.get_by_label("Script").select_option("Flats")
    manager.press("Next: review")
    manager.press("Start calling")
    expect(manager.page.get_by_role("heading", name="Few and valuable")).to_be_visible()

    agent = open_agent(manager, browser)
    agent.have_phone("meera")
    begin_shift(agent)
    page = agent.page
    expect(page.get_by_text("Hello Ravi 0, this is Meera Kumar.")).to_be_visible()
    page.keyboard.press("s")
    skipping = page.get_by_role("dialog", name="Why are they not called?")
    skipping.get_by_label("Reason").fill("Our own staff")
    skipping.get_by_role("button", name="Skip").click()
    expect(page.get_by_text("Hello Ravi 1, this is Meera Kumar.")).to_be_visible()
    page.screenshot(path=PICTURES / "preview.png")
    page.keyboard.press("c")
    expect(agent.state).to_contain_text("On a call")
    expect(page.get_by_role("heading", name="Ravi 1")).to_be_visible()
    expect(page.get_by_text("Hello Ravi 1, this is Meera Kumar.")).to_be_visible()
    expect(manager.page.get_by_test_id("target").first).to_contain_text("Skipped: Our own staff")


def test_a_table_is_counted_before_anybody_is_called(manager: Seat) -> None:
    manager.open("/campaigns/new")
    manager.press("Next: whom to call")
    page = manager.page
    page.get_by_text("From a CSV file").click()

    def fill(table: str) -> None:
        file = FilePayload(name="people.csv", mimeType="text/csv", buffer=table.encode())
        page.get_by_label("CSV file", exact=True).set_input_files(file)
        manager.press("Put this table on the list")

    fill("colour,shape\nred,round\n")
    expect(page.get_by_role("alert")).to_be_visible()
    manager.client.post("/api/v1/do-not-call", json={"numbers": ["+91 98200 19104"]}).raise_for_status()
    fill("phone,name\n+91 98200 19103,Ravi\n+91 98200 19104,Zoe\n+919820019103,Ravi again\nno number,Nobody\n")
    expect(page.get_by_text("4 read: 2 put on the list, 1 there already, 1 not a number")).to_be_visible()
    expect(page.get_by_text("On the do-not-call list")).to_be_visible()
    page.screenshot(path=PICTURES / "preflight.png")
    manager.press("Change the rules first")
    page.get_by_label("Not before").fill("10:00")
    manager.press("Next: review")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Not after").fill("18:00")
    page.get_by_label("Attempts at most").fill("2")
    page.get_by_text("More rules").click()
    page.get_by_role("checkbox", name="Busy", exact=True).check()
    page.get_by_label("Busy: Further attempts").fill("1")
    manager.press("Next: review")
    expect(page.get_by_text("Calls between 10:00 and 18:00 where they are.")).to_be_visible()
    expect(page.get_by_text("at most 2 attempts at each person")).to_be_visible()
    manager.open("/campaigns")
    page.get_by_test_id("campaign").get_by_role("link").click()
    page.get_by_role("button", name="3 Rules").click()
    expect(page.get_by_label("Attempts at most")).to_have_value("2")
    page.get_by_text("More rules").click()
    expect(page.get_by_label("Busy: Further attempts")).to_have_value("1")


def test_codes_and_scripts_are_kept(manager: Seat) -> None:
    manager.open("/call-codes")
    page = manager.page
    expect(page.get_by_text("The usual ones come with your first campaign").first).to_be_visible()
    manager.press("How conversations end: Add")
    asked = page.get_by_role("dialog")
    asked.get_by_label("What colleagues choose").fill("Call after the monsoon")
    asked.get_by_label("What it means for the person").select_option("Called again later")
    asked.get_by_label("After how many hours").fill("720")
    asked.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("dispositions")).to_contain_text("Called again later")
    manager.press("Change Call after the monsoon")
    expect(asked.get_by_label("After how many hours")).to_have_value("720")
    asked.get_by_role("button", name="Cancel").click()
    manager.press("How conversations end: Add")
    asked.get_by_label("What colleagues choose").fill("Call after the monsoon")
    asked.get_by_role("button", name="Save").click()
    expect(asked.get_by_role("alert")).to_contain_text("There is one with this code already")
    page.keyboard.press("Escape")
    manager.press("Remove Call after the monsoon")
    expect(page.get_by_test_id("dispositions")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_shift_works_under_a_thumb(stand: Stand, browser: Browser, phones: httpx.Client, scheme: str) -> None:
    thumb: dict[str, Any] = {
        "viewport": {"width": 360, "height": 740},
        "has_touch": True,
        "color_scheme": scheme,
        "bypass_csp": True,
    }
    manager = open_manager(stand, browser, **thumb)
    faults: list[str] = []

    def look(seat: Seat, name: str) -> None:
        seat.page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
        faults.extend(f"{name}: {one}" for one in find_faults(seat.page))
        if (width := seat.page.evaluate("document.documentElement.scrollWidth")) > 360:
            faults.append(f"{name}: {width} wide")

    manager.add_leads(STAYS)
    start_campaign(manager)
    agent = open_agent(manager, browser, **thumb)
    agent.have_phone("meera")
    agent.open("/shift")
    expect(agent.page.get_by_role("button", name="Take calls of")).to_be_enabled()
    look(agent, "phone-take-calls")
    agent.page.get_by_role("button", name="Take calls of").tap()
    expect(agent.state).to_contain_text("On a call")
    expect(agent.page.get_by_role("heading", name="Ravi 0")).to_be_visible()
    look(agent, "phone-shift")
    place = agent.shift.bounding_box()
    assert place is not None
    assert place["y"] > 740 / 2
    expect(manager.page.get_by_test_id("agent")).to_contain_text("On a call")
    look(manager, "phone-campaign")
    agent.press("Hang up")
    question = ask_how(agent)
    question.get_by_label("Call back").first.check()
    look(agent, "phone-disposition")
    question.get_by_role("button", name="Save").tap()
    expect(agent.state).to_contain_text("Ready")
    agent.press("Pause")
    expect(agent.page.get_by_role("button", name="Lunch")).to_be_visible()
    look(agent, "phone-pause")
    manager.open("/call-codes")
    expect(manager.page.get_by_test_id("dispositions").first).to_be_visible()
    look(manager, "phone-codes")
    manager.page.go_back()
    manager.page.get_by_role("link", name="Change").click()
    for step in ("Name", "Rules", "Review and start"):
        manager.page.get_by_role("list", name="Steps").get_by_role("button", name=step).click()
        manager.page.wait_for_load_state("networkidle")
        look(manager, f"phone-set-up-{step.split()[0].lower()}")
    assert faults == []


def test_campaigns_are_read_in_hindi(manager: Seat) -> None:
    manager.page.evaluate("localStorage.setItem('language', 'hi')")
    manager.open("/campaigns/new")
    expect(manager.page.get_by_role("heading", name="नया अभियान")).to_be_visible()
    expect(manager.page.get_by_label("हर ख़ाली सहकर्मी के लिए एक कॉल")).to_be_checked()
    manager.page.screenshot(path=PICTURES / "campaign-hindi.png")
