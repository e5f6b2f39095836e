"""What follows on a call: the events, their outcomes, and the races that a real Asterisk was seen to have."""

import asyncio

import pytest

from metacortex.platform.emulators.asterisk.behaviour import behaviour_of_number
from metacortex.platform.emulators.asterisk.options import Options
from tests.platform.ari_line import Line, open_line

HUMAN, PATIENT, RINGS_ON = "+49301239001", "+49301239002", "+49301239103"


@pytest.fixture
async def line():
    async with open_line() as opened:
        yield opened


async def test_an_answered_call_tells_its_story_in_order(line: Line):
    events = await line.connect()
    await line.originate(HUMAN, appArgs="lead,7")
    destroyed = await events.end_of("one")
    assert events.kinds("one") == [
        "Dial",
        "Dial RINGING",
        "ChannelStateChange",
        "ChannelStateChange",
        "Dial ANSWER",
        "StasisStart",
        "ChannelHangupRequest",
        "StasisEnd",
        "ChannelDestroyed",
    ]
    states = [one["channel"]["state"] for one in events.of("one") if one["type"] == "ChannelStateChange"]
    assert states == ["Ringing", "Up"]
    started = await events.first("StasisStart")
    assert started["args"] == ["lead", "7"]
    assert all("caller" not in one for one in events.of("one") if one["type"] == "Dial")
    assert all({"timestamp", "application", "asterisk_id"} <= set(one) for one in events.all)
    assert (destroyed["cause"], destroyed["cause_txt"]) == (16, "Normal Clearing")
    assert destroyed["channel"]["creationtime"] < destroyed["timestamp"]
    assert (await line.ask("GET", "channels/one"))[0] == 404


OUTCOMES = [
    ("busy", "+49301239101", "BUSY", 17),
    ("busy without a cause", "Local/49301239101@leads", "BUSY", 0),
    ("congestion", "+49301239102", "CONGESTION", 34),
    ("congestion without a cause", "Local/49301239102@leads", "CONGESTION", 0),
    ("rings until our timeout", RINGS_ON, "RINGING", 19),
    ("silent until our timeout", "+49301239104", "", 19),
    ("gives up ringing", "+49301239105", "NOANSWER", 19),
    ("unallocated", "+49301239106", "NOANSWER", 1),
    ("rejected", "+49301239107", "NOANSWER", 21),
    ("out of order", "+49301239108", "NOANSWER", 27),
    ("network", "+49301239109", "NOANSWER", 38),
    ("peer unreachable", "+49301239110", "CHANUNAVAIL", 20),
    ("trunk silent", "+49301239111", "CONGESTION", 0),
    ("no such technology", "+49301239112", "NOANSWER", 66),
    ("no such extension", "+49301239113", None, 0),
    ("any cause", "+49301239622", "NOANSWER", 22),
    ("timeout before 23.2", "+49301239130", "RINGING", 0),
    ("agent busy", "PJSIP/agent-busy-7", "BUSY", 17),
    ("agent away", "PJSIP/agent-noanswer-7", "RINGING", 19),
    ("agent offline", "PJSIP/agent-offline-7", "CHANUNAVAIL", 20),
]


@pytest.mark.parametrize(("number", "status", "cause"), [row[1:] for row in OUTCOMES], ids=[row[0] for row in OUTCOMES])
async def test_an_unanswered_call_ends_as_measured(line: Line, number, status, cause):
    events = await line.connect()
    await line.originate(number, timeout=20)
    destroyed = await events.end_of("one")
    dials = [one["dialstatus"] for one in events.of("one") if one["type"] == "Dial"]
    assert (dials[-1] if dials else None, destroyed["cause"]) == (status, cause)
    assert "StasisStart" not in events.kinds("one")
    assert len([one for one in events.of("one") if one["type"] == "ChannelDestroyed"]) == 1


