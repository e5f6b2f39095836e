"""Which company somebody writes for: its legal form, what they say, the signature, or the address."""

import re

from metacortex.contexts.qualification.rules.fields.places import is_city
from metacortex.contexts.qualification.rules.fields.signatures import split_lines
from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

FREE_MAIL = frozenset(
    [
        "gmail",
        "googlemail",
        "yahoo",
        "ymail",
        "rocketmail",
        "hotmail",
        "outlook",
        "live",
        "msn",
        "icloud",
        "me",
        "mac",
        "aol",
        "proton",
        "protonmail",
        "pm",
        "gmx",
        "web",
        "t-online",
        "freenet",
        "mail",
        "rediffmail",
        "zoho",
        "yandex",
        "hey",
        "fastmail",
        "tutanota",
        "tuta",
        "mailinator",
        "yopmail",
        "guerrillamail",
        "tempmail",
        "10minutemail",
        "qq",
        "163",
        "126",
        "naver",
        "libero",
        "orange",
        "laposte",
        "wanadoo",
        "free",
        "sfr",
        "posteo",
        "arcor",
        "telefonica",
        "terra",
        "bol",
        "uol",
        "hotmailes",
        "btinternet",
        "virginmedia",
        "comcast",
        "verizon",
        "att",
        "sbcglobal",
        "inbox",
    ]
)
ROLE_MAILBOX = re.compile(
    r"^(?:no-?reply|do-?not-?reply|info|sales|contact|hello|admin|support|office|mail|team|enquir\w+|"
    r"inquir\w+|billing|marketing|newsletter|"
    r"notifications?|postmaster|mailer-daemon|webmaster|hr|jobs|kontakt|ventas|compras|purchase|"
    r"procurement|accounts?|service|help)\b",
)
_LEGAL = re.compile(
    r"(?P<company>(?:[^\W_a-zà-ÿ][\w&'’.-]{0,24} (?:& )?){1,4}(?:(?:Pvt\.?|Private) (?:Ltd|"
    r"Limited)\.?|Ltd\.?|Limited|LLP|Inc\.?|LLC|Corp\.?|Corporation|GmbH(?: & Co\. KG)?|AG|UG|KG|"
    r"e\.K\.|S\.L\.U?\.?|SL|S\.A\.(?: de C\.V\.)?|SA|SAS|S\.r\.l\.|B\.V\.|BV|PLC|plc|FZE|FZ-?LLC|Pty "
    r"Ltd|Oy|AB|A/S))(?![\w])"
)
_LEGAL_WORDS = frozenset(
    [
        "ltd",
        "limited",
        "llp",
        "inc",
        "llc",
        "corp",
        "corporation",
        "gmbh",
        "ag",
        "ug",
        "kg",
        "sl",
        "s",
        "sa",
        "sas",
        "b",
        "bv",
        "plc",
        "fze",
        "fz",
        "pty",
        "oy",
        "ab",
        "e",
    ]
)
_COMPANY_CUE = re.compile(
    r"(?:\b(?:i work (?:at|for|with)|working (?:at|for|with)|i(?: a|')m (?:with|from|at)|we at|on "
    r"behalf of|here at|company(?: name)?(?: is|:)|our company,?|our firm,?|representing|"
    r"organi[sz]ation(?: is|:)|"
    r"we are|somos|(?:les )?escrib(?:o|imos) de|"
    r"firma(?: heißt|:)?|bei der|von der firma|de la empresa|empresa(?: es|:)?|trabajo en|trabajo "
    r"para|from)|(?<=[a-z]) (?:at|of|from|with|bei|de|von)) (?:the |der |la )?"
)
_COMPANY_NAME = re.compile(
    r"[^\W_a-zà-ÿ][\w&'’-]{1,24}(?: (?:&|and|of|de)(?= [^\W_a-zà-ÿ]))?(?: [^\W_a-zà-ÿ][\w&'’-]{1,24}){0,3}"
)
_NOT_COMPANIES = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "facebook",
        "google",
        "instagram",
        "linkedin",
        "whatsapp",
        "youtube",
        "your",
        "you",
        "india",
        "i",
        "we",
        "our",
        "crm",
        "erp",
        "whom",
        "bhk",
        "english",
        "hindi",
        "mr",
        "mrs",
        "ms",
        "dr",
        "the",
        "this",
        "your",
    ]
)
_INTRODUCED = re.compile(
    r"(?i:i'm|i am|this is|name is|soy|ich bin|llamo) [^\W\d_a-zà-ÿ][\w.'’-]*(?: [^\W\d_a-zà-ÿ][\w.'’-]*){0,2},?\s?$"
)
_TOP_ROLE = re.compile(r"(?:owner|founder|ceo|cto|cfo|coo|partner|proprietor|president|inhaber)\W{0,3}$")
_ANY_ROLE = re.compile(
    r"(?:director|manager|officer|president|coordinator|specialist|executive|supervisor|analyst|"
    r"consultant|architect|buyer|planner|owner|founder|partner|engineer|"
    r"head of [a-z]+|\bvp [a-z]+|\bc[etfoi]o|leiter(?:in)?|geschäftsführer(?:in)?|einkäufer(?:in)?|"
    r"gerente|directora?)\W{0,3}$"
)


