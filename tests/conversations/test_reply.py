"""What a person wrote is told apart from what they quoted, how they sign and what their lawyers add."""

from pathlib import Path

import pytest

from metacortex.contexts.conversations.rules import parse_mail, split_reply
from metacortex.contexts.conversations.rules.html import read_html
from tests.conversations.reply_cases import CASES

FIXTURES = Path(__file__).parent / "fixtures"
STANDARD = sorted((FIXTURES / "talon/standard_replies").glob("*.eml"))
PAGES = sorted((FIXTURES / "talon/html_replies").glob("*.html"))


def read_page(page: bytes) -> bytes:
    return b"From: Alex <alex@example.com>\nContent-Type: text/html; charset=utf-8\n\n" + page


def read_plain(body: str) -> bytes:
    return b"From: x@example.com\nContent-Type: text/plain; charset=utf-8\n\n" + body.encode()


def test_the_fixtures_are_there() -> None:
    assert (len(STANDARD), len(PAGES)) == (12, 9)
    assert len(CASES) >= 42


@pytest.mark.parametrize("path", STANDARD, ids=lambda path: path.stem)
def test_a_standard_reply_is_only_its_greeting(path: Path) -> None:
    mail = parse_mail(path.read_bytes())
    assert mail.text == "Hello"
    assert mail.quoted
    assert mail.warnings == ()


def test_signatures_of_standard_replies_are_kept_apart() -> None:
    read = {path.stem: parse_mail(path.read_bytes()).signature for path in STANDARD}
    assert read["iphone"] == "Sent from my iPhone"
    assert read["sparrow"] == "xxx\nSent with Sparrow (http://www.sparrowmailapp.com/?sig)"
    assert read["gmail"] == ""


@pytest.mark.parametrize(("body", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_reply_in_any_language(body: str, wanted: str) -> None:
    assert parse_mail(read_plain(body)).text == wanted


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_an_html_reply_of_a_known_program(path: Path) -> None:
    mail = parse_mail(read_page(path.read_bytes()))
    assert mail.text.startswith("Hi. I am fine.")
    assert (mail.text + "\n" + mail.signature).split() == ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"]
    assert "Hello! How are you?" in mail.quoted or "Foo" in mail.quoted


@pytest.mark.parametrize(
    ("name", "own", "sender"),
    [
        ("apple_forward", "test\n\nblah", ("Foo Bar", "foo@bar.example")),
        ("gmail_forward", "test\n\nblah", ("Foo Bar", "foo@bar.example")),
        ("mailru_forward", "Дорогой Петр,\nЭто тест!", ("Иван Иванов", "ivanivanov@example.com")),
        ("thunderbird_forward", "Dear John,\n\nThis is a test.", ("John Doe", "johndoe@example.com")),
        ("apple_reply", "Foo\n\nBar", ("", "")),
        ("gmail_reply", "foo\n\nbar", ("", "")),
    ],
)
def test_html_forwards_name_the_first_sender(name: str, own: str, sender: tuple[str, str]) -> None:
    mail = parse_mail(read_page((FIXTURES / f"quotequail/{name}.html").read_bytes()))
    assert mail.text == own
    assert (mail.forwarded_from_name, mail.forwarded_from_email) == sender


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (
            "email_1_2",
            "Hi,",
            'the keys in a bucket, you’ll need to delete them all individually."',
        ),
        ("email_1_3", "Oh thanks.", "-Abhishek Kona"),
        ("email_1_4", "Awesome! I haven't had another problem with it.", "with it."),
        ("email_1_6", "I get proper rendering as well.", "as well."),
        ("email_1_7", ":+1:", ":+1:"),
        ("email_1_8", "I will reply under this one", "and under this."),
        ("email_2_1", "Outlook with a reply", "Outlook with a reply"),
        ("email_2_2", "Outlook with a reply directly above line", "above line"),
        ("email_bullets", "test 2 this should list second", "- and another"),
        ("email_one_is_not_on", "Thank, this is really helpful.", "when I run..."),
        ("email_sent_from_my_not_signature", "Here is another email", "then my mobile phone."),
        ("greedy_on", "On your remote host you can run:", "the tunnel is not working."),
        ("pathological", "I think you're onto something.", "get back to a computer."),
    ],
)
def test_replies_that_misled_others(name: str, first: str, last: str) -> None:
    text = parse_mail(read_plain((FIXTURES / f"email_reply_parser/{name}.txt").read_text())).text
    assert text.startswith(first)
    assert text.endswith(last)


