"""Fields that several shapes share."""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from metacortex.contexts.identity.types import LONGEST_EMAIL, normalise_email


def _refuse_control_characters(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        message = "must not hold control characters"
        raise ValueError(message)
    return text


def _read_email(address: str) -> str:
    email = normalise_email(address)
    if email is None:
        message = "must be an e-mail address such as asha@example.com"
        raise ValueError(message)
    return email


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_refuse_control_characters),
    Field(examples=["Asha Rao"]),
]
Email = Annotated[
    str, StringConstraints(max_length=LONGEST_EMAIL), AfterValidator(_read_email), Field(examples=["asha@example.com"])
]
NewPassword = Annotated[
    str,
    StringConstraints(min_length=12, max_length=1024),
    AfterValidator(_refuse_control_characters),
    Field(examples=["seven green tractors"]),
]
# Without a lower limit: a short wrong password is wrong, not malformed.
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024), Field(examples=["seven green tractors"])]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\w-]+$")]
Code = Annotated[str, StringConstraints(min_length=6, max_length=40), Field(examples=["492039"])]


def refuse_past(moment: datetime | None) -> datetime | None:
    """Return a moment that lies ahead; raises ValueError."""
    if moment is not None and moment <= datetime.now(UTC):
        message = "must be in the future"
        raise ValueError(message)
    return moment


class RequestBody(BaseModel):
    """A request body: unknown fields are refused, and what was sent is not repeated in errors."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
