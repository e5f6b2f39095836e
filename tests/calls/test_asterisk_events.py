"""Events of Asterisk, as signals about our channels; the shapes are those of its published API description."""

from datetime import UTC, datetime

import pytest

from metacortex.contexts.calls.clients.asterisk.events import read_signal
from metacortex.contexts.calls.types import Signal, SignalKind, channel_id, recording_name
from tests.calls.hearing import ORG

OURS = channel_id(ORG, ORG)
NAME = recording_name(ORG, ORG)
STAMP = "2026-03-29T02:30:00.123+0100"
AT = datetime(2026, 3, 29, 1, 30, 0, 123_000, tzinfo=UTC)


def channel(state: str = "Up", name: str = OURS) -> dict:
    return {"id": name, "state": state, "creationtime": STAMP}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"type": "Dial", "dialstatus": "", "peer": channel("Down")}, {"kind": "dial"}),
        ({"type": "Dial", "dialstatus": "BUSY", "peer": channel("Down")}, {"kind": "dial", "text": "BUSY"}),
        (
            {"type": "Dial", "dialstatus": "RINGING", "peer": channel(), "caller": channel(name="x")},
            {"kind": "dial", "text": "RINGING"},
        ),
        ({"type": "ChannelStateChange", "channel": channel("Ringing")}, {"kind": "ringing"}),
        ({"type": "ChannelStateChange", "channel": channel("Up")}, {"kind": "up"}),
        (
            {"type": "StasisStart", "args": ["lead", "MACHINE"], "channel": channel()},
            {"kind": "entered", "args": ("lead", "MACHINE")},
        ),
        ({"type": "StasisStart", "args": [], "channel": channel()}, {"kind": "entered"}),
        ({"type": "StasisEnd", "channel": channel()}, {"kind": "left"}),
        (
            {"type": "ChannelHangupRequest", "soft": True, "cause": 32, "channel": channel()},
            {"kind": "hangup-requested", "text": "soft", "cause": 32},
        ),
        (
            {"type": "ChannelHangupRequest", "cause": 16, "channel": channel()},
            {"kind": "hangup-requested", "cause": 16},
        ),
        ({"type": "ChannelDestroyed", "cause": 19, "channel": channel()}, {"kind": "destroyed", "cause": 19}),
        ({"type": "ChannelDestroyed", "channel": channel()}, {"kind": "destroyed"}),
        ({"type": "ChannelDtmfReceived", "digit": "#", "channel": channel()}, {"kind": "digit", "text": "#"}),
        ({"type": "ChannelHold", "channel": channel()}, {"kind": "held"}),
        ({"type": "ChannelUnhold", "channel": channel()}, {"kind": "unheld"}),
        (
            {"type": "RecordingStarted", "recording": {"name": NAME}},
            {"kind": "recording-started", "channel_id": NAME, "text": NAME},
        ),
        (
            {"type": "RecordingFinished", "recording": {"name": NAME, "duration": 3}},
            {"kind": "recording-finished", "channel_id": NAME, "text": NAME},
        ),
        (
            {"type": "RecordingFailed", "recording": {"name": NAME, "cause": "x"}},
            {"kind": "recording-failed", "channel_id": NAME, "text": NAME},
        ),
        (
            {"type": "PlaybackFinished", "playback": {"target_uri": f"channel:{OURS}", "state": "failed"}},
            {"kind": "playback-finished", "text": "failed"},
        ),
        ({"type": "ChannelTalkingFinished", "duration": 2400, "channel": channel()}, {"kind": "talking-finished"}),
    ],
)
def test_event_becomes_a_signal(event: dict, expected: dict) -> None:
    rest = expected | {"kind": SignalKind(expected["kind"])}
    assert read_signal(event | {"timestamp": STAMP}) == Signal(**({"channel_id": OURS, "at": AT} | rest))


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": None},
        {"type": "ChannelVarset", "channel": channel()},
        {"type": "ChannelStateChange", "channel": channel("Down")},
        {"type": "ChannelDestroyed"},
        {"type": "ChannelDestroyed", "channel": None},
        {"type": "ChannelDestroyed", "channel": "x"},
        {"type": "ChannelDestroyed", "channel": {"id": None}},
        {"type": "ChannelDestroyed", "channel": channel(name="1700000000.1")},
        {"type": "ChannelDestroyed", "channel": channel(name=OURS + ";2")},
        {"type": "ChannelDestroyed", "channel": channel(name=OURS[:-1])},
        {"type": "Dial", "dialstatus": "ANSWER", "peer": channel(name="x"), "caller": channel()},
        {"type": "RecordingFinished", "recording": {"name": "voicemail/7"}},
        {"type": "RecordingFinished", "recording": []},
        {"type": "PlaybackFinished", "playback": {"target_uri": f"bridge:{OURS}", "state": "done"}},
        {"type": "PlaybackFinished", "playback": {}},
    ],
)
def test_what_is_not_about_our_calls_is_none(event: dict) -> None:
    assert read_signal(event | {"timestamp": STAMP}) is None


@pytest.mark.parametrize("stamp", [None, "", "yesterday", 7, "2026-03-29T01:30:00.123"])
def test_a_signal_always_has_an_aware_time(stamp: object) -> None:
    signal = read_signal({"type": "StasisEnd", "channel": channel(), "timestamp": stamp})
    assert signal is not None
    assert signal.at.utcoffset() is not None
    assert signal.at.utcoffset().total_seconds() == 0


@pytest.mark.parametrize("cause", ["16", None, 16.5, True, [16]])
def test_a_cause_that_is_no_number_is_none(cause: object) -> None:
    signal = read_signal({"type": "ChannelDestroyed", "channel": channel(), "cause": cause, "timestamp": STAMP})
    assert signal is not None
    assert signal.cause is None
