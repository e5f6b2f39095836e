"""How a call goes on: told step by step, and against an Asterisk that says things late, twice and out of order."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.rules.flow.waiting import GREETING_LIMIT
from metacortex.contexts.calls.types import (
    Action,
    AwaitSilence,
    Call,
    CallState,
    CloseBridge,
    DetectMachine,
    HangUp,
    Join,
    Leave,
    Leg,
    LegState,
    Mode,
    Monitor,
    Monitoring,
    Mute,
    Originate,
    Outcome,
    Party,
    Play,
    Ringing,
    Signal,
    SignalKind,
    StartRecording,
    StopMonitoring,
    Transfer,
    Verdict,
    Wait,
    channel_id,
    read_channel_id,
)

ORG = UUID(int=7)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def leg(party: Party, **values) -> Leg:
    return Leg(id=uuid4(), party=party, endpoint=f"PJSIP/{party.value}", **values)


def new_call(mode: Mode, *, agents: int = 1, **values) -> Call:
    legs = [leg(Party.AGENT) for _ in range(0 if mode is Mode.DIRECT else 1 if mode is Mode.LINE else agents)]
    if mode is not Mode.LINE:
        legs.insert(len(legs) if mode is Mode.AGENT_FIRST else 0, leg(Party.LEAD))
    return Call(org_id=ORG, id=uuid4(), mode=mode, legs=tuple(legs), requested_at=NOON, **values)


class Story:
    """A call that is told what happens, and remembers what it wanted done."""

    def __init__(self, call: Call) -> None:
        self.at = NOON
        self.call, self.actions = flow.start(call, NOON)
        self.wanted: list[Action] = list(self.actions)

    def of(self, party: Party, place: int = 0) -> Leg:
        return [one for one in self.call.legs if one.party is party][place]

    def say(self, kind: SignalKind, of: Leg, **values) -> tuple[Action, ...]:
        self.at += timedelta(seconds=1)
        said = Signal(kind=kind, channel_id=channel_id(ORG, of.id), at=self.at, **values)
        return self.take(flow.advance(self.call, of.id, said))

    def take(self, step: flow.Step) -> tuple[Action, ...]:
        self.call, self.actions = step
        self.wanted += self.actions
        return self.actions

    def answer(self, of: Leg) -> tuple[Action, ...]:
        self.say(SignalKind.DIAL, of)
        self.say(SignalKind.DIAL, of, text="RINGING")
        self.say(SignalKind.UP, of)
        self.say(SignalKind.DIAL, of, text="ANSWER")
        return self.say(SignalKind.ENTERED, of, args=(of.party.value,))

    def destroy(self, of: Leg, cause: int | None = 16, text: str = "") -> tuple[Action, ...]:
        if text:
            self.say(SignalKind.DIAL, of, text=text)
        return self.say(SignalKind.DESTROYED, of, cause=cause)

    def end(self) -> Outcome:
        """Let Asterisk do every hang-up that was asked for, and return the outcome."""
        for one in self.call.legs:
            if one.is_open:
                self.destroy(one)
        assert self.call.state is CallState.ENDED
        assert self.call.outcome is not None
        return self.call.outcome


def test_agent_first_rings_the_lead_only_once_the_agent_is_there() -> None:
    story = Story(new_call(Mode.AGENT_FIRST, is_recorded=True, announcement="sound:recorded"))
    agent, lead = story.of(Party.AGENT), story.of(Party.LEAD)
    assert story.wanted == [Originate(agent.id)]
    assert story.answer(agent) == (Join(agent.id), Originate(lead.id))
    story.say(SignalKind.DIAL, lead, text="RINGING")
    assert story.call.state is CallState.RINGING
    assert story.answer(lead) == (Join(lead.id), Play("sound:recorded"), StartRecording())
    assert (story.call.state, story.call.is_recording) == (CallState.CONNECTED, True)
    assert story.destroy(lead) == (HangUp(agent.id),)
    assert story.destroy(agent) == (CloseBridge(),)
    assert story.call.outcome is Outcome.ANSWERED


def test_lead_first_rings_the_agent_when_the_lead_is_there() -> None:
    story = Story(new_call(Mode.LEAD_FIRST))
    lead, agent = story.of(Party.LEAD), story.of(Party.AGENT)
    assert story.answer(lead) == (Join(lead.id), Originate(agent.id))
    assert story.call.state is CallState.ANSWERED
    assert story.answer(agent) == (Join(agent.id),)
    assert story.call.connected_at == story.at
    assert story.end() is Outcome.ANSWERED


def test_direct_rings_the_lead_alone() -> None:
    story = Story(new_call(Mode.DIRECT))
    assert story.answer(story.of(Party.LEAD)) == (Join(story.of(Party.LEAD).id),)
    assert story.call.state is CallState.CONNECTED
    assert story.end() is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("cause", "text", "outcome"),
    [
        (17, "BUSY", Outcome.BUSY),
        (0, "BUSY", Outcome.BUSY),
        (1, "NOANSWER", Outcome.INVALID_NUMBER),
        (19, "RINGING", Outcome.NO_ANSWER),
        (21, "NOANSWER", Outcome.REJECTED),
        (34, "CONGESTION", Outcome.CONGESTION),
    ],
)
@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.LINE])
def test_the_call_ends_as_the_leads_phone_did(mode: Mode, cause: int, text: str, outcome: Outcome) -> None:
    story = Story(new_call(mode))
    if mode is Mode.AGENT_FIRST:
        story.answer(story.of(Party.AGENT))
    story.destroy(story.of(Party.LEAD), cause, text)
    assert story.end() is outcome


def test_agents_are_rung_in_turn_until_one_answers() -> None:
    story = Story(new_call(Mode.AGENT_FIRST, agents=3))
    first, second, third = (story.of(Party.AGENT, place) for place in range(3))
    assert story.destroy(first, 19, "RINGING") == (Originate(second.id),)
    assert story.answer(second) == (Join(second.id), Originate(story.of(Party.LEAD).id))
    assert story.of(Party.AGENT, 2).state is LegState.ENDED
    assert story.end() is Outcome.CANCELLED, "the agent hung up while the lead's phone rang"
    assert Originate(third.id) not in story.wanted


def test_the_first_of_many_agents_to_answer_gets_the_call() -> None:
    story = Story(new_call(Mode.AGENT_FIRST, agents=3, ringing=Ringing.AT_ONCE))
    first, second, third = (story.of(Party.AGENT, place) for place in range(3))
    assert story.wanted == [Originate(first.id), Originate(second.id), Originate(third.id)]
    elsewhere = "answered_elsewhere"
    lead = story.of(Party.LEAD)
    assert story.answer(second) == (
        HangUp(first.id, elsewhere),
        HangUp(third.id, elsewhere),
        Join(second.id),
        Originate(lead.id),
    )
    assert story.answer(third) == (HangUp(third.id),), "there was no channel when it was first hung up"
    story.destroy(first, 26)
    story.answer(lead)
    story.destroy(third, 26)
    assert story.call.state is CallState.CONNECTED, "the others' ends are not the call's"
    assert story.end() is Outcome.ANSWERED


def test_no_agent_answers_and_the_lead_is_never_rung() -> None:
    story = Story(new_call(Mode.AGENT_FIRST, agents=2))
    story.destroy(story.of(Party.AGENT), 19, "RINGING")
    assert story.destroy(story.of(Party.AGENT, 1), 17, "BUSY") == (CloseBridge(),)
    assert story.call.outcome is Outcome.AGENT_UNREACHED
    assert story.of(Party.LEAD).requested_at is None


def test_no_agent_answers_a_waiting_lead() -> None:
    story = Story(new_call(Mode.LEAD_FIRST, agents=1))
    lead = story.of(Party.LEAD)
    story.answer(lead)
    assert story.destroy(story.of(Party.AGENT), 19, "RINGING") == (HangUp(lead.id),)
    assert story.end() is Outcome.ABANDONED


def test_a_lead_who_gave_up_waiting_leaves_no_agent_ringing() -> None:
    story = Story(new_call(Mode.LEAD_FIRST, agents=2))
    story.answer(story.of(Party.LEAD))
    agent = story.of(Party.AGENT)
    assert story.destroy(story.of(Party.LEAD)) == (HangUp(agent.id),)
    assert story.destroy(agent, 16) == (CloseBridge(),)
    assert story.call.outcome is Outcome.ABANDONED


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_machine_is_hung_up_and_everything_else_is_a_person(verdict: Verdict) -> None:
    story = Story(new_call(Mode.LEAD_FIRST, detects_machine=True))
    lead, agent = story.of(Party.LEAD), story.of(Party.AGENT)
    assert story.answer(lead) == (DetectMachine(lead.id),)
    assert story.say(SignalKind.ENTERED, lead, args=("lead",)) == (), "said twice"
    actions = story.say(SignalKind.ENTERED, lead, args=("lead", verdict.value.upper()))
    if verdict is Verdict.MACHINE:
        assert actions == (HangUp(lead.id),)
        assert story.end() is Outcome.MACHINE
    else:
        assert actions == (Join(lead.id), Originate(agent.id))
        story.answer(agent)
        assert story.end() is Outcome.ANSWERED


def test_hanging_up_cancels_what_rings_and_drops_what_was_not_rung() -> None:
    story = Story(new_call(Mode.AGENT_FIRST, agents=2))
    first = story.of(Party.AGENT)
    assert story.take(flow.hang_up(story.call, NOON)) == (HangUp(first.id),)
    assert story.take(flow.hang_up(story.call, NOON)) == (), "asked twice"
    assert story.destroy(first, 16, "NOANSWER") == (CloseBridge(),)
    assert story.call.outcome is Outcome.CANCELLED
    assert story.wanted.count(Originate(first.id)) == 1
    assert story.take(flow.hang_up(story.call, NOON)) == ()


def test_an_answer_that_crosses_a_hang_up_brings_nobody_together() -> None:
    story = Story(new_call(Mode.AGENT_FIRST))
    story.take(flow.hang_up(story.call, NOON))
    assert story.answer(story.of(Party.AGENT)) == (HangUp(story.of(Party.AGENT).id),)
    story.end()
    assert story.of(Party.LEAD).requested_at is None


def test_hold_and_resume() -> None:
    story = talk()
    lead = story.of(Party.LEAD)
    assert story.take(flow.hold(story.call)) == (Leave(lead.id),)
    assert story.take(flow.hold(story.call)) == ()
    assert story.take(flow.resume(story.call, NOON)) == (Join(lead.id),), "no second announcement, no second recording"


def talk(mode: Mode = Mode.AGENT_FIRST) -> Story:
    story = Story(new_call(mode, is_recorded=True, announcement="sound:recorded"))
    for party in (Party.AGENT, Party.LEAD) if mode is Mode.AGENT_FIRST else (Party.LEAD, Party.AGENT):
        story.answer(story.of(party))
    assert story.call.state is CallState.CONNECTED
    return story


def test_a_blind_transfer_lets_the_agent_go_when_the_other_answers() -> None:
    story = talk()
    agent, other = story.of(Party.AGENT), leg(Party.THIRD)
    assert story.take(flow.transfer(story.call, other, Transfer.BLIND, NOON)) == (Originate(other.id),)
    assert story.answer(other) == (Join(other.id), HangUp(agent.id))
    assert story.destroy(agent) == ()
    assert story.call.state is CallState.CONNECTED
    assert story.destroy(other) == (HangUp(story.of(Party.LEAD).id),)
    assert story.end() is Outcome.ANSWERED


def test_a_blind_transfer_that_fails_leaves_the_agent_with_the_lead() -> None:
    story = talk()
    other = leg(Party.THIRD)
    story.take(flow.transfer(story.call, other, Transfer.BLIND, NOON))
    assert story.destroy(other, 17, "BUSY") == ()
    assert (story.call.state, story.call.transfer) == (CallState.CONNECTED, None)
    assert story.destroy(story.of(Party.LEAD)) == (HangUp(story.of(Party.AGENT).id),)


def test_an_attended_transfer_completed() -> None:
    story = talk()
    agent, lead, other = story.of(Party.AGENT), story.of(Party.LEAD), leg(Party.THIRD)
    assert story.take(flow.transfer(story.call, other, Transfer.ATTENDED, NOON)) == (
        Leave(lead.id),
        Originate(other.id),
    )
    assert story.take(flow.complete_transfer(story.call, NOON)) == (), "nobody is there yet"
    assert story.answer(other) == (Join(other.id),)
    assert story.take(flow.complete_transfer(story.call, NOON)) == (Join(lead.id), HangUp(agent.id))
    assert story.destroy(agent) == ()
    assert story.destroy(lead) == (HangUp(other.id),)
    assert story.end() is Outcome.ANSWERED


@pytest.mark.parametrize("kind", list(Transfer))
def test_a_lead_is_being_handed_on_until_that_is_done_or_comes_to_nothing(kind: Transfer) -> None:
    story = talk()
    assert not flow.is_transferring(story.call)
    for has_answered in (False, True):
        other = leg(Party.THIRD)
        story.take(flow.transfer(story.call, other, kind, NOON))
        assert flow.is_transferring(story.call)
        if not has_answered:
            story.destroy(other, 21, "NOANSWER")
        else:
            story.answer(other)
            assert flow.is_transferring(story.call) is (kind is Transfer.ATTENDED), "they speak first"
            story.take(flow.complete_transfer(story.call, NOON))
        assert not flow.is_transferring(story.call)


@pytest.mark.parametrize("declines", [True, False])
def test_an_attended_transfer_that_comes_to_nothing(declines: bool) -> None:
    story = talk()
    lead, other = story.of(Party.LEAD), leg(Party.THIRD)
    story.take(flow.transfer(story.call, other, Transfer.ATTENDED, NOON))
    if declines:
        assert story.destroy(other, 21, "NOANSWER") == (Join(lead.id),)
    else:
        assert story.take(flow.cancel_transfer(story.call, NOON)) == (HangUp(other.id), Join(lead.id))
        assert story.destroy(other, 16) == ()
    assert story.call.transfer is None
    assert story.call.state is CallState.CONNECTED


@pytest.mark.parametrize("member_id", [uuid4(), None])
@pytest.mark.parametrize("how", ["blind", "attended", "agent leaves", "agent leaves early"])
def test_a_colleague_who_takes_over_is_the_calls_agent(how: str, member_id: UUID | None) -> None:
    story = talk()
    first, other = story.of(Party.AGENT), leg(Party.THIRD, member_id=member_id)
    story.take(flow.transfer(story.call, other, Transfer.BLIND if how == "blind" else Transfer.ATTENDED, NOON))
    if how == "agent leaves early":
        story.destroy(first)
    story.answer(other)
    if how == "attended":
        story.take(flow.complete_transfer(story.call, NOON))
    if how != "agent leaves early":
        story.destroy(first)
    taken = flow.find_leg(story.call, other.id)
    assert taken is not None
    assert (taken.party, story.call.transfer) == (Party.AGENT if member_id else Party.THIRD, None)
    assert story.take(flow.mute(story.call, is_muted=True)) == ((Mute(other.id, True),) if member_id else ())
    assert story.destroy(taken) == (HangUp(story.of(Party.LEAD).id),), "nobody else is there"


def test_a_transfer_whose_lead_hung_up_ends_for_all() -> None:
    story = talk()
    other = leg(Party.THIRD)
    story.take(flow.transfer(story.call, other, Transfer.ATTENDED, NOON))
    story.answer(other)
    assert set(story.destroy(story.of(Party.LEAD))) == {HangUp(other.id), HangUp(story.of(Party.AGENT).id)}
    assert story.end() is Outcome.ANSWERED


@pytest.mark.parametrize("monitoring", list(Monitoring))
def test_a_supervisor_comes_and_goes_without_ending_the_call(monitoring: Monitoring) -> None:
    story = talk()
    agent, supervisor = story.of(Party.AGENT), leg(Party.SUPERVISOR, monitoring=monitoring)
    assert story.take(flow.add_leg(story.call, supervisor, NOON)) == (Originate(supervisor.id),)
    expected: Action = Monitor(supervisor.id, agent.id, whispers=monitoring is Monitoring.WHISPER)
    assert story.answer(supervisor) == (Join(supervisor.id) if monitoring is Monitoring.BARGE else expected,)
    assert story.destroy(supervisor) == ()
    assert story.call.state is CallState.CONNECTED


@pytest.mark.parametrize("before", list(Monitoring))
@pytest.mark.parametrize("after", list(Monitoring))
def test_a_supervisor_goes_on_in_another_way(before: Monitoring, after: Monitoring) -> None:
    story = talk()
    agent, supervisor = story.of(Party.AGENT), leg(Party.SUPERVISOR, monitoring=before)
    story.take(flow.add_leg(story.call, supervisor, NOON))
    story.answer(supervisor)
    actions = story.take(flow.change_monitoring(story.call, story.of(Party.SUPERVISOR), after, NOON))
    begun: Action = Monitor(supervisor.id, agent.id, whispers=after is Monitoring.WHISPER)
    begun = Join(supervisor.id) if after is Monitoring.BARGE else begun
    assert actions == (() if after is before else (StopMonitoring(supervisor.id), begun))
    assert (story.of(Party.SUPERVISOR).monitoring, story.of(Party.SUPERVISOR).is_joined) == (
        after,
        after is Monitoring.BARGE,
    )


def test_a_supervisor_who_is_still_rung_takes_part_as_asked_last() -> None:
    story = talk()
    supervisor = leg(Party.SUPERVISOR, monitoring=Monitoring.BARGE)
    story.take(flow.add_leg(story.call, supervisor, NOON))
    changed = flow.change_monitoring(story.call, story.of(Party.SUPERVISOR), Monitoring.LISTEN, NOON)
    assert story.take(changed) == ()
    assert story.answer(supervisor) == (Monitor(supervisor.id, story.of(Party.AGENT).id, whispers=False),)


def test_a_supervisor_does_not_keep_a_call_open() -> None:
    story = talk()
    supervisor = leg(Party.SUPERVISOR, monitoring=Monitoring.LISTEN)
    story.take(flow.add_leg(story.call, supervisor, NOON))
    story.answer(supervisor)
    assert set(story.destroy(story.of(Party.LEAD))) == {HangUp(story.of(Party.AGENT).id), HangUp(supervisor.id)}


def test_a_leg_nobody_knows_about_any_more_is_lost_and_not_rung_again() -> None:
    story = Story(new_call(Mode.DIRECT))
    story.say(SignalKind.ABSENT, story.of(Party.LEAD))
    assert story.call.outcome is Outcome.LOST
    assert story.wanted.count(Originate(story.of(Party.LEAD).id)) == 1


def test_an_answered_leg_that_is_gone_was_answered() -> None:
    story = talk()
    story.say(SignalKind.ABSENT, story.of(Party.LEAD))
    assert story.end() is Outcome.ANSWERED


def test_after_a_crash_only_what_may_be_repeated_is_done_again() -> None:
    story = talk()
    agent, lead = story.of(Party.AGENT), story.of(Party.LEAD)
    both = {agent.id, lead.id}
    assert flow.recover(story.call, both) == (Join(agent.id), Join(lead.id))
    assert flow.recover(story.call, {lead.id}) == (Join(lead.id),)
    assert flow.recover(story.call, both, may_record=True) == (Join(agent.id), Join(lead.id), StartRecording())
    story.take(flow.hang_up(story.call, NOON))
    assert flow.recover(story.call, both) == (HangUp(agent.id), HangUp(lead.id))
    story.destroy(agent)
    story.destroy(lead)
    assert flow.recover(story.call, both, may_record=True) == (CloseBridge(),)
    ringing = Story(new_call(Mode.AGENT_FIRST))
    assert flow.recover(ringing.call, {leg.id for leg in ringing.call.legs}) == ()


def test_a_detection_that_was_not_begun_is_begun_again() -> None:
    story = Story(new_call(Mode.DIRECT, detects_machine=True))
    lead = story.of(Party.LEAD)
    assert story.answer(lead) == (DetectMachine(lead.id),)
    assert flow.recover(story.call, {lead.id}) == (DetectMachine(lead.id),)


def test_a_lead_on_hold_stays_there_whatever_is_said_again() -> None:
    story = talk()
    lead = story.of(Party.LEAD)
    story.take(flow.hold(story.call))
    assert story.say(SignalKind.ENTERED, lead) == ()
    assert not story.of(Party.LEAD).is_joined
    assert story.take(flow.resume(story.call, NOON)) == (Join(lead.id),)


@pytest.mark.parametrize("kind", [SignalKind.UP, SignalKind.ENTERED])
def test_who_picks_up_after_their_leg_was_given_up_is_let_go(kind: SignalKind) -> None:
    story = Story(new_call(Mode.DIRECT))
    lead = story.of(Party.LEAD)
    story.say(SignalKind.ABSENT, lead)
    assert story.call.outcome is Outcome.LOST
    assert story.say(kind, lead) == (HangUp(lead.id),)
    assert story.say(SignalKind.DESTROYED, lead) == ()


def campaign_call(**values) -> Story:
    """A campaign's call, whose agent is found when the lead answers."""
    return Story(new_call(Mode.LEAD_FIRST, agents=0, campaign_id=uuid4(), hold_seconds=2, **values))


