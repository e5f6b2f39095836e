"""Who gets in and who does not, in a real browser: second factor, passkeys, step-up, sessions, keys, the audit log."""

import email
import email.policy
import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import asyncpg
import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import RunAsync, give_password, open_page, sign_in
from tests.stand import PASSWORD, Stand, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
OWN_PAGES = ("/", "/sources", "/import", "/team", "/operations", "/settings", "/security", "/api-keys", "/audit")
REPORT_CSP = """addEventListener('securitypolicyviolation',
  (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))"""
READ_STORAGE = """async () => [localStorage.length, sessionStorage.length, await indexedDB.databases(),
  await caches.keys()]"""
AGE_PROOFS = """UPDATE sessions SET proved_at = now() - interval '1 hour'
WHERE user_id = (SELECT id FROM users WHERE email = $1)"""


def find_panel(page: Page, title: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=title, exact=True))


def find_dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Is it you?")


def read_secret(page: Page) -> pyotp.TOTP:
    text = page.locator("code").filter(has_text=re.compile(r"^[A-Z2-7]{32}$")).inner_text()
    return pyotp.TOTP(text)


def set_up_app(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    """Set up an authenticator app on the page of one's own security; return it and the recovery codes."""
    find_panel(page, "Authenticator app").get_by_role("button", name="Set up").click()
    expect(page.get_by_alt_text("QR code for your authenticator app")).to_be_visible()
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 0
    app = read_secret(page)
    page.get_by_label("Code of the app").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    page.get_by_label("Code of the app").fill(app.now())
    page.get_by_role("button", name="Confirm").click()
    shown = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("Recovery codes left: 10 of 10.")).to_be_visible()
    return app, codes


def following_code(app: pyotp.TOTP) -> str:
    """The code after the one of now: a code counts once, and clocks may differ by one step."""
    return app.generate_otp(int(time.time()) // app.interval + 1)


def age_proofs(stand: Stand, run_async: RunAsync, address: str) -> None:
    """Make every proof of this person an hour old; tokens made from now on say so."""

    async def write() -> None:
        database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
        await database.execute(AGE_PROOFS, address)
        await database.close()

    run_async(write())


def find_mailed_link(stand: Stand, address: str, path: str) -> str:
    """Return the link that was mailed to somebody."""

    def find() -> str | None:
        for kept in sorted(Path(stand.data_dir, "mail").glob("*.eml")):
            mail = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
            found = re.search(rf"{re.escape(stand.url)}{path}\?token=[\w-]+", mail.get_content())
            if mail["To"] == address and found:
                return found.group()
        return None

    return wait_for(find, seconds=60, what=f"The mail to {address}")


@pytest.fixture
def key_device(browser: Browser, stand: Stand) -> Iterator[Page]:
    """The owner's page in a browser with a device that holds passkeys and finds its owner present."""
    stand.sign_up("passkey@example.com")
    page = sign_in(browser, stand, "passkey@example.com")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    yield page
    page.context.close()


def test_an_authenticator_app_guards_the_account(stand: Stand, browser: Browser) -> None:
    stand.sign_up("app@example.com")
    page = sign_in(browser, stand, "app@example.com")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Security").click()
    app, recovery_codes = set_up_app(page)

    page.get_by_role("button", name="Sign out", exact=True).click()
    give_password(page, stand, "app@example.com")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    page.get_by_label("Code").fill(following_code(app))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_test_id("column").first).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).click()
    give_password(page, stand, "app@example.com")
    page.get_by_label("Code").fill(recovery_codes[3].upper().replace("-", " "))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_test_id("column").first).to_be_visible()
    page.goto(f"{stand.url}/security")
    expect(page.get_by_text("Recovery codes left: 9 of 10.")).to_be_visible()

    stranger = open_page(browser)
    give_password(stranger, stand, "app@example.com")
    stranger.get_by_label("Code").fill(recovery_codes[3])
    stranger.get_by_role("button", name="Go on").click()
    expect(stranger.get_by_role("alert")).to_contain_text("was used before")
    expect(stranger.get_by_label("Code")).to_have_value("")
    for _ in range(4):
        stranger.get_by_label("Code").fill("111111")
        stranger.get_by_role("button", name="Go on").click()
        expect(stranger.get_by_label("Code")).to_have_value("")
    stranger.get_by_label("Code").fill(recovery_codes[4])
    stranger.get_by_role("button", name="Go on").click()
    expect(stranger.get_by_role("alert")).to_contain_text("tried too often")
    stranger.get_by_role("button", name="Sign in again").click()
    expect(stranger.get_by_label("Password")).to_be_visible()


