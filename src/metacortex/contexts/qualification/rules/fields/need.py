"""What they want: the literal phrase that follows (in Hindi: precedes) a wanting word."""

import re

from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

_WANT = re.compile(
    r"(?<![\w'])(?P<cue>(?:(?:looking|searching|hunting|shopping) (?:for|to (?:buy|rent|purchase|"
    r"book|hire|get|lease|switch to|replace|find|upgrade to|upgrade|order))|looking into|in the "
    r"market for|in need of|"
    r"interested in(?: (?:buying|purchasing|getting|renting|booking|trying|seeing|viewing|"
    r"visiting))?|(?:want|wants|wish|like|love|planning|plan|need|hoping|ready) to (?:buy|purchase|"
    r"book|order|get|rent|schedule|see|visit|hire|know "
    r"(?:the price of|more about|about)|try|arrange|reserve|have|move to|switch to|invest in|set up|"
    r"replace)|(?:we|i) (?:will |would |do |urgently |also |really |just |currently )?(?:need|"
    r"require|want)|"
    r"(?:price|pricing|quote|quotation|cost|rates?|estimate|proposal|offer)s? (?:of|for|on)|"
    r"enquir(?:y|ing|e) (?:about|for|regarding)|inquir(?:y|ing|e) (?:about|for|regarding)|"
    r"(?:information|details|info|brochure|catalogue|catalog) (?:about|on|for|of|regarding)|(?:demo|"
    r"trial|viewing|tour|walkthrough|visit) (?:of|for|to)|requirement (?:of|for|is)|"
    r"(?:please|kindly|can you|could you|pls) (?:quote(?: for)?|supply|send (?:me |us )?(?:a quote "
    r"for|the price of|prices for|details of))|(?:do you (?:have|sell|offer|provide|supply)|have you "
    r"got)|book|"
    r"busco|buscamos|buscando|estamos buscando|necesito|necesitamos|quiero|queremos|quisiera|"
    r"quisiéramos|querría|me interesa|nos interesa|interesad[oa]s? en|"
    r"(?:cotización|presupuesto|precio|precios|información) (?:de|para|sobre|del|por)|"
    r"(?:ich |wir )?(?:suche|suchen|brauche|brauchen|benötige|benötigen|möchte|möchten|hätte gerne?|"
    r"hätten gerne?)(?: (?:ich|wir))?|interess(?:iere mich|ieren uns) für|interesse an|interessiert "
    r"an|"
    r"(?:angebot|preis|preise|informationen|offerte) (?:für|über|zu|von)|je cherche|nous cherchons|"
    r"j'ai besoin d[e']|cerco|cerchiamo|procuro|gostaria de))[ :]{1,2}"
    r"(?:(?:to (?:buy|purchase|get|book|order|rent|hire) )|(?:comprar|alquilar|reservar|contratar) )?"
)
_TRIGGERS = frozenset(
    [
        "looking",
        "searching",
        "hunting",
        "shopping",
        "market",
        "need",
        "interested",
        "want",
        "wants",
        "wish",
        "like",
        "love",
        "planning",
        "plan",
        "hoping",
        "ready",
        "require",
        "price",
        "prices",
        "pricing",
        "quote",
        "quotes",
        "quotation",
        "cost",
        "costs",
        "rate",
        "rates",
        "estimate",
        "proposal",
        "offer",
        "enquiry",
        "enquiring",
        "enquire",
        "inquiry",
        "inquiring",
        "inquire",
        "information",
        "details",
        "info",
        "brochure",
        "catalogue",
        "demo",
        "trial",
        "viewing",
        "tour",
        "visit",
        "walkthrough",
        "requirement",
        "supply",
        "have",
        "sell",
        "provide",
        "book",
        "busco",
        "buscamos",
        "buscando",
        "necesito",
        "necesitamos",
        "quiero",
        "queremos",
        "quisiera",
        "quisiéramos",
        "querría",
        "interesa",
        "interesado",
        "interesada",
        "interesados",
        "cotización",
        "presupuesto",
        "precio",
        "precios",
        "información",
        "suche",
        "suchen",
        "brauche",
        "brauchen",
        "benötige",
        "benötigen",
        "möchte",
        "möchten",
        "hätte",
        "hätten",
        "interessiere",
        "interessieren",
        "interesse",
        "interessiert",
        "angebot",
        "preis",
        "preise",
        "informationen",
        "offerte",
        "cherche",
        "cherchons",
        "besoin",
        "cerco",
        "cerchiamo",
        "procuro",
        "gostaria",
    ]
)
_HINDI = re.compile(
    r"(?P<what>[^.!?,;\n\x00]{3,70}?)[ ](?:chahiye|chahie|chaiye|chahiya|chaahiye|len[aie] (?:hai|he|"
    r"h|tha|chahte|chahta)|kharidna|khareedna|dekhna|dekhni|book karna|book karwana|ki zarurat|ki "
    r"zaroorat|ki requirement|चाहिए|चाहिये|खरीदना|लेना है|देखना|की जरूरत|की ज़रूरत)"
)
_HINDI_TRIGGERS = frozenset(
    [
        "chahiye",
        "chahie",
        "chaiye",
        "chahiya",
        "chaahiye",
        "lena",
        "kharidna",
        "khareedna",
        "dekhna",
        "dekhni",
        "zarurat",
        "zaroorat",
        "karna",
        "karwana",
        "requirement",
        "चाहिए",
        "चाहिये",
        "खरीदना",
        "लेना",
        "देखना",
        "जरूरत",
        "ज़रूरत",
    ]
)
_HINDI_START = re.compile(
    r"^(?:(?:hi|hello|namaste|namaskar|sir|madam|ji|bhai|mujhe|mujhko|hame|hamein|humein|humko|hum|"
    r"main|mai|mere ko|maine|ek|koi|kya|please|mera naam \w+(?: \w+)? hai|aur|मुझे|हमें|एक|मैं|"
    r"नमस्ते|kal|parso|abhi|urgent|jaldi|agle hafte)[ ,]+)+"
)
_STOP = re.compile(
    r"[.!?;:](?=\s|$)|[\n\x00()]|,(?! \w+ (?:in|for)\b)| [-–—] | (?:with (?:a |my |our )?budget|"
    r"budget|and (?:we|i|my|our|would|want|can|could|please|is|the budget)|but|because|since|so that|"
    r"as (?:we|i|soon)|which|that|please|kindly|pls|under|upto|up to|below|within|"
    r"around (?:[₹$€£\d])|(?:by|on) (?:the|end|next|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|asap|urgently|immediately|this "
    r"(?:week|month|sat|sun|mon|tue|wed|thu|fri)\w*|next (?:week|month|sat|sun|mon|tue|wed|thu|fri)\w*|"
    r"tomorrow|today|at (?:what|the earliest)|can (?:you|we|i)|could you|do you|what|how|when|if|"
    r"thanks|thank|regards|from you|"
    r"y (?:me|nos|mi|quer)|con (?:un )?presupuesto|presupuesto|hasta|pero|por favor|porque|que|para "
    r"(?:la próxima|el próximo|mañana)|mit (?:einem )?budget|und (?:ich|wir|mein|unser|haben)|bis|"
    r"aber|bitte|weil|da wir|"
    r"nächste|budget hai)(?![\w])"
)
_EMPTY = re.compile(
    r"^(?:it|this|that|them|you|your help|help|to know|know|more|more information|information|"
    r"hearing|forward|from|to|for|me|us|him|a call|a reply|your|the same|anything|something|some "
    r"help|some information|any|"
    r"saber|más|que|ayuda|hilfe|wissen|gerne|ihre|de|no|time|now|the|a|an|be|do|see if|talk|speak|"
    r"discuss|go|make|sure|say|thank|ask|unsubscribe|let|share|introduce|partner|connect|"
    r"offer)\b.{0,3}$"
)
_WEAK_START = re.compile(
    r"^(?:(?:antes|by|before|until|within|during|since|am|bis|vor|desde|on|at|as|if|when|how|what|"
    r"so) |to (?:know|share|introduce|connect|discuss|talk|offer|let|ask|see|understand|check|verify|"
    r"confirm)|you to|me to|some help|your help|no |not |it |them |know |wissen |saber )"
)
_ARTICLE = re.compile(
    r"^(?:a|an|the|some|any|one|un|una|unos|unas|el|la|our|my|unser|unsere|unseren|mein|meine|"
    r"nuestro|nuestra|mi|ein|eine|einen|einem|einer|das|die|der|den|ek)[ ]"
)
_SPECIFIC = re.compile(r"\d|\bfor\b|\bin\b|\bwith\b|\bfür\b|\bpara\b|\ben\b")
_STRONG = frozenset(
    {
        "need",
        "looking",
        "want",
        "buy",
        "purchase",
        "interested",
        "busc",
        "necesit",
        "quier",
        "such",
        "brauch",
        "benötig",
        "book",
        "quote",
        "require",
    }
)


