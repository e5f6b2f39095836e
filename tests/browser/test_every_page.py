"""Every page, empty and full, at three widths in light and dark: no error, nothing cut off, usable without a mouse."""

import smtplib
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from metacortex.entrypoints import demo
from tests.browser.conftest import AXE, PICTURES, SERIOUS
from tests.stand import PASSWORD, Stand, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WIDTHS = (360, 768, 1440)
HEIGHT = 800
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
INSIDE = (
    *("/", "/calls", "/shift", "/campaigns", "/campaigns/new", "/sources", "/import", "/team", "/operations"),
    *("/settings", "/calling", "/call-codes", "/do-not-call", "/security", "/api-keys", "/audit", "/privacy"),
)
OUTSIDE = (
    *("/sign-in", "/sign-up", "/welcome?token=of-another-time", "/invitations/of-another-time"),
    *("/forgot-password", "/reset-password?token=of-another-time", "/verify-email?token=of-another-time"),
)
BELOW = """() => Math.max(0, ...[document.documentElement, document.querySelector('main')?.parentElement]
  .filter(Boolean)
  .map(one => one.scrollHeight - one.clientHeight))"""
SETTLED = """() => Promise.all(document.getAnimations()
  .filter(one => one instanceof CSSTransition)
  .map(one => one.finished.catch(() => null)))"""
CUT_OFF = """() => [...document.querySelectorAll('button, a, h1, h2, label, th')]
  .filter(one => !one.closest('.sr-only'))
  .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
    && getComputedStyle(one).overflow !== 'visible' && getComputedStyle(one).textOverflow !== 'ellipsis')
  .map(one => one.outerHTML.slice(0, 120))"""


@dataclass(frozen=True)
class Somebody:
    """Who is signed in, and the pages only they have."""

    email: str
    password: str
    pages: tuple[str, ...]


@pytest.fixture(scope="module")
def newcomer(stand: Stand) -> Somebody:
    """The owner of an organization in which nothing has happened."""
    token = stand.sign_up("newcomer@example.com")["access_token"]
    with stand.open_client(token) as client:
        form = next(one["form_url"] for one in client.get("/api/v1/sources").json()["data"] if one["kind"] == "form")
        offer = client.post("/api/v1/invitations", json={"email": "friend@example.com", "role": "agent"}).json()["data"]
    nowhere = f"/leads/{uuid4()}"
    pages = (*INSIDE, form.removeprefix(stand.url), offer["accept_url"].removeprefix(stand.url), "/nowhere", nowhere)
    return Somebody("newcomer@example.com", PASSWORD, pages)


@pytest.fixture(scope="module")
def veteran(stand: Stand) -> Somebody:
    """The owner of the demonstration, with an invitation, an import, and a message that could not be read."""
    command = [sys.executable, "-m", "metacortex.entrypoints.cli", "demo"]
    subprocess.run(command, env=stand.environment, check=True, capture_output=True)
    signed_in = stand.sign_in("asha@sahyadri.example", demo.PASSWORD)
    with stand.open_client(signed_in["access_token"]) as client:
        client.post("/api/v1/invitations", json={"email": "new@example.com", "role": "agent"}).raise_for_status()
        table = "name,email\nAsha,asha@example.com\nNobody,not-an-address\n"
        sent = client.post("/api/v1/imports", files={"file": ("leads.csv", table.encode(), "text/csv")})
        mapping = {"name": "name", "email": "email"}
        client.post(f"/api/v1/imports/{sent.json()['data']['id']}/start", json={"mapping": mapping}).raise_for_status()

        with smtplib.SMTP("127.0.0.1", stand.smtp_port, timeout=20) as mail:
            mail.sendmail("ravi@example.com", [stand.find_address(client)], b"\r\n")
        # A page whose numbers move is never at rest.
        for one in client.get("/api/v1/dial-campaigns").json()["data"]:
            client.post(f"/api/v1/dial-campaigns/{one['id']}/stop")
        campaign = client.post("/api/v1/dial-campaigns", json={"name": "Flats in Wakad"}).raise_for_status()
        campaign_page = f"/campaigns/{campaign.json()['data']['id']}"
        client.post(f"/api/v1/dial-{campaign_page[1:]}/fills/leads", json={}).raise_for_status()

        failed = {"state": "failed"}
        wait_for(lambda: client.get("/api/v1/inbound", params=failed).json()["data"], seconds=60, what="A failed mail")

        def best() -> str | None:
            cards = client.get("/api/v1/leads", params={"sort": "score"}).raise_for_status().json()["data"]
            waiting = [card for card in cards if card["score_state"] == "waiting"]
            return str(cards[0]["id"]) if cards and not waiting else None

        lead_id = wait_for(best, seconds=90, what="The demonstration's scores")
    return Somebody(
        "asha@sahyadri.example", demo.PASSWORD, (*INSIDE, f"/leads/{lead_id}", campaign_page, f"{campaign_page}/set-up")
    )


