"""What the salesperson should do next, in one sentence."""

from metacortex.contexts.qualification.types import Band, FieldName, Intent, Message, Reading

_REFERRALS = {
    Intent.SUPPORT: "Pass it on to support: this is about something already bought.",
    Intent.JOB_APPLICATION: "Forward it to whoever hires: this is an application.",
    Intent.VENDOR_PITCH: "No sales call: they are selling to you.",
    Intent.AUTOMATIC: "Nothing to do: a machine sent this.",
    Intent.SPAM: "Nothing to do: this looks like spam. Do not open its links.",
    Intent.PARTNERSHIP: "Pass it on to whoever looks after partners.",
}


def name_next_step(message: Message, reading: Reading, band: Band) -> str:
    """Name the next step for a band, an intent and the facts at hand."""
    if message.automatic:
        return _REFERRALS[Intent.AUTOMATIC]
    if band in (Band.NONE, Band.COLD) and reading.intent in _REFERRALS:
        return _REFERRALS[reading.intent]
    if "phishing" in reading.flags:
        return "Do not call and do not open its links: this looks like a confidence trick."
    facts = {field.name: str(field.value) for field in reading.fields}
    return {
        Band.HOT: _call_now(facts),
        Band.WARM: _answer_today(facts, reading.intent),
        Band.COLD: "Send the information asked for and look again in a week.",
        Band.NONE: "No sales call needed.",
        Band.UNSURE: "Ask what they need: the message says too little to judge.",
    }[band]


def _reach(facts: dict[FieldName, str]) -> str:
    phone = facts.get(FieldName.PHONE)
    return f"Call {phone}" if phone else "Reply and ask for a phone number"


def _call_now(facts: dict[FieldName, str]) -> str:
    when = facts.get(FieldName.TIMELINE)
    return f"{_reach(facts)} now: they want it {when}." if when else f"{_reach(facts)} now."


def _answer_today(facts: dict[FieldName, str], intent: Intent) -> str:
    missing = "the details"
    if FieldName.BUDGET_MAX not in facts and FieldName.BUDGET_MIN not in facts:
        missing = "the budget"
    elif FieldName.TIMELINE not in facts:
        missing = "the time"
    if intent is Intent.PRICE_QUESTION:
        reach = _reach(facts) if FieldName.PHONE in facts else "Reply"
        return f"{reach} today with the price and ask for {missing}."
    return f"{_reach(facts)} today and ask for {missing}."