def lend_line(at: datetime = NOON) -> Leg:
    return leg(Party.AGENT, state=LegState.UP, is_standing=True, line_leg_id=uuid4(), answered_at=at)


def test_a_line_rings_one_agent_and_waits_with_music() -> None:
    story = Story(new_call(Mode.LINE))
    agent = story.of(Party.AGENT)
    assert story.wanted == [Originate(agent.id)]
    assert story.answer(agent) == (Wait(agent.id),)
    assert (story.call.state, story.call.connected_at) == (CallState.ANSWERED, None)
    assert story.say(SignalKind.ENTERED, agent, args=("agent",)) == (), "the line may be lent by now"
    assert story.destroy(agent) == (CloseBridge(),)
    assert story.call.outcome is Outcome.ANSWERED


def test_a_stop_ends_what_rings_and_nothing_that_was_answered() -> None:
    rings = campaign_call()
    lead = rings.of(Party.LEAD)
    assert rings.take(flow.stop_ringing(rings.call, rings.at)) == (HangUp(lead.id),)
    assert rings.take(flow.stop_ringing(rings.call, rings.at)) == (), "asked for once"
    assert rings.end() is Outcome.CANCELLED
    assert flow.stop_ringing(rings.call, rings.at) == (rings.call, ())
    answered = campaign_call(detects_machine=True)
    answered.answer(answered.of(Party.LEAD))
    assert flow.stop_ringing(answered.call, answered.at) == (answered.call, ())