def test_a_forward_without_own_words_is_the_enquiry_itself() -> None:
    body = (
        "---------- Forwarded message ---------\nFrom: Ann Lee <ann@example.com>\n"
        "Date: Mon, 2 Apr 2012\nSubject: Visit\n"
        "To: <office@example.org>\n\nCan I see the flat on Friday?\n\nBest regards,\nAnn Lee\n+44 20 7946 0958\n"
    )
    mail = parse_mail(b"From: Bo <bo@example.org>\nSubject: Fwd: Visit\n\n" + body.encode())
    assert mail.text == "Can I see the flat on Friday?"
    assert (mail.forwarded_from_name, mail.forwarded_from_email) == ("Ann Lee", "ann@example.com")
    assert mail.signature == "Best regards,\nAnn Lee\n+44 20 7946 0958"


@pytest.mark.parametrize(
    "own", ["", "FYI", "Best regards,\nBo Holm", "Please see below.\n\nRegards,\nBo", "Sent from my iPhone"]
)
def test_words_that_only_point_below_are_not_the_enquiry(own: str) -> None:
    body = f"{own}\n\nFrom: Ann <ann@example.com>\nSent: Monday\nTo: Bo\nSubject: Visit\n\nCan I visit?"
    mail = parse_mail(b"From: Bo <bo@example.org>\nSubject: FW: Visit\n\n" + body.encode())
    assert (mail.text, mail.forwarded_from_email) == ("Can I visit?", "ann@example.com")


def test_an_empty_answer_does_not_become_what_it_answers() -> None:
    body = "\n\nFrom: Sales <sales@example.org>\nSent: Monday\nTo: Ann\nSubject: Our offer\n\nBuy now!"
    mail = parse_mail(b"From: Ann <ann@example.com>\nSubject: RE: Our offer\n\n" + body.encode())
    assert (mail.text, mail.forwarded_from_email) == ("", "")
    assert "Buy now!" in mail.quoted


def test_a_forward_with_own_words_keeps_both() -> None:
    body = (
        "Please call her.\n\nBegin forwarded message:\n\n> From: Ann <ann@example.com>\n> Subject: Visit\n"
        "> Date: 2 May\n>\n> Can I visit?\n"
    )
    mail = parse_mail(b"From: Bo <bo@example.org>\nSubject: Fwd: Visit\n\n" + body.encode())
    assert mail.text == "Please call her."
    assert "Can I visit?" in mail.quoted
    assert mail.forwarded_from_email == "ann@example.com"


def test_an_answer_is_no_forward() -> None:
    body = "Yes.\n\nFrom: Ann <ann@example.com>\nSent: Monday, April 2, 2012\nTo: Bo\nSubject: Visit\n\nHello"
    mail = parse_mail(b"From: Bo <bo@example.org>\nSubject: RE: Visit\n\n" + body.encode())
    assert (mail.text, mail.forwarded_from_email) == ("Yes.", "")


def test_a_senders_own_contact_lines_are_a_signature() -> None:
    parts = split_reply(
        "Please send the price list.\n\nGina Moss\ngina@example.com\n(555) 346-9947", sender_name="Gina Moss"
    )
    assert (parts.text, parts.signature) == (
        "Please send the price list.",
        "Gina Moss\ngina@example.com\n(555) 346-9947",
    )


def test_nothing_a_person_wrote_is_lost() -> None:
    for name, body, _ in CASES:
        parts = split_reply(body)
        kept = f"{parts.text} {parts.quoted} {parts.signature} {parts.disclaimer}".split()
        lost = [word for word in body.split() if word not in kept and word.strip("-—_")]
        assert lost == [] or name == "gateway banner", (name, lost)


def test_html_tables_lists_links_and_hidden_text() -> None:
    page = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>Prices&nbsp;for <b>you</b></p>"
        "<table><tr><th>Flat</th><th>Price</th></tr><tr><td>2 BHK</td><td>90&nbsp;L</td></tr></table>"
        "<ul><li>garden</li><li>lift</li></ul><div style='display:none'>secret</div><span hidden>secret</span>"
        "<script>alert(1)</script><a href='https://example.com/visit'>Book</a> <a href='javascript:alert(1)'>x</a>"
        "<img src=x onerror=alert(1)></body></html>"
    )
    assert read_html(page).split("\n") == [
        "Prices for you",
        "",
        "Flat | Price",
        "2 BHK | 90 L",
        "",
        "- garden",
        "- lift",
        "",
        "Book <https://example.com/visit> x",
    ]


def test_a_page_in_layout_tables_keeps_its_lines() -> None:
    page = "<table><tr><td><table><tr><td><p>One</p><p>Two</p></td></tr></table></td><td>Three</td></tr></table>"
    assert [line for line in read_html(page).split("\n") if line] == ["One", "Two", "Three"]
