"""Which amount in a message is the budget: every amount is a candidate, the words around it decide."""

import re
from dataclasses import dataclass, replace

from metacortex.contexts.qualification.rules.fields.amounts import (
    CURRENCY_AFTER,
    CURRENCY_BEFORE,
    INDIAN,
    MULTIPLIER_AFTER,
    MULTIPLIERS,
    NUMBER,
    NUMBER_WORDS,
    WORD_AMOUNT,
    guess_currency,
    read_number,
    resolve_currency,
)
from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

_MAX_CANDIDATES = 40
_BUDGET = re.compile(
    r"budg?et|bajat|bajet|बजट|presupuesto|orçamento|price range|preisrahmen|preisvorstellung|spend|afford|invest(?!or)|"
    r"willing to pay|can pay|ausgeben|gastar|kharcha|kharch|range of|\bfunds? of|allocated|capex"
)
_LIMIT_BEFORE = re.compile(
    r"(?P<max>up ?to|upto|max(?:imum|\.|imal)?|under|below|less than|within|not (?:more|over)(?: "
    r"than)?|no more than|hasta|máximo|maximo|"
    r"menos de|bis zu|bis|unter|höchstens|maximal|não mais|cap(?:ped)? (?:of|at))|"
    r"(?P<min>at least|min(?:imum|\.)?|above|over|more than|starting (?:from|at)|from|desde|mínimo|"
    r"más de|mindestens|ab|über|upwards of)|"
    r"(?P<near>around|about|approx(?:\.|imately)?|roughly|circa|ca\.?|~|etwa|rund|ungefähr|alrededor "
    r"de|unos|cerca de|aprox\.?|lagbhag|karib|close to)"
)
_LIMIT_END = re.compile(
    rf"(?:^|[^a-zà-ÿ])(?:{_LIMIT_BEFORE.pattern})"
    r"(?: (?:of|the|de|von|zu|a|is|at|my|our|total|say|maybe|hai))?[ :]{0,3}(?:rs\.?|inr|[₹$€£]|usd|"
    r"eur|aed|gbp)?[ ]{0,2}$"
)
_MAX_AFTER = re.compile(
    r"[ ,\t(]{0,3}(?:tak\b|takk?\b|तक|ke andar|se kam|max|maximum|or less|or below|limit|como máximo|"
    r"máximo|maximal|höchstens)"
)
_BUDGET_AFTER = re.compile(
    r"[ ,\t(]{0,3}(?:is |as |ist |es |of |for |ka |ki |hai |hain |का |als |de |my |our |mein |unser |"
    r"mi |nuestro |total |the ){0,3}(?:budg?et|बजट|presupuesto)"
)
_NOT_BUDGET = re.compile(
    r"order|invoice|rechnung|factura|paid|refund|salary|ctc|revenue|turnover|raised|funding|umsatz|"
    r"bill(?:ed|ing)?\b|fee\b|fees\b|save[sd]?\b|"
    r"discount|emi\b|listed|priced|asking|quoted|costs?\b|charged|fine of|loan|prize|won\b|"
    r"commission|earn|profit|income|gehalt|salario|"
    r"rabatt|descuento|worth|deducted|credited|deposit(?:ed)?|bounty|pagu[eé]|bezahlt|reembolso|#|"
    r"no\.|\bid\b|only for|starting at|starts at|"
    r"packages? (?:from|at|of)|plans? (?:from|at)|from just|just|for only|as low as|your (?:price|"
    r"quote|rate)|paying|we pay|i pay|currently"
)
_UNIT_AFTER = re.compile(
    r"[ \t-]{0,2}(?:bhk|bed|bath|rooms?|sq|m2|m²|km|kg|%|percent|prozent|users?|seats?|licen|people|"
    r"pax|guests?|days?|weeks?|months?|years?|yrs?|"
    r"hours?|hrs?|min|units?|pieces?|pcs|stück|lizenzen|nutzer|mitarbeiter|usuarios|empleados|"
    r"unidades|zimmer|habitaciones|employees|am\b|pm\b|uhr|"
    r"st\b|nd\b|rd\b|th\b|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|floor|members?|staff|"
    r"agents?|teams?|x\b|mm|cm|ft|feet|acres?|tons?|"
    r"log\b|din\b|mahine|hafte|saal|tage|wochen|monate|jahre|días|semanas|meses|años|:\d|/\d)"
)
_RANGE_GAP = re.compile(
    r"[ \t]{0,2}(?:-|–|—|to|till|and|or|bis|und|a|y|e|se|से|up to)[ \t]{0,2}(?:rs\.?|inr|[₹$€£]|usd|eur|aed)?[ \t]{0,2}"
)
_RATE_AFTER = re.compile(r"[ ]{0,2}(?:/|per |pro |por |each\b|apiece)")
_CLAUSE_BREAK = re.compile(r"[.!?;](?=\s+[^\s\d₹$€£])|[\n\x00]")
_AMOUNT_ENDS = re.compile(r"[ ]{0,2}(?:$|[.,!?;)\n]|for |per |total|in total|each|all)")
_WORD_MULTIPLIERS = frozenset(
    [
        "lakh",
        "lakhs",
        "lac",
        "lacs",
        "laakh",
        "crore",
        "crores",
        "cr",
        "karod",
        "million",
        "millions",
        "millionen",
        "millón",
        "millon",
        "millones",
        "thousand",
        "hazar",
        "hazaar",
        "hajar",
        "tausend",
        "लाख",
        "करोड़",
        "हजार",
        "mil",
    ]
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A written amount with the place it stands at; `weight` says how much it looks like a budget."""

    value: float
    start: int
    end: int
    currency: str
    multiplier: str
    limit: str = ""
    weight: float = 0.0
    upper: float | None = None


def find_budget(text: Text, language: str, region: str) -> list[Field]:
    """Extract the budget and its currency; an amount counts only when the words around it say so."""
    amounts = [_weigh(text, amount) for amount in _join_ranges(text, find_amounts(text, language, region))]
    likely = [amount for amount in amounts if amount.weight >= 1.0]
    if not likely:
        return []
    best = max(likely, key=lambda amount: (amount.weight, -amount.start))
    best = _add_floor(best, likely)
    evidence = quote(text.raw, best.start, best.end)
    confidence = round(min(0.97, 0.5 + 0.1 * best.weight), 2)
    fields = []
    if best.upper is not None:
        fields.append(Field(FieldName.BUDGET_MIN, _tidy(best.value), evidence, confidence))
        fields.append(Field(FieldName.BUDGET_MAX, _tidy(best.upper), evidence, confidence))
    else:
        name = FieldName.BUDGET_MIN if best.limit == "min" else FieldName.BUDGET_MAX
        fields.append(Field(name, _tidy(best.value), evidence, confidence))
    if best.currency:
        fields.append(Field(FieldName.CURRENCY, best.currency, evidence, confidence))
    elif currency := "INR" if best.multiplier in INDIAN else guess_currency(region):
        fields.append(Field(FieldName.CURRENCY, currency, None, 0.6))
    return fields


def find_amounts(text: Text, language: str, region: str) -> list[Amount]:
    """List the amounts of a text in reading order, bare numbers included."""
    found = []
    if any(letter.isdigit() for letter in text.low):
        for match in NUMBER.finditer(text.low):
            if amount := _read_amount(text.low, match.start(), match.group(), language, region):
                found.append(amount)
                if len(found) >= _MAX_CANDIDATES:
                    break
    if text.has(_WORD_MULTIPLIERS):
        for match in WORD_AMOUNT.finditer(text.low):
            value = NUMBER_WORDS[match.group(1)] * MULTIPLIERS.get(
                match.group(2).rstrip("s"), MULTIPLIERS.get(match.group(2), 1e3)
            )
            after = CURRENCY_AFTER.match(text.low, match.end())
            currency = resolve_currency(after.group(1), region) if after else ""
            found.append(Amount(value, match.start(), after.end() if after else match.end(), currency, match.group(2)))
    return sorted(found, key=lambda amount: amount.start)


def _read_amount(low: str, start: int, written: str, language: str, region: str) -> Amount | None:
    if start and (
        low[start - 1].isalnum() and not low[max(0, start - 3) : start].endswith(("rs", "inr", "eur", "usd", "aed"))
    ):
        return None
    before = CURRENCY_BEFORE.search(low[max(0, start - 12) : start])
    currency = resolve_currency(before.group(1), region) if before else ""
    first = (
        start
        - len(before.group(0))
        + (1 if before.group(0)[: -len(before.group(1))][:1] and before.start(1) > before.start() else 0)
        if before
        else start
    )
    end = start + len(written)
    multiplier = ""
    after = MULTIPLIER_AFTER.match(low, end)
    if after and after.group(1) not in ("a", "do"):
        multiplier, end = after.group(1), after.end(1)
    if not currency and (sign := CURRENCY_AFTER.match(low, end)):
        currency, end = resolve_currency(sign.group(1), region), sign.end(1)
    factor = MULTIPLIERS[multiplier] if multiplier else 1.0
    if multiplier == "mil" and language not in ("es", "pt", "it", "ca", "gl"):
        factor = 1e6
    if not multiplier and not currency and len(written.lstrip("0")) > 9:
        return None
    return Amount(read_number(written, scaled=factor > 1e3) * factor, first, end, currency, multiplier)


def _join_ranges(text: Text, amounts: list[Amount]) -> list[Amount]:
    joined: list[Amount] = []
    for amount in amounts:
        last = joined[-1] if joined else None
        if (
            last
            and last.upper is None
            and last.end <= amount.start
            and (gap := _RANGE_GAP.fullmatch(text.low, last.end, amount.start))
        ):
            word = gap.group().strip(" \t₹$€£")
            between = word not in ("and", "or", "y", "und", "e") or re.search(
                r"(?:between|entre|zwischen|from|de)\W{1,4}$", text.low[max(0, last.start - 12) : last.start]
            )
            low = last.value
            if amount.multiplier and not last.multiplier and last.value < amount.value:
                scale = MULTIPLIERS[amount.multiplier]
                low = last.value * scale if last.value * scale <= amount.value else last.value
            if (
                between
                and low < amount.value
                and (last.multiplier or amount.multiplier or last.currency or amount.currency or low >= 100)
            ):
                joined[-1] = replace(
                    last,
                    value=low,
                    upper=amount.value,
                    end=amount.end,
                    currency=last.currency or amount.currency,
                    multiplier=amount.multiplier or last.multiplier,
                )
                continue
        if last is None or amount.start >= last.end:
            joined.append(amount)
    return joined


def _weigh(text: Text, amount: Amount) -> Amount:
    low = text.low
    left = low[max(0, amount.start - 70) : amount.start]
    breaks = [match.end() for match in _CLAUSE_BREAK.finditer(left)]
    clause = left[breaks[-1] :] if breaks else left
    right = low[amount.end : amount.end + 40]
    sure = bool(amount.currency or amount.multiplier)
    weight = 1.0 if amount.currency else 0.6 if amount.multiplier in INDIAN else 0.4 if amount.multiplier else -0.6
    budget = list(_BUDGET.finditer(clause))
    if budget:
        weight += 3.0 - min(1.5, (len(clause) - budget[-1].end()) / 30)
    limit = _LIMIT_END.search(clause)
    kind = "max" if limit and limit.group("max") else "min" if limit and limit.group("min") else ""
    if limit:
        weight += 0.7 if limit.group("min") else 1.3
        weight += 0.5 if not sure and _AMOUNT_ENDS.match(right) else 0.0
    if _MAX_AFTER.match(right):
        weight, kind = weight + 1.3, "max"
    if _BUDGET_AFTER.match(right):
        weight += 2.5
    if amount.upper is not None:
        weight += 0.8
    if _NOT_BUDGET.search(clause[-40:]) and not budget:
        weight -= 3.0
    if not sure and (_UNIT_AFTER.match(right) or amount.value < 100 or (_looks_like_year(amount.value) and not budget)):
        weight = -9.0
    if amount.multiplier in ("m", "l") and not amount.currency and not budget and not limit and amount.upper is None:
        weight -= 1.0
    if amount.multiplier and not amount.currency and _UNIT_AFTER.match(right):
        weight -= 3.0
    if _RATE_AFTER.match(right) and not budget:
        weight -= 0.3
    return replace(amount, weight=weight, limit=kind)


def _add_floor(best: Amount, likely: list[Amount]) -> Amount:
    """Join "at least 50k" and "at most 80k" of one message into a range."""
    if best.upper is not None:
        return best
    for other in likely:
        if other.upper is None and abs(other.start - best.end) < 60 and {best.limit, other.limit} == {"min", "max"}:
            low, high = (best, other) if best.limit == "min" else (other, best)
            if low.value < high.value and low.end < high.start:
                return replace(
                    low, upper=high.value, end=high.end, currency=low.currency or high.currency, weight=best.weight
                )
    return best


def _looks_like_year(value: float) -> bool:
    return 1950 <= value <= 2100 and value == int(value)


def _tidy(value: float) -> int | float:
    value = round(value, 2)
    return int(value) if value == int(value) else value