def test_a_campaigns_lead_meets_an_agent_whose_line_is_given_back() -> None:
    story = campaign_call(is_recorded=True)
    lead, line = story.of(Party.LEAD), lend_line()
    assert not flow.wants_agent(story.call)
    assert story.answer(lead) == (), "nobody to join yet"
    assert flow.wants_agent(story.call)
    assert story.take(flow.add_leg(story.call, line, story.at)) == (Join(line.id), Join(lead.id), StartRecording())
    assert story.call.state is CallState.CONNECTED
    assert not flow.wants_agent(story.call)
    assert story.destroy(lead) == (Leave(line.id), CloseBridge()), "the line is never hung up"
    assert story.call.outcome is Outcome.ANSWERED
    assert story.of(Party.AGENT).channel_leg_id == line.line_leg_id


def test_an_agent_who_hangs_up_a_campaigns_call_keeps_the_line() -> None:
    story = campaign_call()
    lead, line = story.of(Party.LEAD), lend_line()
    story.answer(lead)
    story.take(flow.add_leg(story.call, line, story.at))
    assert story.take(flow.hang_up(story.call, story.at)) == (HangUp(lead.id), Leave(line.id))
    assert story.call.state is CallState.CONNECTED
    assert story.destroy(lead) == (CloseBridge(),)


