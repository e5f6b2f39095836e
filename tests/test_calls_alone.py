"""The calls API alone as its users run it: a real process without a database, beside an emulated Asterisk."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from metacortex.platform.security.passwords import hash_password
from tests.commands import run_command
from tests.conftest import real_passwords
from tests.stand import free_port, wait_for

pytestmark = pytest.mark.slow

USER, PASSWORD = "dev", "correct horse battery staple"
COMMAND = (sys.executable, "-m", "metacortex.entrypoints.cli")
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"
ANSWERS, TALKS_ON, RINGS_ON, BUSY = "+919820019011", "+919820019002", "+919820019103", "+919820019101"
AMERICAN = "+12126649103"
FORBIDDEN, FORBIDDEN_AREA = "+919820017001", "+919820117"
UNLOADED = ("sqlalchemy", "celery", "asyncpg", "redis", "numpy", "onnxruntime", "phonenumbers.geocoder")


def make_environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the variables of a process that is told nothing else; the machine's own are left out."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("METACORTEX_")}
    return {
        **plain,
        "DISABLE_DB": "true",
        "METACORTEX_DATABASE_URL": NOWHERE,
        "METACORTEX_REDIS_URL": "redis://127.0.0.1:1/0",
        "METACORTEX_DATA_DIR": str(folder),
        "METACORTEX_TRUSTED_PROXIES": "127.0.0.1",
        "METACORTEX_PASSWORD_HASH_ROUNDS": "10",
        "METACORTEX_CALLS_EMULATED": "true",
        "METACORTEX_CALLS_REQUEST_SECONDS": "1",
        "METACORTEX_CALLS_CONNECT_SECONDS": "1",
        "METACORTEX_CALLS_RECONNECT_LIMIT_SECONDS": "0.3",
        "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN", "US.hours"], "by": "the tests", "why": "an emulator"}',
        **settings,
    }


@dataclass
class Installation:
    """The two processes, each of which can be ended and started again."""

    folder: Path
    settings: dict[str, str]
    http_port: int = field(default_factory=free_port)
    asterisk_port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.http_port}", timeout=60)

    def make_environment(self) -> dict[str, str]:
        return make_environment(
            self.folder,
            METACORTEX_HTTP_PORT=str(self.http_port),
            METACORTEX_CALLS_EMULATOR_PORT=str(self.asterisk_port),
            **self.settings,
        )

    def start(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*COMMAND, *words], env=self.make_environment(), stdout=log, stderr=log
            )

    def ask(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return run_command(*words, environment=self.make_environment() | settings)

    def start_asterisk(self) -> None:
        ledger = str(self.folder / "ledger.jsonl")
        port = str(self.asterisk_port)
        self.start("asterisk", "emulate", "asterisk", "--port", port, "--speed", "20", "--ledger", ledger)

    def start_api(self) -> None:
        self.start("api", "api")
        self.await_readiness()

    def await_readiness(self, *, is_ready: bool = True) -> None:
        wanted = 200 if is_ready else 503
        wait_for(
            lambda: self.client.get("/health/ready").status_code == wanted, seconds=60, what=f"a readiness of {wanted}"
        )

    def sign_in(self, name: str = USER) -> None:
        answer = self.client.post("/api/v1/token", json={"username": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def place(self, *, wait: str | None = None, key: str | None = None, **body: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        query = {"wait": wait} if wait else {}
        return self.client.post("/api/v1/calls", json={"consent": "crm/1", **body}, params=query, headers=headers)

    def call(self, **body: Any) -> dict[str, Any]:
        answer = self.place(**body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json()["data"])

    def read(self, call_id: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/v1/calls/{call_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    def until(self, call_id: str, **wanted: Any) -> dict[str, Any]:
        """Return the call when these fields have these values."""

        def look() -> dict[str, Any] | None:
            call = self.read(call_id)
            return call if wanted.items() <= call.items() else None

        return wait_for(look, seconds=60, what=f"{wanted}")

    def command(self, call_id: str, name: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return self.client.post(f"/api/v1/calls/{call_id}/{name}", json=body)

    def rung(self, number: str) -> list[dict[str, Any]]:
        """Return the attempts on a number, by Asterisk's own book."""
        url = f"http://127.0.0.1:{self.asterisk_port}/emulator/calls"
        return list(httpx.get(url, params={"number": number}).json()["calls"])

    def end(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        self.client.close()


def write_do_not_call(folder: Path, *entries: str) -> Path:
    path = folder / "do-not-call.txt"
    path.write_text("\n".join(("# never again", "", FORBIDDEN, f"{FORBIDDEN_AREA}*  # a whole block", *entries)) + "\n")
    return path


@pytest.fixture(scope="module")
def password_hash() -> str:
    with real_passwords():
        return asyncio.run(hash_password(PASSWORD))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[Installation]:
    """A running installation whose user is signed in."""
    folder = tmp_path_factory.mktemp("alone")
    users = {USER: password_hash, "other": password_hash}
    made = Installation(
        folder,
        {
            "METACORTEX_CALLS_USERS": json.dumps(users),
            "METACORTEX_CALLS_DO_NOT_CALL_FILE": str(write_do_not_call(folder)),
            "METACORTEX_CALLS_CALLER_IDS": '["+912261234567"]',
            "METACORTEX_CALLS_ATTEMPTS_A_DAY": "40",
            "METACORTEX_CALLS_TOKEN_LIMIT": "5",
            "METACORTEX_CALLS_ANNOUNCEMENT": "sound:recorded",
        },
    )
    try:
        made.start_asterisk()
        made.start_api()
        made.sign_in()
        yield made
    finally:
        made.end()


def test_nothing_of_a_database_is_loaded_and_little_memory_is_taken(alone: Installation, password_hash: str) -> None:
    script = (
        "import json, sys; from metacortex.entrypoints.calls_alone import create_app; create_app().openapi(); "
        "print(json.dumps(list(sys.modules)))"
    )
    environment = make_environment(alone.folder, **alone.settings)
    said = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    loaded = set(json.loads(said.stdout))
    assert "metacortex.contexts.calls.service.engine" in loaded
    assert loaded.isdisjoint(UNLOADED)
    rollup = Path(f"/proc/{alone.running['api'].pid}/smaps_rollup")
    if rollup.exists():
        [pss] = [int(line.split()[1]) for line in rollup.read_text().splitlines() if line.startswith("Pss:")]
        assert pss < 150 * 1024


def test_a_token_is_given_for_a_form_as_for_json(alone: Installation) -> None:
    sent = {"username": USER, "password": PASSWORD}
    origin = {"X-Forwarded-For": "203.0.113.1"}
    form = alone.client.post("/api/v1/token", data={**sent, "grant_type": "password"}, headers=origin)
    assert form.status_code == 200, form.text
    assert form.json().keys() == {"access_token", "token_type", "expires_in"}
    assert (form.json()["token_type"], form.json()["expires_in"]) == ("bearer", 3600)
    assert form.headers["cache-control"] == "no-store"
    bearer = {"Authorization": f"Bearer {form.json()['access_token']}"}
    assert alone.client.get("/api/v1/calls", headers=bearer).status_code == 200
    [key] = alone.client.get("/.well-known/jwks.json").json()["keys"]
    assert (key["alg"], key["use"], "d" in key) == ("RS256", "sig", False)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"username": USER, "password": "wrong"}, 401, "wrong_credentials"),
        ({"username": "nobody", "password": PASSWORD}, 401, "wrong_credentials"),
        ({"username": USER}, 422, "invalid_request"),
        ({"username": USER, "password": ["x"]}, 422, "invalid_request"),
        ({"username": "\x00", "password": "\x00"}, 401, "wrong_credentials"),
        ([], 422, "invalid_request"),
    ],
)
def test_a_wrong_sign_in_is_refused(alone: Installation, body: Any, status: int, code: str) -> None:
    origin = {"X-Forwarded-For": f"198.51.100.{uuid4().int % 250}"}
    answer = alone.client.post("/api/v1/token", json=body, headers=origin)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert PASSWORD not in answer.text


