"""Calling in the browser: set a phone, call a lead, talk, and see it on the lead; refusals say what to do next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import AXE, PICTURES, SERIOUS, sign_in
from tests.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
STAYS = "+91 98200 19002"
BUSY = "+91 98200 19101"
RINGS_ON = "+91 98200 19103"
SEEK = "(one, at) => new Promise(done => { one.onseeked = () => done(one.currentTime); one.currentTime = at })"


def name_account(member: str) -> str:
    """Return an account of the phone server that is no other test's: their organizations share it."""
    return f"{member}-{uuid4().hex[:8]}"


@dataclass(frozen=True)
class Desk:
    """An owner who calls, in their browser."""

    stand: Stand
    page: Page
    client: httpx.Client
    email: str

    @property
    def bar(self) -> Locator:
        return self.page.get_by_role("region", name="Your call")

    @property
    def state(self) -> Locator:
        return self.bar.get_by_role("status").first

    def add_lead(self, phone: str | None, name: str = "Ravi Kumar") -> str:
        """Let somebody get in touch; return their lead."""
        body = {"name": name, "phone": phone, "email": f"{uuid4().hex}@example.com", "message": "Please call me."}
        return str(self.client.post("/api/v1/leads", json=body).raise_for_status().json()["data"]["id"])

    def have_phone(self) -> None:
        self.client.put("/api/v1/calling/phones/me", json={"account": name_account("asha")}).raise_for_status()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.stand.url}{path}")

    def call(self, phone: str) -> str:
        """Have a phone, and call a new lead from their page; return the lead."""
        self.have_phone()
        lead_id = self.add_lead(phone)
        self.open(f"/leads/{lead_id}")
        self.page.get_by_role("button", name="Call now").click()
        return lead_id

    def press(self, name: str) -> None:
        self.bar.get_by_role("button", name=name, exact=True).click()

    def is_on_call(self) -> bool:
        return bool(self.client.get("/api/v1/calls", params={"still": "on"}).json()["data"])


def open_desk(stand: Stand, browser: Browser, **context: object) -> Desk:
    email = f"caller-{uuid4().hex[:8]}@example.com"
    client = stand.open_client(stand.sign_up(email)["access_token"])
    return Desk(stand, sign_in(browser, stand, email, **context), client, email)


@pytest.fixture
def desk(stand: Stand, browser: Browser, phones: httpx.Client) -> Desk:
    """An owner without a telephone yet."""
    return open_desk(stand, browser)


