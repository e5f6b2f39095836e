"""Who is at the other end: read from the number that is dialled, or drawn from a seeded mixture."""

import random
from dataclasses import dataclass, replace
from typing import Final

from metacortex.platform.emulators.asterisk.causes import dial_status_of
from metacortex.platform.emulators.asterisk.options import Options

PLAIN_NUMBER_DIGITS: Final = 7
"""A number without a trunk and shorter than this is an extension of the house, an agent's telephone."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way in which a called party can behave; times are emulated seconds from the start of the attempt.

    `speaks`: from when to when something is said, counted from the answer; None: without an end.
    """

    answers: bool = False
    decides_after: float | None = 0.0
    rings_after: float | None = None
    dial_status: str | None = "NOANSWER"
    cause: int = 16
    talks: float | None = None
    amd_status: str = "HUMAN"
    amd_cause: str = "HUMAN-1200-800"
    amd_seconds: float = 2.4
    hangs_up_in_amd: bool = False
    digits: str = ""
    speaks: tuple[tuple[float, float | None], ...] = ()
    dials: bool = True
    overtakes: bool = False
    accepted: bool = True
    loses_response: bool = False
    slow_response: float = 0.0
    timeout_cause: int = 19
    agent: bool = False


def answer(after: float = 2.0, talks: float | None = 20.0) -> Behaviour:
    """Somebody who picks up, and hangs up after so many seconds of talk, or never."""
    return Behaviour(answers=True, rings_after=min(0.2, after / 2), decides_after=after, talks=talks)


def fail(cause: int, *, after: float = 0.0, rings: bool = False, status: str | None = None) -> Behaviour:
    """A call that ends unanswered with a cause, and the dial status that goes with it unless another is given."""
    ringing = min(0.2, after / 2) if rings else None
    shown = dial_status_of(cause) if status is None else status
    return Behaviour(decides_after=after, rings_after=ringing, dial_status=shown, cause=cause)


GREETING_AND_BEEP: Final = ((0.0, 7.0), (7.8, 8.3))
MACHINE: Final = replace(
    answer(4.0, 30.0),
    amd_status="MACHINE",
    amd_cause="MAXWORDS-3-2",
    amd_seconds=2.6,
    speaks=GREETING_AND_BEEP,
)
UNSURE: Final = replace(answer(), amd_status="NOTSURE", amd_cause="TOOLONG-5000", amd_seconds=5.0)
BUSY: Final = fail(17, after=0.5)
RINGS_ON: Final = Behaviour(decides_after=None, rings_after=0.2)
UNREACHABLE: Final = fail(20)

BY_LAST_FOUR: Final = {
    "9001": answer(),
    "9002": answer(talks=None),
    "9003": answer(25.0),
    "9004": answer(talks=0.0),
    "9005": MACHINE,
    "9006": UNSURE,
    "9007": replace(answer(), hangs_up_in_amd=True, amd_seconds=1.0),
    "9008": replace(answer(), digits="12#"),
    "9009": replace(MACHINE, amd_cause="INITIALSILENCE-2500-2500", amd_seconds=3.0, speaks=()),
    "9010": answer(0.0),
    "9011": answer(talks=2.0),
    "9012": replace(MACHINE, talks=None, speaks=((0.0, None),)),
    "9013": replace(MACHINE, talks=5.0),
    "9014": replace(answer(), amd_status="", amd_cause="", amd_seconds=0.1),
    "9101": BUSY,
    "9102": fail(34, after=0.3),
    "9103": RINGS_ON,
    "9104": Behaviour(decides_after=None),
    "9105": fail(19, after=15.0, rings=True),
    "9106": fail(1),
    "9107": fail(21, after=1.0, rings=True),
    "9108": fail(27),
    "9109": fail(38),
    "9110": UNREACHABLE,
    "9111": fail(0, after=4.0, status="CONGESTION"),
    "9112": fail(66),
    "9113": Behaviour(dials=False, cause=0, dial_status=None),
    "9120": replace(fail(34), overtakes=True),
    "9121": replace(answer(0.0), overtakes=True),
    "9122": Behaviour(accepted=False),
    "9123": replace(answer(), loses_response=True),
    "9124": replace(answer(), slow_response=5.0),
    "9130": replace(RINGS_ON, timeout_cause=0),
}
"""The last four digits of a number, and what happens when it is called."""

