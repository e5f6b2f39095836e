"""The emulator's own side door: faults, and the ledger of who was really called."""

from typing import Final

from metacortex.platform.emulators.asterisk import outages
from metacortex.platform.emulators.asterisk.faults import Faults, read_faults
from metacortex.platform.emulators.asterisk.requests import Call, Handler, Refusal, Reply, reply


def get_faults(call: Call) -> Reply:
    """GET /emulator/faults."""
    return reply(call.switch.faults.shown())


def set_faults(call: Call) -> Reply:
    """POST /emulator/faults: the rates from now on, and under `now` what shall happen at once."""
    actions = call.body.pop("now", [])
    if not isinstance(actions, list) or any(action not in list(outages.ACTIONS) for action in actions):
        raise Refusal(400, f"`now` takes a list of these: {', '.join(outages.ACTIONS)}.")
    if call.body:
        injected = call.switch.faults.injected
        try:
            call.switch.faults = read_faults(call.body)
        except ValueError as error:
            raise Refusal(400, f"No such fault, or not a number of at least 0: {error}") from None
        call.switch.faults.injected = injected
    for action in actions:
        outages.ACTIONS[action](call.switch)
    return reply(call.switch.faults.shown())


def clear_faults(call: Call) -> Reply:
    """DELETE /emulator/faults: nothing goes wrong on purpose any more."""
    injected = call.switch.faults.injected
    call.switch.faults = Faults(seed=call.switch.options.seed, injected=injected)
    call.switch.losing_events = call.switch.shutting_down = False
    return None


def list_calls(call: Call) -> Reply:
    """GET /emulator/calls: the ledger, by `number`, `kind` (callee, agent) and `channel`, from entry `since` on."""
    number, kind, channel = call.get("number"), call.get("kind"), call.get("channel")
    found = [
        entry
        for entry in call.switch.ledger.entries[max(0, call.whole("since")) :]
        if number in {"", entry.number} and kind in {"", entry.kind} and channel in {"", entry.channel_id}
    ]
    return reply({"calls": found, "total": len(call.switch.ledger.entries)})


ROUTES: Final[dict[str, Handler]] = {
    "GET faults": get_faults,
    "POST faults": set_faults,
    "DELETE faults": clear_faults,
    "GET calls": list_calls,
}
