"""What may be dialled: a phone number read strictly, so that nothing else can reach a dial string."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult, shortnumberinfo

LONGEST_INPUT = 48
LONGEST_SHORT_CODE = 6
SEPARATORS = frozenset(" -.()/\t")
DIALLABLE = re.compile(r"\+[1-9][0-9]{6,14}")


class Kind(StrEnum):
    """What sort of line a number is; where a plan does not tell fixed from mobile, `fixed_or_mobile`."""

    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL = "personal"
    PAGER = "pager"
    COMPANY = "company"
    VOICEMAIL = "voicemail"
    SATELLITE = "satellite"


class Reason(StrEnum):
    """Why something is no number to dial."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    COUNTRY_UNKNOWN = "country_unknown"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    INVALID = "invalid"
    EMERGENCY = "emergency"
    SHORT_CODE = "short_code"
    KIND_REFUSED = "kind_refused"


SENTENCES = {
    Reason.EMPTY: "Enter a phone number.",
    Reason.NOT_A_NUMBER: "Write the number in digits, for example +14155552671: letters and addresses are not dialled.",
    Reason.COUNTRY_UNKNOWN: "Begin the number with + and its country code, for example +44 20 7946 0018.",
    Reason.TOO_SHORT: "Digits are missing: write the whole number with its area code.",
    Reason.TOO_LONG: "The number has too many digits: check it and remove extensions.",
    Reason.INVALID: "No such number is in use in that country: check it with the person or look it up again.",
    Reason.EMERGENCY: "Emergency numbers are never dialled from here: use a phone at hand.",
    Reason.SHORT_CODE: "Short numbers are not dialled from here: write a full number with its country code.",
}

COSTLY = frozenset(
    {Kind.PREMIUM, Kind.SHARED_COST, Kind.SATELLITE, Kind.PERSONAL, Kind.PAGER, Kind.VOICEMAIL},
)

