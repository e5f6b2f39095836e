"""Amounts of money as people write them: Indian and European grouping, k, lakh, crore, million, number words."""

import re

CURRENCY_WORDS = {
    "₹": "INR",
    "rs": "INR",
    "rs.": "INR",
    "inr": "INR",
    "rupees": "INR",
    "rupee": "INR",
    "rupaye": "INR",
    "rupay": "INR",
    "रुपये": "INR",
    "रुपए": "INR",
    "रु": "INR",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "pounds": "GBP",
    "pound": "GBP",
    "quid": "GBP",
    "us$": "USD",
    "usd": "USD",
    "dollars": "USD",
    "dollar": "USD",
    "dólares": "USD",
    "dolares": "USD",
    "bucks": "USD",
    "aed": "AED",
    "dirhams": "AED",
    "dirham": "AED",
    "dhs": "AED",
    "sar": "SAR",
    "riyals": "SAR",
    "qar": "QAR",
    "kwd": "KWD",
    "omr": "OMR",
    "bhd": "BHD",
    "chf": "CHF",
    "franken": "CHF",
    "a$": "AUD",
    "aud": "AUD",
    "c$": "CAD",
    "cad": "CAD",
    "s$": "SGD",
    "sgd": "SGD",
    "r$": "BRL",
    "brl": "BRL",
    "reais": "BRL",
    "mxn": "MXN",
    "¥": "JPY",
    "jpy": "JPY",
    "cop": "COP",
    "ars": "ARS",
    "clp": "CLP",
    "pln": "PLN",
    "sek": "SEK",
    "nok": "NOK",
    "dkk": "DKK",
    "zar": "ZAR",
}
_DOLLARS = {
    "AU": "AUD",
    "CA": "CAD",
    "NZ": "NZD",
    "SG": "SGD",
    "HK": "HKD",
    "MX": "MXN",
    "AR": "ARS",
    "CL": "CLP",
    "CO": "COP",
}
_PESOS = {"MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU", "PH": "PHP"}
_COUNTRY_CURRENCY = {
    "IN": "INR",
    "US": "USD",
    "GB": "GBP",
    "AE": "AED",
    "SA": "SAR",
    "QA": "QAR",
    "KW": "KWD",
    "OM": "OMR",
    "BH": "BHD",
    "CH": "CHF",
    "AU": "AUD",
    "CA": "CAD",
    "NZ": "NZD",
    "SG": "SGD",
    "HK": "HKD",
    "MX": "MXN",
    "AR": "ARS",
    "CL": "CLP",
    "CO": "COP",
    "BR": "BRL",
    "PL": "PLN",
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "ZA": "ZAR",
    "JP": "JPY",
    "PE": "PEN",
    **dict.fromkeys(
        ("DE", "AT", "ES", "FR", "IT", "NL", "BE", "IE", "PT", "FI", "GR", "LU", "SK", "SI", "EE", "LV", "LT", "HR"),
        "EUR",
    ),
}
MULTIPLIERS = {
    **dict.fromkeys(
        ("k", "thousand", "thousands", "tsd", "tausend", "hazar", "hazaar", "hajar", "grand", "हजार", "हज़ार"), 1e3
    ),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs", "lk", "lks", "l", "laakh", "लाख"), 1e5),
    **dict.fromkeys(
        ("m", "mn", "mio", "mill", "million", "millions", "millionen", "millón", "millon", "millones", "mm"), 1e6
    ),
    **dict.fromkeys(("cr", "crs", "crore", "crores", "karod", "caror", "करोड़", "करोड"), 1e7),
    **dict.fromkeys(("bn", "billion", "milliarden"), 1e9),
    "mil": 1e3,
}
INDIAN = frozenset(word for word, factor in MULTIPLIERS.items() if factor in (1e5, 1e7))
NUMBER_WORDS = {
    "half": 0.5,
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "twenty-five": 25,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "ek": 1,
    "do": 2,
    "teen": 3,
    "char": 4,
    "chaar": 4,
    "paanch": 5,
    "panch": 5,
    "chhe": 6,
    "saat": 7,
    "aath": 8,
    "nau": 9,
    "das": 10,
    "bees": 20,
    "pachees": 25,
    "tees": 30,
    "chalis": 40,
    "pachas": 50,
    "pachaas": 50,
    "saath": 60,
    "sattar": 70,
    "assi": 80,
    "nabbe": 90,
    "sau": 100,
    "dedh": 1.5,
    "dhai": 2.5,
    "adhai": 2.5,
    "sava": 1.25,
    "ein": 1,
    "eine": 1,
    "zwei": 2,
    "drei": 3,
    "halbe": 0.5,
    "un": 1,
    "una": 1,
    "dos": 2,
    "tres": 3,
    "cinco": 5,
    "diez": 10,
    "veinte": 20,
    "cien": 100,
    "medio": 0.5,
    "एक": 1,
    "दो": 2,
    "तीन": 3,
    "पचास": 50,
}
NUMBER = re.compile(
    r"\d{1,3}(?:[.,'’]\d{2,3}){1,5}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?:[ "
    r"\u00a0\u202f]\d{3}){1,4}(?![\d])(?:[.,]\d{1,2}(?!\d))?|\d{1,15}(?:[.,]\d{1,3})?(?!\d)"
)
_CURRENCY_PATTERN = "|".join(
    re.escape(word) for word in sorted({*CURRENCY_WORDS, "$", "pesos", "peso"}, key=len, reverse=True)
)
CURRENCY_BEFORE = re.compile(rf"(?:^|[^a-z])({_CURRENCY_PATTERN})[ \t\u00a0]{{0,2}}$")
CURRENCY_AFTER = re.compile(rf"[ \t\u00a0]{{0,2}}({_CURRENCY_PATTERN})(?![a-z])")
MULTIPLIER_AFTER = re.compile(
    rf"[ \t\u00a0-]{{0,2}}({'|'.join(sorted(MULTIPLIERS, key=len, reverse=True))})"
    r"(?![a-z\u00df-\u00ff\u0900-\u097f²³0-9])\.?"
)
WORD_AMOUNT = re.compile(
    rf"(?<![\w-])({'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})(?: (?:a|an))? "
    r"(lakhs?|lacs?|laakh|crores?|cr|karod|million(?:en|s)?|mill[oó]n(?:es)?|thousand|hazaa?r|hajar|"
    r"tausend|लाख|करोड़|हजार|mil)(?![\w])"
)


def read_number(written: str, *, scaled: bool = False) -> float:
    """Read a number with any grouping; `scaled` says that a word like million follows, so one separator is decimal."""
    digits = re.sub(r"[ \u00a0\u202f'’]", "", written)
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        decimal = "," if comma > dot else "."
    elif comma < 0 and dot < 0:
        return float(digits)
    else:
        separator = "," if comma >= 0 else "."
        tail = len(digits) - 1 - max(comma, dot)
        once = digits.count(separator) == 1
        decimal = separator if once and (tail != 3 or scaled) else ""
    whole, _, fraction = digits.rpartition(decimal) if decimal else (digits, "", "")
    return float(whole.replace(",", "").replace(".", "") + "." + (fraction or "0"))


def resolve_currency(word: str, region: str) -> str:
    """Name the currency a word or sign stands for in a country."""
    if word == "$":
        return _DOLLARS.get(region, "USD")
    if word in ("pesos", "peso"):
        return _PESOS.get(region, "MXN")
    return CURRENCY_WORDS[word]


def guess_currency(region: str) -> str | None:
    """Name the currency that people of a country mean when they say none."""
    return _COUNTRY_CURRENCY.get(region)
