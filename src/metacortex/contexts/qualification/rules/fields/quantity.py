"""How many: licences, users, units; bedrooms, days and money are not a quantity of purchase."""

import re

from metacortex.contexts.qualification.rules.fields.amounts import NUMBER_WORDS
from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

_UNITS = (
    r"(?:licen[cs]es?|lizenz(?:en)?|licencias?|licenças?|seats?|users?|nutzern?|benutzern?|"
    r"anwendern?|usuarios?|usuários?|units?|unidades?|"
    r"einheiten|pieces?|pcs|piezas?|stücke?|stk|stueck|copies|employees?|mitarbeitern?|empleados?|"
    r"people|personen|personas?|pax|guests?|"
    r"gästen?|invitados?|log(?:on)?|agents?|devices?|laptops?|computers?|machines?|maschinen|"
    r"máquinas?|chairs?|stühlen?|sillas?|desks?|tables?|"
    r"arbeitspl[äa]tzen?|puestos?|workstations?|rooms? for the night|students?|schüler|alumnos?|"
    r"tickets?|boxes|cartons?|kartons?|cajas?|"
    r"tons?|tonnes?|tonnen|toneladas?|kgs?|quintals?|litres?|liters?|vehicles?|fahrzeugen?|"
    r"vehículos?|trucks?|cars?|branches|stores?|shops?|outlets|"
    r"filialen|tiendas|locations|standorte|servers?|panels?|sets?|bottles?|t-?shirts?|uniforms?|"
    r"bags?|phones?|tablets?|accounts|members|"
    r"sales ?(?:reps?|people)|reps|developers|engineers|doctors|patients|sensors?|cameras?|pumps?|"
    r"valves?|screens?|monitors?|attendees|delegates)"
)
_COUNTED = re.compile(
    rf"(?<![\w.,/-])(?P<n>\d{{1,3}}(?:[.,]\d{{3}}){{1,2}}|\d{{1,7}})\+?(?:[ ]?(?:-|–|to|bis|a)[ "
    rf"]?(?P<upper>\d{{1,6}}))?[ \t-]{{0,2}}"
    rf"(?:x[ ]|nos\.? (?:of )?|[a-zà-ÿ-]{{3,14}} (?!of |for |in |to ))?(?P<unit>{_UNITS})(?![a-zà-ÿ])"
)
_WORDED = re.compile(
    rf"(?<![\w-])(?P<n>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|"
    rf"thirty|forty|fifty|hundred|zwei|drei|dos|tres|cinco|"
    rf"diez|veinte|do|teen|char|paanch|das|bees|pachas)[ ](?:[a-zà-ÿ-]{{3,14}} )?(?P<unit>{_UNITS})(?![a-zà-ÿ])"
)
_LABELLED = re.compile(
    r"(?:quantity|qty|menge|anzahl|cantidad|no\.? of units|moq|team of|staff of|group of|party of|"
    r"crew of|equipo de|team von|gruppe von)[ :=-]{0,4}(?P<n>\d{1,6})(?![\d.,]*\d)"
)
_ORDERED = re.compile(
    r"(?:need|want|order|buy|purchase|require|looking for|necesito|necesitamos|queremos|quiero|"
    r"comprar|brauche|brauchen|benötige|benötigen|suchen|"
    r"kaufen|bestellen|supply of|quote for|quotation for|angebot (?:für|über))[ ](?:about |around |"
    r"some |approx\.? |etwa |unos )?(?P<n>\d{1,6})[ ]"
    r"(?P<unit>[a-zà-ÿ][a-zà-ÿ-]{3,20}(?:s|n|e))(?![a-zà-ÿ])"
)
_NOT_UNITS = re.compile(
    r"bed|bath|bhk|room|day|week|month|year|hour|minute|lakh|lac|crore|thousand|million|euro|dollar|"
    r"rupee|pound|tage|woche|monat|jahr|stunde|zimmer|"
    r"dias|días|semana|mes|años|habitacion|hora|sqft|square|metre|meter|mile|percent|times|minut"
)
_WANTED = re.compile(
    r"need|want|order|buy|purchas|looking|requir|for|quot|busca|necesit|quer|brauch|benötig|such|für|"
    r"para|chahiye|team|interest"
)
_NOT_WANTED = re.compile(
    r"we (?:have|had|are)|founded|over|trusted by|more than|customers|serving|manage[sd]?|helped|our \d"
)
_TRIGGERS = frozenset(
    [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "zwei",
        "drei",
        "dos",
        "tres",
        "cinco",
        "diez",
        "veinte",
        "do",
        "teen",
        "char",
        "paanch",
        "das",
        "bees",
        "pachas",
    ]
)


def find_quantity(text: Text) -> list[Field]:
    """Extract how many of something are wanted."""
    found: list[tuple[float, Field]] = []
    patterns = [_COUNTED, _LABELLED, _ORDERED] if any(word[0].isdigit() for word in text.index) else []
    if text.has(_TRIGGERS):
        patterns.append(_WORDED)
    for pattern in patterns:
        for number, match in enumerate(pattern.finditer(text.low)):
            if number >= 8:
                break
            if pattern is _ORDERED and _NOT_UNITS.search(match.group("unit")):
                continue
            written = match.groupdict().get("upper") or match.group("n")
            value = int(NUMBER_WORDS[written]) if written in NUMBER_WORDS else int(re.sub(r"[.,]", "", written))
            if value == 0:
                continue
            left = text.low[max(0, match.start() - 45) : match.start()]
            score = 0.6 + (0.25 if _WANTED.search(left) or pattern in (_LABELLED, _ORDERED) else 0.0)
            score -= 0.4 if _NOT_WANTED.search(left) and pattern is not _ORDERED else 0.0
            found.append(
                (score, Field(FieldName.QUANTITY, value, quote(text.raw, match.start(), match.end()), round(score, 2)))
            )
    found = [pair for pair in found if pair[0] >= 0.4]
    return [max(found, key=lambda pair: pair[0])[1]] if found else []