_PLAINLY = {Kind.PREMIUM: "premium-rate", Kind.SHARED_COST: "shared-cost"}
_KINDS = {
    PhoneNumberType.FIXED_LINE: Kind.FIXED,
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Kind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
    PhoneNumberType.VOIP: Kind.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: Kind.PERSONAL,
    PhoneNumberType.PAGER: Kind.PAGER,
    PhoneNumberType.UAN: Kind.COMPANY,
    PhoneNumberType.VOICEMAIL: Kind.VOICEMAIL,
}
_NO_COUNTRY = "001"
_WORLDWIDE = {800: Kind.TOLL_FREE, 808: Kind.SHARED_COST, 979: Kind.PREMIUM}
_PARSE_REASONS = {
    NumberParseException.TOO_SHORT_AFTER_IDD: Reason.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Reason.TOO_SHORT,
    NumberParseException.TOO_LONG: Reason.TOO_LONG,
    NumberParseException.INVALID_COUNTRY_CODE: Reason.COUNTRY_UNKNOWN,
    NumberParseException.NOT_A_NUMBER: Reason.NOT_A_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number that may be dialled: `e164` is + and 7 to 15 digits, `area` the geographic area code or nothing.

    Hand `e164` to a trunk with its plus sign: without it +91 1123456789 begins with 911 on an American line.
    """

    e164: str
    country: str
    kind: Kind
    national: str
    area: str = ""


class BadNumber(ValueError):
    """Something that is not dialled, with a `reason` for programs and a `sentence` that tells a person what to do."""

    def __init__(self, reason: Reason, sentence: str = "") -> None:
        self.reason = reason
        self.sentence = sentence or SENTENCES[reason]
        super().__init__(self.sentence)


def read_number(raw: str, region: str | None = None) -> Number:
    """Read one number as people write it, a national one by the plan of `region` (ISO 3166-1 alpha-2).

    Raises BadNumber for anything else: addresses, letters, extensions, emergency and short numbers of any country, and
    the kinds in COSTLY. E.164 and RFC 3966 (the `tel:` prefix alone) are understood.
    """
    written = _plain_digits(raw)
    return _read(written, (region or "").strip().upper() or None)


@lru_cache(maxsize=4096)
def _read(written: str, region: str | None) -> Number:
    digits = written.removeprefix("+")
    _refuse_emergency(digits, None if written.startswith("+") else region)
    parsed = _parse(written, region)
    national = phonenumbers.national_significant_number(parsed)
    if _is_emergency(national.lstrip("0")):
        raise BadNumber(Reason.EMERGENCY)
    _refuse_unused(parsed, national)
    country = phonenumbers.region_code_for_number(parsed) or ""
    kind = _kind_of(parsed, country)
    if kind in COSTLY:
        sentence = f"This is a {_PLAINLY.get(kind, kind)} number. Such numbers are not called: ask for another one."
        raise BadNumber(Reason.KIND_REFUSED, sentence)
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if not DIALLABLE.fullmatch(e164):
        raise BadNumber(Reason.INVALID)
    area_length = phonenumbers.length_of_geographical_area_code(parsed)
    return Number(e164, country, kind, national, national[:area_length])


def _plain_digits(raw: str) -> str:
    """An optional plus and ASCII digits, whatever script and separators they were written in."""
    if not isinstance(raw, str) or not raw.strip():
        raise BadNumber(Reason.EMPTY)
    if len(raw) > LONGEST_INPUT:
        raise BadNumber(Reason.TOO_LONG)
    text = "".join(_plain_sign(sign) for sign in unicodedata.normalize("NFKC", raw)).strip(" ")
    if text[:4].lower() == "tel:":
        text = text[4:]
    text = "".join(sign for sign in text if sign not in SEPARATORS)
    if not re.fullmatch(r"\+?[0-9]+", text):
        raise BadNumber(Reason.NOT_A_NUMBER)
    return text


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    category = unicodedata.category(sign)
    return {"Pd": "-", "Zs": " ", "Cf": ""}.get(category, "-" if sign == "\u2212" else sign)


def _parse(written: str, region: str | None) -> PhoneNumber:
    known = region if region in phonenumbers.SUPPORTED_REGIONS else None
    try:
        return phonenumbers.parse(written, known)
    except NumberParseException as error:
        raise BadNumber(_PARSE_REASONS[error.error_type]) from error


def _refuse_unused(parsed: PhoneNumber, national: str) -> None:
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible == ValidationResult.TOO_LONG:
        raise BadNumber(Reason.TOO_LONG)
    if phonenumbers.is_valid_number(parsed):
        return
    if len(national) <= LONGEST_SHORT_CODE and shortnumberinfo.is_possible_short_number(parsed):
        raise BadNumber(Reason.SHORT_CODE)
    if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        raise BadNumber(Reason.TOO_SHORT)
    raise BadNumber(Reason.INVALID)


def _refuse_emergency(digits: str, region: str | None) -> None:
    """Refuse an emergency number in any spelling: zeros, an outside-line digit or a country code before it."""
    core = digits.lstrip("0")
    if len(core) <= LONGEST_SHORT_CODE and any(_is_emergency(core[start:]) for start in range(len(core))):
        raise BadNumber(Reason.EMERGENCY)
    if region and shortnumberinfo.connects_to_emergency_number(digits, region):
        raise BadNumber(Reason.EMERGENCY)


@lru_cache(maxsize=4096)
def _is_emergency(digits: str) -> bool:
    """Whether any country's network takes these digits as a call for help."""
    if not 2 <= len(digits) <= LONGEST_SHORT_CODE:  # no country has one of one digit, and asking all takes a while
        return False
    return any(shortnumberinfo.is_emergency_number(digits, region) for region in phonenumbers.SUPPORTED_SHORT_REGIONS)


def _kind_of(parsed: PhoneNumber, country: str) -> Kind:
    if country == _NO_COUNTRY:
        return _WORLDWIDE.get(parsed.country_code or 0, Kind.SATELLITE)
    return _KINDS.get(phonenumbers.number_type(parsed), Kind.FIXED_OR_MOBILE)