async def test_our_hangup_of_an_answered_call_has_the_reason_that_we_gave(line: Line):
    events = await line.connect()
    for place, (query, cause) in enumerate({"": 16, "?reason=busy": 17, "?reason_code=487": 487}.items()):
        await line.originate(PATIENT, f"call-{place}")
        await events.first("StasisStart", f"call-{place}")
        assert (await line.ask("DELETE", f"channels/call-{place}{query}"))[0] == 204
        assert (await events.end_of(f"call-{place}"))["cause"] == cause
        request = await events.first("ChannelHangupRequest", f"call-{place}")
        assert (request["soft"], request["cause"]) == (True, 32)
        assert events.kinds(f"call-{place}")[-2:] == ["StasisEnd", "ChannelDestroyed"]


@pytest.mark.parametrize(("query", "status", "cause"), [("", "NOANSWER", 16), ("?reason=busy", "BUSY", 17)])
async def test_our_hangup_while_it_rings_is_seen_as_not_answered(line: Line, query, status, cause):
    events = await line.connect()
    await line.originate(RINGS_ON, timeout=-1)
    await events.first("ChannelStateChange")
    await line.ask("DELETE", f"channels/one{query}")
    assert (await events.end_of("one"))["cause"] == cause
    assert events.kinds("one")[-3:] == ["ChannelHangupRequest", f"Dial {status}", "ChannelDestroyed"]
    (entry,) = await line.ledger()
    assert (entry["hangup_side"], entry["answered_at"]) == ("us", None)


async def test_a_context_form_is_seen_only_by_who_watches_every_channel(line: Line):
    events = await line.connect()
    await line.originate("+49301239106", "unseen", app=None, context="amd", extension="s")
    await line.ask("POST", "applications/crm/subscription?eventSource=channel:")
    await line.originate("+49301239106", "seen", app=None, context="amd", extension="s")
    await events.end_of("seen")
    assert events.kinds("unseen") == []
    assert events.kinds("seen")[0] == "ChannelCreated"


async def test_the_far_half_of_a_local_channel_is_heard_too(line: Line):
    events = await line.connect()
    await line.originate("Local/49301239001@leads/n")
    await events.end_of("one;2")
    dialled = {one["peer"]["id"] for one in events.all if one["type"] == "Dial"}
    assert dialled == {"one", "one;2.inner"}
    assert "StasisStart" in events.kinds("one")


async def test_a_created_channel_comes_first_and_is_dialled_afterwards(line: Line):
    events = await line.connect()
    order = {"endpoint": f"PJSIP/{PATIENT}@trunk", "app": "crm", "channelId": "made"}
    assert (await line.ask("POST", "channels/create", json=order))[0] == 200
    assert (await events.first("StasisStart"))["channel"]["state"] == "Down"
    assert await line.ledger() == []
    assert (await line.ask("POST", "channels/made/dial?timeout=30"))[0] == 204
    while "Dial ANSWER" not in events.kinds("made"):
        await events.first("Dial", "made")
        await line.ask("GET", "asterisk/ping")
    assert events.kinds("made").count("StasisStart") == 1
    assert (await line.ask("POST", "channels/made/dial"))[0] == 409


async def test_dialling_a_created_channel_too_early_is_refused_sometimes():
    async with open_line(races=True) as line:
        await line.connect()
        answers = []
        for place in range(40):
            order = {"endpoint": f"PJSIP/{PATIENT}@trunk", "app": "crm", "channelId": f"made-{place}"}
            await line.ask("POST", "channels/create", json=order)
            answers.append((await line.ask("POST", f"channels/made-{place}/dial"))[0])
        assert set(answers) == {204, 409}


async def test_events_overtake_the_response_of_a_quick_failure():
    async with open_line(races=True) as line:
        events = await line.connect()
        overtaken = gone = 0

        async def call(place: int) -> None:
            nonlocal overtaken, gone
            await line.originate("+49301239106", f"quick-{place}")
            overtaken += "ChannelDestroyed" in events.kinds(f"quick-{place}")
            gone += (await line.ask("GET", f"channels/quick-{place}"))[0] == 404

        for batch in range(0, 128, 16):
            await asyncio.gather(*(call(batch + place) for place in range(16)))
        await events.until(lambda: sum(one["type"] == "ChannelDestroyed" for one in events.all) == 128)
        assert 20 < overtaken < 128
        assert gone
        order = [events.kinds(f"quick-{place}") for place in range(128)]
        assert any(kinds[0] == "ChannelHangupRequest" for kinds in order)
        assert any(kinds[0] == "Dial" for kinds in order)


