"""Nothing but a whole, ordinary phone number reaches a dial string."""

import re

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberType

from metacortex.contexts.calls.rules.numbers import (
    COSTLY,
    LONGEST_SHORT_CODE,
    BadNumber,
    Kind,
    Number,
    Reason,
    read_number,
)

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
EMERGENCY = sorted(
    {
        metadata.emergency.example_number
        for region in phonenumbers.SUPPORTED_SHORT_REGIONS
        if (metadata := PhoneMetadata.short_metadata_for_region(region))
        and metadata.emergency
        and metadata.emergency.example_number
    }
    | {"112", "911", "999", "100", "101", "102", "108", "110", "113", "119", "000", "111", "1669"}
)


def reason_of(raw: str, region: str | None = None, **options) -> Reason:
    with pytest.raises(BadNumber) as refusal:
        read_number(raw, region, **options)
    assert refusal.value.sentence
    return refusal.value.reason


@pytest.mark.parametrize(
    ("raw", "region", "e164", "country", "kind", "area"),
    [
        ("+1 (415) 555-2671", None, "+14155552671", "US", Kind.FIXED_OR_MOBILE, "415"),
        ("415.555.2671", "us", "+14155552671", "US", Kind.FIXED_OR_MOBILE, "415"),
        ("tel:+14155552671", None, "+14155552671", "US", Kind.FIXED_OR_MOBILE, "415"),
        ("011 44 20 7946 0018", "US", "+442079460018", "GB", Kind.FIXED, "20"),
        ("+44 (0)20 7946 0018", None, "+442079460018", "GB", Kind.FIXED, "20"),
        ("098765 43210", "IN", "+919876543210", "IN", Kind.MOBILE, ""),
        ("030/123456", "DE", "+4930123456", "DE", Kind.FIXED, "30"),
        ("٠٥٠ ١٢٣ ٤٥٦٧", "AE", "+971501234567", "AE", Kind.MOBILE, ""),
        ("＋１４１５５５５２６７１", None, "+14155552671", "US", Kind.FIXED_OR_MOBILE, "415"),
        ("\u202a+1\u00a0415\u2011555\u20132671\u202c", None, "+14155552671", "US", Kind.FIXED_OR_MOBILE, "415"),
        ("+1 800 555 1234", None, "+18005551234", "US", Kind.TOLL_FREE, ""),
        ("+683 4002", None, "+6834002", "NU", Kind.FIXED, ""),
    ],
)
def test_a_number_is_read_as_people_write_it(raw, region, e164, country, kind, area):
    number = read_number(raw, region)

    assert (number.e164, number.country, number.kind, number.area) == (e164, country, kind, area)
    assert e164.endswith(number.national)


@pytest.mark.parametrize(
    ("raw", "region", "reason"),
    [
        ("", "US", Reason.EMPTY),
        ("   ", "US", Reason.EMPTY),
        (None, "US", Reason.EMPTY),
        (4155552671, "US", Reason.EMPTY),
        ("1-800-FLOWERS", "US", Reason.NOT_A_NUMBER),
        ("+", "US", Reason.NOT_A_NUMBER),
        ("++14155552671", None, Reason.NOT_A_NUMBER),
        ("4155552671", None, Reason.COUNTRY_UNKNOWN),
        ("4155552671", "QQ", Reason.COUNTRY_UNKNOWN),
        ("+999123456789", None, Reason.COUNTRY_UNKNOWN),
        ("555-2671", "US", Reason.TOO_SHORT),
        ("+141555526711111", None, Reason.TOO_LONG),
        ("1" * 60, "US", Reason.TOO_LONG),
        ("+1 555 555 5555", None, Reason.INVALID),
        ("988", "US", Reason.SHORT_CODE),
        ("611", "US", Reason.SHORT_CODE),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(raw, region, reason):
    assert reason_of(raw, region) == reason


@pytest.mark.parametrize(
    "raw",
    [
        "PJSIP/100",
        "SIP/4155552671@trunk",
        "sip:+14155552671@example.com",
        "Local/4155552671@from-internal",
        "4155552671@trunk",
        "4155552671,60,D(9)",
        "4155552671&SIP/200",
        "${EXTEN}",
        "4155552671${SHELL(id)}",
        "+14155552671\r\nAction: Originate",
        "+14155552671\n",
        "+14155552671\x00",
        "+14155552671;ext=3",
        "4155552671 x3",
        "*67 4155552671",
        "4155552671#",
        "4155552671!",
    ],
)
def test_endpoints_and_dial_syntax_are_refused(raw):
    assert reason_of(raw, "US") == Reason.NOT_A_NUMBER


SPELLINGS = [
    "{0}",
    " {0} ",
    "+{0}",
    "+1{0}",
    "+1 {0}",
    "1-{0}",
    "0{0}",
    "00{0}",
    "000{0}",
    "+44{0}",
    "9{0}",
    "9 {0}",
    "0011{0}",
]


@pytest.mark.parametrize("digits", EMERGENCY)
@pytest.mark.parametrize("region", [None, "US", "DE", "IN", "GB", "AE", "AU"])
def test_emergency_numbers_of_every_country_are_refused_in_every_spelling(digits, region):
    full_width = digits.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    for spelling in SPELLINGS:
        for written in (digits, full_width, "-".join(digits), " ".join(digits)):
            with pytest.raises(BadNumber):
                read_number(spelling.format(written), region)


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        *[("112", "DE"), ("0112", "DE"), ("00112", "DE"), ("+49112", None), ("0049112", "DE"), ("9 1 1", "GB")],
        *[("+1911", None), ("+1 1 911", None), ("011911", "US"), ("9911", "US"), ("+91 100", None), ("108", "US")],
        *[("９１１", "US"), ("٩١١", "US"), ("+9 1 1", None), ("911 234 5678", "US"), ("000", "AU"), ("112112", "DE")],
        *[("+971 0999", None), ("011 44 999", "US"), ("00971 0 112", "DE")],
    ],
)
def test_the_refusal_of_an_emergency_number_says_so(raw, region):
    assert reason_of(raw, region) == Reason.EMERGENCY


