"""Decisions about consent and addresses that need no database."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import phonenumbers

from metacortex.contexts.privacy.types import (
    AddressKind,
    BasisKind,
    Channel,
    ConsentBasis,
    DataKind,
    Decision,
    Enquiry,
    KeptConsent,
    Purpose,
    Said,
    SuppressionReason,
)

_ADDRESS = re.compile(r"^[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}\.[^\s@<>\".]{2,63}$|^[^\s@<>\"]{1,64}@localhost$")
_FEWEST_DIGITS = 7

_FIRST_YEAR = 1970
_CLOCKS_APART, _ZONES_APART = timedelta(minutes=5), timedelta(hours=14)

ENQUIRY_DAYS = 90
"""So long an enquiry is answered; whoever has heard nothing by then no longer expects to. No law names a number."""

ANSWER_DAYS = 30
"""GDPR article 12(3): one month; DPDP Rules 2025, rule 14: the published period, for grievances at most ninety days."""

KEEP_DAYS: Mapping[DataKind, tuple[int, int]] = {
    DataKind.RAW_MAIL: (90, 3650),
    DataKind.CLOSED_MESSAGES: (730, 3650),
    DataKind.IMPORT_FILES: (30, 3650),
    DataKind.EXPORTS: (7, 30),
    DataKind.DEAD_LETTERS: (90, 3650),
    DataKind.EVENTS: (7, 7),
    DataKind.RECORDINGS: (90, 3650),
    DataKind.CALL_EVENTS: (365, 3650),
    DataKind.DIAL_DECISIONS: (90, 3650),
    DataKind.AGENT_CHANGES: (365, 3650),
}
"""How many days each kind of data is kept unless a rule says otherwise, and how many a rule may say at most."""

# The European Economic Area, and the United Kingdom, whose law says the same here.
_EUROPE = frozenset(
    {"AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT"}
    | {"NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "GB"}
)
_KINDS: Mapping[Channel, frozenset[AddressKind]] = {
    Channel.EMAIL: frozenset({AddressKind.EMAIL}),
    Channel.PHONE: frozenset({AddressKind.PHONE}),
    Channel.SMS: frozenset({AddressKind.PHONE}),
    Channel.WHATSAPP: frozenset({AddressKind.PHONE}),
    Channel.UPLOAD: frozenset(AddressKind),
}
# What a person who writes anew lifts for the answer: they were erased or objected to marketing, not to an answer.
_LIFTED_BY_ENQUIRY = frozenset({SuppressionReason.ERASED, SuppressionReason.OBJECTED})


@dataclass(frozen=True, slots=True)
class Law:
    """The sections that let one act, by the basis it rests on; a basis that is missing is none there."""

    consent: str
    enquiry: str | None = None


_EU_CONSENT = "GDPR art. 6(1)(a), 7"
_EU_ENQUIRY = "GDPR art. 6(1)(b): steps at the request of the data subject prior to entering into a contract"
_EU_MAIL = f"{_EU_CONSENT}; ePrivacy Directive 2002/58/EC art. 13(1)"
_IN_CONSENT = "DPDP Act 2023 s. 6"
_IN_ENQUIRY = "DPDP Act 2023 s. 7(a): data given voluntarily for a specified purpose, use not refused"
_IN_CALLS = f"{_IN_CONSENT}; TRAI TCCCPR 2018"
_ELSEWHERE = "Consent, as the strictest of the laws this product knows"

_WRITTEN = (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)
_SPOKEN = (Channel.PHONE,)
_TOLD = _WRITTEN + _SPOKEN

# The table: region, purpose, channels -> sections. Where nothing stands, nothing is allowed.
_TABLE: dict[tuple[str, Purpose, Channel], Law] = {
    **{("europe", Purpose.SALES, channel): Law(_EU_CONSENT, _EU_ENQUIRY) for channel in _TOLD},
    **{("europe", Purpose.MARKETING, channel): Law(_EU_MAIL) for channel in _WRITTEN},
    **{("europe", Purpose.MARKETING, channel): Law(_EU_CONSENT) for channel in _SPOKEN},
    **{("europe", Purpose.PROFILING, channel): Law(f"{_EU_CONSENT}, 22(2)(c)") for channel in Channel},
    ("europe", Purpose.ADVERTISING, Channel.UPLOAD): Law(_EU_CONSENT),
    **{("india", Purpose.SALES, channel): Law(_IN_CONSENT, _IN_ENQUIRY) for channel in _TOLD},
    **{("india", Purpose.MARKETING, channel): Law(_IN_CONSENT) for channel in (Channel.EMAIL, Channel.WHATSAPP)},
    **{("india", Purpose.MARKETING, channel): Law(_IN_CALLS) for channel in (Channel.PHONE, Channel.SMS)},
    **{("india", Purpose.PROFILING, channel): Law(_IN_CONSENT) for channel in Channel},
    ("india", Purpose.ADVERTISING, Channel.UPLOAD): Law(_IN_CONSENT),
    **{("elsewhere", Purpose.SALES, channel): Law(_ELSEWHERE, _ELSEWHERE) for channel in _TOLD},
    **{("elsewhere", Purpose.MARKETING, channel): Law(_ELSEWHERE) for channel in _TOLD},
    **{("elsewhere", Purpose.PROFILING, channel): Law(_ELSEWHERE) for channel in Channel},
    ("elsewhere", Purpose.ADVERTISING, Channel.UPLOAD): Law(_ELSEWHERE),
}


def normalise_email(address: str | None) -> str | None:
    """Return an e-mail address in the one form it is stored in, or None if it is none."""
    cleaned = (address or "").strip().strip("<>").casefold()
    return cleaned if _ADDRESS.match(cleaned) else None


def normalise_phone(number: str | None, *, region: str) -> str | None:
    """Return a phone number in E.164, reading local numbers as the region's, or None if it is none."""
    if not number or len(number) > 60:
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def may_be_phone(text: str) -> bool:
    """Tell cheaply whether a text can be a phone number at all."""
    return len(text) <= 60 and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS


