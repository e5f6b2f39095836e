"""Raw mail is read whatever is wrong with it, fast, and into text that any store takes."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metacortex.contexts.conversations.rules import parse_mail
from metacortex.contexts.conversations.types import Attachment, ParsedMail, UnreadableMail
from tests.conversations.odd_mail import HEAD, ODD_MAIL, PLAIN

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS = [path.read_bytes() for path in sorted((FIXTURES / "talon/standard_replies").glob("*.eml"))]
SEEDS += [raw for _, raw in ODD_MAIL if len(raw) < 5_000]
PIECES = [
    b"--",
    b"\n\n",
    b"\r\n",
    b"=?utf-8?B?",
    b"?=",
    b"\x00",
    b"\xff\xfe",
    b">",
    b"<div>",
    b"<blockquote>",
    b"</",
    b'"',
    b";",
    b"=",
    b"Content-Type: multipart/mixed; boundary=",
    b"From: ",
    b"Sent: ",
    b"wrote:",
    b"-- \n",
    b"\xed\xa0\x80",
    b"(",
    b"@",
]


def assert_storable(mail: ParsedMail) -> None:
    texts = [mail.text, mail.quoted, mail.signature, mail.disclaimer, mail.subject, mail.from_name, mail.from_email]
    texts += [mail.message_id or "", mail.in_reply_to or "", *mail.references, *mail.to, mail.forwarded_from_name]
    texts += [file.name for file in mail.attachments] + [file.media_type for file in mail.attachments]
    for text in texts:
        text.encode("utf-8")
        assert not any(ord(character) < 32 and character not in "\n\t" for character in text)
    assert len(mail.text) <= 200_000
    assert mail.sent_at is None or mail.sent_at.utcoffset() is not None


@pytest.mark.parametrize("raw", [raw for _, raw in ODD_MAIL], ids=[name for name, _ in ODD_MAIL])
@pytest.mark.timeout(60)
def test_odd_mail_is_read(raw: bytes) -> None:
    assert_storable(parse_mail(raw))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("unknown charset", "café hello"),
        ("NUL bytes", "hello there"),
        ("broken base64", "hello there frien"),
        ("no boundary given", "hello"),
        ("boundary never used", "hello all the same"),
        ("no last boundary", "hello"),
        ("enclosed message whose boundary is its parent's", "hello"),
        ("body only", "hello, no header here"),
        ("100,000 header lines", "hello"),
        ("old line ends", "hello\nthere"),
        ("50,000 open divs", "hello"),
        ("forged marks", "hello there"),
        ("utf-16", "hello \U0001f600 there"),
    ],
)
def test_odd_mail_keeps_its_words(name: str, wanted: str) -> None:
    assert parse_mail(dict(ODD_MAIL)[name]).text == wanted


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\x00\x00 \n"])
def test_only_nothing_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableMail):
        parse_mail(raw)


def test_the_fields_of_a_message() -> None:
    raw = (
        (
            b"Received: by x\r\nMessage-ID: <one@example.com>\r\nIn-Reply-To: <zero@example.org>\r\n"
            b"References: <first@example.org>\r\n <zero@example.org>\r\n"
            b"From: =?iso-8859-1?Q?Andr=E9?= =?utf-8?B?IEzDqW9u?= <andre@example.com>\r\n"
            b'Reply-To: "Sales, Ann" <ann@example.com>\r\n'
            b'To: Bo <bo@example.org>, "C, D" <c@example.org>; e@example.org\r\n'
            b"Cc: bo@example.org\r\nSubject: =?utf-8?Q?3_BHK_=E2=82=AC?=\r\n and more\r\n"
            b"Date: Mon, 2 Apr 2012 20:21:52 +0400\r\n"
        )
        + PLAIN
        + "Grüße".encode()
    )
    mail = parse_mail(raw)
    assert (mail.message_id, mail.in_reply_to) == ("one@example.com", "zero@example.org")
    assert mail.references == ("first@example.org", "zero@example.org")
    assert (mail.from_name, mail.from_email) == ("André Léon", "andre@example.com")
    assert (mail.reply_to_name, mail.reply_to_email) == ("Sales, Ann", "ann@example.com")
    assert mail.to == ("bo@example.org", "c@example.org", "e@example.org")
    assert mail.subject == "3 BHK € and more"
    assert mail.sent_at == datetime(2012, 4, 2, 16, 21, 52, tzinfo=UTC)
    assert (mail.text, mail.automatic, mail.warnings) == ("Grüße", False, ())


def test_attachments_are_listed_with_their_size() -> None:
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + PLAIN + b"see enclosed\r\n--b\r\n"
        b"Content-Type: application/pdf; name*=utf-8''Pl%C3%A4ne.pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment\r\n\r\nJVBERi0xLjQK\r\n--b\r\n"
        b'Content-Type: text/plain; name="../../etc/notes.txt"\r\n\r\nabc\r\n--b--\r\n'
    )
    mail = parse_mail(raw)
    assert mail.text == "see enclosed"
    assert mail.attachments == (
        Attachment("Pläne.pdf", "application/pdf", 9),
        Attachment("../../etc/notes.txt", "text/plain", 3),
    )


def test_html_is_read_where_plain_says_nothing() -> None:
    raw = HEAD + (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
        + PLAIN
        + b"Your reader cannot show HTML.\r\n--b\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Call me on <b>98200&nbsp;12345</b></p>\r\n--b--\r\n"
    )
    assert parse_mail(raw).text == "Call me on 98200 12345"


def test_an_enclosed_message_forwarded_without_a_word_is_the_text() -> None:
    inner = b"From: Ann <ann@example.com>\r\nSubject: Visit\r\n" + PLAIN + b"Can I visit on Friday?\r\n"
    raw = HEAD.replace(b"Ann <ann", b"Bo <bo") + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"--b--\r\n"
    )
    mail = parse_mail(raw)
    assert (mail.text, mail.from_email) == ("Can I visit on Friday?", "bo@example.com")
    assert (mail.forwarded_from_name, mail.forwarded_from_email) == ("Ann", "ann@example.com")


@pytest.mark.parametrize(
    "field",
    [
        b"Auto-Submitted: auto-replied",
        b"Precedence: bulk",
        b"List-Unsubscribe: <mailto:x@example.com>",
        b"X-Auto-Response-Suppress: All",
        b"Content-Type: multipart/report; boundary=q",
        b"From: no-reply@example.com",
        b"From: MAILER-DAEMON@example.com",
        b"Subject: Automatic reply: your offer",
    ],
)
def test_mail_from_machines_is_marked(field: bytes) -> None:
    assert parse_mail(field + b"\r\n" + HEAD + PLAIN + b"hello").automatic


@pytest.mark.parametrize(
    "field", [b"Auto-Submitted: no", b"From: noreen@example.com", b"Subject: Re: out of the office chairs"]
)
def test_mail_from_people_is_not(field: bytes) -> None:
    assert not parse_mail(field + b"\r\n" + HEAD + PLAIN + b"hello").automatic


def test_flowing_lines_are_joined() -> None:
    raw = HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\nWe would like \r\nto visit.\r\nSoon.\r\n-- \r\nBo\r\n"
    mail = parse_mail(raw)
    assert (mail.text, mail.signature) == ("We would like to visit.\nSoon.", "Bo")


def test_long_message_ids_stay_apart() -> None:
    ids = {parse_mail(b"Message-ID: <" + b"a" * 1500 + tail + b"@x>\r\n\r\nhi").message_id for tail in (b"1", b"2")}
    assert len(ids) == 2
    assert all(one is not None and len(one) <= 400 for one in ids)


def mutate(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 12)):
        at, until = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
        kind = chance.randint(0, 4)
        if kind == 0:
            raw = raw[:at] + raw[min(until, at + 80) :]
        elif kind == 1:
            raw = raw[:at] + raw[at:until] * 2 + raw[until:]
        elif kind == 2:
            raw = raw[:at] + chance.choice(PIECES) * chance.choice((1, 1, 2, 50)) + raw[at:]
        elif kind == 3:
            raw = raw[:at] + chance.randbytes(4) + raw[at + 4 :]
        else:
            raw = raw[:at] + chance.choice(SEEDS)[:2000] + raw[at:]
        raw = raw[:100_000]
    return raw


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.randoms(use_true_random=False))
def test_damaged_mail_is_read_or_called_empty(raw: bytes, chance: random.Random) -> None:
    damaged = mutate(raw, chance)
    try:
        mail = parse_mail(damaged)
    except UnreadableMail:
        assert not damaged.strip(b"\xef\xbb\xbf\r\n\t \0")
    else:
        assert_storable(mail)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_called_empty(raw: bytes) -> None:
    try:
        assert_storable(parse_mail(raw))
    except UnreadableMail:
        assert not raw.strip(b"\xef\xbb\xbf\r\n\t \0")