def test_a_line_that_dies_ends_the_call_it_was_lent_to() -> None:
    story = campaign_call()
    lead, line = story.of(Party.LEAD), lend_line()
    story.answer(lead)
    story.take(flow.add_leg(story.call, line, story.at))
    assert story.destroy(story.of(Party.AGENT)) == (HangUp(lead.id),)
    assert story.end() is Outcome.ANSWERED


def test_a_blind_transfer_gives_the_line_back() -> None:
    story = campaign_call()
    line, other = lend_line(), leg(Party.THIRD)
    story.answer(story.of(Party.LEAD))
    story.take(flow.add_leg(story.call, line, story.at))
    story.take(flow.transfer(story.call, other, Transfer.BLIND, NOON))
    assert story.answer(other) == (Join(other.id), Leave(line.id))
    assert story.call.state is CallState.CONNECTED


@pytest.mark.parametrize("sound", [None, "sound:sorry"])
def test_a_lead_for_whom_nobody_is_free_hears_why(sound: str | None) -> None:
    story = campaign_call(abandonment_sound=sound)
    lead = story.of(Party.LEAD)
    story.answer(lead)
    assert flow.find_deadline(story.call) == story.at + timedelta(seconds=2)
    expected: tuple[Action, ...] = (Play(sound, lead.id),) if sound else (HangUp(lead.id),)
    assert story.take(flow.abandon(story.call, story.at)) == expected
    assert story.take(flow.abandon(story.call, story.at)) == (), "said twice"
    assert not flow.wants_agent(story.call), "too late for an agent"
    if sound:
        assert story.say(SignalKind.PLAYBACK_FINISHED, lead) == (HangUp(lead.id),)
    assert story.end() is Outcome.ABANDONED


