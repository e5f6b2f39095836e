"""One product and one Chromium for all browser tests."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.fakes.oidc_server import CLIENT_ID, CLIENT_SECRET, OidcServer, run_oidc_server
from tests.stand import PASSWORD, Stand, wait_for

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SERIOUS = """async () => {
  const found = await axe.run(document, { resultTypes: ['violations'] })
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160) + ' ' + node.failureSummary).join(' | ')}`)
}"""
TRUSTED_DOMAIN = "trusted.example"
PICTURES = Path(__file__).parents[1] / ".artefacts"
expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """The product before its start: its address is known, its issuer is not."""
    stand = Stand(
        Path(tmp_path_factory.mktemp("browser")),
        durable=False,
        calls=True,
        call_speed=2,
        METACORTEX_JOB_RETRY_SECONDS="0.2",
    )
    # By name: passkeys are bound to one.
    stand.url = stand.environment["METACORTEX_PUBLIC_URL"] = f"http://localhost:{stand.http_port}"
    return stand


@pytest.fixture(scope="package")
def issuer(prepared: Stand) -> Iterator[OidcServer]:
    """A site that people may sign in with."""
    callback = f"{prepared.url}/api/v1/sign-in/oidc/somewhere/callback"
    with run_oidc_server(callback, claims_in_id_token=True) as running:
        yield running


@pytest.fixture(scope="package")
def stand(prepared: Stand, issuer: OidcServer) -> Iterator[Stand]:
    provider = {"name": "Somewhere", "issuer": issuer.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    providers = [{**provider, "trusted_domains": [TRUSTED_DOMAIN]}]
    prepared.environment["METACORTEX_OIDC_PROVIDERS"] = json.dumps(providers)
    try:
        prepared.start()
        yield prepared
    finally:
        prepared.stop()


@pytest.fixture(scope="package")
def phones(stand: Stand) -> httpx.Client:
    """The emulated Asterisk once the dialer hears it; its ledger says who was really called."""
    client = httpx.Client(base_url=stand.asterisk_url, auth=("metacortex", "metacortex"))
    wait_for(lambda: client.get("/ari/applications/metacortex").is_success, seconds=60, what="The dialer's start")
    return client


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


def open_page(browser: Browser, **context: object) -> Page:
    """Open a browser of its own; `problems` of its page are the errors it wrote."""
    page = browser.new_context(**context).new_page()  # type: ignore[arg-type]
    problems: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            problems.append(said.text)

    page.on("console", note)
    page.problems = problems  # type: ignore[attr-defined]
    return page


def give_password(page: Page, stand: Stand, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{stand.url}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in(browser: Browser, stand: Stand, email: str, **context: object) -> Page:
    page = open_page(browser, **context)
    give_password(page, stand, email)
    expect(page.get_by_test_id("column").first).to_be_visible()
    return page


RunAsync = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(scope="package")
def run_async() -> Iterator[RunAsync]:
    """Run a coroutine in a thread of its own: the browser's driver has an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(asyncio.run, work).result()