def test_a_passkey_opens_the_account_and_proves_who_is_there(
    stand: Stand, key_device: Page, run_async: RunAsync
) -> None:
    page = key_device
    page.goto(f"{stand.url}/security")
    panel = find_panel(page, "Passkeys")
    panel.get_by_label("Name of the device").fill("Asha's laptop")
    panel.get_by_role("button", name="Add a passkey").click()
    expect(panel.get_by_role("listitem")).to_contain_text("Asha's laptop")
    panel.get_by_role("button", name="Add a passkey").click()
    expect(panel.get_by_role("alert")).to_contain_text("has a passkey for you already")

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_test_id("column").first).to_be_visible()

    age_proofs(stand, run_async, "passkey@example.com")
    page.goto(f"{stand.url}/security")
    page.on("dialog", lambda question: question.accept())
    find_panel(page, "Passkeys").get_by_role("button", name="Remove").click()
    find_dialog(page).get_by_role("button", name="Use a passkey").click()
    expect(find_panel(page, "Passkeys").get_by_role("listitem")).to_have_count(0)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("did not open your account")


def test_a_dangerous_act_asks_again_who_is_there(stand: Stand, browser: Browser, run_async: RunAsync) -> None:
    stand.sign_up("step-up@example.com")
    page = sign_in(browser, stand, "step-up@example.com")
    age_proofs(stand, run_async, "step-up@example.com")
    page.goto(f"{stand.url}/api-keys")
    page.get_by_label("What is it for?").fill("Nightly report")
    page.get_by_label("See leads and their messages").check()
    page.get_by_role("button", name="Make the key").click()
    dialog = find_dialog(page)
    expect(dialog.get_by_label("Your password")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("alert")).to_contain_text("Show once more that it is you")
    expect(page.get_by_text("No keys yet")).to_be_visible()

    page.get_by_role("button", name="Make the key").click()
    dialog.get_by_label("Your password").fill("not the password")
    dialog.get_by_role("button", name="It is me").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This is not right")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="It is me").click()
    expect(page.get_by_text("Copy the secret of “Nightly report” now.")).to_be_visible()
    expect(find_panel(page, "Keys that work").get_by_role("listitem")).to_have_count(1)

    page.goto(f"{stand.url}/security")
    app, _ = set_up_app(page)
    age_proofs(stand, run_async, "step-up@example.com")
    page.reload()
    page.get_by_role("button", name="New recovery codes").click()
    expect(dialog.get_by_label("Your password")).to_have_count(0)
    dialog.get_by_label("Code").fill(following_code(app))
    dialog.get_by_role("button", name="It is me").click()
    expect(page.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)


def test_a_key_works_within_its_scopes_until_it_is_ended(stand: Stand, browser: Browser) -> None:
    stand.sign_up("keys@example.com")
    page = sign_in(browser, stand, "keys@example.com")
    page.goto(f"{stand.url}/api-keys")
    page.get_by_label("What is it for?").fill("Web site")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("scopes")
    page.get_by_label("See leads and their messages").check()
    page.get_by_role("button", name="Make the key").click()
    secret = find_panel(page, "Your new key").locator("code").inner_text()
    with stand.open_client(secret) as program:
        assert program.get("/api/v1/leads").status_code == 200
        assert program.get("/api/v1/sources").status_code == 403
        page.reload()
        expect(page.get_by_text("See leads and their messages").first).to_be_visible()
        assert secret not in page.content()
        page.on("dialog", lambda question: question.accept())
        page.get_by_role("button", name="End the key Web site").click()
        expect(page.get_by_text("No keys yet")).to_be_visible()
        assert program.get("/api/v1/leads").status_code == 401