@pytest.mark.parametrize(
    ("args", "waited_milliseconds"),
    [
        (("amd", "HUMAN", "HUMAN-820-800"), 820),
        (("amd", "human", "human-1200-1000"), 1200),
        (("amd", "HUMAN", "HUMAN-9000-800"), 2400),
        (("amd", "HUMAN", "HUMAN-0-0"), 0),
        (("amd", "HUMAN", ""), 2400),
        (("amd", "HUMAN"), 2400),
        (("amd", "HUMAN", "HUMAN-99999999999999-800"), 2400),
        (("amd", "NOTSURE", "TOOLONG-5000"), 2400),
        (("amd",), 2400),
    ],
)
def test_the_seconds_of_the_law_begin_where_the_greeting_ends(args: tuple[str, ...], waited_milliseconds: int) -> None:
    story = campaign_call(detects_machine=True)
    lead = story.of(Party.LEAD)
    story.answer(lead)
    picked_up_at = story.of(Party.LEAD).answered_at
    assert picked_up_at is not None
    judged_at = picked_up_at + timedelta(seconds=2.4)
    said = Signal(kind=SignalKind.ENTERED, channel_id=channel_id(ORG, lead.id), at=judged_at, args=args)
    story.take(flow.advance(story.call, lead.id, said))
    assert flow.wants_agent(story.call)
    greeted_at = judged_at - timedelta(milliseconds=waited_milliseconds)
    assert flow.find_deadline(story.call) == greeted_at + timedelta(seconds=2)
    assert story.call.waiting_at == greeted_at, "of which the rate is counted"
    assert story.say(SignalKind.ENTERED, lead, args=args) == ()
    assert story.call.waiting_at == greeted_at


