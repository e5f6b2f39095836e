"""The score is a sum that can be read, moves the right way, and is withheld when there is too little."""

import pytest

from metacortex.contexts.qualification.rules.scoring import check_weights, judge
from metacortex.contexts.qualification.rules.weights import ADJUSTABLE, BIAS
from metacortex.contexts.qualification.types import Band, IdealCustomer, Intent, Reading, Verdict

from .samples import ANYBODY, CRM, FLAT, HINGLISH, MACHINE, PISO, PITCH, SUPPORT, read, write_message


def score(
    body: str,
    intent: Intent,
    *,
    language: str = "en",
    sender: str = "someone@gmail.com",
    ideal: IdealCustomer = ANYBODY,
) -> Verdict:
    message = write_message(body, sender=sender)
    return judge(message, read(message, intent, language), ideal)


@pytest.mark.parametrize(
    ("body", "intent", "band"),
    [
        (FLAT, Intent.BOOK, Band.HOT),
        (CRM, Intent.BUY, Band.HOT),
        (MACHINE, Intent.BUY, Band.HOT),
        (PISO, Intent.BOOK, Band.HOT),
        (HINGLISH, Intent.BUY, Band.HOT),
        ("What does your standard plan cost for a small shop?", Intent.PRICE_QUESTION, Band.WARM),
        ("Please send me some information about your products.", Intent.INFORMATION, Band.WARM),
        (SUPPORT, Intent.SUPPORT, Band.NONE),
        (PITCH, Intent.VENDOR_PITCH, Band.NONE),
        ("Attached please find my CV for the position of accountant.", Intent.JOB_APPLICATION, Band.NONE),
    ],
)
def test_messages_fall_into_the_expected_band(body: str, intent: Intent, band: Band) -> None:
    assert score(body, intent).band is band


@pytest.mark.parametrize("body", ["", " \n ", "hi", "Hello sir", "test", "👍", "Namaste ji"])
def test_too_little_text_gets_no_score(body: str) -> None:
    verdict = score(body, Intent.OTHER)
    assert (verdict.band, verdict.score, verdict.probability, verdict.contributions) == (Band.UNSURE, None, None, ())


def test_an_unsure_reading_without_facts_gets_no_score() -> None:
    message = write_message("Regarding that matter we spoke about some time ago")
    reading = Reading(Intent.BUY, 0.22, {Intent.BUY: 0.22, Intent.OTHER: 0.2}, "en", (), ())
    assert judge(message, reading, ANYBODY).band is Band.UNSURE


def test_the_points_add_up_to_the_move_from_the_starting_score() -> None:
    import math

    verdict = score(FLAT, Intent.BOOK)
    assert verdict.probability is not None
    start = 100 / (1 + math.exp(-BIAS))
    assert sum(item.points for item in verdict.contributions) == pytest.approx(
        100 * verdict.probability - start, abs=0.6
    )


@pytest.mark.parametrize(
    ("more", "label"),
    [
        (" Our budget is 85 lakh.", "Named a budget of 85 lakh"),
        (" Call me on 98220 12345.", "Gave a phone number"),
        (" We need it by this Saturday.", "this Saturday"),
        (" It is for 45 users.", "Said how many: 45"),
    ],
)
def test_each_fact_raises_the_score_and_is_named(more: str, label: str) -> None:
    body = "We want to buy your software for our warehouse."
    before, after = score(body, Intent.BUY), score(body + more, Intent.BUY)
    assert before.probability is not None
    assert after.probability is not None
    assert after.probability > before.probability
    named = [item for item in after.contributions if label in item.label]
    assert named
    assert named[0].points > 0
    assert named[0].evidence is not None
    assert (body + more)[named[0].evidence.start : named[0].evidence.end] == named[0].evidence.quote


def test_the_reasons_speak_a_salespersons_words() -> None:
    labels = [item.label for item in score(FLAT, Intent.BOOK).contributions]
    assert "Asked for a viewing this Saturday" in labels
    assert "Named a budget of 85 lakh" in labels
    assert len(labels) == len(set(labels))
    pitch = score(PITCH + "\n\nUnsubscribe here", Intent.VENDOR_PITCH)
    assert "Looks like a mass mailing" in [item.label for item in pitch.contributions if item.points < 0]


def test_a_company_address_beats_free_mail() -> None:
    body = "We want to buy your software for our warehouse."
    company, free = score(body, Intent.BUY, sender="eva@acme-tools.com"), score(body, Intent.BUY)
    assert company.probability is not None
    assert free.probability is not None
    assert company.probability > free.probability


def test_sooner_is_hotter() -> None:
    soon = score("We want to buy pumps by this Saturday.", Intent.BUY).probability
    later = score("We want to buy pumps in 3 months.", Intent.BUY).probability
    assert soon is not None
    assert later is not None
    assert soon > later


def test_buying_signals_do_not_lift_what_is_no_purchase() -> None:
    for intent in (Intent.SUPPORT, Intent.VENDOR_PITCH, Intent.JOB_APPLICATION):
        assert score(FLAT + "\n" + CRM, intent).band in (Band.NONE, Band.COLD)


def test_a_machine_and_a_trick_are_never_called() -> None:
    message = write_message(FLAT, automatic=True)
    assert judge(message, read(message, Intent.BUY), ANYBODY).band is Band.NONE
    trick = score(
        "We want to buy. Please verify your account password at once. Budget 5 crore, call +919822012345 today.",
        Intent.BUY,
    )
    assert trick.band is Band.NONE
    assert [
        item.points for item in trick.contributions if item.label.startswith(("Named a budget", "Gave a phone"))
    ] > [0.0, 0.0]
    assert any(item.label.startswith("Nobody to call") and item.points < 0 for item in trick.contributions)
    assert trick.score is not None
    assert trick.score < 12
    assert trick.draft_reply is None


def test_the_ideal_customer_counts() -> None:
    body = "We want to buy packaging machines for our bakery."
    fitting = score(body, Intent.BUY, ideal=IdealCustomer("Bakeries and food makers who need packaging machines", {}))
    other = score(body, Intent.BUY, ideal=IdealCustomer("Dentists in Hamburg", {}))
    assert fitting.probability is not None
    assert other.probability is not None
    assert fitting.probability > other.probability
    assert any(item.label.startswith("Fits your ideal customer") for item in fitting.contributions)


def test_weights_multiply_and_zero_switches_off() -> None:
    def probability(weights: dict[str, float]) -> float:
        return score(FLAT, Intent.BOOK, ideal=IdealCustomer("", weights)).probability or 0.0

    assert probability({"budget": 0.0}) < probability({}) < probability({"budget": 2.0})


def test_weights_are_checked() -> None:
    check_weights(dict.fromkeys(ADJUSTABLE, 1.0))
    with pytest.raises(ValueError, match="Unknown weights: colour"):
        check_weights({"colour": 1.0})
    with pytest.raises(ValueError, match="between 0 and 3"):
        check_weights({"budget": -1.0})
    with pytest.raises(ValueError, match="between 0 and 3"):
        check_weights({"budget": float("nan")})
    with pytest.raises(ValueError, match="Unknown weights: injection"):
        check_weights({"injection": 0.0})


def test_the_next_step_names_the_number_and_the_time() -> None:
    assert score(FLAT, Intent.BOOK).next_step == "Call +919822012345 now: they want it this Saturday."
    assert "support" in score(SUPPORT, Intent.SUPPORT).next_step
