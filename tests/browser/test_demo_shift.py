"""`metacortex demo` beside the emulator: a shift that goes on by itself, and calls to nobody but the emulator."""

import subprocess
import sys

import httpx
import pytest
from playwright.sync_api import Browser, expect

from metacortex.entrypoints import demo, demo_shift
from tests.browser.conftest import give_password, open_page
from tests.stand import Stand, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
KEPT_FOR_FILMS = ("+442079460", "+14155550", "+18085550", "+9198200")


def run_demo(stand: Stand) -> str:
    command = [sys.executable, "-m", "metacortex.entrypoints.cli", "demo"]
    return subprocess.run(command, env=stand.environment, check=True, capture_output=True, text=True).stdout


def test_the_demonstration_is_a_shift_to_watch(stand: Stand, browser: Browser, phones: httpx.Client) -> None:
    # The dialer has said what it hears by the time that a call may be placed.
    wait_for(lambda: httpx.get(f"{stand.url}/health/ready").is_success, seconds=60, what="The product's start")
    before = phones.get("/emulator/calls").json()["total"]
    assert "on the phone now" in run_demo(stand)
    assert f"The campaign {demo_shift.CAMPAIGN} is there already" in run_demo(stand)

    page = open_page(browser)
    give_password(page, stand, "asha@sahyadri.example", demo.PASSWORD)
    expect(page.get_by_test_id("column").first).to_be_visible()
    page.get_by_role("link", name="Campaigns").click()
    expect(page.get_by_test_id("campaign")).to_have_count(2)
    page.get_by_role("link", name=demo_shift.CAMPAIGN).click()
    expect(page.get_by_test_id("agent")).to_have_count(3)
    expect(page.get_by_test_id("agent").filter(has_text="On a call").first).to_be_visible()
    rung = phones.get("/emulator/calls", params={"since": before, "kind": "callee"}).json()["calls"]
    assert rung
    assert all(one["number"].startswith(KEPT_FOR_FILMS) for one in rung)
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("main").get_by_role("status").first).to_contain_text("Paused")

    page.goto(f"{stand.url}/calls")
    page.get_by_label("How they ended").select_option("Answered")
    page.get_by_test_id("call").last.get_by_role("button", name="Details").click()
    expect(page.get_by_text("demo: Invented, nobody was called")).to_be_visible()
