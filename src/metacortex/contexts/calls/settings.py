"""Which Asterisk servers ring phones, from `METACORTEX_CALLS_*` variables; with none set, there are no calls.

`AloneSettings` are those of the calls API without a database.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

NUMBER = "{number}"
ACCOUNT = "{account}"
# Asterisk reads `&` as a second phone, and `,`, `(`, `^`, `;` and `$` as the start of options and expressions.
_ENDPOINT = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}/[A-Za-z0-9_.@:+/-]{1,200}")
_DIALLABLE = re.compile(r"\+?[0-9]{2,15}")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_DEFAULT_PATH = "/ari"


def is_endpoint(text: str) -> bool:
    """Tell whether Asterisk takes this for exactly one phone, as PJSIP/101."""
    return _ENDPOINT.fullmatch(text) is not None


def _require_url(url: str) -> str:
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        message = "must be Asterisk's HTTP address, as http://127.0.0.1:8088"
        raise ValueError(message)
    if parts.username or parts.password:
        message = "must not hold the password, which has a variable of its own"
        raise ValueError(message)
    _ = parts.port  # refuses a port that is no number
    return url.rstrip("/") if parts.path.strip("/") else url.rstrip("/") + _DEFAULT_PATH


def _require_template(endpoint: str) -> str:
    technology, _, rest = endpoint.partition("/")
    if rest.count(NUMBER) != 1 or NUMBER in technology or not is_endpoint(endpoint.replace(NUMBER, "1")):
        message = f"must hold {NUMBER} once, and else letters, digits and _.@:+/- only, as PJSIP/{NUMBER}@trunk"
        raise ValueError(message)
    return endpoint


def _require_agent_template(endpoint: str) -> str:
    if endpoint.count(ACCOUNT) != 1 or not is_endpoint(endpoint.replace(ACCOUNT, "a")):
        message = f"must hold {ACCOUNT} once, and else letters, digits and _.@:+/- only, as PJSIP/{ACCOUNT}"
        raise ValueError(message)
    return endpoint


def _require_password(password: SecretStr | None) -> SecretStr | None:
    if password is not None and not password.get_secret_value().isprintable():
        message = "must be printable characters"
        raise ValueError(message)
    return password


Url = Annotated[str, AfterValidator(_require_url)]
Template = Annotated[str, AfterValidator(_require_template)]
AgentTemplate = Annotated[str, AfterValidator(_require_agent_template)]
Password = Annotated[SecretStr, AfterValidator(_require_password)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
UserName = Annotated[str, Field(pattern=r"^[^\s:]{1,80}$")]
App = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
DialplanWord = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,79}$")]


class Server(BaseModel):
    """One Asterisk, and how phone numbers are reached through it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Name = "asterisk"
    url: Url = Field(min_length=1)
    username: UserName
    password: Password
    app: App = "metacortex"
    endpoint: Template = "PJSIP/{number}@trunk"
    agent_endpoint: AgentTemplate = "PJSIP/{account}"
    sends_plus: bool = True
    weight: int = Field(1, ge=1, le=1000)
    max_concurrent: int | None = Field(None, ge=1, le=100_000)
    concurrent_calls: int | None = Field(None, ge=1, le=100_000)
    calls_per_second: float | None = Field(None, gt=0, le=1000)
    amd_context: DialplanWord | None = None
    amd_extension: DialplanWord = "s"

    def build_endpoint(self, number: str) -> str:
        """Return what Asterisk dials to reach an E.164 number; raises ValueError on anything else."""
        if not _DIALLABLE.fullmatch(number):
            message = "A number to dial is two to fifteen digits, with or without a plus before them."
            raise ValueError(message)
        return self.endpoint.replace(NUMBER, number if self.sends_plus else number.removeprefix("+"))

    def build_agent_endpoint(self, account: str) -> str:
        """Return what Asterisk dials to reach an agent's SIP or WebRTC account; raises ValueError on anything else."""
        endpoint = self.agent_endpoint.replace(ACCOUNT, account)
        if not _ACCOUNT.fullmatch(account) or not is_endpoint(endpoint):
            message = "An account's name is 1 to 40 letters, digits, dots, dashes and underscores."
            raise ValueError(message)
        return endpoint


