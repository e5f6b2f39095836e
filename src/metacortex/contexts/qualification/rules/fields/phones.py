"""Telephone numbers in any national writing, in E.164; order, invoice and account numbers are not telephones."""

import re

import phonenumbers

from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

_RUN = re.compile(r"(?<![\w@/#₹$€£.-])(?:\+|00)?[ ]?\(?\d(?:[ \t\u00a0().\-/]{0,3}\d){6,14}(?![\w@]|[.,/-]\d)")
_CUE = re.compile(
    r"(?<![a-zà-ÿ])(?:phone|mobile|mob|cell|tel|telefon|teléfono|telefono|telephone|call|whats ?app|"
    r"wa|contact|reach|ring|handy|móvil|movil|"
    r"celular|dial|text me|sms|number|no|nummer|número|num|rückruf|erreichbar|anrufen|llám\w*|"
    r"llam\w*|ph|[mtp](?=[:.]))(?![a-zà-ÿ])|"
    r"फोन|फ़ोन|मोबाइल|नंबर|☎|📞|📱"
)
_NOT_PHONE = re.compile(
    r"order|bestell|pedido|commande|invoice|rechnung|factura|ticket|case|\bref|referen|\bid\b|gst|"
    r"\bpan\b|aadhaa?r|account|a/c|konto|cuenta|"
    r"iban|pnr|tracking|awb|serial|sku|policy|booking|reservation|kunden-?n|customer (?:no|num|id)|"
    r"auftrag|vorgang|code|otp|pin\b|"
    r"version|fax|vat|ust|siret|\bcif\b|\bnif\b|imei|passport|folio|po\b|p\.o\."
)
_THEIRS = re.compile(
    r"your (?:number|phone|office|helpline|line)|you(?:r team)? on|helpline|toll[ -]?free|(?:called|"
    r"dialled|dialed|tried|calling) (?:you )?(?:on|at)"
)
_MINE = re.compile(r"\b(?:my|me|mein\w*|mich|mera|mere|mujhe|mi|reach us|us on|us at|मेरा)\b")
_MONEY_AFTER = re.compile(r"[ ]{0,2}(?:₹|€|\$|£|rs\b|inr|eur|usd|lakh|lac|cr\b|crore|million|k\b)")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d")
_SENDER_COUNTRIES = {
    "de": "DE",
    "at": "AT",
    "ch": "CH",
    "es": "ES",
    "mx": "MX",
    "uk": "GB",
    "in": "IN",
    "fr": "FR",
    "it": "IT",
    "nl": "NL",
    "ae": "AE",
    "au": "AU",
    "us": "US",
    "ar": "AR",
    "co": "CO",
    "cl": "CL",
    "pt": "PT",
    "br": "BR",
}
_LANGUAGE_COUNTRIES = {
    "de": "DE",
    "es": "ES",
    "hi": "IN",
    "hi-Latn": "IN",
    "fr": "FR",
    "it": "IT",
    "pt": "PT",
    "nl": "NL",
    "en": "US",
}
# Languages that are not written to a company of that country by its own people.
_FOREIGN_TO = {"IN": ("de", "es", "fr", "it", "pt", "nl")}
_MAX_TRIES = 6


def find_phones(text: Text, language: str, region: str, sender_email: str) -> list[Field]:
    """Extract the telephone number to call; the best of several comes first."""
    if sum(len(places) for word, places in text.index.items() if word[0].isdigit()) == 0:
        return []
    found: list[tuple[float, Field]] = []
    for match in _RUN.finditer(text.low):
        if len(found) >= _MAX_TRIES:
            break
        if (score := _judge_place(text.low, match.start(), match.end())) < 0:
            continue
        if number := _parse(match.group().strip(), score, _countries(language, region, sender_email)):
            evidence = quote(text.raw, match.start(), match.end())
            found.append((score, Field(FieldName.PHONE, number, evidence, round(min(0.97, 0.6 + score / 10), 2))))
    unique: dict[str | int | float, Field] = {}
    for _, field in sorted(found, key=lambda pair: -pair[0]):
        unique.setdefault(field.value, field)
    return list(unique.values())[:1]


def _judge_place(low: str, start: int, end: int) -> float:
    """Say how much the surroundings look like a telephone number; below zero is a refusal."""
    written = low[start:end]
    if (
        _DATE.search(written)
        or _MONEY_AFTER.match(low, end)
        or low[max(0, start - 4) : start].rstrip().endswith(("₹", "$", "€", "£", "rs", "rs.", "inr"))
    ):
        return -1.0
    line = low[max(low.rfind("\n", 0, start) + 1, start - 45, 0) : start]
    refused = [match.end() for match in _NOT_PHONE.finditer(line)]
    cues = [match.end() for match in _CUE.finditer(line)]
    international = written.lstrip().startswith(("+", "00"))
    near = cues and len(line) - cues[-1] < 25
    if refused and not (near and _strong(line[refused[-1] :])):
        return -1.0
    score = 1.0 + (2.0 if near else 0.0) + (1.5 if international else 0.0) + (0.7 if _MINE.search(line) else 0.0)
    if not line.strip(" \t|,;:-*"):
        score += 0.7
    if _THEIRS.search(line):
        score -= 2.5
    return score


def _strong(after_refusal: str) -> bool:
    """A cue such as "call" that stands after the word order wins over it; a mere "number" or "no." does not."""
    return bool(
        re.search(
            r"phone|mobile|call|whats ?app|tel\b|telefon|teléfono|contact|reach|handy|móvil|celular", after_refusal
        )
    )


def _countries(language: str, region: str, sender_email: str) -> list[str]:
    """Order the countries whose national writing may be meant: the address's, the region's, the language's."""
    ending = _SENDER_COUNTRIES.get(sender_email.rsplit(".", 1)[-1].lower(), "")
    spoken = _LANGUAGE_COUNTRIES.get(language, "")
    foreign = language in _FOREIGN_TO.get(region.upper(), ())
    guesses = [ending, *([spoken, region.upper()] if foreign else [region.upper(), spoken])]
    return list(dict.fromkeys(guess for guess in guesses if guess))


def _parse(written: str, score: float, countries: list[str]) -> str | None:
    digits = sum(letter.isdigit() for letter in written)
    if written.startswith("00"):
        written = "+" + written[2:].lstrip()
    if digits < 7 or (written.startswith("+") and digits < 8):
        return None
    # Without any sign of a telephone only the message's own country is tried: other countries accept far too much.
    for country in countries if score >= 2.5 else countries[:1]:
        try:
            number = phonenumbers.parse(written, None if written.startswith("+") else country)
        except phonenumbers.NumberParseException:
            return None
        if phonenumbers.is_valid_number(number) and (score > 1.0 or digits >= 9):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if written.startswith("+"):
            return None
    return None