def test_a_machine_is_left_a_message_where_a_campaign_has_one() -> None:
    story = campaign_call(detects_machine=True, voicemail_sound="sound:voicemail")
    lead = story.of(Party.LEAD)
    assert story.answer(lead) == (DetectMachine(lead.id),)
    assert story.say(SignalKind.ENTERED, lead, args=("amd", "MACHINE")) == (AwaitSilence(lead.id),)
    assert not flow.wants_agent(story.call)
    assert story.say(SignalKind.PLAYBACK_FINISHED, lead) == (), "nothing was said to it yet"
    assert story.say(SignalKind.TALKING_FINISHED, lead) == (Play("sound:voicemail", lead.id),)
    assert story.say(SignalKind.TALKING_FINISHED, lead) == (), "the message is said once"
    assert story.say(SignalKind.PLAYBACK_FINISHED, lead) == (HangUp(lead.id),)
    assert story.end() is Outcome.MACHINE


def machine() -> tuple[Story, Leg]:
    """A campaign's call that a machine has answered, which now says its greeting."""
    story = campaign_call(detects_machine=True, voicemail_sound="sound:voicemail")
    lead = story.of(Party.LEAD)
    story.answer(lead)
    story.say(SignalKind.ENTERED, lead, args=("amd", "MACHINE"))
    return story, lead


