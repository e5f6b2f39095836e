"""What a visitor wrote into a form, whichever way it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from metacortex.contexts.intake.rules.text import clean_text

_LIMITS = {
    "name": 200,
    "email": 320,
    "phone": 60,
    "company": 200,
    "time_zone": 60,
    "country": 100,
    "region": 100,
    "postal_code": 20,
    "message": 20_000,
    "website": 200,
    "once": 100,
    "consent": 1000,
}
_MAX_EXTRA = 20


@dataclass(frozen=True, slots=True)
class FormFields:
    """The fields of a form; `website` is the one no person sees, `once` tells a repeated sending, `consent` what
    was ticked."""

    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    time_zone: str = ""
    country: str = ""
    region: str = ""
    postal_code: str = ""
    message: str = ""
    website: str = ""
    once: str = ""
    consent: str = ""


def read_fields(sent: Mapping[str, str]) -> FormFields:
    """Clean what was sent; fields we do not know are kept, named, below the message."""
    known = {one.name for one in fields(FormFields)}
    values = {name: clean_text(sent.get(name, ""), limit) for name, limit in _LIMITS.items()}
    extra = [
        f"{clean_text(name, 80)}: {clean_text(value, 1000)}"
        for name, value in sent.items()
        if name not in known and value.strip()
    ][:_MAX_EXTRA]
    values["message"] = "\n\n".join(filter(None, [values["message"], "\n".join(extra)]))
    return FormFields(**values)