def test_a_session_ended_elsewhere_is_over_at_once(stand: Stand, browser: Browser) -> None:
    token = stand.sign_up("sessions@example.com")["access_token"]
    here, there = (sign_in(browser, stand, "sessions@example.com") for _ in range(2))
    here.goto(f"{stand.url}/security")
    sessions = find_panel(here, "Where you are signed in")
    expect(sessions.get_by_role("listitem")).to_have_count(3)
    sessions.get_by_role("button", name="Sign out there: python-httpx").click()
    expect(sessions.get_by_role("listitem")).to_have_count(2)
    assert httpx.get(f"{stand.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401

    here.on("dialog", lambda question: question.accept())
    sessions.get_by_role("button", name="Sign out everywhere else").click()
    expect(sessions.get_by_role("listitem")).to_have_count(1)
    there.get_by_role("link", name="Team").click()
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(sessions.get_by_text("This device")).to_be_visible()


def test_an_owner_signs_a_colleague_out_everywhere(stand: Stand, browser: Browser, run_async: RunAsync) -> None:
    stand.sign_up("ends-sessions@example.com")
    stand.join("ends-sessions@example.com", "Devi Agent", "devi@example.com")
    owner, agent = (sign_in(browser, stand, one) for one in ("ends-sessions@example.com", "devi@example.com"))
    age_proofs(stand, run_async, "ends-sessions@example.com")
    owner.goto(f"{stand.url}/team")
    expect(owner.get_by_text("Devi Agent")).to_be_visible()
    expect(owner.get_by_role("button", name="Sign out Asha Rao everywhere")).to_have_count(0)
    owner.on("dialog", lambda question: question.accept())
    owner.get_by_role("button", name="Sign out Devi Agent everywhere").click()
    find_dialog(owner).get_by_label("Your password").fill(PASSWORD)
    find_dialog(owner).get_by_role("button", name="It is me").click()
    expect(owner.get_by_text("Devi Agent is signed out everywhere.")).to_be_visible()
    agent.get_by_role("link", name="Team").click()
    expect(agent.get_by_role("heading", name="Sign in")).to_be_visible()
    give_password(agent, stand, "devi@example.com")
    expect(agent.get_by_test_id("column").first).to_be_visible()
    owner.goto(f"{stand.url}/audit")
    expect(owner.get_by_text("Signed a member out everywhere")).to_be_visible()


def test_a_browser_keeps_nothing_of_the_organization_after_sign_out(stand: Stand, browser: Browser) -> None:
    with stand.open_client(stand.sign_up("leaves@example.com")["access_token"]) as client:
        body = {"name": "Zenobia Secretly", "email": "zenobia@example.com"}
        client.post("/api/v1/leads", json=body).raise_for_status()
    page = sign_in(browser, stand, "leaves@example.com")
    expect(page.get_by_text("Zenobia Secretly").first).to_be_visible()
    page.evaluate("localStorage.setItem('left', 'Zenobia'); sessionStorage.setItem('left', 'Zenobia')")
    page.get_by_role("link", name="Team").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_text("Zenobia")).to_have_count(0)
    assert page.evaluate(READ_STORAGE) == [0, 0, [], []]
    assert [cookie["name"] for cookie in page.context.cookies()] == ["metacortex_device"]


def test_a_forgotten_password_is_set_anew_by_mail(stand: Stand, browser: Browser) -> None:
    address, fresh = "forgetful@example.com", "four quiet lanterns burn"
    stand.sign_up(address)
    verification = find_mailed_link(stand, address, "/verify-email")
    page = open_page(browser)
    page.goto(verification)
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_text("Your e-mail address is confirmed.")).to_be_visible()

    page.goto(f"{stand.url}/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
    page.get_by_label("E-mail").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text(f"If {address} has an account here")).to_be_visible()
    link = find_mailed_link(stand, address, "/reset-password")
    page.goto(link)
    page.get_by_label("New password").fill(fresh)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your new password counts from now on")).to_be_visible()
    give_password(page, stand, address)
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    give_password(page, stand, address, fresh)
    expect(page.get_by_test_id("column").first).to_be_visible()
    page.goto(f"{stand.url}/security")
    expect(find_panel(page, "E-mail address")).to_contain_text("Confirmed")

    page.goto(link)
    page.get_by_label("New password").fill("another long password")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("alert")).to_contain_text("This link was used before")
    expect(page.get_by_role("link", name="Ask for a new link")).to_be_visible()


def test_a_password_is_changed_and_others_are_signed_out(stand: Stand, browser: Browser) -> None:
    stand.sign_up("changer@example.com")
    page, other = (sign_in(browser, stand, "changer@example.com") for _ in range(2))
    page.goto(f"{stand.url}/security")
    panel = find_panel(page, "Password")
    panel.get_by_label("Password now").fill("not the password")
    panel.get_by_label("New password").fill("six brave windmills turn")
    panel.get_by_role("button", name="Change password").click()
    expect(panel.get_by_role("alert")).to_contain_text("This is not your password.")
    panel.get_by_label("Password now").fill(PASSWORD)
    panel.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your new password counts.")).to_be_visible()
    other.get_by_role("link", name="Team").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    give_password(other, stand, "changer@example.com", "six brave windmills turn")
    expect(other.get_by_test_id("column").first).to_be_visible()