def test_a_delhi_number_is_no_emergency_though_it_begins_with_one():
    assert read_number("+91 11 2345 6789").e164 == "+911123456789"
    assert read_number("011 2345 6789", "IN").e164 == "+911123456789"
    assert read_number("+1 212 555 0911").e164 == "+12125550911"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("+1 900 555 1234", Kind.PREMIUM),
        ("+49 900 1234567", Kind.PREMIUM),
        ("+49 1801 123456", Kind.SHARED_COST),
        ("+870 776 123 456", Kind.SATELLITE),
        ("+881 612 345 678", Kind.SATELLITE),
        ("+979 123 456 789", Kind.PREMIUM),
    ],
)
def test_costly_kinds_are_not_called_and_nobody_is_sent_to_have_them_allowed(raw, kind):
    assert kind in COSTLY
    with pytest.raises(BadNumber) as refused:
        read_number(raw)
    assert refused.value.reason == Reason.KIND_REFUSED
    assert kind.replace("_", "-") in refused.value.sentence
    assert "administrator" not in refused.value.sentence


def test_the_same_number_is_read_the_same_from_every_plan():
    for region in REGIONS:
        for type_ in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(region, type_)
            if example is None:
                continue
            e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            assert isinstance(read_number(written), Number)
            assert read_number(written, "US").e164 == e164, region


@given(raw=st.text(max_size=60), region=st.sampled_from([None, *REGIONS]))
def test_any_text_is_a_safe_number_or_refused(raw, region):
    try:
        dialled = read_number(raw, region).e164
    except BadNumber as refusal:
        dialled = ""
        told = refusal.sentence
    assert E164.fullmatch(dialled) or told


@given(
    raw=st.text(alphabet="+0123456789０１９٠٩ -()./,@#*;&$\n", max_size=24),
    region=st.sampled_from([None, *REGIONS]),
)
def test_anything_like_a_number_is_a_safe_number_or_refused(raw, region):
    try:
        number = read_number(raw, region)
    except BadNumber:
        return
    assert E164.fullmatch(number.e164)
    assert not set(raw) & set(",@#*;&$\n")
    assert read_number(number.e164) == number


@example(digits="20946", region="AX")
@given(digits=st.text(alphabet="0123456789", min_size=1, max_size=6), region=st.sampled_from([None, *REGIONS]))
def test_no_short_number_of_any_country_is_read(digits, region):
    for spelling in ("{}", "+{}"):
        try:
            number = read_number(spelling.format(digits), region)
        except BadNumber:
            continue
        shorts = phonenumbers.shortnumberinfo
        assert len(number.e164) > 7
        assert not any(shorts.is_emergency_number(digits, each) for each in phonenumbers.SUPPORTED_SHORT_REGIONS)
        assert region
        assert number.e164.startswith(f"+{phonenumbers.country_code_for_region(region)}")


def test_no_country_has_an_emergency_number_that_is_longer_than_what_is_asked_about() -> None:
    regions = phonenumbers.SUPPORTED_SHORT_REGIONS
    described = [PhoneMetadata.short_metadata_for_region(region).emergency for region in regions]
    lengths = {length for one in described if one is not None for length in one.possible_length}
    assert max(lengths) <= LONGEST_SHORT_CODE
    assert min(length for length in lengths if length > 0) >= 2
