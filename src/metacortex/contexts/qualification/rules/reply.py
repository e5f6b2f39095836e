"""A reply to start from, filled with facts of the message; nothing is sent without a person."""

import re
from dataclasses import dataclass

from metacortex.contexts.qualification.types import Band, FieldName, Intent, Message, Reading

_UNANSWERED = frozenset({Intent.VENDOR_PITCH, Intent.SPAM, Intent.AUTOMATIC, Intent.JOB_APPLICATION})
_UNSAFE = re.compile(r"https?:|www\.|@|[<>{}\[\]|`\\\x00]|\.(?:com|net|ru|xyz|top)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of a reply in one language; `{name}`, `{need}`, `{when}` and `{phone}` are filled in."""

    greeting: str
    greeting_unnamed: str
    thanks: str
    need: str
    place: str
    price: str
    book: str
    book_when: str
    help: str
    support: str
    partner: str
    ask_need: str
    ask_budget: str
    ask_when: str
    ask_phone: str
    call: str
    closing: str


_WORDINGS = {
    "en": Wording(
        "Hello {name},",
        "Hello,",
        "Thank you for your message.",
        "I have noted what you are looking for: {need}.",
        "You mentioned {place}.",
        "I am putting the prices together and will send them to you shortly.",
        "I would be glad to arrange an appointment. Which time suits you best?",
        "I would be glad to arrange it. You mentioned “{when}”: which time of day suits you best?",
        "I would be glad to help you with this.",
        "I am sorry for the trouble. I am passing this to our support team, who will get back to you.",
        "I am passing your proposal to the right colleague.",
        "Could you tell me a little more about what you need?",
        "Which budget do you have in mind?",
        "By when do you need it?",
        "On which number can I reach you?",
        "I will call you on {phone}.",
        "Kind regards",
    ),
    "hi-Latn": Wording(
        "Namaste {name} ji,",
        "Namaste,",
        "Aapke message ke liye dhanyavaad.",
        "Aapki zaroorat humne note kar li hai: {need}.",
        "Aapne {place} ka zikr kiya hai.",
        "Hum aapko price ki jaankari jaldi bhej rahe hain.",
        "Appointment zaroor rakh lete hain. Aapke liye kaunsa samay theek rahega?",
        "Zaroor. Aapne “{when}” bataya hai: din mein kaunsa samay theek rahega?",
        "Hum aapki madad zaroor karenge.",
        "Pareshani ke liye maafi chahte hain. Hum yeh support team ko bhej rahe hain, woh aapse sampark karegi.",
        "Hum aapka prastaav sahi vyakti tak pahuncha rahe hain.",
        "Kya aap thoda aur bata sakte hain ki aapko kya chahiye?",
        "Aapka budget kitna hai?",
        "Aapko yeh kab tak chahiye?",
        "Aapse kis number par baat ho sakti hai?",
        "Hum aapko {phone} par call karenge.",
        "Dhanyavaad",
    ),
    "hi": Wording(
        "नमस्ते {name} जी,",
        "नमस्ते,",
        "आपके संदेश के लिए धन्यवाद।",
        "आपकी ज़रूरत हमने लिख ली है: {need}।",
        "आपने {place} का ज़िक्र किया है।",
        "हम आपको कीमत की जानकारी जल्द भेज रहे हैं।",
        "मिलने का समय ज़रूर तय कर लेते हैं। आपके लिए कौन सा समय ठीक रहेगा?",
        "ज़रूर। आपने “{when}” बताया है: दिन में कौन सा समय ठीक रहेगा?",
        "हम आपकी मदद ज़रूर करेंगे।",
        "परेशानी के लिए माफ़ी चाहते हैं। हम यह सहायता टीम को भेज रहे हैं, वह आपसे संपर्क करेगी।",
        "हम आपका प्रस्ताव सही व्यक्ति तक पहुँचा रहे हैं।",
        "क्या आप थोड़ा और बता सकते हैं कि आपको क्या चाहिए?",
        "आपका बजट कितना है?",
        "आपको यह कब तक चाहिए?",
        "आपसे किस नंबर पर बात हो सकती है?",
        "हम आपको {phone} पर फ़ोन करेंगे।",
        "धन्यवाद",
    ),
    "es": Wording(
        "Hola, {name}:",
        "Hola:",
        "Gracias por su mensaje.",
        "He anotado lo que busca: {need}.",
        "Ha mencionado {place}.",
        "Estoy preparando los precios y se los enviaré en breve.",
        "Con mucho gusto concertamos una cita. ¿Qué momento le viene mejor?",
        "Con mucho gusto lo organizamos. Ha indicado «{when}»: ¿qué hora le viene mejor?",
        "Con mucho gusto le ayudo con ello.",
        "Siento las molestias. Paso su mensaje a nuestro equipo de soporte, que le responderá.",
        "Paso su propuesta a la persona indicada.",
        "¿Podría contarme un poco más sobre lo que necesita?",
        "¿Qué presupuesto tiene previsto?",
        "¿Para cuándo lo necesita?",
        "¿En qué número puedo llamarle?",
        "Le llamaré al {phone}.",
        "Un cordial saludo",
    ),
    "de": Wording(
        "Guten Tag {name},",
        "Guten Tag,",
        "vielen Dank für Ihre Nachricht.",
        "Ihren Bedarf habe ich notiert: {need}.",
        "Sie haben {place} genannt.",
        "Ich stelle die Preise zusammen und schicke sie Ihnen in Kürze.",
        "Gern vereinbaren wir einen Termin. Welche Zeit passt Ihnen am besten?",
        "Gern richten wir das ein. Sie nannten „{when}“: Welche Uhrzeit passt Ihnen am besten?",
        "Gern helfe ich Ihnen dabei.",
        (
            "Es tut mir leid, dass Sie Ärger damit haben. Ich gebe Ihre Nachricht an unseren Support "
            "weiter, der sich bei Ihnen meldet."
        ),
        "Ich gebe Ihren Vorschlag an die richtige Stelle weiter.",
        "Könnten Sie mir etwas mehr darüber sagen, was Sie brauchen?",
        "Welches Budget haben Sie vorgesehen?",
        "Bis wann brauchen Sie es?",
        "Unter welcher Nummer erreiche ich Sie?",
        "Ich rufe Sie unter {phone} an.",
        "Mit freundlichen Grüßen",
    ),
}


def draft_reply(message: Message, reading: Reading, band: Band) -> str | None:
    """Write a reply in the writer's language; None for other languages and for messages that need no answer."""
    wording = _WORDINGS.get(reading.language)
    if (
        wording is None
        or message.automatic
        or reading.flags
        or (reading.intent in _UNANSWERED and band is not Band.UNSURE)
    ):
        return None
    facts = {field.name: _quote_safely(str(field.value)) for field in reading.fields}
    name = _shorten_name(facts.get(FieldName.NAME, ""), reading.language)
    greeting = wording.greeting.format(name=name) if name else wording.greeting_unnamed
    sentences = [wording.thanks, *_answer(wording, reading.intent, facts, band)]
    return f"{greeting}\n\n{' '.join(sentences)}\n\n{wording.closing}"


def _answer(wording: Wording, intent: Intent, facts: dict[FieldName, str], band: Band) -> list[str]:
    if band is Band.UNSURE:
        return [wording.ask_need]
    if intent is Intent.SUPPORT:
        return [wording.support]
    if intent is Intent.PARTNERSHIP:
        return [wording.partner]
    need, when, place, phone = (
        facts.get(name, "") for name in (FieldName.NEED, FieldName.TIMELINE, FieldName.LOCATION, FieldName.PHONE)
    )
    sentences = [wording.need.format(need=need)] if need else []
    if place and place.lower().split(",")[0] not in need.lower():
        sentences.append(wording.place.format(place=place))
    if intent is Intent.PRICE_QUESTION:
        sentences.append(wording.price)
    elif intent is Intent.BOOK:
        sentences.append(wording.book_when.format(when=when) if when else wording.book)
    else:
        sentences.append(wording.help)
    questions = [] if need else [wording.ask_need]
    if not (facts.get(FieldName.BUDGET_MAX) or facts.get(FieldName.BUDGET_MIN)) and intent in (
        Intent.BUY,
        Intent.PRICE_QUESTION,
    ):
        questions.append(wording.ask_budget)
    if not when and intent in (Intent.BUY, Intent.PRICE_QUESTION):
        questions.append(wording.ask_when)
    sentences += questions[:2]
    sentences.append(wording.call.format(phone=phone) if phone else wording.ask_phone)
    return sentences


def _quote_safely(value: str) -> str:
    """Drop values that could carry a link, an address or markup into our own reply."""
    value = " ".join(value.split())
    return "" if len(value) > 80 or _UNSAFE.search(value) else value


def _shorten_name(name: str, language: str) -> str:
    """German greets with the full name; the others use the first."""
    if not name or len(name) > 40 or any(letter.isdigit() for letter in name):
        return ""
    return name if language == "de" else name.split(" ", maxsplit=1)[0]
