"""Setting calls up and ending them (channels.json)."""

import asyncio
from typing import Final

from metacortex.platform.emulators.asterisk import calls
from metacortex.platform.emulators.asterisk.behaviour import Behaviour
from metacortex.platform.emulators.asterisk.causes import NORMAL, REASONS
from metacortex.platform.emulators.asterisk.parts import Channel
from metacortex.platform.emulators.asterisk.requests import Call, Handler, Refusal, Reply, read_variables
from metacortex.platform.emulators.asterisk.stasis import end, enter_stasis, hang_up_ourselves, remove
from metacortex.platform.emulators.asterisk.switch import Switch

LONGEST_ID: Final = 149
DEFAULT_TIMEOUT: Final = 30
TECHNOLOGIES: Final = {"pjsip": "PJSIP", "iax2": "IAX2", "local": "Local", "dahdi": "DAHDI"}
FORMATS: Final = frozenset({"ulaw", "alaw", "slin", "slin16", "gsm", "g722", "g729", "opus", "ilbc", "speex"})
UNKNOWN_PEER: Final = "unknown"
EARLY_SECONDS: Final = 0.003
"""How long a response that its events overtake stays behind them."""


def shown(channel: Channel) -> Reply:
    """A channel as the answer."""
    return 200, channel.snapshot()


def list_channels(call: Call) -> Reply:
    """GET /channels."""
    return 200, b"[" + b",".join(channel.snapshot() for channel in call.switch.channels.values()) + b"]"


def get_channel(call: Call) -> Reply:
    """GET /channels/{id}: 404 means ended, or never there."""
    return shown(call.channel())


def read_timeout(call: Call) -> int:
    """Seconds to ring: 0 and words become 30, -1 is without limit."""
    return call.whole("timeout", DEFAULT_TIMEOUT) or DEFAULT_TIMEOUT


def read_endpoint(call: Call) -> tuple[str, str]:
    """The technology and the resource to dial, or the refusal that a real one gives."""
    technology, slash, resource = call.need("endpoint").partition("/")
    if not slash or not resource:
        raise Refusal(400, "Invalid endpoint specified")
    for name in call.words("formats"):
        if name not in FORMATS:
            raise Refusal(400, f"Provided format ({name}) was not found")
    if (originator := call.get("originator")) and call.switch.channel(originator) is None:
        raise Refusal(400, "Provided originator channel was not found")
    known = TECHNOLOGIES.get(technology.lower())
    trunk = resource.split("/")[0] if "/" in resource else resource.split("@")[-1]
    if known is None or trunk.startswith(UNKNOWN_PEER) or call.switch.shutting_down:
        raise Refusal(500, "Allocation failed", "error")
    return known, resource


def read_id(call: Call, name: str) -> str:
    """An id for a new channel: not too long, and not that of a live one."""
    wanted = call.get(name)
    if len(wanted) > LONGEST_ID:
        raise Refusal(400, "Uniqueid length exceeds maximum of 149")
    if wanted and call.switch.channel(wanted) is not None:
        raise Refusal(409, "Channel with given unique ID already exists")
    return wanted


def new_channel(call: Call) -> Channel:
    """A channel as asked for, known by its id, and by a second one for the far half of a Local channel."""
    switch = call.switch
    technology, resource = read_endpoint(call)
    if call.ids:
        call.params["channelId"] = call.ids[0]
    channel_id = read_id(call, "channelId") or switch.new_id()
    other_id = read_id(call, "otherChannelId") or f"{channel_id};2"
    if other_id.lower() == channel_id.lower():
        raise Refusal(409, "Channel with given unique ID already exists")
    variables, reported = read_variables(call.body)
    endpoint = f"{technology}/{resource}"
    trunk = resource.split("/")[0] if "/" in resource else resource.split("@")[-1]
    name = f"{technology}/{trunk}-{next(switch.numbers):08x}"
    if technology == "Local":
        name = f"{endpoint}-{next(switch.numbers):08x};1"
    caller_name, caller_number = read_caller(call.get("callerId"))
    channel = Channel(channel_id, name, endpoint, connected_number=caller_number)
    channel.caller_name = caller_name
    channel.variables, channel.reported = variables, reported
    register(call, channel)
    if technology == "Local":
        channel.other_half = Channel(other_id, name[:-1] + "2", endpoint, other_half=channel)
        register(call, channel.other_half)
    return channel


def register(call: Call, channel: Channel) -> None:
    """Make a channel known; only those who watch every channel hear of its creation."""
    call.switch.channels[channel.id.lower()] = channel
    call.switch.endpoints.setdefault(channel.endpoint, set()).add(channel.id)
    call.switch.emit("ChannelCreated", channel)


def read_caller(given: str) -> tuple[str, str]:
    """Name and number from `"Name" <number>` or a bare number."""
    name, angle, number = given.partition("<")
    return (name.strip(' "'), number.rstrip("> ")) if angle else ("", given.strip())


async def originate(call: Call) -> Reply:
    """POST /channels and /channels/{id}: 200 means only that the attempt has begun."""
    switch = call.switch
    app, extension = call.get("app"), call.get("extension")
    if call.get("endpoint") and not app and not extension:
        raise Refusal(400, "Application or extension must be specified")
    if switch.faults.strikes("allocation_failed"):
        raise Refusal(500, "Allocation failed", "error")
    if switch.faults.originate_seconds:
        await wait_for_turn(switch)
    channel = new_channel(call)
    channel.app, channel.app_args = app, call.get("appArgs")
    channel.context, channel.to_extension = call.get("context", "default"), extension
    behaviour, number = calls.choose_behaviour(switch, channel)
    if not behaviour.accepted:
        channel.ended = True
        remove(switch, channel)
        raise Refusal(500, "Allocation failed", "error")
    if (watcher := switch.apps.get(app)) is not None:
        for half in (channel, channel.other_half):
            if half is not None:
                switch.watch(watcher, half)
    begun = channel.snapshot()
    overtaken = calls.dial(switch, channel, behaviour, number, read_timeout(call))
    if overtaken:
        await asyncio.sleep(EARLY_SECONDS)
    await disturb(call, channel)
    return 200, begun


