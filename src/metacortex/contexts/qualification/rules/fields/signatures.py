"""How writers sign: the closing words, the lines below them, and what looks like a name or a position."""

import re

from metacortex.contexts.qualification.rules.fields.places import is_city
from metacortex.contexts.qualification.rules.text import Text

NAME_PATTERN = (
    r"(?P<name>[^\W\d_a-zà-ÿ][\w'’.-]{1,24}(?: (?:de la |de |van |von |del |da |bin |al "
    r")?[^\W\d_a-zà-ÿ][\w'’.-]{0,24}){0,3})"
)
NOT_NAMES = frozenset(
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
    r"grü(?:ße|ßen|ssen|sse)|gru(?:ß|ss)|danke|mfg|"
    r"dhanyavaa?d|shukriya|obrigado|merci|grazie)[,.!]? +"
)
FULL_NAME = re.compile(NAME_PATTERN + r"(?=[ \t]*(?:$|[\n\r,|•·(+\d]|[-–—] ))")
_SIGNED = re.compile(r"(?:\n[ \t]*|[.!?]\s{1,3}|\s)(?:[-–—] ?)?" + NAME_PATTERN + r"(?=\s*$|[ \t]*[\n|]|, )")
ROLE = re.compile(
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
ROLE_WORDS = re.compile(
    r"director|manager|officer|president|coordinator|specialist|executive|administrator|supervisor|"
    r"analyst|consultant|architect|principal|buyer|planner|head of|\bvp\b|jef[ea]|responsable|"
    r"gerente|leiter|chief|\bc[etfoim]o\b|founder|owner|proprietor|propietari|dueñ|inhaber|"
    r"geschäftsf|prokurist|einkäufer|partner|engineer|developer|professor|secretary"
)


def find_signature(text: Text) -> tuple[int, int]:
    """Return the span that the writer signs with; empty when there is none."""
    closings = [match.end() for match in _CLOSING.finditer(text.low)]
    if not closings:
        closings = [
            match.end() for match in _INLINE_CLOSING.finditer(text.low) if FULL_NAME.match(text.raw, match.end())
        ]
    if not closings:
        tail = max(0, len(text.raw) - 250)
        closings = [match.start("name") for match in _SIGNED.finditer(text.raw, tail) if _is_signed(text, match)][:1]
    return (closings[-1], min(len(text.low), closings[-1] + 400)) if closings else (len(text.low), len(text.low))


def _is_signed(text: Text, match: re.Match[str]) -> bool:
    """A name without closing words counts after a dash, alone on a line of its own, or before a position."""
    after = text.raw[match.end() : match.end() + 1]
    opening = match.group()[: match.start("name") - match.start()]
    if not is_name(match.group("name")) or is_city(match.group("name")) or match.start() == 0:
        return False
    alone = "\n" in opening and after in ("", "\n", "\r") and " " in match.group("name")
    barred = "\n" in opening and text.raw[match.end() : match.end() + 3].lstrip(" \t")[:1] == "|"
    dashed = opening.strip(" \n")[-1:] in ("-", "–", "—") and after == ""
    titled = after == "," and ROLE.match(text.low, match.end() + 2) is not None
    return alone or barred or dashed or titled


def split_lines(text: Text, span: tuple[int, int]) -> list[tuple[int, str]]:
    """Return the first lines of a span, each with its position."""
    lines, at = [], span[0]
    for line in text.raw[span[0] : span[1]].split("\n")[:8]:
        lines.append((at, line))
        at += len(line) + 1
    return lines


def is_name(name: str) -> bool:
    """Tell whether words with capital letters can be a person's name."""
    words = name.lower().rstrip(".").split()
    return bool(words) and not NOT_NAMES.intersection(words[:1]) and len(name) > 1
