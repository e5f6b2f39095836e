"""Who writes: name, role, company and e-mail address from the text, the signature, and the sender line."""

import re

from metacortex.contexts.qualification.rules.fields.places import is_city
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
_ROLES_MAILBOX = re.compile(
    r"^(?:no-?reply|do-?not-?reply|info|sales|contact|hello|admin|support|office|mail|team|enquir\w+|"
    r"inquir\w+|billing|marketing|newsletter|"
    r"notifications?|postmaster|mailer-daemon|webmaster|hr|jobs|kontakt|ventas|compras|purchase|"
    r"procurement|accounts?|service|help)\b",
)
_NAME = (
    r"(?P<name>[^\W\d_a-zà-ÿ][\w'’.-]{1,24}(?: (?:de la |de |van |von |del |da |bin |al "
    r")?[^\W\d_a-zà-ÿ][\w'’.-]{0,24}){0,3})"
)
_INTRO = re.compile(
    r"\b(?P<cue>my name is|name\s?:|this is|i am|i'm|i’m|me llamo|mi nombre es|soy|ich heiße|ich "
    r"heisse|mein name ist|ich bin|mera naam|mera nam|myself|je m'appelle|mi chiamo|meu nome é|मेरा "
    r"नाम)[ \t]+(?:(?:mr|mrs|ms|dr|herr|frau)\.? )?"
)
_NAME_AT = re.compile(_NAME)
_HINDI_NAME = re.compile(
    r"(?P<name>[^\W\d_][\w\u0900-\u097f'’.-]{1,24}(?: [^\W\d_][\w\u0900-\u097f'’.-]{1,24}){0,2}) (?=hai\b|he\b|है)"
)
_INTRO_WORDS = frozenset(
    [
        "name",
        "this",
        "am",
        "i'm",
        "i’m",
        "i",
        "llamo",
        "nombre",
        "soy",
        "heiße",
        "heisse",
        "ich",
        "naam",
        "nam",
        "myself",
        "appelle",
        "chiamo",
        "nome",
        "नाम",
    ]
)
_NOT_NAMES = frozenset(
    [
        "the",
        "a",
        "an",
        "interested",
        "looking",
        "writing",
        "from",
        "reaching",
        "not",
        "very",
        "sure",
        "happy",
        "a",
        "your",
        "our",
        "regarding",
        "to",
        "in",
        "urgent",
        "urgently",
        "here",
        "just",
        "also",
        "sales",
        "marketing",
        "hr",
        "crm",
        "india",
        "thanks",
        "dear",
        "hello",
        "hi",
        "regards",
        "re",
        "fwd",
        "best",
        "kind",
        "interesado",
        "interesada",
        "buscando",
        "auf",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "an",
        "company",
        "email",
        "please",
        "order",
        "invoice",
        "ceo",
        "cto",
        "founder",
        "director",
        "manager",
        "head",
        "owner",
        "geschäftsführer",
        "gerente",
        "student",
        "engineer",
        "planning",
    ]
)
_CLOSING = re.compile(
    r"(?:^|\n)[ \t]*(?:(?:best|kind|warm|warmest|many)? ?(?:regards|wishes)|thanks(?: (?:and|&) "
    r"regards)?|thank you|many thanks|cheers|sincerely|yours (?:sincerely|faithfully|truly)|best|"
    r"saludos(?: cordiales)?|un saludo|atentamente|cordialmente|(?:mit )?(?:freundlichen?|besten?|"
    r"viele[n]?|liebe[n]?|schöne[n]?) grü(?:ße|ßen|ssen|sse)|mfg|vg|lg|dhanyavaa?d|shukriya|"
    r"cordialement|--)[ \t]*[,.!]?[ \t]*\n+"
)
_INLINE_CLOSING = re.compile(
    r"(?:regards|wishes|thanks|thank you|cheers|sincerely|gracias|saludos|un saludo|atentamente|"
    r"grü(?:ße|ßen|ssen|sse)|danke|mfg|"
    r"dhanyavaa?d|shukriya|obrigado|merci|grazie)[,.!]? +"
)
_FULL_NAME = re.compile(_NAME + r"(?=[ \t]*(?:$|[\n\r,|•·(+\d]|[-–—] ))")
_SIGNED = re.compile(r"(?:\n[ \t]*|[.!?]\s{1,3}|\s)(?:[-–—] ?)?" + _NAME + r"(?=\s*$|[ \t]*\n|, )")
_ROLE = re.compile(
    r"(?<![\w])(?P<role>(?:(?:senior|junior|chief|deputy|assistant|associate|vice|general|managing|"
    r"regional|national|global|co-?|executive|technical|lead|group|area|it|hr|sr\.?|jr\.?|leitender|"
    r"leitende|stellvertretender)[ -]?){0,3}"
    r"(?:(?:[a-zà-ÿ&]{2,15} ){0,2}(?:director(?:a)?|manager(?:in)?|officer|president|coordinator|"
    r"specialist|executive|administrator|supervisor|superintendent|analyst|consultant|architect|"
    r"principal|buyer|planner)|"
    r"(?:head|director|vp|vice president|jefe|jefa|responsable|gerente|director|directora|leiter|"
    r"leiterin|chief) (?:of|de|des|der|für) [a-zà-ÿ&]{2,18}(?: (?:and|&|y|und) [a-zà-ÿ]{2,15}| "
    r"[a-zà-ÿ]{3,12})?|"
    r"ceo|cto|cfo|coo|cmo|cio|vp [a-z]{2,12}|(?:co-?)?founder(?: (?:and|&) ceo)?|owner|proprietor|"
    r"proprietario|propietari[oa]|dueñ[oa]|inhaber(?:in)?|geschäftsführer(?:in)?|geschäftsleitung|"
    r"prokurist(?:in)?|[a-zà-ÿ]{0,14}leiter(?:in)?|"
    r"einkäufer(?:in)?|gerente(?: (?:general|de [a-z]{3,12}))?|partner|engineer|developer|professor|"
    r"teacher|doctor|architekt(?:in)?|secretary))(?![\w])"
)
_ROLE_WORDS = re.compile(
    r"director|manager|officer|president|coordinator|specialist|executive|administrator|supervisor|"
    r"analyst|consultant|architect|principal|buyer|planner|head of|\bvp\b|jef[ea]|responsable|"
    r"gerente|leiter|chief|\bc[etfoim]o\b|founder|owner|proprietor|propietari|dueñ|inhaber|"
    r"geschäftsf|prokurist|einkäufer|partner|engineer|developer|professor|secretary"
)
_SELF = re.compile(
    r"\b(?:i am|i'm|i’m|i work as|working as|my role is|as|soy|soy el|soy la|ich bin|als|main|role|"
    r"title|position|designation)(?: (?:the|a|an|el|la|der|die|ein|eine|here|their|our))?[ :]{1,3}$"
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
_EMAIL_CUE = re.compile(
    r"(?:my e-?mail|e-?mail me|write to me|reach me|mail me|mi correo|meine e-?mail|e-?mail\s?:|mail "
    r"id|correo\s?:|reply to me)[^\n@]{0,25}$"
)


def find_people(text: Text, sender_name: str, sender_email: str) -> list[Field]:
    """Extract who writes: name, role, company, e-mail."""
    signature = _find_signature(text)
    fields = [_find_name(text, signature, sender_name), _find_role(text, signature)]
    fields += [_find_company(text, signature, sender_email), _find_email(text, sender_email)]
    return [field for field in fields if field]


def read_company_domain(address: str) -> str:
    """Return the domain of a company's address, and nothing for a free-mail one."""
    domain = address.rpartition("@")[2].lower().strip()
    labels = domain.split(".")
    if len(labels) < 2 or not labels[0] or FREE_MAIL.intersection(labels[:-1]):
        return ""
    return domain


def _find_signature(text: Text) -> tuple[int, int]:
    """Return the span that the writer signs with; empty when there is none."""
    closings = [match.end() for match in _CLOSING.finditer(text.low)]
    if not closings:
        closings = [
            match.end() for match in _INLINE_CLOSING.finditer(text.low) if _FULL_NAME.match(text.raw, match.end())
        ]
    if not closings:
        tail = max(0, len(text.raw) - 250)
        closings = [match.start("name") for match in _SIGNED.finditer(text.raw, tail) if _is_signed(text, match)][:1]
    return (closings[-1], min(len(text.low), closings[-1] + 400)) if closings else (len(text.low), len(text.low))


def _is_signed(text: Text, match: re.Match[str]) -> bool:
    """A name without closing words counts after a dash, alone on a line of its own, or before a position."""
    after = text.raw[match.end() : match.end() + 1]
    opening = match.group()[: match.start("name") - match.start()]
    if not _is_name(match.group("name")) or is_city(match.group("name")) or match.start() == 0:
        return False
    alone = "\n" in opening and after in ("", "\n", "\r") and " " in match.group("name")
    dashed = opening.strip(" \n")[-1:] in ("-", "–", "—") and after == ""
    titled = after == "," and _ROLE.match(text.low, match.end() + 2) is not None
    return alone or dashed or titled


def _lines(text: Text, span: tuple[int, int]) -> list[tuple[int, str]]:
    lines, at = [], span[0]
    for line in text.raw[span[0] : span[1]].split("\n")[:8]:
        lines.append((at, line))
        at += len(line) + 1
    return lines


def _find_name(text: Text, signature: tuple[int, int], sender_name: str) -> Field | None:
    if text.has(_INTRO_WORDS):
        for number, cue in enumerate(_INTRO.finditer(text.low)):
            if number >= 8:
                break
            hindi = cue.group("cue") in ("mera naam", "mera nam", "मेरा नाम")
            match = (_HINDI_NAME if hindi else _NAME_AT).match(text.raw, cue.end())
            if match and _is_name(match.group("name")) and (name := _trim_name(match.group("name"))):
                if cue.group("cue") in ("i am", "i'm", "i’m", "this is", "soy", "ich bin") and (
                    is_city(name) or name.isupper()
                ):
                    continue
                start = match.start("name")
                return Field(FieldName.NAME, name, quote(text.raw, start, start + len(name)), 0.93)
    if signed := _find_signed_name(text, signature):
        return signed
    return _read_header_name(sender_name)


def _find_signed_name(text: Text, signature: tuple[int, int]) -> Field | None:
    for at, line in _lines(text, signature)[:2]:
        start = at + len(line) - len(line.lstrip(" \t,*-"))
        match = _FULL_NAME.match(text.raw, start)
        if match and _is_name(match.group("name")) and not _ROLE_WORDS.search(match.group("name").lower()):
            name = _trim_name(match.group("name"))
            return Field(FieldName.NAME, name, quote(text.raw, start, start + len(name)), 0.9) if name else None
        if line.strip():
            break
    return None


def _read_header_name(sender_name: str) -> Field | None:
    header = " ".join(sender_name.replace('"', "").replace("_", " ").split())
    if "," in header and len(header.split(",")) == 2:
        header = " ".join(part.strip() for part in reversed(header.split(",")))
    if (
        1 < len(header) < 60
        and "@" not in header
        and not _ROLES_MAILBOX.match(header.lower())
        and not any(c.isdigit() for c in header)
    ):
        return Field(FieldName.NAME, header, None, 0.8)
    return None


def _is_name(name: str) -> bool:
    words = name.lower().rstrip(".").split()
    return bool(words) and not _NOT_NAMES.intersection(words[:1]) and len(name) > 1


def _trim_name(name: str) -> str:
    """Stop before a word that cannot belong to a name, and drop the full stop of the sentence."""
    kept: list[str] = []
    for word in name.split(" "):
        if word.lower() in _NOT_NAMES:
            break
        kept.append(word)
        if word.endswith(".") and len(word) > 3:
            break
    return " ".join(kept).rstrip(".-'’") if kept else ""


def _find_role(text: Text, signature: tuple[int, int]) -> Field | None:
    if not _ROLE_WORDS.search(text.low):
        return None
    for at, line in _lines(text, signature):
        for part in re.finditer(r"[^|,•·/–\t]+", line):
            piece = part.group().strip()
            if (
                1 < len(piece) <= 50
                and (match := _ROLE.search(piece.lower()))
                and match.end() - match.start() >= len(piece) * 0.5
                and "@" not in piece
            ):
                start = at + part.start() + part.group().index(piece)
                return Field(FieldName.ROLE, piece, quote(text.raw, start, start + len(piece)), 0.85)
    for number, match in enumerate(_ROLE.finditer(text.low)):
        if number >= 10:
            break
        left = text.low[max(0, match.start() - 30) : match.start()]
        after_name = re.search(r"[a-zà-ÿ], $", left) and re.match(
            r" (?:at|of|with|for|de|bei|von) ", text.low[match.end() : match.end() + 6]
        )
        if _SELF.search(left) or after_name:
            return Field(
                FieldName.ROLE, text.raw[match.start() : match.end()], quote(text.raw, match.start(), match.end()), 0.8
            )
    return None


def _find_company(text: Text, signature: tuple[int, int], sender_email: str) -> Field | None:
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
    if brand and not _ROLES_MAILBOX.match(brand) and len(brand) > 1:
        return Field(FieldName.COMPANY, domain.split(".")[0].replace("-", " ").title(), None, 0.55)
    return None


def _find_cued_company(text: Text, brand: str) -> tuple[float, int, int] | None:
    best: tuple[float, int, int] | None = None
    for number, cue in enumerate(_COMPANY_CUE.finditer(text.low)):
        if number >= 12:
            break
        match = _COMPANY_NAME.match(text.raw, cue.end())
        if (
            not match
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
    for at, line in _lines(text, signature)[1:5]:
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


def _find_email(text: Text, sender_email: str) -> Field | None:
    sender = sender_email.strip().lower()
    usable = "@" in sender and not re.match(
        r"(?:no-?reply|do-?not-?reply|mailer-daemon|notifications?|forms?|bounce)", sender
    )
    at = text.low.find("@")
    for _ in range(6):
        if at < 0:
            break
        left = re.search(r"[a-z0-9][\w.+%-]{0,63}$", text.low[max(0, at - 64) : at])
        right = re.match(r"@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{2,63}){1,4}", text.low[at : at + 200])
        if left and right:
            start, end = at - len(left.group()), at + right.end()
            cued = _EMAIL_CUE.search(text.low[max(0, start - 50) : start])
            if not usable or cued or text.low[start:end] == sender:
                return Field(FieldName.EMAIL, text.low[start:end], quote(text.raw, start, end), 0.95 if cued else 0.85)
        at = text.low.find("@", at + 1)
    return Field(FieldName.EMAIL, sender, None, 0.9) if usable else None