async def wait_for_turn(switch: Switch) -> None:
    """Let the server be busy with the originates before, and then with this one."""
    now = asyncio.get_running_loop().time()
    switch.busy_until = max(now, switch.busy_until) + switch.faults.originate_seconds / switch.clock.speed
    await asyncio.sleep(switch.busy_until - now)


async def disturb(call: Call, channel: Channel) -> None:
    """Let the response come late, or never: the call goes on."""
    faults, behaviour = call.switch.faults, channel.behaviour
    if faults.strikes("slow_response"):
        await asyncio.sleep(faults.slow_response_seconds / call.switch.clock.speed)
    if behaviour.slow_response:
        await asyncio.sleep(behaviour.slow_response / call.switch.clock.speed)
    if behaviour.loses_response or faults.strikes("lost_response"):
        call.reset()


def create(call: Call) -> Reply:
    """POST /channels/create: the channel goes to the application first, and is dialled later."""
    call.need("endpoint")
    name = call.need("app")
    channel = new_channel(call)
    channel.app, channel.app_args = name, call.get("appArgs")
    if (app := call.switch.apps.get(name)) is not None:
        call.switch.watch(app, channel)
    pause = call.switch.chance.uniform(0.0, 0.002) if call.switch.options.races else 0.0
    call.switch.clock.after(pause * call.switch.clock.speed, begin_created, call, channel)
    return shown(channel)


def begin_created(call: Call, channel: Channel) -> None:
    """StasisStart of a created channel comes a moment after the response."""
    if not channel.ended:
        enter_stasis(call.switch, channel, channel.app, channel.app_args)


def dial(call: Call) -> Reply:
    """POST /channels/{id}/dial: refused with 409 until StasisStart is out."""
    channel = call.stasis_channel()
    if (caller := call.get("caller")) and call.switch.channel(caller) is None:
        raise Refusal(404, "Calling channel not found")
    if channel.dialled:
        raise Refusal(409, "Channel is already dialled")
    behaviour, number = calls.choose_behaviour(call.switch, channel)
    timeout = call.whole("timeout")
    channel.dialled = True
    call.switch.clock.after(0.0, dial_later, call, channel, behaviour, number, timeout)
    return None


def dial_later(call: Call, channel: Channel, behaviour: Behaviour, number: str, timeout: int) -> None:
    """The attempt itself, unless the channel was hung up before."""
    if not channel.ended:
        calls.dial(call.switch, channel, behaviour, number, timeout)


def hang_up(call: Call) -> Reply:
    """DELETE /channels/{id}, with a reason in words or any number as `reason_code`."""
    channel = call.channel()
    reason, code = call.get("reason"), call.get("reason_code")
    if reason and code:
        raise Refusal(400, "The reason and reason_code query parameters can't both be specified")
    if reason and reason not in REASONS:
        raise Refusal(400, "Invalid reason for hangup provided")
    cause = call.whole("reason_code") if code else REASONS.get(reason, NORMAL)
    if code and str(cause) != code:
        raise Refusal(400, "Invalid reason_code for hangup provided")
    call.switch.clock.after(0.0, hang_up_ourselves, call.switch, channel, cause)
    return None


def redirect(call: Call) -> Reply:
    """POST /channels/{id}/redirect: the far side is sent to another endpoint and leaves."""
    channel = call.stasis_channel()
    technology, slash, target = call.need("endpoint").partition("/")
    if not slash or not target:
        raise Refusal(400, "Invalid parameters for redirecting")
    if technology.lower() != channel.endpoint.split("/")[0].lower():
        raise Refusal(422, "Endpoint is not the same type as the channel")
    if channel.entry is not None:
        call.switch.ledger.note(channel.entry, transferred_to=call.get("endpoint"))
    call.switch.clock.after(0.0, end, call.switch, channel, NORMAL, "transfer")
    return None


def snoop(call: Call) -> Reply:
    """POST /channels/{id}/snoop: a channel that hears (spy) or speaks to (whisper) another."""
    target = call.channel()
    spy, whisper = call.get("spy", "none"), call.get("whisper", "none")
    if {spy, whisper} - {"none", "both", "in", "out"}:
        raise Refusal(400, "Invalid direction specified")
    if spy == whisper == "none":
        raise Refusal(400, "Direction must be specified for at least spy or whisper")
    app = call.need("app")
    if len(call.ids) > 1:
        call.params["snoopId"] = call.ids[1]
    channel_id = read_id(call, "snoopId") or call.switch.new_id()
    name = f"Snoop/{target.id}-{next(call.switch.numbers):08x}"
    channel = Channel(channel_id, name, name, state="Up", app=app, snooped=target, spy=spy, whisper=whisper)
    call.switch.snoops.append(channel)
    register(call, channel)
    call.switch.clock.after(0.0, enter_stasis, call.switch, channel, app, call.get("appArgs"))
    return shown(channel)


ROUTES: Final[dict[str, Handler]] = {
    "GET channels": list_channels,
    "POST channels": originate,
    "POST channels/create": create,
    "GET channels/*": get_channel,
    "POST channels/*": originate,
    "DELETE channels/*": hang_up,
    "POST channels/*/dial": dial,
    "POST channels/*/redirect": redirect,
    "POST channels/*/snoop": snoop,
    "POST channels/*/snoop/*": snoop,
}
