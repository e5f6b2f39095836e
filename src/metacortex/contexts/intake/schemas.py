"""Shapes of requests and answers of the intake."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from metacortex.contexts.intake.types import ColumnField, ImportState, InboundState, SourceKind

_NO_NUL = r"^[^\x00]*$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_NO_NUL)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_NO_NUL)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=320, pattern=_NO_NUL)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000, pattern=_NO_NUL)]


class Sent(BaseModel):
    """A request body; unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class NewLeadIn(Sent):
    """Somebody who got in touch; an email or a phone is needed to reach them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Asha Rao",
                    "email": "asha@example.com",
                    "phone": "+919876543210",
                    "company": "Rao Interiors",
                    "message": "We need 40 chairs by June. What would that cost?",
                    "source": "Website chat",
                }
            ]
        },
    )

    name: Line | None = None
    email: Address | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=_NO_NUL)] | None = None
    company: Line | None = None
    time_zone: Line | None = Field(None, description="IANA name; it decides when they may be called.")
    country: Line | None = Field(None, description="ISO 3166-1 alpha-2, or an English name.")
    region: Line | None = Field(None, description="State or province: its code or name.")
    postal_code: Line | None = None
    message: Prose | None = None
    source: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=_NO_NUL)] | None = None
    title: Line | None = None


class CreatedLeadOut(BaseModel):
    """The lead that was made, or that of the same person which it was joined to."""

    id: UUID
    contact_id: UUID
    joined: bool


class NewSourceIn(Sent):
    """One more mail address or web form."""

    kind: Literal["email", "form"]
    name: Name


class ChangeSourceIn(Sent):
    """A new name, or on and off."""

    name: Name | None = None
    active: bool | None = None


class SourceOut(BaseModel):
    """An address or form that takes leads, and how to reach it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: SourceKind
    name: str
    active: bool
    address: str | None
    form_url: str | None
    snippet: str | None


class FormReceivedOut(BaseModel):
    """What a visitor sent was kept."""

    received: Literal[True]


class ImportOut(BaseModel):
    """How far an uploaded table is."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    file_name: str
    columns: list[str]
    mapping: dict[str, ColumnField]
    state: ImportState
    row_count: int
    done_count: int
    refused_count: int
    created_count: int
    joined_count: int
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class UploadOut(ImportOut):
    """A table just uploaded: its first rows, and our guess what its columns mean."""

    sample: list[list[str]]
    guess: dict[str, ColumnField]


class StartImportIn(Sent):
    """What each column means; columns left out are ignored."""

    mapping: Annotated[
        dict[Annotated[str, StringConstraints(max_length=120, pattern=_NO_NUL)], ColumnField],
        Field(max_length=200, examples=[{"Full name": "name", "E-mail": "email", "Notes": "message"}]),
    ]


class InboundOut(BaseModel):
    """A message as it arrived, and what became of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    channel: SourceKind
    state: InboundState
    error: str | None
    subject: str | None
    from_email: str | None
    received_at: datetime
    attempts: int
    lead_id: UUID | None