def read_company_domain(address: str) -> str:
    """Return the domain of a company's address, and nothing for a free-mail one."""
    domain = address.rpartition("@")[2].lower().strip()
    labels = domain.split(".")
    if len(labels) < 2 or not labels[0] or FREE_MAIL.intersection(labels[:-1]):
        return ""
    return domain


def find_company(text: Text, signature: tuple[int, int], sender_email: str) -> Field | None:
    """Extract the company as the text names it; an address alone names a domain, not a company."""
    domain = read_company_domain(sender_email)
    brand = domain.split(".")[0].replace("-", "") if domain else ""
    best: tuple[float, int, int] | None = None
    if text.has(_LEGAL_WORDS):
        for match in list(_LEGAL.finditer(text.raw))[:4]:
            start, end = _trim_company(text.raw, match.start("company"), match.end("company"))
            score = 0.85 + (0.1 if brand and _alike(text.low[start:end], brand) else 0.0)
            best = max(best or (0.0, 0, 0), (score, start, end))
    if best is None:
        best = _find_cued_company(text, brand) or _find_signed_company(text, signature, brand)
    if best:
        evidence = quote(text.raw, best[1], best[2])
        return Field(FieldName.COMPANY, " ".join(evidence.quote.split()), evidence, round(best[0], 2))
    return None


def _find_cued_company(text: Text, brand: str) -> tuple[float, int, int] | None:
    best: tuple[float, int, int] | None = None
    for number, cue in enumerate(_COMPANY_CUE.finditer(text.low)):
        if number >= 12:
            break
        match = _COMPANY_NAME.match(text.raw, cue.end())
        if (
            not match
            or match.group().isdigit()
            or match.group().lower().split()[0] in _NOT_COMPANIES
            or is_city(match.group())
            or is_city(match.group().split()[0])
        ):
            continue
        said, left = cue.group().strip(), text.raw[max(0, cue.start() - 60) : cue.start() + 1]
        alike = bool(brand) and _alike(match.group().lower(), brand)
        weak = re.match(r"(?:from|at|of|with|bei|de|von|i(?: a|')m (?:from|at))\b", said)
        introduced = _INTRODUCED.search(left) or (_TOP_ROLE if said.startswith("of") else _ANY_ROLE).search(
            left.lower()
        )
        if not weak or alike or introduced:
            score = 0.9 if alike else 0.8 if not weak else 0.7
            best = max(best or (0.0, 0, 0), (score, match.start(), match.end()), key=lambda found: found[0])
    return best


def _find_signed_company(text: Text, signature: tuple[int, int], brand: str) -> tuple[float, int, int] | None:
    for at, line in split_lines(text, signature)[1:5]:
        for part in re.finditer(r"[^|,•·\t]+", line):
            piece = part.group().strip()
            if (
                brand
                and 2 < len(piece) < 50
                and "@" not in piece
                and "www" not in piece
                and _alike(piece.lower(), brand)
            ):
                start = at + part.start() + part.group().index(piece)
                return 0.88, start, start + len(piece)
    return None


def _trim_company(raw: str, start: int, end: int) -> tuple[int, int]:
    """Drop opening words such as "From" or "At" that happen to carry a capital letter."""
    while (
        first := re.match(
            r"(?:From|At|We|The|Hi|Dear|Our|For|With|Regards|Thanks|Company|Firma|Bei|Die|Der|Wir|Am|I)[ ,.]+",
            raw[start:end],
        )
    ) and first.end() < end - start:
        start += first.end()
    return start, end


def _alike(name: str, brand: str) -> bool:
    squeezed = "".join(letter for letter in name if letter.isalnum())
    return len(squeezed) > 2 and (squeezed in brand or brand in squeezed or squeezed[:6] == brand[:6])