def test_members_without_the_demanded_factor_set_one_up_first(stand: Stand, browser: Browser) -> None:
    stand.sign_up("strict@example.com")
    stand.join("strict@example.com", "Bela Agent", "bela@example.com")
    owner = sign_in(browser, stand, "strict@example.com")
    agent = sign_in(browser, stand, "bela@example.com")

    owner.goto(f"{stand.url}/settings")
    owner.get_by_label("Demand a second step from everybody").check()
    owner.get_by_role("button", name="Save organization").click()
    expect(owner.get_by_role("alert")).to_contain_text("Set up a second factor for yourself")
    owner.goto(f"{stand.url}/security")
    set_up_app(owner)
    owner.goto(f"{stand.url}/settings")
    owner.get_by_label("Demand a second step from everybody").check()
    owner.get_by_role("button", name="Save organization").click()
    expect(owner.get_by_text("Saved.")).to_be_visible()
    owner.reload()
    expect(owner.get_by_label("Demand a second step from everybody")).to_be_checked()

    agent.get_by_role("link", name="Team").click()
    expect(agent.get_by_text("asks everybody for a second step")).to_be_visible()
    expect(agent.get_by_role("link", name="Board")).to_have_count(0)
    agent.goto(f"{stand.url}/team")
    expect(agent).to_have_url(f"{stand.url}/security")
    set_up_app(agent)
    expect(agent.get_by_text("asks everybody for a second step")).to_have_count(0)
    agent.get_by_role("link", name="Board").click()
    expect(agent.get_by_test_id("column").first).to_be_visible()
    agent.get_by_role("link", name="Settings").click()
    expect(agent.get_by_role("link", name="API keys")).to_have_count(0)
    expect(agent.get_by_role("button", name="Save organization")).to_have_count(0)
    agent.get_by_role("link", name="Team").click()
    expect(agent.get_by_role("table")).to_contain_text("See leads and their messages")
    expect(agent.get_by_role("button", name="Make a link")).to_have_count(0)


def test_the_audit_log_tells_who_did_what(stand: Stand, browser: Browser, run_async: RunAsync) -> None:
    stand.sign_up("audited@example.com")
    stand.join("audited@example.com", "Chandra Agent", "chandra@example.com")
    page = sign_in(browser, stand, "audited@example.com")
    page.goto(f"{stand.url}/settings")
    page.get_by_label("Name", exact=True).fill("Acme Villas")
    page.get_by_role("button", name="Save organization").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    page.get_by_role("link", name="Audit log").click()
    entries = page.locator("main li")
    expect(entries.first).to_contain_text("Changed the organization")
    expect(entries.first).to_contain_text("Asha Rao")
    entries.first.locator("summary").click()
    change = entries.first.get_by_role("row").filter(has_text="name")
    expect(change).to_contain_text("Acme Homes")
    expect(change).to_contain_text("Acme Villas")
    expect(entries.filter(has_text="Signed in").first).to_be_visible()

    page.get_by_label("Kind of act").select_option("Team")
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("Invited somebody")
    page.get_by_label("Who").select_option("Chandra Agent")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Since").fill("2099-01-01")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_label("Since").fill(datetime.now().astimezone().date().isoformat())
    expect(entries.first).to_contain_text("Changed the organization")

    age_proofs(stand, run_async, "audited@example.com")
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
        find_dialog(page).get_by_label("Your password").fill(PASSWORD)
        find_dialog(page).get_by_role("button", name="It is me").click()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert '"action":"organization.created"' in lines[0].replace(" ", "")


def test_a_long_log_loads_on_while_one_scrolls(stand: Stand, browser: Browser) -> None:
    with stand.open_client(stand.sign_up("long-log@example.com")["access_token"]) as client:
        for number in range(120):
            client.patch("/api/v1/organization", json={"name": f"Acme {number}"}).raise_for_status()
    page = sign_in(browser, stand, "long-log@example.com")
    page.goto(f"{stand.url}/audit")
    expect(page.get_by_text("Changed the organization").first).to_be_visible()
    page.mouse.move(300, 500)
    for shown in (100, 123):
        page.mouse.wheel(0, 20_000)
        expect(page.locator("main li")).to_have_count(shown)
    expect(page.get_by_role("button", name="Show earlier acts")).to_have_count(0)
    expect(page.get_by_text("Created the organization")).to_be_visible()


def test_no_page_breaks_the_content_security_policy(stand: Stand, browser: Browser) -> None:
    stand.sign_up("policy@example.com")
    page = open_page(browser)
    page.add_init_script(REPORT_CSP)
    for path in ("/forgot-password", "/reset-password?token=none", "/verify-email?token=none", "/sign-up"):
        page.goto(f"{stand.url}{path}")
        page.wait_for_load_state("networkidle")
    give_password(page, stand, "policy@example.com")
    expect(page.get_by_test_id("column").first).to_be_visible()
    for path in OWN_PAGES:
        page.goto(f"{stand.url}{path}")
        page.wait_for_load_state("networkidle")
    page.goto(f"{stand.url}/security")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_alt_text("QR code for your authenticator app")).to_be_visible()
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    assert [one for one in problems if "CSP" in one or "Content Security Policy" in one] == []
    with page.expect_console_message(lambda said: said.text.startswith("CSP: style-src")):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
