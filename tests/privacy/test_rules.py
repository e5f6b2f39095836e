"""May an address be used? Pure decisions, for every country, purpose, channel and history."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metacortex.contexts.intake.rules.persons import names_person
from metacortex.contexts.privacy.rules import (
    ENQUIRY_DAYS,
    ConsentUnclear,
    Refusal,
    find_law,
    judge_use,
    normalise_phone,
    read_kept_consent,
)
from metacortex.contexts.privacy.types import (
    BasisKind,
    Channel,
    ConsentBasis,
    Decision,
    Enquiry,
    Purpose,
    Said,
    SuppressionReason,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(1, 400 * 24).map(lambda hours: NOW - timedelta(hours=hours))
decisions = st.none() | st.builds(Said, st.sampled_from(Decision), moments, st.uuids(), st.none())
enquiries = st.none() | st.builds(Enquiry, st.sampled_from(Channel), moments)
uses = st.fixed_dictionaries(
    {
        "purpose": st.sampled_from(Purpose),
        "channel": st.sampled_from(Channel),
        "country": st.sampled_from([None, "DE", "in", "US", "??"]),
        "suppressed": st.sets(st.sampled_from(SuppressionReason)),
        "said": decisions,
        "enquiry": enquiries,
    }
)


@given(uses)
def test_nothing_is_allowed_without_consent_or_an_own_fresh_enquiry(use: dict) -> None:
    judged = judge_use(**use, now=NOW)
    if not isinstance(judged, ConsentBasis):
        return
    said, enquiry = use["said"], use["enquiry"]
    if judged.kind is BasisKind.CONSENT:
        assert said.decision is Decision.GIVEN
        assert not use["suppressed"]
    else:
        assert use["purpose"] is Purpose.SALES
        assert enquiry.channel is use["channel"]
        assert NOW - enquiry.at <= timedelta(days=ENQUIRY_DAYS)
        assert said is None or said.decision is Decision.GIVEN or said.at < enquiry.at
    assert judged.law


@given(uses, st.sampled_from([SuppressionReason.BOUNCED, SuppressionReason.COMPLAINED, SuppressionReason.MANUAL]))
def test_a_bounce_a_complaint_or_a_block_is_passed_by_nothing(use: dict, reason: SuppressionReason) -> None:
    judged = judge_use(**{**use, "suppressed": {*use["suppressed"], reason}}, now=NOW)
    assert isinstance(judged, Refusal)
    assert judged.reason is not None


@given(uses)
def test_one_more_suppression_never_allows_more(use: dict) -> None:
    if isinstance(judge_use(**use, now=NOW), Refusal):
        for reason in SuppressionReason:
            more = {**use, "suppressed": {*use["suppressed"], reason}}
            assert isinstance(judge_use(**more, now=NOW), Refusal)


@given(uses)
def test_after_a_withdrawal_only_a_later_enquiry_is_answered(use: dict) -> None:
    withdrawn = {**use, "said": Said(Decision.WITHDRAWN, NOW - timedelta(days=1), uuid4(), None)}
    judged = judge_use(**withdrawn, now=NOW)
    if isinstance(judged, ConsentBasis):
        assert judged.kind is BasisKind.ENQUIRY
        assert judged.since > withdrawn["said"].at


def judge(**changes: object) -> ConsentBasis | Refusal:
    use = {
        "purpose": Purpose.SALES,
        "channel": Channel.EMAIL,
        "country": "IN",
        "suppressed": set(),
        "said": None,
        "enquiry": None,
    }
    return judge_use(**{**use, **changes}, now=NOW)


def test_an_enquiry_is_answered_by_its_own_channel_for_its_own_time() -> None:
    yesterday = NOW - timedelta(days=1)
    answered = judge(enquiry=Enquiry(Channel.EMAIL, yesterday))
    assert isinstance(answered, ConsentBasis)
    assert "7(a)" in answered.law
    german = judge(enquiry=Enquiry(Channel.EMAIL, yesterday), country="DE")
    assert isinstance(german, ConsentBasis)
    assert "6(1)(b)" in german.law
    assert judge(enquiry=Enquiry(Channel.PHONE, yesterday)) == Refusal(None)
    assert judge(enquiry=Enquiry(Channel.EMAIL, yesterday), purpose=Purpose.MARKETING) == Refusal(None)
    old = Enquiry(Channel.EMAIL, NOW - timedelta(days=ENQUIRY_DAYS, seconds=1))
    assert judge(enquiry=old) == Refusal(None)
    assert judge(enquiry=Enquiry(Channel.EMAIL, NOW + timedelta(minutes=1))) == Refusal(None)


def test_who_was_erased_and_writes_again_gets_an_answer_and_nothing_more() -> None:
    again = Enquiry(Channel.EMAIL, NOW - timedelta(hours=1))
    given = Said(Decision.GIVEN, NOW - timedelta(days=9), uuid4(), None)
    answered = judge(suppressed={SuppressionReason.ERASED}, enquiry=again, said=given)
    assert isinstance(answered, ConsentBasis)
    assert answered.kind is BasisKind.ENQUIRY
    refused = judge(suppressed={SuppressionReason.ERASED}, enquiry=again, said=given, purpose=Purpose.MARKETING)
    assert refused == Refusal(SuppressionReason.ERASED)


def test_every_country_has_a_law_for_consent_and_uploads_serve_advertising_or_profiling_only() -> None:
    for country in ("DE", "IN", "BR", None):
        assert find_law(country, Purpose.MARKETING, Channel.EMAIL) is not None
        assert find_law(country, Purpose.ADVERTISING, Channel.UPLOAD) is not None
        assert find_law(country, Purpose.MARKETING, Channel.UPLOAD) is None
        assert find_law(country, Purpose.ADVERTISING, Channel.EMAIL) is None


@pytest.mark.parametrize(
    ("cells", "is_theirs"),
    [
        (["Asha", "ASHA@example.com"], True),
        (["Asha <asha@example.com>", ""], True),
        (["Asha", "98765 43210"], True),
        (["Asha", "+91-98765-43210"], True),
        (["Asha", "0091 98765 43210"], True),
        (["Asha", "098765 43210"], True),
        (["Ravi", "ravi@example.com", "98765 43210"], False),
        (["Ravi", "98765 43211"], False),
        (["Ravi", "43210"], False),
        ([], False),
    ],
)
def test_a_row_is_about_a_person_by_address_however_it_is_written(cells: list[str], is_theirs: bool) -> None:
    person = {"emails": ["asha@example.com"], "phones": ["+919876543210"], "by_phone_only": False, "region": "IN"}
    assert names_person(cells, **person) is is_theirs


@given(st.text(alphabet="0123456789 ()-", min_size=0, max_size=20))
def test_every_writing_of_a_number_we_understand_is_found_in_a_row(typed: str) -> None:
    phone = normalise_phone(typed, region="IN")
    if phone is not None:
        assert names_person([typed], emails=[], phones=[phone], by_phone_only=True, region="IN")


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-02-28", datetime(2026, 2, 28, tzinfo=UTC)),
        ("2026-02-28T19:00:00-05:00", datetime(2026, 3, 1, 0, tzinfo=UTC)),
        ("2026-02-01T10:00+05:30", datetime(2026, 2, 1, 4, 30, tzinfo=UTC)),
        ("2026-03-01T10:00", NOW),
        ("1970-01-01T00:00:00+14:00", datetime(1969, 12, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_consent_of_a_table_is_as_old_as_it_says_and_never_of_tomorrow(written: str, at: datetime) -> None:
    kept = read_kept_consent("form 12", written, "", now=NOW)
    assert kept is not None
    assert kept.at == at


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yes",
        "02.03.2026",
        "2026-02-30",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31",
        "2026-03-02",
        "2026-03-01T00:06Z",
    ],
)
def test_a_consent_of_a_table_needs_a_day_that_has_been(written: str) -> None:
    with pytest.raises(ConsentUnclear, match="Write"):
        read_kept_consent("form 12", written, "", now=NOW)
    assert read_kept_consent("", written, "I agree", now=NOW) is None
