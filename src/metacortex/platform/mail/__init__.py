"""Sending mail through the operator's mail server; without one, mail is kept in a folder."""

import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import aiosmtplib
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from metacortex.platform.database import new_id
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import log

_PORTS = {"smtp": 587, "smtps": 465}


class MailSettings(BaseSettings):
    """How mail leaves."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_MAIL_", env_file=".env", extra="ignore", frozen=True)

    server_url: SecretStr | None = Field(
        None,
        description=(
            "Mail server to send by, as smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465. "
            "Empty: mail is written into data_dir/mail."
        ),
    )
    sender: str = Field("MetaCortex <metacortex@localhost>", description="From whom mail about accounts comes.")
    timeout_seconds: float = Field(20, gt=0, le=120, description="Longest wait for the mail server.")

    @field_validator("server_url")
    @classmethod
    def _check(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and (urlsplit(url.get_secret_value()).scheme not in _PORTS or not _host(url)):
            message = "must begin with smtp:// or smtps:// and name a host"
            raise ValueError(message)
        return url


def _host(url: SecretStr) -> str | None:
    return urlsplit(url.get_secret_value()).hostname


@lru_cache(maxsize=1)
def mail_settings() -> MailSettings:
    """Return this process's mail settings, read at the first call."""
    return MailSettings()


async def send_mail(to: str, subject: str, text: str) -> None:
    """Send one plain mail; errors of the mail server are raised, so that the job that sends is tried again."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = mail_settings().sender, to, subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="metacortex")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps holiday notices away
    mail.set_content(text)
    if mail_settings().server_url is None:
        _keep(mail)
    else:
        await _send(mail, mail_settings().server_url)


def _keep(mail: EmailMessage) -> None:
    folder = settings().data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{new_id()}.eml"
    path.touch(mode=0o600)
    path.write_bytes(mail.as_bytes())
    log.info("mail.kept", path=str(path), why="METACORTEX_MAIL_SERVER_URL is not set")


async def _send(mail: EmailMessage, url: SecretStr | None) -> None:
    assert url is not None
    parts = urlsplit(url.get_secret_value())
    is_local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    await aiosmtplib.send(
        mail,
        hostname=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=parts.scheme == "smtps",
        # Passwords and links never cross a network in the clear; a server on this machine needs no TLS.
        start_tls=None if is_local or parts.scheme == "smtps" else True,
        tls_context=ssl.create_default_context(),
        timeout=mail_settings().timeout_seconds,
    )
