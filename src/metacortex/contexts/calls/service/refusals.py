"""Why a call is not placed, or nothing can be done to it."""

from metacortex.platform.errors import Conflict, Invalid, NotFound, Problem, Refused, TooMany, Unavailable


class NumberInvalid(Invalid):
    code = "number_invalid"
    title = (
        "This is not a number that can be called. Check it, and write it with its country code, as in +49 30 123456."
    )


class NumberOnDoNotCallList(Refused):
    code = "do_not_call"
    title = "This number is on your organization's do-not-call list."


class OutsideCallingHours(Conflict):
    code = "outside_calling_hours"
    title = "It is not the hour to call this person. Call when their day allows it."


class CalledTooOften(Conflict):
    code = "called_too_often"
    title = "This number was called as often as is allowed. Try again later."


class CallerIdUnknown(Invalid):
    code = "caller_id_unknown"
    title = "Calls can only show one of your organization's own numbers. Add it in the calling settings first."


class CallerIdNotLocal(Invalid):
    code = "caller_id_not_local"
    title = (
        "The law of the country that is called wants a number of that country to be shown, and this is none. "
        "Add one to the calling settings."
    )


class CallNotFound(NotFound):
    code = "call_not_found"
    title = "There is no such call."


class NobodyToCall(Invalid):
    code = "nobody_to_call"
    title = "Say whom to call: a number, or a lead that has one."


class NoPhone(Invalid):
    code = "no_phone"
    title = "There is no phone to ring for this member. Set it in the calling settings: an account or a number."


class AgentBusy(Conflict):
    code = "agent_busy"
    title = "This member is on a call already. End it first, or let another colleague call."


class AgentLeaving(AgentBusy):
    """The call they are on was hung up, and Asterisk has yet to say that it is over."""


class CallsUnavailable(Unavailable):
    code = "calls_unavailable"
    title = "No call can be placed right now: the phone server cannot be reached. Nothing was dialled; try again soon."


class TrunkBusy(Unavailable):
    code = "trunk_busy"
    title = "All lines of the phone server are in use. Nobody was called; try again in a moment."


class NumbersUsedUp(TooMany):
    code = "numbers_used_up"
    title = "Your numbers were shown as often as your calling settings allow. Try later, or raise the limit there."


class CallRefused(Problem):
    status, code = 502, "call_refused"
    title = "The phone server refused to ring. Nobody was called; ask whoever runs it, if it happens again."


class NoMachineDetection(Invalid):
    code = "no_machine_detection"
    title = "This phone server is not set up to tell answering machines from people. Call without asking for it."


class CallKeyReused(Invalid):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for a different request. Use a new key for each new thing."


class TransferUnderWay(Conflict):
    code = "transfer_under_way"
    title = "This call is being handed on already. Complete that transfer or cancel it, then begin another."


class CallNotTalking(Conflict):
    code = "call_not_talking"
    title = "Nobody is talking on this call now, so this cannot be done. Look at how far it is."
