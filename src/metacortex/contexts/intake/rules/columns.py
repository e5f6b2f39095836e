"""What the columns of an uploaded table mean, and what one row says."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from metacortex.contexts.intake.types import ColumnField, RowLead

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_PHONE = re.compile(r"^\+?[\d\s().-]{7,20}$")
# Spanish, French, German, Portuguese, Italian, Dutch, Hindi beside English: what exports of the common CRMs carry.
_HEADERS: dict[ColumnField, str] = {
    ColumnField.EMAIL: "email|e mail|mail|email address|e mail address|email id|mail id|work email|business email|"
    "contact email|correo|correo electronico|courriel|adresse mail|adresse email|adresse e mail|e mail adresse|"
    "email adresse|mailadresse|indirizzo email|endereco de email|emailadres|e mailadres|ईमेल|ई मेल",
    ColumnField.PHONE: "phone|phone number|telephone|tel|mobile|mobile number|mobile phone|cell|contact number|"
    "contact no|phone no|mobile no|whatsapp|whatsapp number|telefono|movil|celular|numero de telefono|portable|"
    "numero de telephone|telefon|telefonnummer|handy|handynummer|mobil|telefone|telemovel|cellulare|telefoon|"
    "telefoonnummer|फोन|फ़ोन|मोबाइल|फोन नंबर|मोबाइल नंबर",
    ColumnField.NAME: "name|full name|contact|contact name|lead name|customer|customer name|client|client name|"
    "person|nombre|nombre completo|nom|nom complet|kontakt|vollstandiger name|ansprechpartner|nome|nome completo|"
    "naam|volledige naam|नाम|पूरा नाम",
    ColumnField.COMPANY: "company|company name|organization|organisation|organization name|account|account name|"
    "business|business name|firm|employer|empresa|compania|societe|entreprise|firma|unternehmen|azienda|societa|"
    "bedrijf|कंपनी|संस्था",
    ColumnField.TIME_ZONE: "time zone|timezone|tz|zeitzone|fuseau horaire|zona horaria|fuso horario|समय क्षेत्र",
    ColumnField.COUNTRY: "country|country code|pais|pays|land|paese|देश",
    ColumnField.REGION: "state|region|province|county|state province|bundesland|estado|provincia|regione|राज्य",
    ColumnField.POSTAL_CODE: "postal code|postcode|post code|zip|zip code|pin code|pincode|plz|postleitzahl|"
    "codigo postal|code postal|cap|पिन कोड",
    ColumnField.CONSENT_SOURCE: "consent source",
    ColumnField.CONSENTED_AT: "consented at",
    ColumnField.CONSENT_TEXT: "consent text",
    ColumnField.MESSAGE: "message|notes|note|comment|comments|description|enquiry|inquiry|details|requirement|"
    "requirements|query|remarks|question|mensaje|notas|comentario|comentarios|commentaire|nachricht|anmerkung|"
    "bemerkung|notizen|mensagem|messaggio|bericht|opmerking|संदेश|टिप्पणी",
    ColumnField.TITLE: "title|lead title|deal|deal name|opportunity|opportunity name|subject|topic|asunto|titulo|"
    "objet|titre|betreff|titel|assunto|oggetto|onderwerp|विषय|शीर्षक",
    ColumnField.SOURCE: "source|lead source|origin|channel|campaign|utm source|fuente|origen|canal|origine|quelle|"
    "herkunft|origem|fonte|bron|स्रोत",
}


class MappingUnusable(ValueError):
    """The columns were given meanings that cannot be worked with; the message says which."""


def plain_header(header: str) -> str:
    """Return a column name in small letters without accents, dashes and other marks."""
    parts = unicodedata.normalize("NFKD", header.casefold())
    letters = "".join(part for part in parts if unicodedata.category(part)[0] != "M")
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


_MEANINGS = {plain_header(word): field for field, words in _HEADERS.items() for word in words.split("|")}


def guess_mapping(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, ColumnField]:
    """Guess what each column holds: by its name first, then by what its first rows look like."""
    guess: dict[str, ColumnField] = dict.fromkeys(columns, ColumnField.IGNORE)
    taken: set[ColumnField] = set()
    for column in columns:
        field = _MEANINGS.get(plain_header(column))
        if field and field not in taken:
            guess[column] = field
            taken.add(field)
    for place, column in enumerate(columns):
        cells = [row[place] for row in sample if place < len(row) and row[place]]
        if guess[column] is not ColumnField.IGNORE or not cells:
            continue
        for field, shape in ((ColumnField.EMAIL, _EMAIL), (ColumnField.PHONE, _PHONE)):
            if field not in taken and sum(bool(shape.match(cell)) for cell in cells) * 5 >= len(cells) * 4:
                guess[column] = field
                taken.add(field)
                break
    return guess


def check_mapping(columns: Sequence[str], mapping: Mapping[str, ColumnField]) -> None:
    """Raise MappingUnusable unless every column exists, meanings are given once, and a person can be reached."""
    for column in mapping:
        if column not in columns:
            message = f"The file has no column named “{column}”."
            raise MappingUnusable(message)
    used = [field for field in mapping.values() if field not in {ColumnField.IGNORE, ColumnField.MESSAGE}]
    for field in used:
        if used.count(field) > 1:
            message = f"Only one column can be the {field.value}. Set the others to ignore."
            raise MappingUnusable(message)
    if not {ColumnField.EMAIL, ColumnField.PHONE} & set(used):
        message = "Say which column holds the email or the phone; without one of them nobody can be reached."
        raise MappingUnusable(message)


def read_row(columns: Sequence[str], mapping: Mapping[str, ColumnField], row: Sequence[str]) -> RowLead:
    """Return what a row says, by the meaning of its columns; message columns are joined."""
    lead = RowLead()
    messages: list[str] = []
    for column, cell in zip(columns, row, strict=False):
        field = mapping.get(column, ColumnField.IGNORE)
        if field is ColumnField.MESSAGE and cell:
            messages.append(cell)
        elif field is not ColumnField.IGNORE and field is not ColumnField.MESSAGE:
            lead = replace(lead, **{field.value: cell})
    return replace(lead, message="\n".join(messages))


def refuse_row(
    columns: Sequence[str], row: Sequence[str], lead: RowLead, *, email: str | None, phone: str | None
) -> str | None:
    """Return why a row cannot become a lead, in plain words; None when it can.

    `email` and `phone` are the row's values after normalising, None where they could not be understood.
    """
    if any(row[len(columns) :]):
        return f"The row has {len(row)} cells, but the header has {len(columns)}."
    if lead.email and not email:
        return f"“{lead.email[:80]}” is not an email address."
    if lead.phone and not phone:
        return f"“{lead.phone[:40]}” is not a phone number we understand. Add the country code, as in +91 98765 43210."
    if not email and not phone:
        return "The row has neither an email nor a phone."
    return None