def check_page(page: Page, name: str) -> list[str]:
    """Return what is wrong with the page that is open, at each width in light and dark, and take its pictures."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-testid=skeleton], .animate-pulse")).to_have_count(0)
    page.add_script_tag(path=AXE)
    wrong = []
    # How wide it is and which scheme stand in the style sheet alone: the page itself need not be loaded for each.
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        is_dark = bool(page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
        for scheme in SCHEMES[::-1] if is_dark else SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            wrong += look_at_page(page, f"{name}-{width}-{scheme}", width)
    return wrong


def look_at_page(page: Page, name: str, width: int) -> list[str]:
    # The whole page, though its frame scrolls inside.
    page.set_viewport_size({"width": width, "height": min(4_000, HEIGHT + page.evaluate(BELOW))})
    page.screenshot(path=PICTURES / "pages" / f"{name}.png")
    page.set_viewport_size({"width": width, "height": HEIGHT})
    wrong = []
    if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
        wrong.append(f"{name}: scrolls sideways, {needed} > {width}")
    wrong += [f"{name}: cut off {one}" for one in page.evaluate(CUT_OFF)]
    return wrong + [f"{name}: {one}" for one in page.evaluate(SERIOUS)]


def describe_error(said: ConsoleMessage) -> list[str]:
    """Return an error that the browser wrote; that a stranger has no session and some links lead nowhere is none."""
    where = said.location["url"]
    is_expected = where.endswith(("/session/refresh", "/of-another-time")) or "404 (Not Found)" in said.text
    return [] if said.type != "error" or is_expected else [f"{where}: {said.text}"]


def describe_failure(request: Request) -> list[str]:
    """Return a request that nobody answered; one that the browser gave up because its page was left is none."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]


@pytest.mark.parametrize("who", ["newcomer", "veteran"])
def test_every_page_is_whole(stand: Stand, browser: Browser, request: pytest.FixtureRequest, who: str) -> None:
    somebody: Somebody = request.getfixturevalue(who)
    (PICTURES / "pages").mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": HEIGHT}, bypass_csp=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.extend(describe_error(said)))
    page.on("requestfailed", lambda request: wrong.extend(describe_failure(request)))
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    for path in OUTSIDE if who == "newcomer" else ():
        page.goto(f"{stand.url}{path}")
        name = path.strip("/").split("?")[0].replace("/", "-")
        wrong += check_page(page, name)

    page.goto(f"{stand.url}/sign-in")
    page.get_by_label("E-mail").fill(somebody.email)
    page.get_by_label("Password").fill(somebody.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_test_id("column").first).to_be_visible()
    for path in somebody.pages:
        page.goto(f"{stand.url}{path}")
        expect(page.locator("h1, [data-testid=column]").first).to_be_visible()
        name = {"/": "board", somebody.pages[-1]: "last"}.get(path, path.strip("/").split("/")[0])
        wrong += check_page(page, f"{name}-{who}")
    context.close()
    assert wrong == []
