"""The signals of a message: each has a name in the table of weights, a strength, and a reason in plain words."""

import re
from dataclasses import dataclass
from datetime import UTC, date

from metacortex.contexts.qualification.rules.fields.companies import read_company_domain
from metacortex.contexts.qualification.rules.safety import INJECTION, MASS_MAIL, PHISHING, find_mass_mail, find_phishing
from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Evidence, Field, FieldName, IdealCustomer, Message, Reading

_APPOINTMENTS = re.compile(
    r"\b(?:(?P<viewing>(?:site )?visit|viewing|view (?:it|the)|see the (?:flat|house|property|"
    r"apartment)|besichtig\w+|visitar(?:lo|la)?|una visita|dekhna|dekhne)|"
    r"(?P<demo>demo(?:nstration)?|trial|vorführung|demostración)|"
    r"(?P<quote>quote|quotation|proposal|estimate|angebot|cotización|offerte|kostenvoranschlag)|"
    r"(?P<meeting>meeting|appointment|termin|reunión|cita|milna|milne)|"
    r"(?P<call>(?:please |pls |kindly )?call (?:me|us|back|karo|kare|karein|kijiye)|call ?back|give "
    r"me a call|rückruf|rufen sie|ruf(?:en)? .{0,10}an|llám[ae]\w*|phone me|ring me))\b"
)
_APPOINTMENT_WORDS = frozenset(
    [
        "visit",
        "viewing",
        "see",
        "visitar",
        "visitarlo",
        "visitarla",
        "visita",
        "dekhna",
        "dekhne",
        "demo",
        "demonstration",
        "trial",
        "vorführung",
        "demostración",
        "quote",
        "quotation",
        "proposal",
        "estimate",
        "angebot",
        "cotización",
        "offerte",
        "kostenvoranschlag",
        "meeting",
        "appointment",
        "termin",
        "reunión",
        "cita",
        "milna",
        "milne",
        "call",
        "callback",
        "rückruf",
        "rufen",
        "ruf",
        "llámame",
        "llamarme",
        "llámeme",
        "llámenme",
        "phone",
        "ring",
        "besichtigen",
        "besichtigung",
        "besichtigungstermin",
    ]
)
_NO_INTEREST = re.compile(
    r"\b(?:not interested|no longer (?:interested|need|looking)|just (?:curious|browsing|looking "
    r"around)|(?:school|college|university|student|class) (?:project|assignment|paper)|my thesis|"
    r"homework|"
    r"(?:already|have) (?:bought|found|chosen|signed with|gone with)|kein interesse|nicht (?:mehr "
    r")?interessiert|no (?:me|nos) interesa|ya no|please remove me|nahi chahiye|nahin chahiye|"
    r"masterarbeit|bachelorarbeit|stop emailing)\b"
)
_NOT_NOW = re.compile(
    r"\b(?:not (?:right )?now|no budget|maybe (?:next year|later|someday)|no (?:rush|hurry)|next "
    r"year(?: or so)?|some ?day|in the future|early research|just exploring|just researching|kein "
    r"budget|irgendwann|más adelante|sin prisa|abhi nahi|baad mein)\b"
)
_DISPOSABLE = re.compile(
    r"@(?:[\w-]+\.)?(?:mailinator|yopmail|guerrillamail|10minutemail|tempmail|temp-mail|trashmail|"
    r"sharklasers|getnada|dispostable|throwawaymail|maildrop)\."
)
_CONTENT_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = frozenset(
    [
        "that",
        "this",
        "with",
        "from",
        "have",
        "they",
        "their",
        "them",
        "want",
        "wants",
        "need",
        "needs",
        "looking",
        "people",
        "customers",
        "customer",
        "company",
        "companies",
        "business",
        "businesses",
        "which",
        "will",
        "your",
        "ours",
        "ideal",
        "best",
        "good",
        "great",
        "more",
        "most",
        "very",
        "into",
        "about",
        "para",
        "como",
        "este",
        "esta",
        "unos",
        "clientes",
        "empresas",
        "kunden",
        "unternehmen",
        "eine",
        "einen",
        "oder",
        "und",
        "für",
        "with",
        "near",
        "area",
        "budget",
        "least",
        "than",
        "over",
        "under",
        "month",
        "year",
        "week",
    ]
)


@dataclass(frozen=True, slots=True)
class Signal:
    """One named observation; `strength` is 1 for a plain yes."""

    name: str
    label: str
    strength: float = 1.0
    evidence: Evidence | None = None


def find_signals(
    message: Message, text: Text, reading: Reading, ideal: IdealCustomer, similarity: float | None
) -> list[Signal]:
    """List what speaks for and against a sales call."""
    fields = {field.name: field for field in reading.fields}
    return [
        *_find_buying_signals(message, text, fields),
        *_find_sender_signals(message, fields),
        *_find_fit(message, text, ideal, similarity),
        *_find_warnings(message, text, reading),
    ]


def find_appointment(text: Text) -> tuple[str, Evidence] | None:
    """Say what kind of appointment or paper is asked for, with its quote."""
    if text.has(_APPOINTMENT_WORDS) and (match := _APPOINTMENTS.search(text.low)):
        return str(match.lastgroup), quote(text.raw, match.start(), match.end())
    return None


