"""The mail receiver: SMTP in (RFC 5321), one callback out; `250` is said only after that callback returned."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope

from metacortex.contexts.intake.types import Recipient
from metacortex.platform.telemetry import log

FindRecipient = Callable[[str], Awaitable[Recipient | None]]
AcceptMail = Callable[[list[Recipient], str, bytes], Awaitable[None]]

_END = b"\r\n.\r\n"
_TRY_AGAIN = "451 4.3.0 The message could not be stored just now and was not accepted. Send it again later."
_UNKNOWN = "550 5.1.1 This address does not take mail here. Check it for a typing error."
_TOO_BUSY = "452 4.3.1 Too much mail is arriving at once. Send it again later."
_TOO_LARGE = "552 5.3.4 The message is larger than the {mebibytes} MB accepted here."
_TOO_MANY = "452 4.5.3 Too many recipients in one message. Send it to the others separately."
_STOPPING = "421 4.3.2 The receiver is restarting. Try again in a minute."
_FULL = b"421 4.3.2 Too many connections are open. Try again in a minute.\r\n"
_MAX_RECIPIENTS = 100
_STOP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class MailLimits:
    """What the receiver refuses to exceed."""

    mail_bytes: int
    connections: int
    memory_bytes: int
    idle_seconds: float


@dataclass(slots=True)
class Load:
    """What the receiver is carrying right now."""

    connections: int = 0
    bytes_held: int = 0
    storing: int = 0
    is_stopping: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.idle.set()

    def begin(self) -> None:
        """Count one message that is being stored."""
        self.storing += 1
        self.idle.clear()

    def end(self) -> None:
        """Count it as answered."""
        self.storing -= 1
        if not self.storing:
            self.idle.set()


@dataclass(slots=True)
class LeadEnvelope(Envelope):
    """An envelope that remembers whom its accepted addresses belong to."""

    recipients: list[Recipient] = field(default_factory=list)

    def __post_init__(self) -> None:
        Envelope.__init__(self)


class MailHandler:
    """Decides about recipients and hands whole messages over."""

    def __init__(self, find_recipient: FindRecipient, accept_mail: AcceptMail, load: Load) -> None:
        self._find_recipient, self._accept_mail, self._load = find_recipient, accept_mail, load

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Accept an address of a live source."""
        if len(envelope.recipients) >= _MAX_RECIPIENTS:
            return _TOO_MANY
        try:
            recipient = await self._find_recipient(address)
        except Exception as error:
            log.error("mail.recipient_check_failed", error=repr(error))
            return _TRY_AGAIN
        if recipient is None:
            return _UNKNOWN
        envelope.recipients.append(recipient)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Store the message for every recipient before answering."""
        self._load.begin()
        try:
            await self._accept_mail(envelope.recipients, envelope.mail_from or "", envelope.content)
        except Exception as error:
            log.error("mail.not_accepted", error=repr(error), size=len(envelope.content))
            return _TRY_AGAIN
        finally:
            self._load.end()
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        """Tell the other side to try again, and nothing about our insides."""
        log.error("mail.session_failed", error=repr(error))
        return _TRY_AGAIN


class LeadMailServer(SMTP):
    """One connection. Reads a message in large pieces instead of line by line, so lines ended by a bare LF pass.

    Only CR LF . CR LF ends a message, so a bare LF can smuggle nothing in.
    """

    line_length_limit = 64 * 1024
    command_size_limit = 2048
    command_size_limits: dict[str, int] = defaultdict(lambda: 2048)

    def __init__(self, handler: MailHandler, *, load: Load, limits: MailLimits, hostname: str) -> None:
        super().__init__(
            handler,
            data_size_limit=limits.mail_bytes,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="MetaCortex",
            timeout=limits.idle_seconds,
            loop=asyncio.get_running_loop(),
        )
        self._load, self._limits = load, limits
        self._counted = False

    def _create_envelope(self) -> Envelope:
        return LeadEnvelope()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a session, or send the caller away when too many are open."""
        if self._load.connections >= self._limits.connections:
            cast("asyncio.Transport", transport).write(_FULL)
            transport.close()
            return
        self._load.connections += 1
        self._counted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End the session."""
        if self._counted:
            self._counted = False
            self._load.connections -= 1
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Pass on what arrives, unless the caller was sent away."""
        if self._counted:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """End the session when the other side has nothing more to say."""
        return super().eof_received() if self._counted else False

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Receive one message, bounded in size and memory, and answer for it."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first.")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        if self._load.is_stopping:
            await self.push(_STOPPING)
            self._writer.close()
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        held = 0
        try:
            pieces: list[bytes] = []
            refusal, size = "", 0
            async for piece in self._read_pieces():
                size += len(piece)
                if not refusal and size > self._limits.mail_bytes + len(_END) + 2:
                    refusal = _TOO_LARGE.format(mebibytes=self._limits.mail_bytes // 1024 // 1024)
                if not refusal and self._load.bytes_held + len(piece) > self._limits.memory_bytes:
                    refusal = _TOO_BUSY
                if refusal:
                    pieces.clear()
                    if size > 4 * self._limits.mail_bytes:
                        await self.push(refusal)
                        self._writer.close()
                        return
                    continue
                pieces.append(piece)
                held += len(piece)
                self._load.bytes_held += len(piece)
            if refusal:
                status = refusal
            else:
                # The pieces begin with the line end that _read_pieces put there and end with the final dot.
                envelope.content = b"".join(pieces)[:-3].replace(b"\r\n.", b"\r\n")[2:]
                pieces.clear()
                status = await self._call_handler_hook("DATA")
        finally:
            self._load.bytes_held -= held
        self.envelope = self._create_envelope()
        await self.push(status)

    async def _read_pieces(self) -> AsyncIterator[bytes]:
        # A line end put before the message makes a first line of one dot end it like any other.
        self._reader._buffer[0:0] = _END[:2]  # type: ignore[attr-defined]  # noqa: SLF001
        while True:
            try:
                piece, ended = await self._reader.readuntil(_END), True
            except asyncio.LimitOverrunError as overrun:
                piece, ended = await self._reader.readexactly(overrun.consumed), False
            self._reset_timeout()
            yield piece
            if ended:
                return


@asynccontextmanager
async def open_mail_server(
    *, host: str, port: int, hostname: str, limits: MailLimits, find_recipient: FindRecipient, accept_mail: AcceptMail
) -> AsyncIterator[int]:
    """Receive mail while the context is open; yields the port. On leaving, what is being stored is answered first."""
    load = Load()
    handler = MailHandler(find_recipient, accept_mail, load)
    server = await asyncio.get_running_loop().create_server(
        lambda: LeadMailServer(handler, load=load, limits=limits, hostname=hostname), host, port, backlog=512
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        load.is_stopping = True
        with suppress(TimeoutError):
            await asyncio.wait_for(load.idle.wait(), _STOP_SECONDS)
