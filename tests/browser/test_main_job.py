"""The main job in a real browser: mail becomes a card, browsers agree, a drag is kept, a score explains itself."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PICTURES, sign_in
from tests.stand import PASSWORD, Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def drag(page: Page, card: Locator, column: Locator) -> None:
    """Drag as a hand does: press, move in steps, let go."""
    start, end = card.bounding_box(), column.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 40, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 40, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 120, steps=12)
    expect(page.get_by_text("Over Qualified.")).to_be_attached()
    page.mouse.up()


def test_a_stranger_gets_from_sign_up_to_an_empty_board(stand: Stand, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(stand.url)
    page.get_by_role("link", name="Create your organization").click()
    page.get_by_label("Organization").fill("Kumar Homes")
    page.get_by_label("Your name").fill("Meera Kumar")
    page.get_by_label("E-mail").fill("meera@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_test_id("column")).to_have_count(6)
    expect(page.get_by_text("Mail to the address under Sources")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("column")).to_have_count(6)


def test_a_mail_shows_up_in_two_browsers_and_a_drag_in_one_moves_it_in_the_other(
    stand: Stand, browser: Browser
) -> None:
    signed_in = stand.sign_up("two@example.com")
    with stand.open_client(signed_in["access_token"]) as client:
        address = stand.find_address(client)
    first, second = (sign_in(browser, stand, "two@example.com") for _ in range(2))

    stand.send_mail(address, number=7)

    for page in (first, second):
        card = page.get_by_test_id("lead-card")
        expect(card).to_have_count(1)
        expect(card.get_by_test_id("score")).to_contain_text("Hot")
    drag(first, first.get_by_test_id("lead-card"), first.get_by_test_id("column").nth(2))
    for page in (first, second):
        expect(page.get_by_test_id("column").nth(2).get_by_test_id("lead-card")).to_have_count(1)
        expect(page.get_by_test_id("column").nth(0).get_by_test_id("lead-card")).to_have_count(0)
    first.reload()
    expect(first.get_by_test_id("column").nth(2).get_by_test_id("lead-card")).to_have_count(1)

    PICTURES.mkdir(exist_ok=True)
    first.screenshot(path=PICTURES / "board.png")
    assert [said for said in first.problems if "Content Security Policy" in said] == []  # type: ignore[attr-defined]


def test_a_card_is_moved_by_keyboard_alone(stand: Stand, browser: Browser) -> None:
    signed_in = stand.sign_up("keys@example.com")
    with stand.open_client(signed_in["access_token"]) as client:
        address = stand.find_address(client)
    page = sign_in(browser, stand, "keys@example.com")
    stand.send_mail(address, number=8)
    expect(page.get_by_test_id("lead-card").get_by_test_id("score")).to_contain_text("Hot")
    page.keyboard.press("j")
    expect(page.get_by_test_id("lead-card")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("Lifted", exact=False)).to_be_attached()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Over Contacted.")).to_be_attached()
    page.keyboard.press("Space")
    expect(page.get_by_test_id("column").nth(1).get_by_test_id("lead-card")).to_have_count(1)


def test_a_lead_explains_its_score_with_quotes_of_the_message(stand: Stand, browser: Browser) -> None:
    signed_in = stand.sign_up("why@example.com")
    with stand.open_client(signed_in["access_token"]) as client:
        address = stand.find_address(client)
    stand.send_mail(address, number=9)
    page = sign_in(browser, stand, "why@example.com")
    expect(page.get_by_test_id("lead-card").get_by_test_id("score")).to_contain_text("Hot")
    page.get_by_test_id("lead-card").click()
    expect(page.get_by_text("Why this score")).to_be_visible()
    expect(page.get_by_test_id("message-text").locator("mark", has_text="85 lakh")).to_be_visible()
    expect(page.get_by_text("₹85 lakh")).to_be_visible()
    page.get_by_label("Note").fill("Called, will visit at eleven.")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Called, will visit at eleven.")).to_be_visible()
    page.get_by_role("button", name="Right", exact=True).click()
    expect(page.get_by_text("Said the score is right")).to_be_visible()
    page.screenshot(path=PICTURES / "lead.png", full_page=True)


def test_the_board_works_on_a_phone(stand: Stand, browser: Browser) -> None:
    stand.sign_up("phone@example.com")
    page = sign_in(browser, stand, "phone@example.com", viewport={"width": 360, "height": 740}, color_scheme="dark")
    expect(page.get_by_role("tab", name="Contacted")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=PICTURES / "phone.png")
