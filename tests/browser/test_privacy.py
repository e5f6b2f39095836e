"""What people may ask of the organization, done on the privacy page."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
VISITOR = "zoe@example.com"


@pytest.fixture
def page(stand: Stand, browser: Browser, request: pytest.FixtureRequest) -> Page:
    """The privacy page of an owner whose one lead is Zoe."""
    owner = f"{request.node.name.replace('_', '-')}@example.com"[-50:].lstrip("-")
    token = stand.sign_up(owner)["access_token"]
    with stand.open_client(token) as client:
        lead = {"name": "Zoe Visitor", "email": VISITOR}
        client.post("/api/v1/leads", json=lead).raise_for_status()
    opened = sign_in(browser, stand, owner)
    opened.goto(f"{stand.url}/privacy")
    opened.on("dialog", lambda question: question.accept())
    return opened


def test_a_person_gets_a_copy_and_is_then_erased(page: Page, stand: Stand) -> None:
    page.get_by_label("E-mail of the person").fill(VISITOR)
    page.get_by_role("button", name="Begin").click()
    export = page.get_by_role("listitem").filter(has_text="A copy of their data")
    with page.expect_download(timeout=60_000) as download:
        export.get_by_role("button", name="Download").click(timeout=60_000)
    with zipfile.ZipFile(Path(download.value.path())) as archive:
        assert any(b"Zoe Visitor" in archive.read(name) for name in archive.namelist())

    page.get_by_label("E-mail of the person").fill(VISITOR)
    page.get_by_label("What they ask for").select_option("To be erased")
    page.get_by_role("button", name="Begin").click()
    erasure = page.get_by_role("listitem").filter(has_text="To be erased")
    erasure.get_by_role("button", name="Show certificate").click(timeout=60_000)
    certificate = erasure.locator("pre")
    expect(certificate).to_contain_text("leads")
    assert VISITOR not in certificate.inner_text()
    page.get_by_label("E-mail address or phone number").fill(VISITOR)
    page.get_by_role("button", name="Is it on the list?").click()
    expect(page.get_by_text(f"{VISITOR} is on the list: Asked to be erased.")).to_be_visible()
    page.goto(f"{stand.url}/")
    expect(page.get_by_test_id("column").first).to_be_visible()
    expect(page.get_by_text("Zoe Visitor")).to_have_count(0)


def test_nobody_is_asked_for_by_no_address(page: Page) -> None:
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("neither an email address nor a phone number")
    expect(page.get_by_text("No requests yet")).to_be_visible()


def test_a_consent_text_has_versions(page: Page) -> None:
    page.get_by_role("button", name="New text").click()
    page.get_by_label("What people agree to").fill("You may write to me about new flats.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1")).to_be_visible()
    page.get_by_role("button", name="New version").click()
    page.get_by_label("What people agree to").fill("You may write to me once a month about new flats.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2")).to_be_visible()
    expect(page.get_by_text("You may write to me about new flats.")).to_be_visible()


def test_an_address_is_left_alone_until_it_is_taken_off(page: Page) -> None:
    field = page.get_by_label("E-mail address or phone number")
    field.fill("not an address")
    page.get_by_role("button", name="Leave it alone").click()
    expect(page.get_by_role("alert")).to_contain_text("neither an email address nor a phone number")
    field.fill(VISITOR)
    page.get_by_role("button", name="Leave it alone").click()
    expect(page.get_by_text("E-mail · Put here by a member")).to_be_visible()
    page.get_by_role("button", name="Take it off").click()
    expect(page.get_by_text("The list is empty.")).to_be_visible()
    page.get_by_role("button", name="Is it on the list?").click()
    expect(page.get_by_text(f"{VISITOR} is not on the list.")).to_be_visible()


def test_data_is_kept_as_long_as_the_rule_says(page: Page) -> None:
    days = page.get_by_label("Days to keep: Mail as it came in")
    days.fill("30")
    page.get_by_role("button", name="Save Mail as it came in").click()
    expect(page.get_by_text("Saved. It counts from tonight on.")).to_be_visible()
    page.reload()
    expect(days).to_have_value("30")