class LawOverride(BaseModel):
    """Rules of the law that an operator answers for not applying, as `US-FL` or `US-FL.hours`: who decided it, why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: frozenset[str] = Field(min_length=1)
    by: str = Field(min_length=1, max_length=200)
    why: str = Field(min_length=1, max_length=500)


class CallsSettings(BaseSettings):
    """The Asterisk servers and how patiently they are spoken to."""

    model_config = SettingsConfigDict(
        env_prefix="METACORTEX_CALLS_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    emulated: bool = Field(False, description="Call through an Asterisk that calls nobody, to try everything out.")
    emulator_port: int = Field(8088, ge=1, le=65535, description="Where that one listens.")
    asterisk_url: Url = Field("", description="Asterisk's HTTP address, as http://127.0.0.1:8088. Empty: no calls.")
    asterisk_username: UserName = Field("metacortex", description="A user of ari.conf that may write.")
    asterisk_password: Password | None = Field(None, description="Password of that user.")
    asterisk_app: App = Field("metacortex", description="Name of our Stasis application; no other program may use it.")
    asterisk_endpoint: Template = Field(
        "PJSIP/{number}@trunk", description="How a phone number is dialled; {number} stands for it."
    )
    asterisk_agent_endpoint: AgentTemplate = Field(
        "PJSIP/{account}", description="How an agent's SIP or WebRTC account is dialled; {account} stands for it."
    )
    asterisk_sends_plus: bool = Field(True, description="Whether the trunk wants the plus before a number.")
    asterisk_max_concurrent: int | None = Field(
        None, ge=1, le=100_000, description="Most phones it has in calls at once, agents' too. Empty: no limit."
    )
    asterisk_concurrent_calls: int | None = Field(
        None, ge=1, le=100_000, description="Most numbers its trunk dials or carries at once. Empty: no limit."
    )
    asterisk_calls_per_second: float | None = Field(
        None, gt=0, le=1000, description="Most numbers dialled through its trunk in a second. Empty: no limit."
    )
    asterisk_amd_context: DialplanWord | None = Field(
        None, description="Dialplan context that runs AMD and returns. Empty: machines are not told from people."
    )
    asterisk_amd_extension: DialplanWord = Field("s", description="Extension of that context.")
    asterisk_servers: tuple[Server, ...] = Field(
        (), description="JSON list of further servers: name, url, username, password, app, endpoint, weight, …"
    )
    law_override: LawOverride | None = Field(
        None, description='Rules that do not bind, as JSON {"rules": ["US-FL.hours"], "by": "…", "why": "…"}.'
    )
    heard_within_seconds: float = Field(
        5, gt=0, le=300, description="The dialer counts as away after so long a silence, and nobody is called."
    )
    request_seconds: float = Field(5, gt=0, le=60, description="Longest wait for Asterisk's answer.")
    connect_seconds: float = Field(2, gt=0, le=60, description="Longest wait for a connection to Asterisk.")
    request_tries: int = Field(3, ge=1, le=10, description="Tries of a request that may be repeated; ringing may not.")
    connections: int = Field(64, ge=2, le=95, description="Connections to each server; its own limit is 100 for all.")
    heartbeat_seconds: float = Field(10, gt=0, le=120, description="Between pings; half of it is the deadline.")
    reconnect_seconds: float = Field(0.2, gt=0, description="First pause before the event socket is opened again.")
    reconnect_limit_seconds: float = Field(3, gt=0, description="Longest such pause.")
    replaced_seconds: float = Field(30, gt=0, description="Pause after another program took our application over.")
    signals_waiting: int = Field(20_000, ge=1, description="Events not yet worked on before the socket is reopened.")
    breaker_failures: int = Field(5, ge=1, description="Failures in a row after which a server is left alone.")
    breaker_pause_seconds: float = Field(5, gt=0, description="How long it is left alone before one request tries it.")

    @property
    def servers(self) -> tuple[Server, ...]:
        """Every Asterisk, the one of the plain variables first."""
        return (*self._read_first(), *self.asterisk_servers)

    def _read_first(self) -> tuple[Server, ...]:
        if self.emulated:
            return (self._describe_emulator(),)
        if not self.asterisk_url or self.asterisk_password is None:
            return ()
        first = Server(
            url=self.asterisk_url,
            username=self.asterisk_username,
            password=self.asterisk_password,
            app=self.asterisk_app,
            endpoint=self.asterisk_endpoint,
            agent_endpoint=self.asterisk_agent_endpoint,
            sends_plus=self.asterisk_sends_plus,
            max_concurrent=self.asterisk_max_concurrent,
            concurrent_calls=self.asterisk_concurrent_calls,
            calls_per_second=self.asterisk_calls_per_second,
            amd_context=self.asterisk_amd_context,
            amd_extension=self.asterisk_amd_extension,
        )
        return (first,)

    def _describe_emulator(self) -> Server:
        """Return the emulated Asterisk that `metacortex up` starts; it listens on this machine alone, calls nobody."""
        return Server(
            name="emulator",
            url=f"http://127.0.0.1:{self.emulator_port}/ari",
            username="metacortex",
            password=SecretStr("metacortex"),
            max_concurrent=self.asterisk_max_concurrent,
            concurrent_calls=self.asterisk_concurrent_calls,
            calls_per_second=self.asterisk_calls_per_second,
            amd_context="amd",
        )

    @model_validator(mode="after")
    def _require_whole_servers(self) -> Self:
        if self.emulated and (self.asterisk_url or self.asterisk_servers):
            message = "METACORTEX_CALLS_EMULATED calls nobody: unset it, or METACORTEX_CALLS_ASTERISK_URL."
            raise ValueError(message)
        if self.asterisk_url and self.asterisk_password is None:
            message = "METACORTEX_CALLS_ASTERISK_URL needs METACORTEX_CALLS_ASTERISK_PASSWORD."
            raise ValueError(message)
        names = [server.name for server in self.servers]
        places = [(server.url, server.app) for server in self.servers]
        if len(set(names)) != len(names) or len(set(places)) != len(places):
            message = "METACORTEX_CALLS_ASTERISK_SERVERS: every server needs a name, and an address or app, of its own."
            raise ValueError(message)
        return self


@lru_cache(maxsize=1)
def calls_settings() -> CallsSettings:
    """Return this process's Asterisk servers, read and checked at the first call."""
    return CallsSettings()