def test_a_greeting_that_never_ends_is_spoken_over_at_the_limit() -> None:
    story, lead = machine()
    assert story.call.greeting_until_at == story.at + GREETING_LIMIT
    assert flow.is_greeting(story.call)
    story.at += GREETING_LIMIT
    assert story.take(flow.leave_message(story.call, story.at)) == (Play("sound:voicemail", lead.id),)
    assert story.call.message_at == story.at
    assert story.take(flow.leave_message(story.call, story.at)) == ()
    assert story.say(SignalKind.TALKING_FINISHED, lead) == (), "the greeting ends while the message is said"
    assert story.say(SignalKind.PLAYBACK_FINISHED, lead) == (HangUp(lead.id),)
    assert story.end() is Outcome.MACHINE


def test_a_machine_that_hangs_up_during_its_greeting_is_left_nothing() -> None:
    story, lead = machine()
    assert story.destroy(lead) == (CloseBridge(),)
    assert not flow.is_greeting(story.call)
    assert story.take(flow.leave_message(story.call, story.at)) == ()
    assert story.call.outcome is Outcome.MACHINE
    stopped, lead = machine()
    stopped.take(flow.hang_up(stopped.call, stopped.at))
    assert stopped.say(SignalKind.TALKING_FINISHED, lead) == (), "we hung up before"


def test_a_greeting_nobody_waits_for_is_waited_for_again_after_a_crash() -> None:
    story, lead = machine()
    assert flow.recover(story.call, set(), may_record=True) == (AwaitSilence(lead.id),)
    story.say(SignalKind.TALKING_FINISHED, lead)
    assert flow.recover(story.call, set(), may_record=True) == (), "a message is never said twice"


@pytest.mark.parametrize("args", [("amd", "", ""), ("amd",), ("amd", "SOMETHING", "NEW")])
def test_a_detection_that_failed_counts_as_a_person(args: tuple[str, ...]) -> None:
    story = Story(new_call(Mode.DIRECT, detects_machine=True))
    lead = story.of(Party.LEAD)
    story.answer(lead)
    assert story.say(SignalKind.ENTERED, lead, args=("lead",)) == (), "said twice"
    assert story.say(SignalKind.ENTERED, lead, args=("amd", "HANGUP", "")) == (), "gone in a moment"
    assert story.say(SignalKind.ENTERED, lead, args=args) == (Join(lead.id),)
    assert story.call.verdict is Verdict.NOTSURE


def test_a_closed_microphone_is_remembered() -> None:
    story = talk()
    agent, lead = story.of(Party.AGENT), story.of(Party.LEAD)
    assert story.take(flow.mute(story.call, is_muted=True)) == (Mute(agent.id, True),)
    assert (story.of(Party.AGENT).is_muted, story.of(Party.LEAD).is_muted) == (True, False)
    assert flow.recover(story.call, set(), may_record=True) == (StartRecording(), Mute(agent.id, True))
    assert story.take(flow.mute(story.call, is_muted=False)) == (Mute(agent.id, False),)
    assert not story.of(Party.AGENT).is_muted
    story.destroy(lead)
    story.destroy(agent)
    assert story.take(flow.mute(story.call, is_muted=True)) == (), "nobody is there"


def test_a_line_that_is_given_back_is_not_muted_for_the_next_lead() -> None:
    story = campaign_call()
    lead, line = story.of(Party.LEAD), lend_line()
    story.answer(lead)
    story.take(flow.add_leg(story.call, line, story.at))
    story.take(flow.mute(story.call, is_muted=True))
    assert story.destroy(lead) == (Leave(line.id), Mute(line.id, False), CloseBridge())
    assert not story.of(Party.AGENT).is_muted


@pytest.mark.parametrize("is_there", [True, False])
def test_an_agent_who_leaves_an_attended_transfer_hands_the_lead_on(is_there: bool) -> None:
    story = talk()
    agent, lead, other = story.of(Party.AGENT), story.of(Party.LEAD), leg(Party.THIRD)
    story.take(flow.transfer(story.call, other, Transfer.ATTENDED, NOON))
    if is_there:
        story.answer(other)
        assert story.destroy(agent) == (Join(lead.id),)
    else:
        assert story.destroy(agent) == ()
        assert story.answer(other) == (Join(other.id), Join(lead.id))
    assert (story.call.transfer, story.call.state) == (None, CallState.CONNECTED)
    assert story.destroy(other) == (HangUp(lead.id),)
    assert story.end() is Outcome.ANSWERED


def test_a_hang_up_that_came_before_the_channel_is_repeated_when_the_phone_rings() -> None:
    story = Story(new_call(Mode.DIRECT))
    lead = story.of(Party.LEAD)
    assert story.take(flow.hang_up(story.call, NOON)) == (HangUp(lead.id),)
    assert story.say(SignalKind.DIAL, lead) == (HangUp(lead.id),)
    assert story.say(SignalKind.DIAL, lead, text="RINGING") == (HangUp(lead.id),)
    assert story.destroy(lead, 16, "NOANSWER") == (CloseBridge(),)
    assert story.call.outcome is Outcome.CANCELLED


