"""Signing in with another site, in a real browser, at the pages of a certified OpenID Connect server."""

from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import AXE, SERIOUS, TRUSTED_DOMAIN, RunAsync, open_page, sign_in
from tests.browser.test_security import age_proofs, find_dialog, find_panel
from tests.fakes.oidc_server import OidcServer
from tests.stand import PASSWORD, Stand

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def make_known(issuer: OidcServer, *, email: str = "", verified: bool = True) -> tuple[str, str]:
    """Make somebody known to the other site; return their login there and their address."""
    login = f"person-{uuid4().hex[:12]}"
    address = email or f"{login}@{TRUSTED_DOMAIN}"
    claims = {"email": address, "email_verified": verified, "name": "Asha Rao"}
    httpx.put(f"{issuer.issuer}/test/accounts/{login}", json=claims).raise_for_status()
    return login, address


def press_somewhere(page: Page, stand: Stand, issuer: OidcServer) -> None:
    """Leave our sign-in page for the other site's."""
    page.goto(f"{stand.url}/sign-in")
    page.get_by_role("link", name="Sign in with Somewhere").click()
    page.wait_for_url(f"{issuer.issuer}/**")


def sign_in_there(page: Page, login: str) -> None:
    """Fill in the other site's form, and allow it to tell us who it is."""
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill(PASSWORD)
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def open_browser(browser: Browser) -> Page:
    """Open a browser of its own; a font that the other site asks for stays where it is."""
    page = open_page(browser)
    page.context.route("https://fonts.googleapis.com/**", lambda route: route.abort())
    return page


def find_serious(browser: Browser, address: str) -> list[str]:
    """Return what hinders people at an address whose page needs no sign-in."""
    page = open_page(browser, bypass_csp=True)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(SERIOUS)
    page.context.close()
    return found


def test_somebody_new_founds_an_organization_and_comes_back(stand: Stand, browser: Browser, issuer: OidcServer) -> None:
    login, _ = make_known(issuer)
    page = open_browser(browser)
    press_somewhere(page, stand, issuer)
    sign_in_there(page, login)
    expect(page.get_by_role("heading", name="Create your organization")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_label("Organization").fill("Rao Interiors")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_test_id("column").first).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Rao Interiors")
    assert "federated" not in page.url

    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    # The other site remembers the person and what they allowed: one press is enough.
    page.get_by_role("link", name="Sign in with Somewhere").click()
    expect(page.get_by_test_id("column").first).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Rao Interiors")


def test_a_member_connects_another_site_and_removes_it(
    stand: Stand, browser: Browser, issuer: OidcServer, run_async: RunAsync
) -> None:
    stand.sign_up("connects@example.com")
    login, elsewhere = make_known(issuer, verified=False)
    page = sign_in(browser, stand, "connects@example.com")
    page.context.route("https://fonts.googleapis.com/**", lambda route: route.abort())
    age_proofs(stand, run_async, "connects@example.com")
    page.goto(f"{stand.url}/security")
    panel = find_panel(page, "Sign-in with others")
    panel.get_by_role("button", name="Connect Somewhere").click()
    expect(find_dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel.get_by_role("alert")).to_contain_text("Show once more that it is you")
    panel.get_by_role("button", name="Connect Somewhere").click()
    find_dialog(page).get_by_label("Your password").fill(PASSWORD)
    find_dialog(page).get_by_role("button", name="It is me").click()
    page.wait_for_url(f"{issuer.issuer}/**")
    sign_in_there(page, login)
    expect(panel.get_by_role("listitem")).to_contain_text(elsewhere)

    stranger = open_browser(browser)
    press_somewhere(stranger, stand, issuer)
    sign_in_there(stranger, login)
    expect(stranger.get_by_test_id("column").first).to_be_visible()
    stranger.goto(f"{stand.url}/security")
    expect(find_panel(stranger, "E-mail address")).to_contain_text("connects@example.com")

    panel.get_by_role("button", name="Remove").click()
    expect(panel.get_by_role("listitem")).to_have_count(0)
    stranger.get_by_role("button", name="Sign out", exact=True).click()
    stranger.get_by_role("link", name="Sign in with Somewhere").click()
    expect(stranger.get_by_role("alert")).to_contain_text("Your e-mail address is not verified there.")


def test_what_belongs_to_somebody_else_is_not_connected(stand: Stand, browser: Browser, issuer: OidcServer) -> None:
    login, _ = make_known(issuer)
    for address, said in (("first@example.com", None), ("second@example.com", "belongs to another account here")):
        stand.sign_up(address)
        page = sign_in(browser, stand, address)
        page.context.route("https://fonts.googleapis.com/**", lambda route: route.abort())
        page.goto(f"{stand.url}/security")
        page.get_by_role("button", name="Connect Somewhere").click()
        page.wait_for_url(f"{issuer.issuer}/**")
        sign_in_there(page, login)
        expect(page.get_by_role("heading", name="Your security")).to_be_visible()
        mine = find_panel(page, "Sign-in with others").get_by_role("listitem")
        expect(mine).to_have_count(1 if said is None else 0)
        if said is not None:
            expect(page.get_by_role("alert")).to_contain_text(said)
        page.context.close()


@pytest.mark.parametrize(
    ("verified", "said"),
    [
        (False, "Your e-mail address is not verified there."),
        (True, "An account with your e-mail address exists. Sign in to it by password"),
    ],
)
def test_an_address_alone_opens_no_account(
    stand: Stand, browser: Browser, issuer: OidcServer, verified: bool, said: str
) -> None:
    address = f"owned-{uuid4().hex[:8]}@example.com"
    stand.sign_up(address)
    login, _ = make_known(issuer, email=address, verified=verified)
    page = open_browser(browser)
    press_somewhere(page, stand, issuer)
    sign_in_there(page, login)
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(stand.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("code", ["constructor", "__proto__", "toString", "<b>no</b>", "of_another_version"])
def test_what_an_address_names_that_is_no_problem_of_ours_is_a_plain_sentence(
    stand: Stand, browser: Browser, code: str
) -> None:
    page = open_page(browser)
    page.goto(f"{stand.url}/sign-in?problem={code}")
    expect(page.get_by_role("alert")).to_have_text("Signing in did not work. Try again, or sign in another way.")


def test_cancelling_there_leads_back_with_a_plain_sentence(stand: Stand, browser: Browser, issuer: OidcServer) -> None:
    page = open_browser(browser)
    press_somewhere(page, stand, issuer)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("You did not finish signing in on the other page.")
    assert page.url.startswith(f"{stand.url}/sign-in")
    assert find_serious(browser, page.url) == []

    login, _ = make_known(issuer)
    page.get_by_role("link", name="Sign in with Somewhere").click()
    page.wait_for_url(f"{issuer.issuer}/**")
    sign_in_there(page, login)
    expect(page.get_by_role("heading", name="Create your organization")).to_be_visible()
    assert find_serious(browser, page.url) == []