def find_need(text: Text) -> list[Field]:
    """Extract the phrase that names what is wanted."""
    found: list[tuple[float, int, int]] = []
    if text.has(_TRIGGERS):
        for number, match in enumerate(_WANT.finditer(text.low)):
            if number >= 12:
                break
            found += _take_phrase(
                text.low, match.end(), min(1.0, 0.55 + 0.2 * any(word in match.group() for word in _STRONG))
            )
    if text.has(_HINDI_TRIGGERS):
        for number, match in enumerate(_HINDI.finditer(text.low)):
            if number >= 6:
                break
            what = match.group("what")
            lead = len(what) - len(what.lstrip())
            opening = _HINDI_START.match(what[lead:])
            start = match.start("what") + lead + (opening.end() if opening else 0)
            if match.end("what") - start >= 3:
                found.append((0.8, start, match.end("what")))
    if not found:
        return []
    score, start, end = max(found, key=lambda span: (round(span[0], 3), -span[1]))
    evidence = quote(text.raw, start, end)
    return [Field(FieldName.NEED, " ".join(evidence.quote.split()), evidence, round(min(0.95, score), 2))]


def _take_phrase(low: str, start: int, score: float) -> list[tuple[float, int, int]]:
    limit = min(len(low), start + 90)
    stop = _STOP.search(low, start, limit)
    end = stop.start() if stop else limit
    if not stop and limit < len(low) and low[limit].isalnum():
        end = max(low.rfind(" ", start, limit), start)
    while end > start and low[end - 1] in " \t-,\"'":
        end -= 1
    if article := _ARTICLE.match(low[start:end]):
        start += article.end()
    phrase = low[start:end]
    words = len(phrase.split())
    if len(phrase) < 3 or _EMPTY.match(phrase) or words > 14:
        return []
    score += (
        0.08 * min(3, words - 1) / 3
        + (0.1 if _SPECIFIC.search(phrase) else 0.0)
        - (0.45 if _WEAK_START.match(phrase) else 0.0)
    )
    return [(score, start, end)] if score >= 0.4 else []