def find_law(country: str | None, purpose: Purpose, channel: Channel) -> Law | None:
    """Return the sections an act rests on in a country (ISO 3166-1 alpha-2); None where it is never allowed."""
    code = (country or "").upper()
    region = "europe" if code in _EUROPE else "india" if code == "IN" else "elsewhere"
    return _TABLE.get((region, purpose, channel))


class ConsentUnclear(ValueError):
    """What a table says about a consent cannot be used; the text says what to write."""


def read_kept_consent(source: str, at: str, text: str, *, now: datetime) -> KeptConsent | None:
    """Return the consent that a row of a table names, None if it does not say where it is kept.

    The date or time is ISO 8601; without a zone it is read as UTC. Raises ConsentUnclear where there is none, or where
    it lies ahead.
    """
    if not source:
        return None
    try:
        said = datetime.fromisoformat(at)
    except ValueError:
        said = None
    if said is None or not _FIRST_YEAR <= said.year <= now.year + 1:
        message = f"“{at[:40]}” is no day on which somebody agreed. Write it as 2026-03-02 or 2026-03-02T14:30+05:30."
        raise ConsentUnclear(message)
    moment = said if said.tzinfo else said.replace(tzinfo=UTC)
    if moment > now + (_CLOCKS_APART if said.tzinfo else _ZONES_APART):
        message = f"Nobody can have agreed on {at[:40]}, which is yet to come. Write the day on which they did."
        raise ConsentUnclear(message)
    return KeptConsent(source, min(moment.astimezone(UTC), now), text)


def reaches(channel: Channel, kind: AddressKind) -> bool:
    """Tell whether a channel uses this kind of address."""
    return kind in _KINDS[channel]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not allowed."""

    reason: SuppressionReason | None


def judge_use(
    *,
    purpose: Purpose,
    channel: Channel,
    country: str | None,
    suppressed: Collection[SuppressionReason],
    said: Said | None,
    enquiry: Enquiry | None,
    now: datetime,
) -> ConsentBasis | Refusal:
    """Say on what basis an address may be used for a purpose by a channel, or why not.

    A suppression goes before every consent; only an answer to a person's own fresh enquiry may pass one that came from
    that person's wish to be left alone. Of consents the latest decision counts. An enquiry is a basis for answering it
    (purpose sales) by its own channel, unless the person withdrew after it.
    """
    law = find_law(country, purpose, channel)
    asked = _is_answer(law, purpose, channel, said, enquiry, now)
    in_the_way = [one for one in sorted(suppressed) if not (asked and one in _LIFTED_BY_ENQUIRY)]
    if in_the_way or law is None:
        return Refusal(in_the_way[0] if in_the_way else None)
    if said is not None and said.decision is Decision.GIVEN and not suppressed:
        return ConsentBasis(BasisKind.CONSENT, said.at, law.consent, said.consent_id, said.text_id)
    if asked and enquiry is not None and law.enquiry is not None:
        return ConsentBasis(BasisKind.ENQUIRY, enquiry.at, law.enquiry)
    return Refusal(None)


def _is_answer(
    law: Law | None, purpose: Purpose, channel: Channel, said: Said | None, enquiry: Enquiry | None, now: datetime
) -> bool:
    if law is None or law.enquiry is None or enquiry is None:
        return False
    if purpose is not Purpose.SALES or enquiry.channel is not channel:
        return False
    if said is not None and said.decision is Decision.WITHDRAWN and said.at >= enquiry.at:
        return False
    return timedelta(0) <= now - enquiry.at <= timedelta(days=ENQUIRY_DAYS)
