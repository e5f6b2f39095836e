"""The reader's training messages: written ones, and templates filled so that the same seed gives the same set."""

# ruff: noqa: E501  # lists of words read best on one line each

import json
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from metacortex.contexts.qualification.types import Intent, Message

WRITTEN_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LEADS = (Intent.BUY, Intent.BOOK, Intent.PRICE_QUESTION, Intent.INFORMATION)

PRODUCTS = {
    "en": "2 BHK flat|three bedroom apartment|office space|your CRM|the pro plan|your HR software|data science course|MBA programme|IELTS coaching|dental implants|knee surgery|skin treatment|used SUV|electric car|motorcycle|Bali package|honeymoon trip|villa for a week|AC repair|roof repair|kitchen renovation|solar panels|pest control|CNC machine|air compressor|conveyor belts|packaging machine|forklift|water pumps|diesel generator|warehouse racks|laptops|a villa with garden|plot|accounting software|spoken English class|root canal|physiotherapy|full body checkup|hatchback|bathroom remodel|house painting|moving service",
    "es": "piso de 3 habitaciones|casa con jardín|local comercial|su software de facturación|el plan anual|el curso de inglés|un máster|implantes dentales|una revisión médica|coche de segunda mano|furgonetas|viaje a Cancún|casa rural|reforma del baño|placas solares|aire acondicionado|máquina de envasado|carretillas elevadoras|bombas de agua|compresor|CRM|curso de programación|fisioterapia|SUV híbrido|crucero|fontanero|pintura de la casa|torno CNC",
    "de": "Eigentumswohnung|3-Zimmer-Wohnung|Büroräume|Ihre Software|das Pro-Paket|einen Deutschkurs|das Masterprogramm|Zahnimplantate|eine Vorsorgeuntersuchung|Gebrauchtwagen|Transporter|Reise nach Mallorca|Ferienhaus|Badsanierung|Photovoltaik-Anlage|Wärmepumpe|Verpackungsmaschine|Gabelstapler|Wasserpumpen|Kompressor|CRM-System|Physiotherapie|Elektroauto|Kreuzfahrt|Dachreparatur|Malerarbeiten|CNC-Fräse|Haus mit Garten",
    "hi-Latn": "2bhk flat|3bhk|plot|dukaan|office space|CRM software|billing software|coaching|computer course|IELTS class|root canal|skin treatment|full body checkup|second hand car|scooty|electric scooter|Goa package|Manali trip|AC repair|painting|solar panel|packing machine|generator|water pump|CNC machine|laptop|interior ka kaam",
    "hi": "2 बीएचके फ्लैट|दुकान|प्लॉट|कोचिंग|कंप्यूटर कोर्स|सॉफ्टवेयर|पुरानी कार|गोवा पैकेज|एसी रिपेयर|पानी का पंप|मशीन",
}
PLACES = {
    "en": "Pune|Whitefield|London|Austin|Dubai|Gurgaon|Leeds|Toronto|Bandra West|Chicago|Kochi|Manchester|Singapore",
    "es": "Madrid|Valencia|Ciudad de México|Bogotá|Sevilla|Monterrey|Lima|Barcelona|Málaga",
    "de": "München|Berlin|Köln|Hamburg|Wien|Stuttgart|Zürich|Leipzig|Nürnberg",
    "hi-Latn": "Noida|Lucknow|Jaipur|Indore|Andheri|Patna|Surat|Gurgaon|Dwarka",
    "hi": "नोएडा|जयपुर|लखनऊ|इंदौर|पटना",
}
MONEY = {
    "en": "$2,500|80 lakh|£350k|Rs 45,000|1.2 crore|USD 12000|20k|€3,000|15-18 lakhs|$1.5m",
    "es": "3.000 €|250.000 euros|1500 USD|20 mil euros|$45,000 MXN|800 euros",
    "de": "3.000 €|450.000 Euro|1.200 EUR|20 Tsd. Euro|15.000,- €",
    "hi-Latn": "50 lakh|20 hazar|1.2 cr|Rs 15000|5 lakh tak|80k",
    "hi": "50 लाख|20 हज़ार रुपये|1 करोड़",
}
WHEN = {
    "en": "this week|next Monday|by end of March|tomorrow at 4 pm|on 12 June|within two weeks|asap|next month|on Saturday morning|before Friday",
    "es": "esta semana|el lunes|mañana a las 10|antes de fin de mes|el 12 de junio|el sábado por la mañana|cuanto antes|en marzo",
    "de": "diese Woche|am Montag|morgen um 10 Uhr|bis Ende März|am 12. Juni|am Samstagvormittag|so bald wie möglich|nächsten Monat",
    "hi-Latn": "kal|is hafte|Sunday|agle mahine|parso shaam|jaldi|15 tarikh|monday 11 baje",
    "hi": "कल|रविवार|अगले महीने|शाम 5 बजे",
}
OPENERS = {
    "en": "Hi,|Hello,|Dear Sir/Madam,|Hi team,|Good morning,|hey|Dear team,||Hope you are doing well.|To whom it may concern,|Greetings from our side.",
    "es": "Hola,|Buenos días,|Estimados señores:|Buenas tardes,||Muy buenas,|Espero que se encuentren bien.",
    "de": "Hallo,|Guten Tag,|Sehr geehrte Damen und Herren,|Moin,||Liebes Team,|Grüß Gott,",
    "hi-Latn": "Namaste,|Hello sir,|Hi,|Sir||Ji namaskar,|Hello ji",
    "hi": "नमस्ते,|सर,||नमस्कार जी,",
}
CLOSERS = {
    "en": "Thanks,|Regards,|Best regards,|Thank you|Looking forward to hearing from you.|Cheers||Please reply soon.|Sent from my iPhone|Awaiting your reply.",
    "es": "Gracias,|Saludos,|Un saludo cordial,|Quedo a la espera.||Atentamente,|Enviado desde mi iPhone",
    "de": "Danke,|Viele Grüße|Mit freundlichen Grüßen|Beste Grüße||Vielen Dank im Voraus,|Von meinem iPhone gesendet",
    "hi-Latn": "Thanks|Dhanyavaad|Regards||jaldi reply karna|shukriya ji",
    "hi": "धन्यवाद||शुक्रिया",
}
PEOPLE = {
    "en": "Priya Nair|John Miller|Sarah Collins|Amit Kumar|Tom Becker|Fatima Khan|Grace O'Neil|Wei Chen",
    "es": "María López|Javier Ruiz|Lucía Fernández|Carlos Méndez|Ana Torres",
    "de": "Thomas Schneider|Julia Wagner|Stefan Huber|Anna Fischer|Lukas Braun",
    "hi-Latn": "Rakesh Yadav|Neha Sharma|Sunil Verma|Pooja Gupta|Imran Ali",
    "hi": "राकेश यादव|नेहा शर्मा|सुनील वर्मा",
}
ROLES = "Purchase Manager|Head of Operations|CEO|Sales Director|Founder|Office Manager||||"
SUBJECTS = {
    Intent.BUY: "Enquiry|Requirement|RFQ|Anfrage|Solicitud de presupuesto|Order|quotation||{p}|Purchase|Interested|New lead from website",
    Intent.BOOK: "Appointment|Visit|Demo|Termin|Cita|booking||Viewing|Reservation|Meeting",
    Intent.PRICE_QUESTION: "Price|Pricing|Preis|Precio|rates||Question|Cost|fees",
    Intent.INFORMATION: "Information|Question|Frage|Consulta|details||Enquiry|Brochure|{p}",
    Intent.SUPPORT: "Problem|Help|Not working|Reklamation|Re: order|Complaint||Ticket|Urgent|Issue|Re: invoice",
    Intent.PARTNERSHIP: "Partnership|Collaboration|Kooperation|Colaboración|Reseller||Proposal|Dealership|Enquiry",
    Intent.JOB_APPLICATION: "Application|Job|Bewerbung|CV|Resume||Vacancy|Internship|Career",
    Intent.VENDOR_PITCH: "Quick question|Inquiry about your business|Grow your sales|Re: our last mail|Angebot|Propuesta||Business enquiry|Collaboration|Following up|Idea for you|Website",
    Intent.AUTOMATIC: "Automatic reply|Out of office|Undeliverable|Newsletter|Abwesenheit|Respuesta automática|Notification|Your invoice|Delivery Status Notification|Reminder||Re: your message",
    Intent.SPAM: "URGENT|Purchase order|Winner|Verify your account|Payment|New order PO 8841||Inquiry|Invoice overdue|Business proposal|RFQ|Bestellung",
    Intent.OTHER: "hello|Re:|Thanks||Note|Question|Info|Danke|Gracias|Greetings",
}  # fmt: skip
PERSONAL = "gmail.com|yahoo.com|outlook.com|hotmail.es|gmx.de|web.de|rediffmail.com"
FIRMS = "northgate.co.uk|acme-industries.com|sunrisegroup.in|talleresruiz.es|muellerbau.de|brightpath.io|kaveri.co.in|hillview.edu"
PITCHERS = "growthboost.io|seo-rankers.net|leadsdepot.biz|outreachly.co|webwizards.in|datenprofi.de|marketingplus.es|staffhub.com"
MACHINES = "noreply@service.com|mailer-daemon@mail.com|newsletter@news.io|notifications@app.com|no-reply@shop.de|alerts@bank.com"
CROOKS = (
    "claims@award-center.xyz|purchase@globaltrade88.ru|office.un@mail2.top|admin@secure-mailbox.click|win@promo.biz"
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A training message; `worth` says whether an agent should call, where somebody judged that."""

    message: Message
    intent: Intent
    language: str
    worth: bool | None = None


def read_templates(path: Path) -> dict[tuple[str, Intent], list[str]]:
    """Read the sections `## language intent` with one template a line."""
    templates: dict[tuple[str, Intent], list[str]] = defaultdict(list)
    section: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            language, intent = line[3:].split()
            section = templates[language, Intent(intent)]
        elif line.strip():
            section.append(line.strip().replace("\\n", "\n"))
    return templates


def read_written(folder: Path) -> list[Labelled]:
    """Read the messages that were written one by one, one JSON object a line."""
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]
    return [
        Labelled(
            Message(
                row["subject"],
                row["body"],
                row["sender_name"],
                row["sender_email"],
                "email",
                WRITTEN_AT,
                row["region"],
                row["automatic"],
            ),
            Intent(row["intent"]),
            row["language"],
            bool(row["worth"]),
        )
        for row in rows
    ]


def make_messages(path: Path, seed: int = 7, variants: int = 12) -> list[Labelled]:
    """Fill every template `variants` times."""
    chance = random.Random(seed)
    made = []
    for (language, intent), lines in read_templates(path).items():
        for line in lines:
            for variant in range(variants):
                extra = chance.choice(lines) if variant % 4 == 3 else ""
                made.append(Labelled(fill_message(chance, line, extra, language, intent), intent, language))
    return made


def pick(chance: random.Random, choices: str) -> str:
    """Pick one of the choices written between bars."""
    return chance.choice(choices.split("|"))


def fill_slots(chance: random.Random, text: str, language: str) -> str:
    """Replace the slots of a template."""
    values = {
        "{p}": pick(chance, PRODUCTS[language]),
        "{place}": pick(chance, PLACES[language]),
        "{money}": pick(chance, MONEY[language]),
        "{when}": pick(chance, WHEN[language]),
        "{n}": str(chance.choice([2, 3, 4, 5, 8, 10, 12, 20, 25, 40, 60, 100, 250])),
        "{phone}": f"{chance.choice(['+91 98', '+49 171 ', '+34 6', '07', '+1 415 '])}{chance.randrange(10**7, 10**8)}",
    }
    for slot, value in values.items():
        text = text.replace(slot, value)
    return text


def fill_message(chance: random.Random, line: str, extra: str, language: str, intent: Intent) -> Message:
    """Write one message around a template: greeting, ending, signature, sender, and the untidiness of real mail."""
    person = pick(chance, PEOPLE[language])
    core = fill_slots(chance, line, language)
    if extra:
        core += chance.choice([" ", "\n"]) + fill_slots(chance, extra, language)
    parts = [core]
    if chance.random() < 0.6:
        parts.insert(0, pick(chance, OPENERS[language]))
    if chance.random() < 0.6:
        parts.append(pick(chance, CLOSERS[language]))
    if chance.random() < 0.45:
        firm = pick(chance, FIRMS).partition(".")[0].title()
        parts.append(f"{person}\n{pick(chance, ROLES)}\n{firm}" if chance.random() < 0.5 else person)
    body = chance.choice(["\n", "\n\n", " "]).join(part for part in parts if part)
    subject = fill_slots(chance, pick(chance, SUBJECTS[intent]), language) if chance.random() < 0.75 else ""
    message = Message(subject, body, person, person_email(chance, person), "email", WRITTEN_AT)
    return add_untidiness(chance, choose_sender(chance, message, core, intent))


def choose_sender(chance: random.Random, message: Message, core: str, intent: Intent) -> Message:
    """Give machines, pitchers and crooks their addresses, and pass some leads on through a portal."""
    email, automatic = message.sender_email, False
    if intent is Intent.AUTOMATIC:
        automatic = chance.random() < 0.5
        email = pick(chance, MACHINES) if chance.random() < 0.5 else email
    elif intent is Intent.VENDOR_PITCH and chance.random() < 0.6:
        person = message.sender_name
        email = f"{person.split()[0].lower() if person.isascii() else 'info'}@{pick(chance, PITCHERS)}"
        automatic = chance.random() < 0.08
    elif intent is Intent.SPAM and chance.random() < 0.5:
        email = pick(chance, CROOKS)
        automatic = chance.random() < 0.1
    elif intent in LEADS and chance.random() < 0.06:
        body = f"You have a new lead.\nName: {message.sender_name}\nMessage: {core}"
        portal = "leads@portal-notify.com"
        return replace(
            message, subject="New enquiry received", body=body, sender_email=portal, automatic=chance.random() < 0.5
        )
    return replace(message, sender_email=email, automatic=automatic)


def add_untidiness(chance: random.Random, message: Message) -> Message:
    """Make some messages as real mail is: without capitals or punctuation, shouted, forwarded or answered."""
    subject, body = message.subject, message.body
    roll = chance.random()
    if roll < 0.12:
        body, subject = body.lower(), subject.lower()
    elif roll < 0.2:
        body = "".join(character for character in body if character not in ".,;:!?¿¡")
    elif roll < 0.25:
        body = body.upper()
    elif roll < 0.33:
        subject = f"{chance.choice(['Fwd: ', 'FW: ', 'WG: ', 'RV: '])}{subject}"
        note = chance.choice(["FYI", "pls handle", "see below", "z.K.", "para ti"])
        body = f"{note}\n\nFrom: {message.sender_name}\nSubject: {subject}\n\n{body}"
    elif roll < 0.38:
        subject = f"Re: {subject}"
    return replace(message, subject=subject, body=body, channel=chance.choice(["email", "email", "form"]))


def person_email(chance: random.Random, person: str) -> str:
    """Make an address for a person."""
    local = ".".join(person.lower().split()) if person.isascii() else f"user{chance.randrange(100, 999)}"
    return f"{local.replace(chr(39), '')}@{pick(chance, PERSONAL if chance.random() < 0.5 else FIRMS)}"