def _find_buying_signals(message: Message, text: Text, fields: dict[FieldName, Field]) -> list[Signal]:
    signals = []
    asked = find_appointment(text)
    if timeline := fields.get(FieldName.TIMELINE):
        soon = _count_days(message, fields.get(FieldName.TIMELINE_ON))
        name = "timeline_later" if soon is None or soon > 31 else "timeline_week" if soon <= 8 else "timeline_month"
        joined = asked is not None and _stand_together(text, asked[1], timeline.evidence)
        label = f"Asked for a {asked[0]} {timeline.value}" if asked and joined else f"Wants it: {timeline.value}"
        signals.append(Signal(name, label, 1.0, timeline.evidence))
        if asked and joined:
            signals.append(Signal("appointment", label, 1.0, asked[1]))
            asked = None
    if asked:
        signals.append(Signal("appointment", f"Asked for a {asked[0]}", 1.0, asked[1]))
    budget = fields.get(FieldName.BUDGET_MAX) or fields.get(FieldName.BUDGET_MIN)
    if budget:
        said = budget.evidence.quote if budget.evidence else str(budget.value)
        signals.append(Signal("budget", f"Named a budget of {said}", 1.0, budget.evidence))
    if phone := fields.get(FieldName.PHONE):
        signals.append(Signal("phone", "Gave a phone number", 1.0, phone.evidence))
    if (need := fields.get(FieldName.NEED)) and need.confidence >= 0.6 and len(str(need.value).split()) > 1:
        signals.append(Signal("need", f"Said what they want: {need.value}", 1.0, need.evidence))
    if place := fields.get(FieldName.LOCATION):
        signals.append(Signal("location", f"Named a place: {place.value}", 1.0, place.evidence))
    if quantity := fields.get(FieldName.QUANTITY):
        many = float(quantity.value) >= 10
        signals.append(
            Signal("large_quantity" if many else "quantity", f"Said how many: {quantity.value}", 1.0, quantity.evidence)
        )
    return signals


def _stand_together(text: Text, one: Evidence, other: Evidence | None) -> bool:
    """Tell whether two quotes stand in the same sentence."""
    if other is None or text.raw[other.start : other.end] != other.quote:
        return False
    return not re.search(r"[.!?\n]", text.raw[min(one.end, other.end) : max(one.start, other.start)])


def _find_sender_signals(message: Message, fields: dict[FieldName, Field]) -> list[Signal]:
    signals = []
    if domain := read_company_domain(message.sender_email):
        signals.append(Signal("company_address", f"Wrote from a company address ({domain})"))
    if role := fields.get(FieldName.ROLE):
        signals.append(Signal("role", f"Holds a position: {role.value}", 1.0, role.evidence))
    return signals


def _find_fit(message: Message, text: Text, ideal: IdealCustomer, similarity: float | None) -> list[Signal]:
    wanted = {word[:7]: word for word in _CONTENT_WORD.findall(ideal.description[:4000].lower()) if word not in _COMMON}
    if not wanted:
        return []
    told = {word[:7] for word in text.index} | {word[:7] for word in _CONTENT_WORD.findall(message.subject.lower())}
    shared = [word for stem, word in wanted.items() if stem in told]
    fit = min(1.0, len(shared) / min(len(wanted), 4))
    if similarity is not None:
        fit = max(fit, min(1.0, max(0.0, similarity)))
    if fit <= 0.0:
        return []
    label = f"Fits your ideal customer: {', '.join(shared[:3])}" if shared else "Reads like your ideal customer"
    at = next((text.index[word][0] for word in shared if word in text.index), -1)
    evidence = quote(text.raw, at, at + len(next(word for word in shared if word in text.index))) if at >= 0 else None
    return [Signal("ideal_fit", label, fit, evidence)]


def _find_warnings(message: Message, text: Text, reading: Reading) -> list[Signal]:
    signals = []
    for name, pattern, label in (
        ("no_interest", _NO_INTEREST, "Says they do not want to buy"),
        ("not_now", _NOT_NOW, "Says it is not for now"),
    ):
        if match := pattern.search(text.low):
            signals.append(Signal(name, label, 1.0, quote(text.raw, match.start(), match.end())))
    length = len(text.raw.replace("\x00", "").strip())
    if length < 30:
        signals.append(Signal("short", "Wrote very little"))
    if length > 3000:
        signals.append(Signal("long", "Wrote a very long message"))
    if text.low.count("http") + text.low.count("www.") >= 4:
        signals.append(Signal("links", "Carries many links"))
    if _DISPOSABLE.search(message.sender_email.lower()):
        signals.append(Signal("disposable_address", "Wrote from a throw-away address"))
    if mass := find_mass_mail(text):
        signals.append(Signal("mass_mail", "Looks like a mass mailing", 1.0, mass))
    elif MASS_MAIL in reading.flags:
        signals.append(Signal("mass_mail", "Looks like a mass mailing"))
    if trick := find_phishing(text):
        signals.append(Signal("phishing", "Looks like a confidence trick", 1.0, trick))
    elif PHISHING in reading.flags:
        signals.append(Signal("phishing", "Looks like a confidence trick"))
    if message.automatic:
        signals.append(Signal("automatic", "Was sent by a machine"))
    return signals


def find_tampering(reading: Reading, attacks: tuple[tuple[int, int], ...], body: str) -> list[Signal]:
    """Name an attempt to instruct the software, with the beginning of its text as quote."""
    if attacks:
        start, end = attacks[0]
        return [
            Signal(
                "injection",
                "Tries to instruct the software that reads it",
                1.0,
                quote(body, start, min(end, start + 120)),
            )
        ]
    return [Signal("injection", "Tries to instruct the software that reads it")] if INJECTION in reading.flags else []


def _count_days(message: Message, field: Field | None) -> int | None:
    if field is None:
        return None
    sent_on = (message.sent_at.astimezone(UTC) if message.sent_at.tzinfo else message.sent_at).date()
    return (date.fromisoformat(str(field.value)) - sent_on).days
