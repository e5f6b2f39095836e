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
    if band is Band.UNSURE:
        return "Ask what they need: the message says too little to judge."
    fields = {field.name: field.value for field in reading.fields}
    phone, when = fields.get(FieldName.PHONE), fields.get(FieldName.TIMELINE)
    reach = f"Call {phone}" if phone else "Reply and ask for a phone number"
    if band is Band.HOT:
        return f"{reach} now" + (f": they want it {when}." if when else ".")
    if band is Band.WARM:
        missing = (
            "the budget"
            if FieldName.BUDGET_MAX not in fields and FieldName.BUDGET_MIN not in fields
            else "the time"
            if not when
            else "the details"
        )
        if reading.intent is Intent.PRICE_QUESTION:
            return f"{'Call ' + str(phone) if phone else 'Reply'} today with the price and ask for {missing}."
        return f"{reach} today and ask for {missing}."
    if band is Band.COLD:
        return "Send the information asked for and look again in a week."
    return "No sales call needed."