def find_faults(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    return list(page.evaluate(SERIOUS))


def test_an_agent_sets_their_phone_calls_a_lead_and_sees_it_in_the_history(desk: Desk) -> None:
    page = desk.page
    desk.add_lead(STAYS)
    expect(page.get_by_test_id("lead-card")).to_have_count(1)
    page.get_by_role("button", name="Call Ravi Kumar").click()
    expect(page.get_by_role("dialog")).to_contain_text("Say where your phone rings first")
    page.get_by_role("link", name="To the calling settings").click()
    page.get_by_label("Phone of Asha Rao", exact=True).fill(name_account("asha"))
    page.get_by_role("button", name="Save phone of Asha Rao").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    desk.open("/")
    page.get_by_role("button", name="Call Ravi Kumar").click()
    expect(desk.state).to_have_text("Talking")
    expect(desk.bar.get_by_test_id("elapsed")).to_have_text("00:02")
    desk.press("Hold")
    expect(desk.state).to_have_text("Ravi Kumar is on hold")
    page.reload()
    expect(desk.state).to_have_text("Ravi Kumar is on hold")
    desk.press("Resume")
    expect(desk.state).to_have_text("Talking")
    desk.press("Mute")
    expect(desk.bar.get_by_role("button", name="Unmute")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(desk.bar.get_by_role("button", name="Unmute")).to_have_attribute("aria-pressed", "true")
    desk.press("Unmute")
    expect(desk.bar.get_by_role("button", name="Mute", exact=True)).to_have_attribute("aria-pressed", "false")
    desk.press("Keypad")
    for key in "12#":
        desk.press(key)
    expect(desk.bar.get_by_label("Pressed so far")).to_have_text("12#")
    page.screenshot(path=PICTURES / "call-bar.png")
    desk.bar.get_by_role("link", name="Ravi Kumar").click()
    expect(page.get_by_role("heading", name="Ravi Kumar")).to_be_visible()
    desk.press("Hang up")
    expect(desk.state).to_contain_text("Call ended: Answered")
    expect(page.get_by_test_id("call-entry")).to_contain_text("Answered · 00:")

    page.get_by_role("link", name="Calls").click()
    line = page.get_by_test_id("call")
    expect(line).to_contain_text("Ravi Kumar")
    line.get_by_role("button", name="Details").click()
    expect(line).to_contain_text("The lead picked up")
    page.get_by_label("How they ended").select_option("Busy")
    expect(page.get_by_text("Nothing fits")).to_be_visible()


def test_a_lead_who_is_busy_or_has_no_number_is_told_plainly(desk: Desk) -> None:
    desk.call(BUSY)
    expect(desk.state).to_contain_text("Call ended: Busy")
    expect(desk.page.get_by_test_id("call-entry")).to_contain_text("Busy")
    desk.press("Close")
    expect(desk.bar).to_have_count(0)
    desk.open(f"/leads/{desk.add_lead(None, 'Zoe Silent')}")
    expect(desk.page.get_by_text("No phone number of this lead is known.")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Call now")).to_be_disabled()


def test_numbers_that_may_not_be_called_say_why(desk: Desk, phones: httpx.Client) -> None:
    desk.have_phone()
    desk.open("/calls")
    page, number = desk.page, desk.page.get_by_label("Number to call")
    refusal = page.get_by_role("dialog")

    number.fill("112")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(refusal).to_contain_text("This number cannot be called")
    expect(refusal).to_contain_text("Emergency numbers are never dialled from here")
    page.keyboard.press("Escape")
    desk.client.post("/api/v1/do-not-call", json={"numbers": ["+91 98200 19*"], "reason": "They moved"})
    number.fill(STAYS)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(refusal).to_contain_text("On the do-not-call list")
    expect(refusal).to_contain_text("They moved")
    refusal.get_by_role("link", name="To the do-not-call list").click()
    expect(page.get_by_text("+919820019*")).to_be_visible()
    assert not desk.is_on_call()


def test_outside_the_hours_the_next_one_is_told(desk: Desk) -> None:
    later = datetime.now(UTC).astimezone(ZoneInfo("Asia/Kolkata")) + timedelta(hours=6)
    opens_at = f"{later:%H}:00"
    hours = {"opens_at": opens_at, "closes_at": f"{later:%H}:30"}
    desk.client.patch("/api/v1/calling/settings", json=hours).raise_for_status()
    desk.call(STAYS)
    refusal = desk.page.get_by_role("dialog")
    expect(refusal).to_contain_text("Not at this hour")
    expect(refusal).to_contain_text(opens_at)
    expect(refusal).to_contain_text("your time")
    assert not desk.is_on_call()


def test_a_caller_who_is_asked_never_to_call_again_does_so_at_once(desk: Desk) -> None:
    desk.call(STAYS)
    expect(desk.state).to_have_text("Talking")
    desk.press("Never call again")
    desk.page.get_by_role("dialog").get_by_role("button", name="Never call again").click()
    expect(desk.state).to_contain_text("Call ended")
    desk.page.get_by_role("button", name="Call now").click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("On the do-not-call list")


def test_who_is_on_the_line_is_not_called_a_second_time(desk: Desk) -> None:
    lead_id = desk.call(STAYS)
    page = desk.page
    expect(desk.state).to_have_text("Talking")
    expect(page.get_by_role("button", name="Call now")).to_have_count(0)
    page.get_by_role("button", name="On the call").click()
    expect(desk.bar).to_be_focused()
    desk.open("/")
    page.get_by_role("button", name="On the call with Ravi Kumar").click()
    expect(desk.bar).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(desk.client.get("/api/v1/calls").json()["data"]) == 1
    desk.open(f"/leads/{lead_id}")
    page.get_by_role("button", name="On the call").wait_for()
    page.keyboard.press("c")
    expect(desk.bar).to_be_focused()
    desk.press("Hang up")
    expect(page.get_by_role("button", name="Call now")).to_be_enabled()


def test_a_ringing_call_can_be_stopped(desk: Desk) -> None:
    desk.call(RINGS_ON)
    expect(desk.state).to_have_text("Ringing Ravi Kumar")
    desk.press("Hang up")
    expect(desk.state).to_contain_text("Call ended: Stopped before an answer")


def test_a_supervisor_sees_a_call_live_listens_and_leaves_it_going(desk: Desk, browser: Browser) -> None:
    agent = f"meera-{uuid4().hex[:8]}@example.com"
    token = desk.stand.join(desk.email, "Meera Kumar", agent)
    lead_id = desk.add_lead(STAYS)
    with desk.stand.open_client(token) as client:
        client.put("/api/v1/calling/phones/me", json={"account": name_account("meera")}).raise_for_status()
    desk.have_phone()
    desk.open("/calls")
    expect(desk.page.get_by_text("Nobody is on a call")).to_be_visible()

    theirs = sign_in(browser, desk.stand, agent)
    theirs.goto(f"{desk.stand.url}/leads/{lead_id}")
    theirs.get_by_role("button", name="Call now").click()
    live = desk.page.get_by_test_id("call-on-now")
    expect(live).to_contain_text("Ravi Kumar")
    expect(live).to_contain_text("Meera Kumar")
    expect(live).to_contain_text("Talking")
    desk.page.screenshot(path=PICTURES / "calls-on-now.png")
    live.get_by_role("button", name="Listen").click()
    expect(desk.state).to_have_text("You listen; nobody hears you")
    desk.press("Stop listening")
    expect(desk.bar.get_by_role("button", name="Stop listening")).to_have_count(0)
    expect(theirs.get_by_role("region", name="Your call").get_by_role("status")).to_have_text("Talking")
    desk.page.on("dialog", lambda question: question.accept())
    live.get_by_role("button", name="End the call").click()
    expect(theirs.get_by_role("region", name="Your call").get_by_role("status")).to_contain_text("Call ended")
    expect(live).to_have_count(0)


def test_a_lead_is_handed_on_after_a_word_with_the_colleague(desk: Desk) -> None:
    token = desk.stand.join(desk.email, "Meera Kumar", f"meera-{uuid4().hex[:8]}@example.com")
    with desk.stand.open_client(token) as client:
        client.put("/api/v1/calling/phones/me", json={"account": name_account("meera")}).raise_for_status()
    desk.call(STAYS)
    expect(desk.state).to_have_text("Talking")
    desk.press("Transfer")
    desk.bar.get_by_label("Hand on to", exact=True).select_option("Meera Kumar")
    desk.press("Speak first")
    expect(desk.state).to_have_text("Speaking with whom you hand Ravi Kumar to")
    desk.press("Back to Ravi Kumar")
    expect(desk.state).to_have_text("Talking")
    desk.press("Transfer")
    desk.bar.get_by_label("Number to hand on to").fill("+91 98200 29002")
    desk.press("Speak first")
    desk.press("Hand on now")
    expect(desk.state).to_contain_text("You are off this call; it goes on.")
    assert desk.is_on_call()


def test_calling_works_under_a_thumb(stand: Stand, browser: Browser, phones: httpx.Client) -> None:
    desk = open_desk(
        stand, browser, viewport={"width": 360, "height": 740}, has_touch=True, color_scheme="dark", bypass_csp=True
    )
    desk.have_phone()
    desk.add_lead(STAYS)
    desk.page.reload()
    desk.page.get_by_role("button", name="Call Ravi Kumar").tap()
    expect(desk.state).to_have_text("Talking")
    for button in ("Keypad", "Transfer"):
        desk.press(button)
        desk.page.screenshot(path=PICTURES / f"call-bar-phone-{button.lower()}.png")
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert find_faults(desk.page) == []
    place = desk.bar.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] == pytest.approx(740, abs=1)
    desk.press("Hang up")
    expect(desk.state).to_contain_text("Call ended")


SMALL = """() => [...document.querySelectorAll('a[href], button, select, summary, [role=tab], input')].flatMap(one => {
  const pressed = one.matches('[type=checkbox], [type=radio]') ? one.closest('label') ?? one : one
  const { width, height } = pressed.getBoundingClientRect()
  const isSmall = width > 0 && height > 0 && Math.min(width, height) < 43.5
  return isSmall ? [`${pressed.outerHTML.slice(0, 120)}: ${width} x ${height}`] : []
})"""
"""What is pressed and is smaller than a thumb (WCAG 2.5.5); a box counts with its label."""


@pytest.mark.parametrize("width", [375, 820])
def test_whatever_is_pressed_is_as_large_as_a_thumb(
    stand: Stand, browser: Browser, phones: httpx.Client, width: int
) -> None:
    desk = open_desk(stand, browser, viewport={"width": width, "height": 740}, has_touch=True, is_mobile=True)
    lead_id = desk.add_lead(STAYS)
    draft = desk.client.post("/api/v1/dial-campaigns", json={"name": "Autumn", "mode": "progressive"}).json()["data"]
    campaign = f"/campaigns/{draft['id']}"
    places = (f"/leads/{lead_id}", "/calls", "/shift", "/campaigns", "/campaigns/new", campaign, f"{campaign}/set-up")
    wrong = []
    for path in ("/", *places, "/do-not-call", "/calling", "/call-codes"):
        desk.open(path)
        expect(desk.page.locator("h1").first).to_be_visible()
        desk.page.wait_for_load_state("networkidle")
        wrong += [f"{path}: {one}" for one in desk.page.evaluate(SMALL)]
    assert wrong == []


def test_calling_speaks_hindi(desk: Desk) -> None:
    desk.page.evaluate("localStorage.setItem('language', 'hi')")
    desk.have_phone()
    desk.open(f"/leads/{desk.add_lead(STAYS)}")
    desk.page.get_by_role("button", name="अभी कॉल करें").click()
    bar = desk.page.get_by_role("region", name="आपकी कॉल")
    expect(bar.get_by_role("status")).to_have_text("बात हो रही है")
    desk.page.screenshot(path=PICTURES / "call-bar-hindi.png")
    bar.get_by_role("button", name="फ़ोन रखें").click()
    expect(bar.get_by_role("status")).to_contain_text("कॉल समाप्त")


def test_the_do_not_call_list_is_kept(desk: Desk) -> None:
    page = desk.page
    desk.open("/do-not-call")
    expect(page.get_by_text("The list is empty")).to_be_visible()
    numbers = page.get_by_label("Numbers, one a line")
    numbers.fill("+91 98200 12345\nnobody")
    page.get_by_role("button", name="Do not call these").click()
    expect(page.get_by_role("alert")).to_contain_text("nobody")
    numbers.fill("+91 98200 12345\n\n+4930*\n")
    page.get_by_label("Why").fill("Asked by letter")
    page.get_by_role("button", name="Do not call these").click()
    expect(page.get_by_text("2 more are not called.")).to_be_visible()
    expect(numbers).to_have_value("")
    page.get_by_role("button", name="Remove +4930* from the list").click()
    page.get_by_role("dialog").get_by_role("button", name="Let it be called").click()
    expect(page.get_by_text("+4930*", exact=True)).to_have_count(0)
    expect(page.get_by_text("+91 98200 12345")).to_be_visible()


def test_how_an_organization_calls_is_kept(desk: Desk) -> None:
    page = desk.page
    desk.open("/calling")
    page.get_by_label("Not before").fill("10:00")
    page.get_by_role("button", name="Save calling settings").click()
    expect(page.get_by_role("alert")).to_contain_text("when calling begins and when it ends")
    page.get_by_label("Not after").fill("18:30")
    page.get_by_label("Numbers people see").fill("+91 22 6100 1000\n+91 20 6100 2000")
    page.get_by_label("Record conversations").check()
    page.get_by_label("Seconds each phone rings").fill("25")
    page.get_by_label("Price of a minute").fill("0.9")
    page.get_by_role("button", name="Save calling settings").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Not after")).to_have_value("18:30")
    expect(page.get_by_label("Numbers people see")).to_have_value("+912261001000\n+912061002000")
    expect(page.get_by_label("Record conversations")).to_be_checked()
    expect(page.get_by_label("Seconds each phone rings")).to_have_value("25")
    expect(page.get_by_label("Price of a minute")).to_have_value("0.9")
    kept = desk.client.get("/api/v1/calling/settings").json()["data"]
    assert (kept["minute_cost_minor"], kept["currency"]) == (90, "INR")
    desk.open("/calls")
    page.get_by_label("Number they see").select_option("+912061002000")


def test_calling_settings_fit_a_phone(stand: Stand, browser: Browser, phones: httpx.Client) -> None:
    desk = open_desk(stand, browser, viewport={"width": 360, "height": 740})
    desk.open("/calling")
    save = desk.page.get_by_role("button", name="Save calling settings")
    expect(save).to_be_visible()
    assert save.evaluate("one => one.closest('main').scrollWidth") <= 360


def test_what_was_said_is_heard_on_the_lead_and_among_the_calls(desk: Desk) -> None:
    desk.client.patch("/api/v1/calling/settings", json={"is_recorded": True, "announcement": "sound:hello"})
    desk.call(STAYS)
    expect(desk.bar.get_by_test_id("elapsed")).to_have_text("00:02")
    desk.press("Hang up")
    entry = desk.page.get_by_test_id("call-entry")
    entry.get_by_role("button", name="Play recording").click()
    audio = entry.locator("audio")
    expect(audio).to_have_js_property("readyState", 4)
    duration = audio.evaluate("one => one.duration")
    assert duration >= 1
    assert audio.evaluate(SEEK, duration / 2) == pytest.approx(duration / 2, abs=0.2)
    desk.open("/calls")
    desk.page.get_by_role("button", name="Details").click()
    expect(desk.page.get_by_role("button", name="Play recording")).to_be_visible()
    desk.page.on("dialog", lambda question: question.accept())
    desk.page.get_by_role("button", name="Delete recording").click()
    expect(desk.page.get_by_text("The recording was deleted.")).to_be_visible()