BY_AGENT_NAME: Final = {
    "busy": BUSY,
    "noanswer": RINGS_ON,
    "reject": fail(21, after=1.0, rings=True),
    "offline": UNREACHABLE,
    "late": answer(12.0, None),
    "drops": answer(1.0, 3.0),
}
"""A word in an agent's endpoint, and how that agent behaves."""


def number_in(resource: str) -> tuple[str, str]:
    """The number and the trunk that a dial string names (`+49…@trunk`, `trunk/49…`, `trunk/sip:49…@host`)."""
    if "/" in resource:
        trunk, _, rest = resource.partition("/")
        number = rest.split("/", 1)[0].removeprefix("sips:").removeprefix("sip:").split("@", 1)[0]
    else:
        number, _, trunk = resource.partition("@")
    return number, trunk


def is_agent(number: str, trunk: str) -> bool:
    """Whether a telephone of the house is dialled rather than somebody outside."""
    digits = number.lstrip("+")
    return not digits.isascii() or not digits.isdigit() or (not trunk and len(digits) < PLAIN_NUMBER_DIGITS)


def behaviour_of_agent(name: str, options: Options) -> Behaviour:
    """Agents answer after the chosen time and never hang up, unless their name says otherwise."""
    words = name.lower().replace("_", "-").split("-")
    chosen = next((BY_AGENT_NAME[word] for word in words if word in BY_AGENT_NAME), None)
    return replace(chosen or answer(options.agent_answer_seconds, None), agent=True)


def behaviour_of_number(number: str, attempt: int, options: Options) -> Behaviour:
    """By the last four digits; `96CC` fails with cause CC; any other number is drawn from the mixture."""
    last_four = number[-4:]
    if last_four in BY_LAST_FOUR:
        return BY_LAST_FOUR[last_four]
    if last_four.startswith("96") and len(last_four) == 4:
        return fail(int(last_four[2:]))
    return draw(random.Random(f"{options.seed}:{number}:{attempt}"), options)


UNANSWERED: Final = (
    (0.58, "rings on"),
    (0.16, "busy"),
    (0.08, "unallocated"),
    (0.06, "gives up"),
    (0.05, "rejected"),
    (0.04, "congestion"),
    (0.03, "out of order"),
)
"""Shares among the calls that nobody answers."""


def draw(chance: random.Random, options: Options) -> Behaviour:
    """A callee of the mixture: who answers, how long it rings, how long the talk lasts."""
    ring = options.ring_seconds * chance.lognormvariate(0.0, 0.5)
    if chance.random() >= options.answer_rate:
        return draw_unanswered(chance, ring)
    talk = options.talk_seconds * chance.lognormvariate(0.0, 0.9)
    if chance.random() >= options.machine_share:
        unsure = chance.random() < 0.04
        amd_seconds = chance.uniform(2.2, 2.6)
        human = replace(answer(ring, talk), amd_seconds=amd_seconds)
        return replace(UNSURE, decides_after=ring, talks=talk) if unsure else human
    return replace(MACHINE, decides_after=ring * 2, talks=chance.uniform(15, 60), amd_seconds=chance.uniform(2.4, 5.0))


def draw_unanswered(chance: random.Random, ring: float) -> Behaviour:
    """One of the ways in which nobody answers."""
    kind = chance.choices([name for _, name in UNANSWERED], [share for share, _ in UNANSWERED])[0]
    return {
        "rings on": RINGS_ON,
        "busy": fail(17, after=chance.uniform(0.3, 2.0)),
        "unallocated": fail(1, after=chance.uniform(0.0, 0.5)),
        "gives up": fail(19, after=ring + 10, rings=True),
        "rejected": fail(21, after=ring / 2, rings=True),
        "congestion": fail(34),
        "out of order": fail(27),
    }[kind]
