"""The emulated extensions.conf: machine detection, a place that does not exist, and a conversation elsewhere."""

from typing import Final

from metacortex.platform.emulators.asterisk.parts import Channel
from metacortex.platform.emulators.asterisk.stasis import end, enter_stasis, hang_up_remotely
from metacortex.platform.emulators.asterisk.switch import Switch

MISSING_CONTEXTS: Final = frozenset({"missing", "nowhere"})
"""Contexts that the emulated dialplan does not have."""

AMD_PREFIX: Final = "amd"


def run(switch: Switch, channel: Channel, context: str, extension: str) -> None:
    """Go on in the dialplan: `amd…` detects machines and returns, a missing context hangs up, others just go on."""
    channel.changed(context=context or "default", extension=extension or "s")
    if channel.context in MISSING_CONTEXTS:
        end(switch, channel, 0, "asterisk")
        return
    if not channel.context.startswith(AMD_PREFIX):
        channel.changed(running="Wait", running_data="3600")
        return
    channel.changed(running="AMD", running_data="")
    behaviour = channel.behaviour
    step = hang_up_remotely if behaviour.hangs_up_in_amd else give_verdict
    channel.timers.append(switch.clock.after(behaviour.amd_seconds, step, switch, channel))


def give_verdict(switch: Switch, channel: Channel) -> None:
    """AMD has decided: back to the application, with the verdict as arguments and as variables."""
    status, cause = channel.behaviour.amd_status, channel.behaviour.amd_cause
    channel.variables |= {"AMDSTATUS": status, "AMDCAUSE": cause}
    args = switch.options.amd_args.replace("${AMDSTATUS}", status).replace("${AMDCAUSE}", cause)
    name = channel.app or channel.variables.get("STASIS_APP") or next(iter(switch.apps), "")
    enter_stasis(switch, channel, name, args)


def show_inner_leg(switch: Switch, half: Channel) -> None:
    """Show the far half of a Local channel: its dialplan, and the Dial of a leg that nobody asked for."""
    half.changed(state="Ring", running="Dial", running_data=half.endpoint)
    switch.emit("ChannelDialplan", half, dialplan_app="Dial", dialplan_app_data=half.endpoint)
    inner = Channel(f"{half.id}.inner", "PJSIP/trunk-ffffffff", half.endpoint)
    switch.emit_dial(inner, "", caller=half)
