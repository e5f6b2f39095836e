"""Leads come in by a table and by a form on somebody's own site, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.browser.conftest import sign_in
from tests.fakes.serving import serve
from tests.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ROWS = 5_000
WATCH = """bar => {
  window.seen = []
  const note = () => window.seen.push(Number(bar.getAttribute('aria-valuenow')))
  note()
  new MutationObserver(note).observe(bar, { attributes: true, attributeFilter: ['aria-valuenow'] })
}"""


@pytest.fixture
def shop() -> Iterator[tuple[str, list[str]]]:
    """Somebody's own web site: its address, and the lines of its one page, which may be added to."""
    lines = ["<!doctype html><title>A shop</title><h1>A shop</h1>"]

    async def show(_: Request) -> HTMLResponse:
        return HTMLResponse("\n".join(lines))

    with serve(Starlette(routes=[Route("/", show)])) as url:
        yield f"{url}/", lines


def test_the_snippet_puts_a_form_on_a_foreign_page(stand: Stand, browser: Browser, shop: tuple[str, list[str]]) -> None:
    stand.sign_up("snippet@example.com")
    page = sign_in(browser, stand, "snippet@example.com")
    page.get_by_role("link", name="Sources").click()
    snippet = page.get_by_text("<script src=", exact=False).inner_text()

    address, lines = shop
    lines.append(snippet)
    visitor = browser.new_context().new_page()
    visitor.goto(address)
    visitor.get_by_label("Your name").fill("Zoe Visitor")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("Give an email address or a phone number.").first).to_be_visible()
    visitor.get_by_label("Email").fill("zoe@example.com")
    visitor.get_by_label("How can we help?").fill("We want to buy 40 chairs this week, budget 2 lakh.")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("button", name="Send")).to_have_count(0)

    page.get_by_role("link", name="Board").click()
    expect(page.get_by_test_id("lead-card")).to_contain_text("Zoe Visitor")


def test_a_table_comes_in_while_its_owner_watches(stand: Stand, browser: Browser, tmp_path: Path) -> None:
    stand.sign_up("table@example.com")
    page = sign_in(browser, stand, "table@example.com")
    page.get_by_role("link", name="Import").click()
    table = tmp_path / "fair.csv"
    rows = "".join(f"Visitor {number},visitor.{number}@example.com\n" for number in range(ROWS))
    table.write_text(f"Who,Mail\n{rows}Nobody,not-an-address\n")
    page.get_by_label("CSV file").set_input_files(table)
    expect(page.get_by_text(f"{ROWS + 1} rows. What are the columns?")).to_be_visible()
    page.get_by_label("What is Who?").select_option("Name")
    page.get_by_label("What is Mail?").select_option("E-mail")
    page.get_by_role("button", name="Import", exact=True).click()
    bar = page.get_by_role("progressbar", name="fair.csv")
    bar.evaluate(WATCH)
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=60_000)
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen)
    assert any(0 < percent < 100 for percent in seen), f"the bar jumped: {seen}"
    expect(page.get_by_text(f"{ROWS:d} new, 0 joined, 1 refused")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download refused rows").click()
    assert "not an email" in Path(download.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="Board").click()
    expect(page.get_by_test_id("column").first).to_contain_text("5,000")
