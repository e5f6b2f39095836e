"""Where: a place named after a word such as "in", or a big city wherever it stands."""

import re

from metacortex.contexts.qualification.rules.fields.spoken_days import MONTHS, WEEKDAYS
from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

_CITY_NAMES = (
    "mumbai|navi mumbai|delhi|new delhi|bangalore|bengaluru|hyderabad|chennai|kolkata|pune|ahmedabad|surat|"
    "jaipur|lucknow|kanpur|nagpur|indore|bhopal|patna|vadodara|ghaziabad|ludhiana|agra|nashik|faridabad|rajkot|"
    "varanasi|amritsar|ranchi|coimbatore|kochi|cochin|trivandrum|mysore|mysuru|chandigarh|mohali|gurgaon|"
    "gurugram|noida|greater noida|goa|dehradun|guwahati|bhubaneswar|visakhapatnam|vijayawada|madurai|raipur|"
    "jodhpur|udaipur|mangalore|thane|wakad|baner|hinjewadi|hinjawadi|kharadi|hadapsar|viman nagar|"
    "koregaon park|aundh|whitefield|indiranagar|koramangala|hsr layout|electronic city|marathahalli|"
    "sarjapur road|andheri|andheri west|andheri east|powai|bandra|borivali|kandivali|malad|goregaon|dwarka|"
    "rohini|saket|gachibowli|kondapur|madhapur|hitec city|salt lake|omr|velachery|sector 62|london|manchester|"
    "birmingham|leeds|glasgow|edinburgh|bristol|liverpool|dublin|cork|berlin|hamburg|münchen|munich|köln|"
    "cologne|frankfurt|stuttgart|düsseldorf|dortmund|essen|leipzig|bremen|dresden|hannover|nürnberg|nuremberg|"
    "bonn|münster|karlsruhe|mannheim|augsburg|wien|vienna|graz|linz|salzburg|innsbruck|zürich|zurich|genf|"
    "geneva|basel|bern|madrid|barcelona|valencia|sevilla|seville|zaragoza|málaga|malaga|bilbao|alicante|murcia|"
    "granada|marbella|paris|lyon|marseille|toulouse|bordeaux|nice|lille|rome|roma|milan|milano|turin|torino|"
    "naples|florence|bologna|amsterdam|rotterdam|utrecht|the hague|eindhoven|brussels|antwerp|ghent|luxembourg|"
    "copenhagen|stockholm|oslo|helsinki|warsaw|krakow|prague|budapest|lisbon|lisboa|porto|athens|istanbul|"
    "dubai|abu dhabi|sharjah|ajman|doha|riyadh|jeddah|dammam|kuwait city|muscat|manama|cairo|tel aviv|"
    "dubai marina|business bay|downtown dubai|palm jumeirah|new york|manhattan|brooklyn|los angeles|chicago|"
    "houston|phoenix|philadelphia|san antonio|san diego|dallas|austin|san jose|san francisco|seattle|denver|"
    "boston|miami|atlanta|orlando|tampa|las vegas|portland|nashville|charlotte|detroit|minneapolis|washington|"
    "salt lake city|raleigh|toronto|vancouver|montreal|calgary|ottawa|sydney|melbourne|brisbane|perth|adelaide|"
    "auckland|wellington|singapore|hong kong|kuala lumpur|jakarta|bangkok|manila|tokyo|shanghai|lagos|nairobi|"
    "johannesburg|cape town|ciudad de méxico|cdmx|mexico city|guadalajara|monterrey|puebla|tijuana|cancún|"
    "cancun|querétaro|bogotá|bogota|medellín|medellin|cali|lima|buenos aires|córdoba|rosario|santiago|"
    "santiago de chile|quito|guayaquil|montevideo|caracas|são paulo|sao paulo|rio de janeiro|india|germany|"
    "deutschland|spain|españa|mexico|méxico|france|uae|united states|usa|uk|canada|australia|österreich|"
    "schweiz|switzerland|austria|मुंबई|दिल्ली|पुणे|बेंगलुरु|हैदराबाद|चेन्नई|कोलकाता|जयपुर|नोएडा|गुड़गांव|"
    "अहमदाबाद"
)
CITIES = frozenset(_CITY_NAMES.split("|"))
_BY_FIRST: dict[str, list[str]] = {}
for _city in sorted(CITIES, key=len, reverse=True):
    _BY_FIRST.setdefault(re.split(r"[ ]", _city)[0], []).append(_city)