@pytest.mark.parametrize(("number", "last"), [("+49301239120", "ChannelDestroyed"), ("+49301239121", "StasisStart")])
async def test_a_number_can_be_chosen_whose_events_always_come_first(line: Line, number, last):
    events = await line.connect()
    await line.originate(number)
    assert events.kinds("one")[-1] == last


async def test_a_caller_can_hang_up_at_once_press_keys_or_answer_late(line: Line):
    events = await line.connect()
    await line.originate("+49301239004", "brief")
    await line.originate("+49301239008", "keys")
    await line.originate("+49301239003", "late")
    for name in ("brief", "keys", "late"):
        await events.end_of(name)
    assert "StasisStart" in events.kinds("brief")
    assert "StasisStart" in events.kinds("late")
    digits = [one for one in events.of("keys") if one["type"] == "ChannelDtmfReceived"]
    assert "".join(one["digit"] for one in digits) == "12#"


VERDICTS = {"9001": "HUMAN", "9005": "MACHINE", "9006": "NOTSURE", "9009": "MACHINE"}


@pytest.mark.parametrize("last_four", VERDICTS)
async def test_machine_detection_comes_back_with_its_verdict(line: Line, last_four):
    events = await line.connect()
    await line.originate(f"+4930123{last_four}", appArgs="first")
    await events.first("StasisStart")
    assert (await line.ask("POST", "channels/one/continue", json={"context": "amd", "extension": "s"}))[0] == 204
    await events.until(lambda: events.kinds("one").count("StasisStart") == 2)
    second = [one for one in events.of("one") if one["type"] == "StasisStart"][1]
    assert second["args"][:2] == ["amd", VERDICTS[last_four]]
    assert events.kinds("one").count("StasisEnd") == 1
    status, found = await line.ask("GET", "channels/one/variable?variable=AMDSTATUS")
    assert (status, found["value"]) == (200, VERDICTS[last_four])


async def test_a_hangup_during_machine_detection_shows_only_the_end(line: Line):
    events = await line.connect()
    await line.originate("+49301239007")
    await events.first("StasisStart")
    await line.ask("POST", "channels/one/continue", json={"context": "amd", "extension": "s"})
    await events.end_of("one")
    assert events.kinds("one")[-3:] == ["StasisStart", "StasisEnd", "ChannelDestroyed"]


async def test_a_move_to_an_unknown_application_fails_by_event_only(line: Line):
    events, other = await line.connect(), await line.connect("other")
    await line.originate(PATIENT)
    await events.first("StasisStart")
    assert (await line.ask("POST", "channels/one/move?app=nobody"))[0] == 204
    assert (await events.first("ApplicationMoveFailed"))["destination"] == "nobody"
    assert (await line.ask("POST", "channels/one/move?app=other&appArgs=x"))[0] == 204
    assert (await other.first("StasisStart"))["args"] == ["x"]
    assert (await events.first("StasisEnd"))["channel"]["id"] == "one"


async def test_agents_answer_and_never_hang_up(line: Line):
    events = await line.connect()
    await line.originate("PJSIP/agent-7", "agent")
    await line.originate("PJSIP/100", "extension")
    await line.originate(HUMAN, "callee")
    await events.end_of("callee")
    assert (await line.ask("GET", "channels/agent"))[1]["state"] == "Up"
    assert {entry["kind"] for entry in await line.ledger()} == {"agent", "callee"}
    assert len(await line.ledger(kind="agent")) == 2