BcryptHash = Annotated[str, Field(pattern=r"^\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}$")]
_PART = r"[A-Za-z0-9_\-][A-Za-z0-9_\-.]*"
SoundName = Annotated[str, Field(max_length=156, pattern=rf"^sound:{_PART}(/{_PART})*$")]
"""A sound below the folder where Asterisk keeps them: a name that begins with / or has a part .. would leave it."""
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class AloneSettings(BaseSettings):
    """What the calls API alone (`DISABLE_DB=true`) is told by variables, having no tables to ask."""

    model_config = SettingsConfigDict(
        env_prefix="METACORTEX_CALLS_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    users: dict[Annotated[str, Field(min_length=1, max_length=80)], BcryptHash] = Field(
        {}, description='Who may sign in, as JSON {"name": "hash"}; `metacortex hash-password` makes a hash.'
    )
    token_limit: int = Field(10, ge=1, le=10**8, description="Sign-ins per minute by one address, and for one name.")
    placing_limit: int = Field(600, ge=1, le=10**8, description="Calls per minute that one user may place.")
    consent_kept_elsewhere: bool = Field(
        False, description="You answer for it that whoever is called agreed. Else each request must name its consent."
    )
    do_not_call_file: Path | None = Field(
        None, description="File of numbers never called, one a line, +4930* for a beginning; read again when changed."
    )
    caller_ids: tuple[str, ...] = Field((), description="JSON list of your numbers that calls may show.")
    opens_at: ClockTime | None = Field(None, description="When you begin to call, where the callee is, as 09:30.")
    closes_at: ClockTime | None = Field(None, description="When you cease.")
    announcement: SoundName | None = Field(
        None, description="Sound that both hear first in a recorded call, as sound:recorded; many laws want one."
    )
    attempts_a_day: int | None = Field(None, ge=1, le=50, description="How often you call one number in a day.")
    kept: int = Field(10_000, ge=1, le=10**7, description="How many ended calls are remembered.")

    @model_validator(mode="after")
    def _require_sense(self) -> Self:
        if len({hashed[:7] for hashed in self.users.values()}) > 1:
            message = "METACORTEX_CALLS_USERS: hash all passwords at one cost, or the time of a refusal tells names."
            raise ValueError(message)
        if (self.opens_at is None) != (self.closes_at is None) or (self.opens_at or "") > (self.closes_at or ""):
            message = "METACORTEX_CALLS_OPENS_AT and METACORTEX_CALLS_CLOSES_AT: set both, the end after the beginning."
            raise ValueError(message)
        return self


@lru_cache(maxsize=1)
def alone_settings() -> AloneSettings:
    """Return the settings of the calls API alone, read and checked at the first call."""
    return AloneSettings()