_AMBIGUOUS = frozenset(["nice", "essen", "goa", "omr", "bath", "cali", "uk", "usa", "india", "cork", "split"])
_CUES = frozenset(
    [
        "in",
        "at",
        "near",
        "around",
        "en",
        "cerca",
        "zona",
        "bei",
        "nahe",
        "raum",
        "mein",
        "me",
        "ghar",
        "from",
        "based",
        "location",
        "area",
        "ubicación",
        "stadtteil",
    ]
)
_CUE = re.compile(
    r"\b(?P<cue>in the area of|in|at|near(?: to)?|around|en la zona de|en|cerca de|zona(?: de)?|bei|"
    r"nahe|raum|im raum|location ?:?|area ?:|ubicación ?:?|based (?:in|at)|"
    r"located (?:in|at))[ ](?:the |la |el )?"
)
_NAME = re.compile(
    r"[^\W\d_a-zà-ÿ][\w'’-]{2,24}(?:[ -][^\W\d_a-zà-ÿ][\w'’-]{1,24}){0,2}(?:, "
    r"(?=[^\W\d_a-zà-ÿ])[\w'’-]{3,24}(?: [^\W\d_a-zà-ÿ][\w'’-]{2,24})?)?"
)
_NOT_PLACES = frozenset(
    [
        "english",
        "german",
        "spanish",
        "hindi",
        "french",
        "your",
        "our",
        "this",
        "that",
        "the",
        "you",
        "order",
        "regards",
        "thanks",
        "best",
        "advance",
        "touch",
        "general",
        "case",
        "detail",
        "details",
        "crm",
        "erp",
        "usd",
        "eur",
        "inr",
        "gbp",
        "asap",
        "ihrem",
        "ihre",
        "ihr",
        "unserem",
        "bezug",
        "kürze",
        "ordnung",
        "frage",
        "zukunft",
        "excel",
        "pdf",
        "whatsapp",
        "email",
        "mail",
        "facebook",
        "google",
        "instagram",
        "linkedin",
        "website",
        "web",
        "app",
        "dear",
        "hello",
        "hi",
        "please",
        "pvt",
        "ltd",
        "gmbh",
        "inc",
        "q1",
        "q2",
        "q3",
        "q4",
        "euro",
        "euros",
        "january",
        "spite",
        "fact",
        "short",
        "addition",
        "particular",
        "phase",
        "stock",
        "total",
        "full",
        "cash",
        "bulk",
        "writing",
        "person",
        "house",
        "india's",
        "bhk",
        "saas",
        "api",
    ]
) | {*MONTHS, *WEEKDAYS}
_HOME = re.compile(
    r"flat|apartment|house|home|villa|bhk|property|office|plot|piso|casa|wohnung|haus|ghar|makan|"
    r"shop|warehouse|site|event|wedding|hotel|store|branch|venue|located|location|deliver|ship|"
    r"install|liefer|entrega"
)


_INTEREST = re.compile(r"interes\w* $")


def find_location(text: Text, language: str) -> list[Field]:
    """Extract the place that is asked about, or else the one the writer is at."""
    found = _find_cities(text)
    if text.has(_CUES):
        found += _find_after_cues(text, language)
    if not found:
        return []
    score, start, end = max(found, key=lambda place: (place[0], place[2] - place[1], -place[1]))
    evidence = quote(text.raw, start, end)
    return (
        [Field(FieldName.LOCATION, " ".join(evidence.quote.split()), evidence, round(min(0.95, score), 2))]
        if score >= 0.5
        else []
    )


def is_city(name: str) -> bool:
    """Tell whether a name is one of the known cities or countries."""
    return name.lower().strip() in CITIES


def _find_cities(text: Text) -> list[tuple[float, int, int]]:
    found = []
    for at in text.positions(_FIRST_WORDS)[:30]:
        word_end = next(
            place
            for place in range(at, len(text.low) + 1)
            if place == len(text.low) or not _is_word_letter(text.low[place])
        )
        for city in _BY_FIRST[text.low[at:word_end]]:
            end = at + len(city)
            if text.low.startswith(city, at) and (end == len(text.low) or not _is_word_letter(text.low[end])):
                capital = text.raw[at].isupper() or ord(text.raw[at]) > 0x900
                if not (city in _AMBIGUOUS and not capital) and text.low[max(0, at - 1) : at] not in (
                    "@",
                    ".",
                    "/",
                    "-",
                ):
                    found.append((_score_place(text, at, end, 0.62 if capital else 0.55), at, end))
                break
    return found


_FIRST_WORDS = frozenset(_BY_FIRST)


def _is_word_letter(letter: str) -> bool:
    return letter.isalnum() or "\u0900" <= letter <= "\u097f"


def _find_after_cues(text: Text, language: str) -> list[tuple[float, int, int]]:
    found = []
    for number, cue in enumerate(_CUE.finditer(text.low)):
        if number >= 40:
            break
        name = _NAME.match(text.raw, cue.end())
        if not name:
            continue
        words = re.split(r"[ ,-]+", name.group().lower())
        if any(letter.isdigit() for letter in name.group()) or _INTEREST.search(
            text.low[max(0, cue.start() - 16) : cue.start()]
        ):
            continue
        if words[0] in _NOT_PLACES or re.search(
            r"(?:pvt|ltd|gmbh|inc|llc|corp|technologies|solutions|group)\b", name.group().lower()
        ):
            continue
        known = any(word in CITIES for word in (name.group().lower(), words[0], words[-1]))
        # German writes every noun with a capital letter, so only known places count there.
        if (language == "de" and not known) or (
            cue.group("cue") == "at"
            and not known
            and not _HOME.search(text.low[max(0, cue.start() - 40) : cue.start()])
        ):
            continue
        end = name.end()
        while words and words[-1] in _NOT_PLACES and " " in text.raw[name.start() : end]:
            end = name.start() + text.raw[name.start() : end].rfind(" ")
            words.pop()
        comma = text.raw.find(", ", name.start(), end)
        if comma > 0 and not is_city(text.raw[comma + 2 : end]):
            end = comma
        found.append((_score_place(text, name.start(), end, 0.6 if not known else 0.72), name.start(), end))
    return found


def _score_place(text: Text, start: int, end: int, base: float) -> float:
    left = text.low[max(0, start - 50) : start]
    left = re.split(r"[.!?\n]", left)[-1]
    score = (
        base
        + (0.2 if _HOME.search(left) else 0.0)
        + (0.1 if re.search(r"\b(?:in|at|near|around|en|bei|zona)\W{1,5}(?:\w+, )?$", left) else 0.0)
    )
    if re.match(r" (?:mein|me|main|में|area|side|ke paas|location)\b", text.low[end : end + 12]):
        score += 0.15
    return score - (
        0.1 if re.search(r"\b(?:from|based|office|team|we are|i am|i'm|soy de|aus)\b[^.]{0,20}$", left) else 0.0
    )
