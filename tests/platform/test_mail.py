"""Sending mail: by a real server when one is set, into a folder otherwise."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtplib import SMTPException
from pydantic import SecretStr, ValidationError

from metacortex.platform import mail
from metacortex.platform.mail import MailSettings, send_mail


class Inbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.logins: list[LoginPassword] = []

    async def handle_DATA(self, _: Any, __: Any, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 kept"

    def log_in(self, _: Any, __: Any, ___: Any, ____: str, login: LoginPassword) -> AuthResult:
        self.logins.append(login)
        return AuthResult(success=login.password == b"p@ss/word")


@pytest.fixture
async def server() -> AsyncIterator[tuple[Inbox, int]]:
    """A mail server that asks for a login."""
    inbox = Inbox()

    def answer() -> SMTP:
        return SMTP(inbox, authenticator=inbox.log_in, auth_required=True, auth_require_tls=False)

    listening = await asyncio.get_running_loop().create_server(answer, "127.0.0.1", 0)
    yield inbox, listening.sockets[0].getsockname()[1]
    listening.close()


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    chosen = MailSettings(server_url=SecretStr(url), sender="Acme <crm@acme.example>", timeout_seconds=5)
    monkeypatch.setattr(mail, "mail_settings", lambda: chosen)


async def test_mail_reaches_the_server_with_its_login(
    monkeypatch: pytest.MonkeyPatch, server: tuple[Inbox, int]
) -> None:
    inbox, port = server
    use(monkeypatch, f"smtp://us%40er:p%40ss%2Fword@127.0.0.1:{port}")
    await send_mail("asha@example.com", "Grüße", "Hello ₹\n")
    [envelope] = inbox.envelopes
    assert envelope.rcpt_tos == ["asha@example.com"]
    assert envelope.mail_from == "crm@acme.example"
    assert b"Auto-Submitted: auto-generated" in (envelope.content or b"")
    assert inbox.logins == [LoginPassword(b"us@er", b"p@ss/word")]


async def test_a_refusing_or_absent_server_is_an_error(
    monkeypatch: pytest.MonkeyPatch, server: tuple[Inbox, int]
) -> None:
    inbox, port = server
    use(monkeypatch, f"smtp://user:wrong@127.0.0.1:{port}")
    with pytest.raises(SMTPException):
        await send_mail("asha@example.com", "Hi", "Hello")
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    free = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    use(monkeypatch, f"smtp://127.0.0.1:{free}")
    with pytest.raises((SMTPException, OSError)):
        await send_mail("asha@example.com", "Hi", "Hello")
    assert inbox.envelopes == []


async def test_a_line_break_in_an_address_makes_no_second_recipient(
    monkeypatch: pytest.MonkeyPatch, server: tuple[Inbox, int]
) -> None:
    inbox, port = server
    use(monkeypatch, f"smtp://u:p%40ss%2Fword@127.0.0.1:{port}")
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        await send_mail("asha@example.com\r\nBcc: eve@example.com", "Hi", "Hello")
    assert inbox.envelopes == []


@pytest.mark.parametrize("url", ["http://mail.example.com", "mail.example.com", "smtp://", "smtps:///x"])
def test_an_unusable_server_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValidationError, match="server_url"):
        MailSettings(server_url=SecretStr(url))
