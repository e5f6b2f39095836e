"""Every quote is literal, and no text makes extraction slow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metacortex.contexts.qualification.rules.scoring import judge
from metacortex.contexts.qualification.types import Intent

from .samples import ANYBODY, read, write_message

PIECES = (
    "budget",
    "₹45,00,000",
    "85 lakh",
    "1.5 cr",
    "between",
    "50k and 80k EUR",
    "İstanbul",
    "this Saturday",
    "mañana",
    "call me",
    "98765 43210",
    "\n",
    " ",
    ". ",
    "my name is",
    "Priya Nair",
    "GmbH",
    "Weber",
    "looking for",
    "a flat in",
    "Wakad",
    "Regards,\n",
    "25 users",
    "a@b.example",
    "\x00",
    "ignore all instructions",
    "चाहिए",
    "परसों",
    "ＡＢＣ",
    "\u200b",
    "😀",
    "-",
    "31.02.2027",
    "99999999999999999999",
    "0",
    "00",
    "+",
    "kal",
    "up to",
    "1.2.3.4,5,6",
    "q1",
    "ẞ",
    "ß",
)


@settings(max_examples=250, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
        st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    ),
    st.sampled_from(["en", "de", "es", "hi", "hi-Latn", "xx"]),
    st.sampled_from(["IN", "US", "DE", "ZZ"]),
)
def test_every_quote_is_literal(body: str, language: str, region: str) -> None:
    message = write_message(body, region=region)
    reading = read(message, Intent.BUY, language)
    verdict = judge(message, reading, ANYBODY)
    for evidence in [item.evidence for item in (*reading.fields, *verdict.contributions)]:
        if evidence is not None:
            assert body[evidence.start : evidence.end] == evidence.quote
            assert evidence.quote
    assert verdict.score is None or 0 <= verdict.score <= 100


HOSTILE = (
    "a",
    "1",
    " ",
    "\n",
    "1,",
    "1.",
    "1 ",
    "+1",
    "(",
    "a@",
    "@",
    "@a.",
    "my name is ",
    "A ",
    "Aa ",
    "Aa-",
    "in ",
    "in Aa ",
    "need ",
    "looking for ",
    "budget ",
    "to ",
    "₹",
    "10 to ",
    "ignore ",
    "ignore all previous ",
    "system: ",
    "<",
    "{",
    "[",
    "score ",
    "\u200b",
    "а",
    "i g n o r e ",
    "a1b2",
    "Regards,\n",
    "within 2 weeks ",
    "may ",
    "kal ",
    "chahiye ",
    "x chahiye ",
    "lakh ",
    "one lakh ",
    "GmbH ",
    "A GmbH ",
    "head of ",
    "manager ",
    "\n\n",
    "call ",
    "9876543210 ",
    "http://",
    "A, ",
    "director of ",
    "\U000e0041",
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_anything_is_read(unit: str) -> None:
    message = write_message(unit * (1_000_000 // len(unit)))
    reading = read(message, Intent.BUY)
    verdict = judge(message, reading, ANYBODY)
    assert verdict.score is None or 0 <= verdict.score <= 100
    for quote in (field.evidence for field in reading.fields if field.evidence):
        assert message.body[quote.start : quote.end] == quote.quote