def test_what_is_no_json_is_said_to_be_none(alone: Installation) -> None:
    origin = {"X-Forwarded-For": "203.0.113.9", "Content-Type": "application/json"}
    answer = alone.client.post("/api/v1/token", content=b"{", headers=origin)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


def test_guessing_is_slowed_down_by_address_and_by_name(alone: Installation) -> None:
    def guess(name: str, address: str) -> httpx.Response:
        body = {"username": name, "password": "a guess"}
        return alone.client.post("/api/v1/token", json=body, headers={"X-Forwarded-For": address})

    by_address = [guess(f"user-{number}", "203.0.113.77") for number in range(6)]
    assert [answer.status_code for answer in by_address[:5]] == [401] * 5
    assert by_address[5].status_code == 429
    assert int(by_address[5].headers["retry-after"]) >= 1
    assert by_address[5].headers["ratelimit-policy"] == '"token";q=5;w=60'
    assert by_address[5].json()["code"] == "too_many_requests"
    by_name = [guess("someone", f"192.0.2.{number}") for number in range(6)]
    assert [answer.status_code for answer in by_name] == [401] * 5 + [429]


@pytest.mark.parametrize("token", [None, "nonsense", "a.b.c", "x" * 5000])
def test_nobody_calls_without_a_token_of_ours(alone: Installation, token: str | None) -> None:
    with httpx.Client(base_url=alone.client.base_url) as stranger:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for method, path in (("POST", "/api/v1/calls"), ("GET", "/api/v1/calls"), ("GET", f"/api/v1/calls/{uuid4()}")):
            answer = stranger.request(method, path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_call_is_answered_and_told_in_full(alone: Installation) -> None:
    answer = alone.place(to="98200 19011", wait="ended", variables={"order": "7"})
    assert answer.status_code == 201
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["ratelimit"].startswith('"calls"')
    assert answer.json().keys() == {"data", "meta", "errors"}
    call = answer.json()["data"]
    assert (call["state"], call["outcome"], call["mode"], call["to"]) == ("ended", "answered", "direct", ANSWERS)
    assert (call["from"], call["variables"]) == ("+912261234567", {"order": "7"})
    assert call["requested_at"].endswith("Z")
    assert call["requested_at"] <= call["answered_at"] <= call["ended_at"]
    assert alone.read(call["id"]) == call
    events = alone.client.get(f"/api/v1/calls/{call['id']}/events").json()["data"]
    assert [event["kind"] for event in events].count("destroyed") == 1
    assert {event["leg_id"] for event in events} == {call["legs"][0]["id"]}


@pytest.mark.parametrize(
    ("number", "outcome"),
    [(BUSY, "busy"), ("+919820019106", "invalid-number"), ("+919820019107", "rejected"), ("+919820019121", "answered")],
)
def test_a_call_ends_as_it_ended(alone: Installation, number: str, outcome: str) -> None:
    assert alone.call(to=number, wait="ended")["outcome"] == outcome


def test_a_call_about_a_debt_to_a_place_that_is_told_is_placed(alone: Installation) -> None:
    call = alone.call(
        to=ANSWERS,
        wait="ended",
        purpose="debt",
        time_zone="Asia/Calcutta",
        country="in",
        region="MH",
        postal_code="411001",
    )
    assert call["outcome"] == "answered"


def test_a_call_is_recorded_where_both_are_told(alone: Installation) -> None:
    call = alone.call(to=ANSWERS, wait="ended", record=True)
    assert (call["outcome"], call["is_recorded"], call["recording_note"]) == ("answered", True, None)


def test_calls_are_listed_from_the_newest_page_by_page(alone: Installation) -> None:
    made = [alone.call(to=BUSY, wait="ended")["id"] for _ in range(3)]
    first = alone.client.get("/api/v1/calls", params={"limit": 2, "outcome": "busy", "still": "over"}).json()
    assert [call["id"] for call in first["data"]] == [made[2], made[1]]
    second = alone.client.get("/api/v1/calls", params={"limit": 2, "cursor": first["meta"]["next_cursor"]}).json()
    assert second["data"][0]["id"] == made[0]
    assert alone.client.get("/api/v1/calls", params={"cursor": "nonsense"}).json()["code"] == "bad_cursor"
    assert alone.client.get("/api/v1/calls", params={"still": "on"}).json()["data"] == []


def pick_number_at_night() -> str:
    """Return a number where it is neither day nor evening now."""
    for zone, number in (("Pacific/Honolulu", "+18082329001"), ("Asia/Tokyo", "+81332349001")):
        if not 7 <= datetime.now(ZoneInfo(zone)).hour < 22:
            return number
    return "+493012349001"


def pick_zone_at_night() -> str:
    """Return a zone where it is neither day nor evening now."""
    zones = ("Pacific/Auckland", "Asia/Karachi", "America/Sao_Paulo")
    return next(zone for zone in zones if not 7 <= datetime.now(ZoneInfo(zone)).hour < 22)


REFUSED = [
    ({"to": "12"}, 422, "number_invalid"),
    ({"to": "112"}, 422, "number_invalid"),
    ({"to": "+49 112"}, 422, "number_invalid"),
    ({"to": ""}, 422, "invalid_request"),
    ({}, 422, "invalid_request"),
    ({"to": ANSWERS, "surprise": 1}, 422, "invalid_request"),
    ({"to": ANSWERS, "timeout_seconds": 0}, 422, "invalid_request"),
    ({"to": ANSWERS, "variables": {"a": "\x00"}}, 422, "invalid_request"),
    ({"to": ANSWERS, "consent": " "}, 422, "invalid_request"),
    ({"to": ANSWERS, "consent": None}, 403, "consent_unknown"),
    ({"to": FORBIDDEN}, 403, "do_not_call"),
    ({"to": f"{FORBIDDEN_AREA}123"}, 403, "do_not_call"),
    ({"to": ANSWERS, "from": "+912261230000"}, 422, "caller_id_unknown"),
    ({"to": ANSWERS, "mode": "agent-first"}, 422, "no_phone"),
    ({"to": ANSWERS, "agent": "a&b"}, 422, "invalid_request"),
    ({"to": pick_number_at_night()}, 409, "outside_calling_hours"),
    ({"to": ANSWERS, "time_zone": pick_zone_at_night()}, 409, "outside_calling_hours"),
    ({"to": ANSWERS, "time_zone": "Mars/Olympus"}, 422, "place_unknown"),
    ({"to": ANSWERS, "time_zone": "EST"}, 422, "place_unknown"),
    ({"to": ANSWERS, "country": "ZZ"}, 422, "place_unknown"),
    ({"to": ANSWERS, "country": "India"}, 422, "invalid_request"),
    ({"to": ANSWERS, "purpose": "survey"}, 422, "invalid_request"),
    ({"to": "+919820019122"}, 502, "call_refused"),
]


@pytest.mark.parametrize(("body", "status", "code"), REFUSED)
def test_who_must_not_be_called_is_not(alone: Installation, body: dict[str, Any], status: int, code: str) -> None:
    answer = alone.place(**body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["title"]
    assert problem["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("content", "query", "status"),
    [(b"{", "", 400), (b"", "", 400), (b"{}" + b" " * 2_000_000, "", 413), (b'{"to":"1"}', "?wait=forever", 422)],
)
def test_a_request_that_cannot_be_read_rings_nobody(
    alone: Installation, content: bytes, query: str, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    assert alone.client.post(f"/api/v1/calls{query}", content=content, headers=headers).status_code == status


def test_a_number_is_called_as_often_as_the_operator_wants(alone: Installation) -> None:
    number = "+919820329106"
    answers = [alone.place(to=number) for _ in range(41)]
    assert {answer.status_code for answer in answers[:40]} == {201}
    assert (answers[40].status_code, answers[40].json()["code"]) == (409, "called_too_often")
    assert len(alone.rung(number)) == 40


def test_a_changed_list_holds_from_the_next_call_on(alone: Installation) -> None:
    number = "+919820339101"
    assert alone.place(to=number).status_code == 201
    write_do_not_call(alone.folder, "no number at all", number)
    assert alone.place(to=number).json()["code"] == "do_not_call"
    assert alone.place(to=FORBIDDEN).json()["code"] == "do_not_call"
    (alone.folder / "do-not-call.txt").unlink()
    assert alone.place(to=number).json()["code"] == "do_not_call"
    write_do_not_call(alone.folder)
    assert alone.place(to=number).status_code == 201
    assert len(alone.rung(number)) == 2


def test_the_same_key_rings_once(alone: Installation) -> None:
    number, key = "+919820349101", str(uuid4())
    answers = [alone.place(to=number, key=key) for _ in range(3)]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    other = alone.place(to=ANSWERS, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert alone.place(to=number, key="k" * 201).status_code == 422
    assert len(alone.rung(number)) == 1


def test_an_agent_planned_for_two_calls_is_rung_for_one(alone: Installation) -> None:
    numbers = ("+919820919002", "+919820929002")
    ids = [alone.call(to=number, agent="once", mode="lead-first")["id"] for number in numbers]

    def look() -> list[str] | None:
        calls = [alone.read(call_id) for call_id in ids]
        states = sorted(call["outcome"] or call["state"] for call in calls)
        return states if {"connected", "abandoned"} >= set(states) else None

    assert wait_for(look, seconds=60, what="both leads' answers") == ["abandoned", "connected"]
    assert len(alone.rung("once")) == 1
    for call_id in ids:
        alone.command(call_id, "hang-up")


def test_an_agent_and_a_lead_talk_and_everything_can_be_done_to_their_call(alone: Installation) -> None:
    call_id = alone.call(to=TALKS_ON, agent="asha")["id"]
    call = alone.until(call_id, state="connected")
    assert [(leg["party"], leg["state"]) for leg in call["legs"]] == [("agent", "up"), ("lead", "up")]
    busy = alone.place(to=ANSWERS, agent="asha")
    assert (busy.status_code, busy.json()["code"]) == (409, "agent_busy")
    assert alone.command(call_id, "hold").json()["data"]["is_on_hold"] is True
    assert alone.command(call_id, "resume").json()["data"]["is_on_hold"] is False
    assert alone.command(call_id, "mute").status_code == 204
    assert (alone.read(call_id)["is_muted"], alone.read(call_id)["legs"][0]["is_muted"]) == (True, True)
    for name, body in (
        ("unmute", None),
        ("digits", {"digits": "12#"}),
        ("play", {"media": "sound:hi"}),
    ):
        assert alone.command(call_id, name, body).status_code == 204, name
    assert alone.read(call_id)["is_muted"] is False
    assert alone.command(call_id, "digits", {"digits": "x"}).status_code == 422
    assert alone.command(call_id, "transfer", {"to": "+919820359002"}).status_code == 200
    call = wait_for(
        lambda: (call := alone.read(call_id))["legs"][0]["state"] == "ended" and call, seconds=60, what="a transfer"
    )
    assert [leg["party"] for leg in call["legs"]] == ["agent", "lead", "third"]
    assert alone.command(call_id, "hang-up").status_code == 200
    assert alone.until(call_id, state="ended")["outcome"] == "answered"
    assert alone.command(call_id, "hang-up").json()["data"]["outcome"] == "answered"
    events = alone.client.get(f"/api/v1/calls/{call_id}/events").json()["data"]
    done = [event for event in events if event["detail"].get("member_id") == call["requested_by"]]
    kinds = ["hold", "resume", "mute", "unmute", "digits", "play", "transfer", "hang-up"]
    assert [event["kind"] for event in done] == kinds
    assert done[4]["detail"].keys() == {"member_id", "count"}
    assert alone.command(call_id, "hold").json()["code"] == "call_not_talking"
    assert alone.command(str(uuid4()), "hang-up").json()["code"] == "call_not_found"
    assert alone.client.get("/api/v1/calls/nonsense").status_code == 422


def test_a_second_transfer_waits_until_the_first_is_over(alone: Installation) -> None:
    call_id = alone.call(to="+919820399002", agent="vani")["id"]
    alone.until(call_id, state="connected")
    asked = {"to": "+919820419002", "kind": "attended"}
    assert alone.command(call_id, "transfer", asked).json()["data"]["transfer"] == "attended"
    again = alone.command(call_id, "transfer", {"to": "+919820429002"})
    assert (again.status_code, again.json()["code"]) == (409, "transfer_under_way")
    assert (len(alone.read(call_id)["legs"]), alone.rung("+919820429002")) == (3, [])
    assert alone.command(call_id, "transfer/cancel").json()["data"]["transfer"] is None
    assert alone.command(call_id, "transfer", asked).status_code == 200
    alone.command(call_id, "hang-up")


def test_who_is_never_called_is_not_handed_a_lead(alone: Installation) -> None:
    call_id = alone.call(to="+919820399002", agent="tara")["id"]
    alone.until(call_id, state="connected")
    for kind in ("blind", "attended"):
        for number in (FORBIDDEN, f"{FORBIDDEN_AREA}123"):
            refused = alone.command(call_id, "transfer", {"to": number, "kind": kind})
            assert (refused.status_code, refused.json()["code"]) == (403, "do_not_call")
        for number in ("112", "+91112", "+1900555012", "+882131234567"):
            refused = alone.command(call_id, "transfer", {"to": number, "kind": kind})
            assert (refused.status_code, refused.json()["code"]) == (422, "number_invalid")
    call = alone.read(call_id)
    assert (len(call["legs"]), call["is_on_hold"], alone.rung(FORBIDDEN)) == (2, False, [])
    alone.command(call_id, "hang-up")


def test_operators_see_what_happens(alone: Installation) -> None:
    assert alone.client.get("/health/live").status_code == 200
    shown = alone.client.get("/metrics").text
    for name in ("calls_placed_total", "calls_ended_total", "calls_refused_total", "http_requests_total"):
        assert f"metacortex_{name}{{" in shown, name
    assert 'route="/api/v1/calls"' in shown
    described = alone.client.get("/api/v1/openapi.json").json()
    placing = described["paths"]["/api/v1/calls"]["post"]
    assert {"wait", "wait_seconds", "Idempotency-Key"} == {one["name"] for one in placing["parameters"]}
    assert "to" in placing["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert {"201", "401", "403", "409", "422", "429", "502", "503"} <= placing["responses"].keys()


def test_nobody_is_rung_for_less_than_their_law_wants(alone: Installation) -> None:
    def ring(**body: Any) -> list[int]:
        call = alone.call(timeout_seconds=5, **body)
        assert alone.command(call["id"], "hang-up").status_code == 200
        return [leg["timeout_seconds"] for leg in call["legs"]]

    assert ring(to=AMERICAN) == [15]
    assert ring(to=AMERICAN, agent="ravi") == [5, 15]
    assert ring(to=AMERICAN, purpose="debt") == [5]
    assert ring(to="+919820029103") == [5]


def test_the_doctor_looks_at_asterisk_and_shows_no_hash(alone: Installation, password_hash: str) -> None:
    found = alone.ask("doctor")
    assert found.returncode == 0, found.stdout
    assert "ok    Asterisk: emulator, version" in found.stdout
    assert "PostgreSQL" not in found.stdout
    lost = alone.ask("doctor", METACORTEX_CALLS_EMULATOR_PORT="1")
    assert lost.returncode == 1
    assert "FAIL  Asterisk: emulator at http://127.0.0.1:1/ari" in lost.stdout
    shown = alone.ask("config", "check").stdout
    assert f"METACORTEX_CALLS_EMULATOR_PORT={alone.asterisk_port}  (set)" in shown
    assert "'dev': '$2b$***'" in shown
    assert password_hash not in shown


def test_asterisk_may_be_killed_and_come_back(alone: Installation) -> None:
    talking = alone.call(to=TALKS_ON, wait="answered")["id"]
    before = len(alone.rung(RINGS_ON))
    ringing = alone.call(to=RINGS_ON, timeout_seconds=120)["id"]
    alone.until(ringing, state="ringing")
    alone.running["asterisk"].kill()
    alone.running["asterisk"].wait()
    alone.await_readiness(is_ready=False)
    away = alone.place(to=ANSWERS)
    assert (away.status_code, away.json()["code"]) == (503, "calls_unavailable")
    assert alone.read(talking)["state"] != "ended"
    alone.start_asterisk()
    alone.await_readiness()
    assert alone.call(to=ANSWERS, wait="ended")["outcome"] == "answered"
    assert alone.until(talking, state="ended")["outcome"] == "answered"
    assert alone.until(ringing, state="ended")["outcome"] == "lost"
    assert len(alone.rung(RINGS_ON)) == before + 1


def test_a_killed_process_leaves_no_call_behind(alone: Installation) -> None:
    number = "+919820369002"
    alone.call(to=number, wait="answered")
    alone.running["api"].kill()
    alone.running["api"].wait()
    assert [attempt["ended_at"] for attempt in alone.rung(number)] == [None]
    alone.start_api()
    wait_for(lambda: alone.rung(number)[0]["ended_at"], seconds=60, what="the end of the orphan")
    assert alone.client.get("/api/v1/calls").json()["data"] == []
    assert alone.call(to=ANSWERS, wait="ended")["outcome"] == "answered"


def test_told_to_stop_it_ends_its_calls_and_itself(alone: Installation) -> None:
    number = "+919820379002"
    alone.call(to=number, wait="answered")
    alone.running["api"].send_signal(signal.SIGTERM)
    # The promise is five seconds; a busy machine is given more.
    assert alone.running["api"].wait(30) == 0
    assert [attempt["hangup_side"] for attempt in alone.rung(number)] == ["us"]


def test_told_to_stop_while_asterisk_is_away_it_ends_as_well(alone: Installation) -> None:
    alone.start_api()
    alone.call(to="+919820389002", wait="answered")
    alone.running["asterisk"].kill()
    alone.running["asterisk"].wait()
    alone.running["api"].send_signal(signal.SIGTERM)
    assert alone.running["api"].wait(30) == 0
    assert "call.left_open" in (alone.folder / "api.log").read_text()


def test_the_log_is_json_and_tells_neither_numbers_nor_passwords(alone: Installation) -> None:
    text = (alone.folder / "api.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    ended = [line for line in lines if line["event"] == "call.ended"]
    assert {"answered", "busy", "lost"} <= {line["outcome"] for line in ended}
    assert ended[0].items() >= {"user": USER, "country": "IN", "mode": "direct", "role": "calls"}.items()
    assert any(line["event"] == "do_not_call.bad_lines" for line in lines)
    for secret in ("98200", PASSWORD, "eyJ", "$2b$"):
        assert secret not in text, secret


def test_up_starts_it_with_an_emulated_asterisk_and_nothing_else(tmp_path: Path, password_hash: str) -> None:
    made = Installation(tmp_path, {"METACORTEX_CALLS_USERS": json.dumps({USER: password_hash})})
    try:
        made.start("up", "up")
        made.await_readiness()
        made.sign_in()
        busy = made.call(to=BUSY, wait="ended", timeout_seconds=5, record=True)
        assert (busy["outcome"], busy["is_recorded"]) == ("busy", False)
        assert busy["recording_note"] == "announcement-missing"
        assert {path.name for path in (tmp_path / "logs").iterdir()} == {"api.log", "emulator.log"}
        made.running["up"].send_signal(signal.SIGTERM)
        assert made.running["up"].wait(60) == 0
        with pytest.raises(httpx.ConnectError):
            made.client.get("/health/live")
    finally:
        made.end()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "METACORTEX_CALLS_USERS"),
        ({"METACORTEX_CALLS_USERS": '{"dev": "hunter2hunter2"}'}, "METACORTEX_CALLS_USERS"),
        ({"METACORTEX_CALLS_EMULATED": "false"}, "METACORTEX_CALLS_ASTERISK_URL"),
        ({"METACORTEX_CALLS_DO_NOT_CALL_FILE": "/nowhere/at/all"}, "METACORTEX_CALLS_DO_NOT_CALL_FILE"),
        ({"METACORTEX_CALLS_ANNOUNCEMENT": "hello"}, "METACORTEX_CALLS_ANNOUNCEMENT"),
        ({"METACORTEX_CALLS_OPENS_AT": "9"}, "METACORTEX_CALLS_OPENS_AT"),
    ],
)
def test_what_is_not_configured_is_said_by_name(
    tmp_path: Path, password_hash: str, settings: dict[str, str], said: str
) -> None:
    users = {} if "USERS" in said else {"METACORTEX_CALLS_USERS": json.dumps({USER: password_hash})}
    environment = make_environment(tmp_path, **users, **settings)
    ended = run_command("api", environment=environment)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hunter2" not in ended.stderr


def test_a_password_is_hashed_for_the_settings(tmp_path: Path) -> None:
    def run(given: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "metacortex.entrypoints.cli", "hash-password"]
        environment = make_environment(tmp_path)
        return subprocess.run(command, input=given, env=environment, capture_output=True, text=True, check=False)

    made = run(f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("$2b$10$")
    assert run("short\n").returncode == 2
