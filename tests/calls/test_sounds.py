"""Which sounds may be played: those that lie where Asterisk keeps sounds, and no other file of its machine."""

import pytest
from pydantic import ValidationError

from metacortex.contexts.calls.schemas import PlaySound
from metacortex.contexts.calls.settings import AloneSettings
from tests.calls.campaigning import QUICK
from tests.calls.desks import Desk
from tests.calls.test_following import begin_talk, end

GOOD = ("sound:hello-world", "sound:en/our_message", "sound:a.b-1/c..d", f"sound:{'x' * 150}")
BAD = (
    "sound:../../etc/passwd",
    "sound:..",
    "sound:.",
    "sound:a/../b",
    "sound:a/./b",
    "sound:a/..",
    "sound:.hidden",
    "sound:/etc/passwd",
    "sound://etc/passwd",
    "sound:a//b",
    "sound:a/",
    "sound:",
    "sound:a&sound:/etc/passwd",
    "sound:a b",
    "sound:a\n",
    "sound:%2e%2e/x",
    "sound:..\\x",
    "sound:hello\x00",
    "Sound:hello",
    "hello",
    "recording:0197c0de00007000800000000000000a/0197c0de00007000800000000000000b",
    "file:///etc/passwd",
    "number:1",
    "sound:http://example.com/x",
    f"sound:{'x' * 151}",
)


@pytest.mark.parametrize("name", GOOD)
def test_a_sound_below_the_folder_of_sounds(name: str) -> None:
    assert PlaySound(media=name).media == name
    assert AloneSettings(announcement=name).announcement == name


@pytest.mark.parametrize("name", BAD)
def test_no_other_file(name: str) -> None:
    with pytest.raises(ValidationError):
        PlaySound(media=name)
    with pytest.raises(ValidationError):
        AloneSettings(announcement=name)


@pytest.mark.slow
async def test_everywhere_a_sound_is_named(desk: Desk) -> None:
    call_id = await begin_talk(desk, desk.client)
    for bad in ("sound:../../etc/passwd", "sound:/etc/passwd", "recording:x"):
        answers = [
            await desk.client.post(f"/api/v1/calls/{call_id}/play", json={"media": bad}),
            await desk.client.patch("/api/v1/calling/settings", json={"announcement": bad}),
            *[
                await desk.client.post(
                    "/api/v1/dial-campaigns",
                    json={"name": "Spring", "mode": "power", "settings": {**QUICK, field: bad}},
                )
                for field in ("abandonment_sound", "voicemail_sound")
            ],
        ]
        assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "invalid_request")] * 4
    assert (await desk.client.post(f"/api/v1/calls/{call_id}/play", json={"media": GOOD[1]})).status_code == 204
    await end(desk, call_id)
