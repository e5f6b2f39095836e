"""Messages that several tests of the qualifier share."""

from datetime import UTC, datetime

from metacortex.contexts.qualification.rules.fields import extract_fields
from metacortex.contexts.qualification.rules.safety import find_flags
from metacortex.contexts.qualification.types import Evidence, FieldName, IdealCustomer, Intent, Message, Reading

WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ANYBODY = IdealCustomer("", {})

FLAT = (
    "Hi,\n\nMy name is Priya Nair and I'm looking for a 3 BHK flat in Wakad, Pune. Budget is 85 lakh max. "
    "Can we schedule a viewing this Saturday? Call me on 98220 12345.\n\nThanks,\nPriya Nair"
)
CRM = (
    "Hello, I'm Tom Baker, Head of Operations at Northwind Traders. We need a CRM for 25 users by end of month. "
    "Our budget is between 10k and 15k USD per year. Could you send a quote?\n\nBest regards,\nTom Baker\n"
    "Head of Operations | Northwind Traders\n+1 415 555 2671\nwww.northwind.example"
)
MACHINE = (
    "Guten Tag,\n\nwir suchen eine Verpackungsmaschine für unser Werk in Stuttgart. Budget ca. "
    "250.000 Euro, Lieferung bis Ende "
    "des Monats. Bitte rufen Sie mich an: 0711 1234567.\n\nMit freundlichen Grüßen\nJürgen "
    "Weber\nEinkaufsleiter\nWeber Maschinenbau GmbH"
)
PISO = (
    "Hola, me llamo Lucía Gómez y busco un piso de 2 habitaciones en Valencia. Mi presupuesto es hasta 200.000 €. "
    "¿Podemos visitarlo la próxima semana? Mi teléfono es +34 612 345 678"
)
HINGLISH = "Namaste, mujhe Wakad mein 2 BHK flat chahiye, budget 50 lakh tak hai, kal dekhna hai. Call karo 9822012345"
SUPPORT = "My order 612345678 has not arrived and I want a refund of $49.99. Please fix this by tomorrow."
PITCH = (
    "Hi there,\n\nWe are a leading SEO agency and help companies like yours get to page one of "
    "Google. Our packages start at "
    "$299 per month. Can we book a 15 minute call next week?\n\nBest regards,\nSam"
)


def write_message(
    body: str, *, sender: str = "someone@gmail.com", name: str = "", region: str = "IN", automatic: bool = False
) -> Message:
    """Make a message sent on Wednesday, 18 November 2026."""
    return Message("", body, name, sender, "email", WEDNESDAY, region, automatic)


def find(
    body: str, language: str = "en", *, region: str = "IN", sender: str = "someone@gmail.com", name: str = ""
) -> dict[str, str | int | float]:
    """Return the values found in a body by field name."""
    fields = extract_fields(write_message(body, sender=sender, name=name, region=region), language)
    return {field.name.value: field.value for field in fields}


def cite(body: str, wanted: FieldName, language: str = "en") -> Evidence | None:
    """Return the evidence of one field."""
    return next(
        (field.evidence for field in extract_fields(write_message(body), language) if field.name is wanted), None
    )


def read(message: Message, intent: Intent, language: str = "en", probability: float = 0.85) -> Reading:
    """Make the reading of a reader that is fairly sure of an intent."""
    intents = {intent: probability, Intent.OTHER: 1 - probability} if intent is not Intent.OTHER else {intent: 1.0}
    return Reading(intent, probability, intents, language, extract_fields(message, language), find_flags(message))
