"""Campaigns that ring ahead, watched live: numbers that move, abandonment against its limit, and buttons that hold."""

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from metacortex.contexts.calls.rules.pacing import NO_LIMIT
from tests.browser.conftest import PICTURES
from tests.browser.test_campaigns import STAYS, Seat, ask_how, begin_shift, open_agent, open_manager
from tests.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def manager(stand: Stand, browser: Browser, phones: httpx.Client) -> Seat:
    return open_manager(stand, browser)


def find_panel(manager: Seat, title: str) -> Locator:
    heading = manager.page.get_by_role("heading", name=title, exact=True)
    return manager.page.locator("section").filter(has=heading)


def read_figure(manager: Seat, name: str) -> Locator:
    panel = find_panel(manager, "Now")
    return panel.locator("dl > div").filter(has_text=name).locator("dd")


def start_ahead(manager: Seat, mode: str, *, leads: int, rules: dict[str, str]) -> None:
    """Make and start a campaign by clicks, and see before it starts whom it may call."""
    manager.add_leads(*[STAYS] * leads)
    manager.open("/campaigns/new")
    page = manager.page
    page.get_by_label(mode).check()
    manager.press("Next: whom to call")
    manager.press("Put these leads on the list")
    expect(page.get_by_test_id("callable")).to_have_text(f"{leads} of {leads} may be called now")
    manager.press("Change the rules first")
    page.get_by_text("More rules").click()
    for label, value in rules.items():
        page.get_by_label(label, exact=True).fill(value)
    manager.press("Next: review")
    expect(page.get_by_text("At most 3% of those who answer may find nobody in 30 days.")).to_be_visible()
    manager.press("Start calling")
    expect(page.get_by_role("status").filter(has_text="Running")).to_be_visible()


def limit_abandonment(manager: Seat, limit: float) -> None:
    """Change what the one campaign may abandon; its page shows that by itself."""
    [campaign] = manager.client.get("/api/v1/dial-campaigns").json()["data"]
    settings = {**campaign["settings"], "abandonment_limit": limit}
    manager.client.patch(f"/api/v1/dial-campaigns/{campaign['id']}", json={"settings": settings}).raise_for_status()


def finish_call(agent: Seat) -> None:
    agent.press("Hang up")
    question = ask_how(agent)
    question.get_by_label("Interested").first.check()
    question.get_by_role("button", name="Save").click()
    expect(question).to_be_hidden()


def test_power_shows_that_the_limit_is_passed_and_obeys_each_button(manager: Seat, browser: Browser) -> None:
    start_ahead(
        manager,
        "Several calls for each free colleague",
        leads=5,
        rules={"Lines for each free colleague": "3", "Calls a second": "50"},
    )
    page, account = manager.page, find_panel(manager, "Answered, but no colleague was there")
    state = page.get_by_role("main").get_by_role("status").first
    expect(account).to_contain_text("Nobody has answered yet.")
    limit_abandonment(manager, NO_LIMIT)
    agent = open_agent(manager, browser)
    agent.have_phone("meera")
    begin_shift(agent)

    expect(find_panel(manager, "Now")).to_contain_text("a fixed number of lines for each free colleague")
    expect(read_figure(manager, "Talking")).to_have_text("1")
    expect(account).to_contain_text("2 of 3 who answered")
    limit_abandonment(manager, 0.03)
    expect(account).to_contain_text("Over the limit")
    meter = account.get_by_role("meter", name="Abandoned calls against the limit")
    expect(meter).to_have_attribute("aria-valuetext", "66.7% of at most 3%")
    expect(find_panel(manager, "How calls ended in the last 24 hours")).to_contain_text("no colleague was there")
    page.screenshot(path=PICTURES / "power.png", full_page=True)

    manager.press("Pause")
    expect(state).to_contain_text("Paused")
    expect(find_panel(manager, "Now")).to_contain_text("no new calls go out")
    finish_call(agent)
    expect(read_figure(manager, "Colleagues free")).to_have_text("1")
    expect(read_figure(manager, "Ringing")).to_have_text("0")
    manager.press("Resume calling")
    expect(read_figure(manager, "Talking")).to_have_text("1")
    expect(account).to_contain_text("2 of 4 who answered")
    expect(find_panel(manager, "Now")).to_contain_text("too few colleagues to predict, so one for each")
    manager.press("Stop")
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    expect(state).to_contain_text("Stopped")
    expect(find_panel(manager, "Now")).to_contain_text("calls nobody any more")


def test_predictive_says_why_it_rings_no_more_and_stays_under_the_limit(manager: Seat, browser: Browser) -> None:
    start_ahead(manager, "As many calls as will be answered in time", leads=3, rules={})
    page, account = manager.page, find_panel(manager, "Answered, but no colleague was there")
    agent = open_agent(manager, browser)
    agent.have_phone("meera")
    begin_shift(agent)

    expect(find_panel(manager, "Now")).to_contain_text(
        "Calls placed: 1 (too few colleagues to predict, so one for each)"
    )
    expect(read_figure(manager, "Talking")).to_have_text("1")
    expect(read_figure(manager, "Colleagues free")).to_have_text("0")
    expect(account).to_contain_text("0 of 1 who answered")
    page.screenshot(path=PICTURES / "predictive.png", full_page=True)
    finish_call(agent)
    expect(account).to_contain_text("0 of 2 who answered")
    expect(account).to_contain_text("Under the limit")
    expect(read_figure(manager, "Talking")).to_have_text("1")
    expect(find_panel(manager, "The list").get_by_role("row", name="Done with")).to_contain_text("1")
    manager.press("Pause")
    finish_call(agent)
    expect(read_figure(manager, "Talking")).to_have_text("0")
    expect(account).to_contain_text("0 of 2 who answered")
    manager.press("Resume calling")
    expect(read_figure(manager, "Talking")).to_have_text("1")
    manager.press("Run out")
    page.get_by_role("dialog").get_by_role("button", name="Run out").click()
    expect(find_panel(manager, "Now")).to_contain_text("those that are on go on")
    finish_call(agent)
    expect(find_panel(manager, "Now")).to_contain_text("everybody on the list was reached or given up")
    meter = account.get_by_role("meter", name="Abandoned calls against the limit")
    expect(meter).to_have_attribute("aria-valuetext", "0% of at most 3%")
