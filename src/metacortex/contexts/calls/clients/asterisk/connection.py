"""One Asterisk: what can be asked of it, and how its event socket fares."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import aiohttp

from metacortex.contexts.calls.clients.asterisk.originating import read_originate, write_originate
from metacortex.contexts.calls.clients.asterisk.rest import Answer, AnswerLost, Rest
from metacortex.contexts.calls.settings import CallsSettings, Server
from metacortex.contexts.calls.types import AsteriskUnreachable, OriginateUnsure, RequestRefused

SILENCE_SECONDS = 2.0
"""More than a greeting pauses between sentences, or before its beep; less than a machine waits for a word."""
Sides = Literal["none", "in", "out", "both"]


class SocketState(StrEnum):
    """How the event socket fares; `replaced`: another program took the application over, and we keep away."""

    CLOSED = "closed"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Status:
    """Since when an Asterisk runs, as it writes it, and which one it is; either may be empty."""

    startup_time: str
    version: str


class Connection:
    """What can be asked of one Asterisk.

    Everything but `originate`, `play` and `send_digits` is repeated a few times when its answer is lost. Requests about
    a channel, bridge or recording return False where that is gone: it ended, or never was. All raise
    AsteriskUnreachable when no answer came, and RequestRefused when Asterisk will not do it.
    """

    def __init__(self, server: Server, settings: CallsSettings) -> None:
        self.server = server
        self.settings = settings
        self.socket_state = SocketState.CLOSED
        self.rest = Rest(server, settings)
        self._channels_url = self.rest.build_url("channels")

    @property
    def name(self) -> str:
        """The server's name in the settings."""
        return self.server.name

    @property
    def is_connected(self) -> bool:
        """Whether this process hears the server's events, and has compared its calls since it does."""
        return self.socket_state is SocketState.CONNECTED

    @property
    def is_healthy(self) -> bool:
        """Whether the next request would be let through: a process that only asks must ask to learn of a recovery."""
        return self.rest.breaker.would_admit

    async def close(self) -> None:
        """Close every connection to the server."""
        await self.rest.close()

    # Ringing.

    async def originate(
        self,
        channel_id: str,
        endpoint: str,
        *,
        caller_id: str | None = None,
        timeout_seconds: int = 30,
        variables: Mapping[str, str] | None = None,
        app_args: Sequence[str] = (),
    ) -> None:
        """Ring a phone under a fresh channel id, which the caller has stored before; never repeated here.

        Returning means that the attempt has begun. Raises OriginateRefused: no phone rings; AsteriskUnreachable:
        nothing was sent; OriginateUnsure: a phone may ring, which `find_channel` or a later event may settle. A
        cancelled call is as unsure. The caller sees to it that some process hears the application's events, for
        without one Asterisk rings, and drops whoever answers.
        """
        body = write_originate(
            channel_id,
            endpoint,
            app=self.server.app,
            app_args=app_args,
            caller_id=caller_id,
            timeout_seconds=timeout_seconds,
            variables=variables,
        )
        try:
            answer = await self.rest.send("originate", "POST", self._channels_url, body, tries=1)
        except AnswerLost as error:
            raise OriginateUnsure(str(error)) from error
        read_originate(answer)

    async def hang_up(self, channel_id: str, reason: str = "normal") -> bool:
        """End a channel, for one of ARI's reasons; False if it was gone before, though not by a lost try of ours."""
        answer = await self._ask("hang_up", "DELETE", "channels", channel_id, query={"reason": reason})
        return self._did(answer) or answer.is_repeated

    # Channels.

    async def list_channels(self) -> list[dict[str, Any]]:
        """Return every channel of the server as ARI's `Channel` model, other programs' among them."""
        found = self._read(await self._ask("list_channels", "GET", "channels"))
        if not isinstance(found, list):
            raise AsteriskUnreachable(f"Asterisk {self.name} sent something else than its channels.")
        return found

    async def find_channel(self, channel_id: str) -> dict[str, Any] | None:
        """Return a channel as ARI's `Channel` model; None says that it ended or never was, not that it failed."""
        found = self._read(await self._ask("find_channel", "GET", "channels", channel_id))
        return found if isinstance(found, dict) else None

    async def answer(self, channel_id: str) -> bool:
        """Pick up an incoming channel."""
        return await self._tell("answer", "POST", "channels", channel_id, "answer")

    async def hold(self, channel_id: str) -> bool:
        """Put the far end on hold."""
        return await self._tell("hold", "POST", "channels", channel_id, "hold")

    async def unhold(self, channel_id: str) -> bool:
        """Take the far end off hold."""
        return await self._tell("unhold", "DELETE", "channels", channel_id, "hold")

    async def mute(self, channel_id: str, direction: Literal["in", "out", "both"] = "in") -> bool:
        """Silence a channel; `in` is what it says, `out` what it hears."""
        return await self._tell("mute", "POST", "channels", channel_id, "mute", query={"direction": direction})

    async def unmute(self, channel_id: str, direction: Literal["in", "out", "both"] = "in") -> bool:
        """End the silence of a channel."""
        return await self._tell("unmute", "DELETE", "channels", channel_id, "mute", query={"direction": direction})

    async def start_music(self, channel_id: str, music: str = "default") -> bool:
        """Let a channel hear music, of a class that Asterisk knows."""
        return await self._tell("start_music", "POST", "channels", channel_id, "moh", query={"mohClass": music})

    async def stop_music(self, channel_id: str) -> bool:
        """End the music of a channel."""
        return await self._tell("stop_music", "DELETE", "channels", channel_id, "moh")

    async def send_digits(self, channel_id: str, digits: str) -> bool:
        """Send keys pressed on a phone: 0-9, *, #, A-D."""
        query = {"dtmf": digits}
        return await self._tell("send_digits", "POST", "channels", channel_id, "dtmf", query=query, tries=1)

    async def set_variables(self, channel_id: str, variables: Mapping[str, str]) -> bool:
        """Set variables of a channel one by one."""
        for name, value in variables.items():
            query = {"variable": name, "value": value}
            if not await self._tell("set_variable", "POST", "channels", channel_id, "variable", query=query):
                return False
        return True

    async def continue_in_dialplan(
        self, channel_id: str, *, context: str, extension: str = "s", priority: int = 1
    ) -> bool:
        """Leave the application and go on in the dialplan, which may come back to it."""
        query = {"context": context, "extension": extension, "priority": str(priority)}
        answer = await self._ask("continue", "POST", "channels", channel_id, "continue", query=query, tries=1)
        return answer.status == 409 or self._did(answer)  # 409: it is in the dialplan already

    async def detect_machine(self, channel_id: str) -> bool:
        """Send a channel through answering-machine detection; it comes back with the verdict as its last argument."""
        if self.server.amd_context is None:
            raise RequestRefused(f"Asterisk {self.name} has no dialplan context set for answering-machine detection.")
        return await self.continue_in_dialplan(
            channel_id, context=self.server.amd_context, extension=self.server.amd_extension
        )

    async def await_silence(self, channel_id: str, *, silence_seconds: float = SILENCE_SECONDS) -> bool:
        """Have Asterisk tell, by ChannelTalkingFinished, when a channel has said nothing for so long.

        Source: the dialplan function TALK_DETECT of Asterisk. It may be set again.
        """
        return await self.set_variables(channel_id, {"TALK_DETECT(set)": str(round(silence_seconds * 1000))})

    async def snoop(
        self, channel_id: str, snoop_id: str, *, spy: Sides, whisper: Sides, app_args: Sequence[str] = ()
    ) -> bool:
        """Open a channel of that id which hears (`spy`) and speaks to (`whisper`) another, and enters the app."""
        query = {"spy": spy, "whisper": whisper, "app": self.server.app, "appArgs": ",".join(app_args)}
        answer = await self._ask("snoop", "POST", "channels", channel_id, "snoop", snoop_id, query=query)
        return answer.status == 409 or self._did(answer)

    # Bridges.

    async def create_bridge(self, bridge_id: str) -> None:
        """Open a bridge that mixes what its channels say, or leave it as it is."""
        self._did(await self._ask("create_bridge", "POST", "bridges", bridge_id, query={"type": "mixing"}))

    async def list_bridges(self) -> list[dict[str, Any]]:
        """Return every bridge of the server as ARI's `Bridge` model, other programs' among them."""
        found = self._read(await self._ask("list_bridges", "GET", "bridges"))
        if not isinstance(found, list):
            raise AsteriskUnreachable(f"Asterisk {self.name} sent something else than its bridges.")
        return found

    async def join(self, bridge_id: str, channel_id: str) -> bool:
        """Put a channel into a bridge."""
        query = {"channel": channel_id}
        answer = await self._ask("join", "POST", "bridges", bridge_id, "addChannel", query=query)
        return answer.status != 400 and self._did(answer)  # 400: the channel is gone; 404: the bridge

    async def leave(self, bridge_id: str, channel_id: str) -> bool:
        """Take a channel out of a bridge; False if it is not in it."""
        query = {"channel": channel_id}
        answer = await self._ask("leave", "POST", "bridges", bridge_id, "removeChannel", query=query)
        return answer.status not in {400, 422} and self._did(answer)

    async def delete_bridge(self, bridge_id: str) -> bool:
        """Close a bridge; its channels stay up. Stop its recording first, or the end of the file is lost."""
        return await self._tell("delete_bridge", "DELETE", "bridges", bridge_id)

    # Sounds and recordings.

    async def play(
        self, media: str, *, channel: str | None = None, bridge: str | None = None, playback_id: str | None = None
    ) -> bool:
        """Play a media URI, as `sound:hello`, to a channel or, with none given, to a bridge."""
        place = ("channels", channel) if channel else ("bridges", bridge or "")
        query = {"media": media} | ({"playbackId": playback_id} if playback_id else {})
        return await self._tell("play", "POST", *place, "play", query=query, tries=1)

    async def record_bridge(self, bridge_id: str, name: str, *, format_name: str = "wav") -> bool:
        """Record all that is said in a bridge; False if the bridge is gone or the name taken."""
        return await self._record("bridges", bridge_id, name, format_name)

    async def record_channel(self, channel_id: str, name: str, *, format_name: str = "wav") -> bool:
        """Record what a channel says, and only that; False if it is gone or the name taken."""
        return await self._record("channels", channel_id, name, format_name)

    async def stop_recording(self, name: str) -> bool:
        """End a recording and keep what it has; False if none of that name runs."""
        return await self._tell("stop_recording", "POST", "recordings", "live", name, "stop")

    async def find_recording(self, name: str) -> dict[str, Any] | None:
        """Return a recording that is done as ARI's `StoredRecording` model, or None."""
        found = self._read(await self._ask("find_recording", "GET", "recordings", "stored", name))
        return found if isinstance(found, dict) else None

    @asynccontextmanager
    async def open_recording(self, name: str) -> AsyncIterator[AsyncIterator[bytes] | None]:
        """Yield a stored recording's file in chunks, or None if there is none; breaking off raises, never ends it."""
        url = self.rest.build_url("recordings", "stored", name, "file")
        async with self.rest.stream("fetch_recording", url) as (status, chunks):
            if status not in {200, 404}:
                raise RequestRefused(f"Asterisk does not hand out the recording: status {status}.")
            yield chunks if status == 200 else None

    async def delete_recording(self, name: str) -> bool:
        """Delete a stored recording's file."""
        return await self._tell("delete_recording", "DELETE", "recordings", "stored", name)

    # The server.

    async def read_status(self) -> Status:
        """Return since when the server runs; another value than before reveals a restart."""
        found = self._read(await self._ask("read_status", "GET", "asterisk", "info"))
        status, system = (
            (found.get(part) or {} for part in ("status", "system")) if isinstance(found, dict) else ({}, {})
        )
        return Status(str(status.get("startup_time", "")), str(system.get("version", "")))

    async def allow_events(self, types: Sequence[str]) -> bool:
        """Have only events of these types sent to our application; False while no socket is open for it."""
        url = self.rest.build_url("applications", self.server.app, "eventFilter")
        body = {"allowed": [{"type": one} for one in types]}
        return self._did(await self._send("allow_events", "PUT", url, body))

    async def has_application(self) -> bool:
        """Say whether the server knows our application, which a socket keeps, and open channels do for a while."""
        return await self._tell("find_application", "GET", "applications", self.server.app)

    async def open_socket(self) -> "aiohttp.ClientWebSocketResponse[bool]":
        """Open the event socket, which registers the application and takes it from whoever had it."""
        query = {"app": self.server.app, "subscribeAll": "false"}
        return await self.rest.session.ws_connect(
            self.rest.build_url("events", query=query),
            heartbeat=self.settings.heartbeat_seconds,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        )

    async def _record(self, kind: str, place: str, name: str, format_name: str) -> bool:
        query = {"name": name, "format": format_name}
        answer = await self._ask("record", "POST", kind, place, "record", query=query)
        return answer.is_repeated if answer.status == 409 else self._did(answer)

    async def _tell(
        self, operation: str, method: str, *path: str, query: Mapping[str, str] | None = None, tries: int | None = None
    ) -> bool:
        return self._did(await self._ask(operation, method, *path, query=query, tries=tries))

    async def _ask(
        self, operation: str, method: str, *path: str, query: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        return await self._send(operation, method, self.rest.build_url(*path, query=query), tries=tries)

    async def _send(self, *request: Any, tries: int | None = None) -> Answer:
        try:
            return await self.rest.send(*request, tries=tries)
        except AnswerLost as error:
            raise AsteriskUnreachable(str(error)) from error

    def _did(self, answer: Answer) -> bool:
        """Return True if it was done, False if its object is gone; raises on anything else."""
        if answer.is_good:
            return True
        if answer.status == 404:
            return False
        if answer.status >= 500 and answer.status != 500:
            raise AsteriskUnreachable(f"Asterisk {self.name} answered with status {answer.status}.")
        raise RequestRefused(f"Asterisk {self.name} refused: {answer.reason}.")

    def _read(self, answer: Answer) -> Any:
        """Return the JSON of a good answer, None if its object is gone; raises on anything else."""
        if not self._did(answer):
            return None
        found = answer.read_json()
        if found is None:
            raise AsteriskUnreachable(f"Asterisk {self.name} broke off its answer.")
        return found
