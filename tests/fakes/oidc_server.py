"""Runs oidc-provider, a certified OpenID Connect server, and signs in to its pages as a browser does."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
from selectolax.lexbor import LexborHTMLParser

CLIENT_ID = "metacortex"
CLIENT_SECRET = "a secret of tests, long enough to be one"
FOLDER = Path(__file__).parent / "oidc"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class OidcServer:
    """A running server; each login is a person with claims of their own."""

    issuer: str

    async def set_claims(self, login: str, **claims: Any) -> None:
        """Say what the server tells of a login."""
        async with httpx.AsyncClient() as http:
            (await http.put(f"{self.issuer}/test/accounts/{login}", json=claims)).raise_for_status()

    async def sign_in(self, authorization_url: str, login: str) -> str:
        """Fill in the server's forms; return the address it sends the browser back to."""
        async with httpx.AsyncClient() as browser:
            answer = await browser.get(authorization_url)
            for _ in range(12):
                if answer.is_redirect:
                    target = urljoin(str(answer.url), answer.headers["location"])
                    if not target.startswith(self.issuer):
                        return target
                    answer = await browser.get(target)
                    continue
                answer.raise_for_status()
                form = LexborHTMLParser(answer.text).css_first("form")
                assert form is not None, answer.text
                fields = {one.attributes["name"]: one.attributes.get("value") or "" for one in form.css("input[name]")}
                fields |= {name: login for name in ("login", "password") if name in fields}
                answer = await browser.post(urljoin(str(answer.url), form.attributes["action"]), data=fields)
        raise AssertionError(f"no way back to us: {answer.status_code} {answer.text}")


@contextmanager
def run_oidc_server(redirect_uri: str, *, claims_in_id_token: bool) -> Iterator[OidcServer]:
    """Serve on a free loopback port until the block ends."""
    node = shutil.which("node", path=f"{_ROOT / '.venv/bin'}:{os.environ['PATH']}")
    assert node is not None, "Node.js is missing: `make check` installs it."
    assert (FOLDER / "node_modules").is_dir(), "Run `make tests/fakes/oidc/node_modules/.package-lock.json`."
    process = subprocess.Popen(
        [node, "server.mjs", redirect_uri],
        cwd=FOLDER,
        env={**os.environ, "CLAIMS_IN_ID_TOKEN": "yes" if claims_in_id_token else "no"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield OidcServer(json.loads(process.stdout.readline())["issuer"])
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
