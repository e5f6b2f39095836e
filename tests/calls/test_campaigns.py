"""Dial campaigns through the front door: lists, pacing, settling, steering, on an emulated Asterisk."""

from collections import Counter

from tests.calls.campaigning import MakeTeam

ANSWERS, BUSY, SILENT, INVALID, SHORT = "9001", "9101", "9105", "9106", "9011"


def numbers(kind: str, count: int, *, start: int = 100) -> list[str]:
    """Numbers of people who all behave alike."""
    return [f"+91982{start + place:03d}{kind}" for place in range(count)]


async def test_a_progressive_campaign_calls_everybody_once(make_team: MakeTeam) -> None:
    team = await make_team(3)
    called = [
        *numbers(ANSWERS, 15),
        *numbers(SHORT, 15),
        *numbers(BUSY, 10),
        *numbers(SILENT, 10),
        *numbers(INVALID, 10),
    ]
    once = {outcome: {"attempts": 0} for outcome in ("busy", "no-answer")}
    campaign_id = await team.make(called, recycling=once)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    assert (await team.move(campaign_id, "start")).status_code == 200
    live = await team.until(campaign_id, lambda live: live["state"] == "done", seconds=90)
    assert live["targets"] == {"done": 60}
    assert live["outcomes"] == {"answered": 30, "busy": 10, "no-answer": 10, "invalid-number": 10}
    assert (live["abandonment"]["live"], live["abandonment"]["abandoned"]) == (30, 0)
    assert Counter(number for number in called if team.desk.rung(number) != 1) == Counter()
    talked = [call for call in await team.calls(campaign_id) if call["outcome"] == "answered"]
    assert {call["member_id"] for call in talked} == {str(agent.member_id) for agent in team.agents}