def test_a_lent_line_is_joined_and_left_again_after_a_crash() -> None:
    story = campaign_call()
    lead, line = story.of(Party.LEAD), lend_line()
    assert line.line_leg_id is not None
    story.answer(lead)
    story.take(flow.add_leg(story.call, line, story.at))
    assert flow.recover(story.call, {line.id, lead.id}) == (Join(lead.id), Join(line.id))
    story.take(flow.hold(story.call))
    assert flow.recover(story.call, {lead.id}) == (Leave(lead.id),)
    story.take(flow.transfer(story.call, leg(Party.THIRD), Transfer.BLIND, NOON))
    story.answer(story.of(Party.THIRD))
    assert flow.recover(story.call, {line.line_leg_id}) == (Leave(line.id),)


@given(
    seed=st.integers(0, 2**32), mode=st.sampled_from(Mode), ringing=st.sampled_from(Ringing), agents=st.integers(1, 3)
)
@settings(max_examples=300, deadline=None)
def test_whatever_asterisk_says_in_whatever_order_a_call_ends_once_and_rings_nobody_twice(
    seed: int, mode: Mode, ringing: Ringing, agents: int
) -> None:
    chance = Random(seed)
    campaign = {"campaign_id": uuid4(), "hold_seconds": 2} if chance.random() < 0.5 and mode is Mode.LEAD_FIRST else {}
    story = Story(
        new_call(
            mode,
            agents=0 if campaign else agents,
            ringing=ringing,
            detects_machine=chance.random() < 0.3,
            is_recorded=True,
            voicemail_sound=chance.choice([None, "sound:voicemail"]),
            abandonment_sound=chance.choice([None, "sound:sorry"]),
            **campaign,
        )
    )
    outcomes = []
    for _ in range(200):
        open_legs = [one for one in story.call.legs if one.is_open]
        if not open_legs:
            break
        one = chance.choice(open_legs)
        kind = chance.choice(
            [
                SignalKind.DIAL,
                SignalKind.RINGING,
                SignalKind.UP,
                SignalKind.ENTERED,
                SignalKind.DESTROYED,
                SignalKind.ABSENT,
                SignalKind.REFUSED,
                SignalKind.HANGUP_REQUESTED,
                SignalKind.PLAYBACK_FINISHED,
                SignalKind.TALKING_FINISHED,
                SignalKind.ENGAGED,
            ]
        )
        text = chance.choice(["", "RINGING", "PROGRESS", "BUSY", "ANSWER"]) if kind is SignalKind.DIAL else ""
        args = (one.party.value, chance.choice(["HUMAN", "MACHINE", "NOTSURE"])) if one.is_detecting else ()
        cause = chance.choice([0, 16, 17, 19, 34]) if kind is SignalKind.DESTROYED else None
        for _ in range(chance.choice([1, 1, 2])):
            story.say(kind, one, text=text, args=args, cause=cause)
            outcomes.append(story.call.outcome)
        if flow.wants_agent(story.call) and chance.random() < 0.5:
            story.take(flow.add_leg(story.call, lend_line(story.at), story.at))
        elif chance.random() < 0.1:
            story.take(flow.abandon(story.call, story.at))
        if chance.random() < 0.1:
            story.take(flow.leave_message(story.call, story.at))
        if chance.random() < 0.1:
            story.take(flow.mute(story.call, is_muted=chance.random() < 0.5))
        if chance.random() < 0.05:
            story.take(flow.hang_up(story.call, story.at))
    for one in story.call.legs:
        if one.is_open:
            story.destroy(one)
    assert story.call.state is CallState.ENDED
    assert story.call.outcome is not None
    assert all(one.state is LegState.ENDED for one in story.call.legs)
    assert len({outcome for outcome in outcomes if outcome}) <= 1
    rung = [action for action in story.wanted if isinstance(action, Originate)]
    assert len(rung) == len(set(rung))
    messages = [action for action in story.wanted if isinstance(action, Play) and action.media == "sound:voicemail"]
    assert len(messages) <= 1
    assert story.wanted.count(CloseBridge()) == 1
    assert story.wanted.count(StartRecording()) <= 1
    standing = {one.id for one in story.call.legs if one.is_standing}
    assert len(standing) <= 1
    assert not any(isinstance(action, HangUp) and action.leg_id in standing for action in story.wanted)
    assert not any(isinstance(action, Originate) and action.leg_id in standing for action in story.wanted)
    before = story.call
    for one in story.call.legs:
        assert story.say(SignalKind.DESTROYED, one, cause=16) == ()
        assert story.say(SignalKind.ENTERED, one) == (HangUp(one.id),)
    assert story.call == before


def test_channel_names_are_read_back_and_foreign_ones_are_not() -> None:
    one = uuid4()
    assert read_channel_id(channel_id(ORG, one)) == (ORG, one)
    for foreign in ("1699.12", f"{channel_id(ORG, one)};2", "mc-1-2", "", "mc-" + "z" * 32 + "-" + "z" * 32):
        assert read_channel_id(foreign) is None
