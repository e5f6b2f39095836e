"""Every quote is literal, and no text makes extraction slow."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metacortex.contexts.qualification.rules.fields import extract_fields
from metacortex.contexts.qualification.rules.safety import find_flags
from metacortex.contexts.qualification.rules.scoring import judge
from metacortex.contexts.qualification.types import Intent

from .samples import ANYBODY, CRM, FLAT, HINGLISH, MACHINE, PISO, PITCH, SUPPORT, read, write_message

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


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_anything_is_read_quickly(unit: str) -> None:
    message = write_message(unit * (1_000_000 // len(unit)))
    start = time.process_time()
    reading = read(message, Intent.BUY)
    judge(message, reading, ANYBODY)
    assert time.process_time() - start < 1.5


def test_typical_messages_take_well_under_a_millisecond() -> None:
    messages = [write_message(body) for body in (FLAT, CRM, MACHINE, PISO, HINGLISH, SUPPORT, PITCH)]
    best = 1e9
    for _ in range(5):
        start = time.process_time()
        for message in messages:
            extract_fields(message, "en")
            find_flags(message)
        best = min(best, (time.process_time() - start) / len(messages))
    # Twice the target of 0.6 ms, so that a busy machine does not fail the test.
    assert best < 0.0012