async def test_one_leg_that_ends_leaves_the_other_up(line: Line):
    events = await line.connect()
    for name, who in (("agent", "PJSIP/agent-7"), ("callee", HUMAN)):
        await line.originate(who, name)
        await events.first("StasisStart", name)
    status, bridge = await line.ask("POST", "bridges?type=mixing&bridgeId=talk")
    assert (status, bridge["channels"]) == (200, [])
    assert (await line.ask("POST", "bridges/talk/addChannel?channel=agent,callee"))[0] == 204
    await events.end_of("callee")
    assert events.kinds("callee")[-4:] == ["ChannelHangupRequest", "ChannelLeftBridge", "StasisEnd", "ChannelDestroyed"]
    assert (await line.ask("GET", "bridges/talk"))[1]["channels"] == ["agent"]
    assert (await line.ask("DELETE", "bridges/talk"))[0] == 204
    await events.first("BridgeDestroyed")
    assert (await line.ask("GET", "channels/agent"))[1]["state"] == "Up"


async def test_bridges_refuse_what_a_real_one_refuses(line: Line):
    events = await line.connect()
    await line.originate(RINGS_ON, timeout=-1)
    await line.ask("POST", "bridges?bridgeId=talk")
    for path, status in (
        ("bridges/none/addChannel?channel=one", 404),
        ("bridges/talk/addChannel", 400),
        ("bridges/talk/addChannel?channel=none", 400),
        ("bridges/talk/addChannel?channel=one", 422),
        ("bridges/talk/removeChannel?channel=one", 422),
        ("bridges?type=tent", 400),
        ("bridges?bridgeId=TALK", 409),
        ("bridges/talk?name=renamed", 200),
    ):
        assert (await line.ask("POST", path))[0] == status, path
    assert (await line.ask("GET", "bridges"))[1][0]["name"] == "renamed"
    await events.close()


async def test_a_supervisor_listens_and_goes_with_the_call(line: Line):
    events = await line.connect()
    await line.originate(PATIENT)
    await events.first("StasisStart")
    for query in ("", "app=crm", "app=crm&spy=up"):
        assert (await line.ask("POST", f"channels/one/snoop?{query}"))[0] == 400
    status, _ = await line.ask("POST", "channels/one/snoop/ear?app=crm&spy=both&whisper=out&appArgs=barge")
    assert status == 200
    assert (await events.first("StasisStart", "ear"))["args"] == ["barge"]
    await line.ask("DELETE", "channels/one")
    await events.end_of("ear")


async def test_a_blind_transfer_sends_the_callee_away(line: Line):
    events = await line.connect()
    await line.originate(PATIENT)
    await events.first("StasisStart")
    assert (await line.ask("POST", "channels/one/redirect?endpoint=IAX2/b/7"))[0] == 422
    assert (await line.ask("POST", "channels/one/redirect?endpoint=PJSIP/agent-7"))[0] == 204
    await events.end_of("one")
    (entry,) = await line.ledger()
    assert (entry["transferred_to"], entry["hangup_side"]) == ("PJSIP/agent-7", "transfer")


async def test_controls_of_a_call_are_taken_only_in_an_application(line: Line):
    events = await line.connect()
    await line.originate(PATIENT)
    await events.first("StasisStart")
    for method, path, status in (
        ("POST", "hold", 204),
        ("DELETE", "hold", 204),
        ("POST", "mute?direction=in", 204),
        ("POST", "mute?direction=up", 400),
        ("DELETE", "mute", 204),
        ("POST", "ring", 204),
        ("POST", "dtmf", 400),
        ("POST", "dtmf?dtmf=12", 204),
    ):
        assert (await line.ask(method, f"channels/one/{path}"))[0] == status, path


def test_the_same_seed_gives_the_same_callees_and_about_the_chosen_share_answers():
    numbers = [f"+49301{place:05d}00" for place in range(400)]
    first, same, other = (
        [behaviour_of_number(number, 0, Options(seed=seed, answer_rate=0.4)) for number in numbers]
        for seed in (1, 1, 2)
    )
    assert first == same != other
    assert 120 < sum(one.answers for one in first) < 200
    assert {one.amd_status for one in first if one.answers} == {"HUMAN", "MACHINE", "NOTSURE"}
    again = [behaviour_of_number(number, 1, Options(seed=1, answer_rate=0.4)) for number in numbers]
    assert again != first
