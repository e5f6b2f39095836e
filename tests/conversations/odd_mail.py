"""Mail that has stopped other parsers: (name, raw message), built here."""

import base64

HEAD = b"From: Ann <ann@example.com>\r\nTo: sales@example.org\r\nSubject: odd\r\nMIME-Version: 1.0\r\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


def _nested(depth: int) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (at, at) for at in range(depth)
    )
    return HEAD + opening + PLAIN + b"deep down\r\n"


def _enclosed(depth: int) -> bytes:
    return HEAD + (b"Content-Type: message/rfc822\r\n\r\n" + HEAD) * depth + PLAIN + b"innermost\r\n"


def _many_parts(count: int) -> bytes:
    parts = b"".join(b"--b\r\n" + PLAIN + b"part %d\r\n" % at for at in range(count))
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


def _html(page: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page


ODD_MAIL: tuple[tuple[str, bytes], ...] = (
    ("unknown charset", HEAD + b"Content-Type: text/plain; charset=x-martian\r\n\r\ncaf\xe9 hello\r\n"),
    ("charset that is no text codec", HEAD + b"Content-Type: text/plain; charset=base64\r\n\r\ncaf\xe9 hello\r\n"),
    ("charset of escapes", HEAD + b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\ud800 caf\xe9 hello\r\n"),
    ("charset with a NUL", HEAD + b"Content-Type: text/plain; charset=utf\x00-8\r\n\r\ncaf\xe9 hello\r\n"),
    ("NUL bytes", HEAD + b"Content-Type: text/plain\r\n\r\nhel\x00lo\x00 there\r\n"),
    ("broken base64", HEAD + b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8gdGhl!!cmUgZnJpZW5\r\n"),
    ("unknown transfer encoding", HEAD + b"Content-Transfer-Encoding: rot13\r\n\r\nhello there\r\n"),
    ("broken quoted-printable", HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nhello =ZZ =4 there=\r\n"),
    ("no boundary given", HEAD + b"Content-Type: multipart/mixed\r\n\r\n--q\r\n" + PLAIN + b"hello\r\n--q--\r\n"),
    ("boundary never used", HEAD + b"Content-Type: multipart/mixed; boundary=zz\r\n\r\nhello all the same\r\n"),
    ("no last boundary", HEAD + b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n" + PLAIN + b"hello"),
    ("10,000 parts", _many_parts(10_000)),
    ("2,000 parts within parts", _nested(2_000)),
    ("500 messages within messages", _enclosed(500)),
    (
        "enclosed message whose boundary is its parent's",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\n"
        + HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        + PLAIN
        + b"hello\r\n--b--\r\n",
    ),
    (
        "attachment without a name",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + PLAIN + b"hello\r\n--b\r\n"
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(b"%PDF" * 10)
        + b"\r\n--b--\r\n",
    ),
    ("headers only", HEAD + b"\r\n"),
    ("body only", b"hello, no header here\r\n"),
    ("one line of 5 MB", HEAD + PLAIN + b"x" * 5_000_000),
    ("a header of 5 MB", HEAD + b"X-Long: " + b"y" * 5_000_000 + b"\r\n" + PLAIN + b"hello\r\n"),
    ("100,000 header lines", b"X-A: b\r\n" * 100_000 + HEAD + PLAIN + b"hello\r\n"),
    (
        "addresses without end",
        b"From: " + b'"\\"' * 50_000 + b"\r\nTo: " + b"<a@" * 50_000 + b"\r\n" + PLAIN + b"hello\r\n",
    ),
    (
        "comments without end",
        b"From: " + b"(" * 100_000 + b"\r\nTo: " + b"a@" * 50_000 + b"\r\n" + PLAIN + b"hello\r\n",
    ),
    ("encoded words without end", HEAD + b"Subject: " + b"=?utf-8?B?" * 50_000 + b"\r\n" + PLAIN + b"hello\r\n"),
    (
        "broken encoded words",
        b"From: =?utf-8?B?w?= <a@example.com>\r\nSubject: =?x-no?Q?a=ZZ?= =?utf-8?Q?=ff?=\r\n" + PLAIN + b"hi",
    ),
    ("a date that is none", HEAD + b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n" + PLAIN + b"hello\r\n"),
    ("a date without end", HEAD + b"Date: " + b"1" * 100_000 + b"\r\n" + PLAIN + b"hello\r\n"),
    ("parameters without end", HEAD + b"Content-Type: text/plain" + b'; a*0*="' * 30_000 + b"\r\n\r\nhello\r\n"),
    ("message ids without end", HEAD + b"References: " + b"<a@b> " * 50_000 + b"\r\n" + PLAIN + b"hello\r\n"),
    ("old line ends", (HEAD + PLAIN + b"hello\r\nthere\r\n").replace(b"\r\n", b"\r")),
    ("200,000 quote signs", HEAD + PLAIN + b">" * 200_000 + b"\r\nhello\r\n"),
    ("100,000 quoted lines", HEAD + PLAIN + b"> q\r\nOn 1 May wrote:\r\n" * 50_000 + b"hello\r\n"),
    ("100,000 header blocks", HEAD + PLAIN + b"From: a\r\nSent: b\r\n" * 50_000 + b"hello\r\n"),
    ("100,000 delimiters", HEAD + PLAIN + b"hello\r\n" + b"-- \r\nx\r\n" * 50_000),
    ("50,000 open divs", _html(b"<div>" * 50_000 + b"hello")),
    ("9,000 open divs", _html(b"<div>" * 9_000 + b"hello")),
    ("3,000 tables in tables", _html(b"<table><tr><td>" * 3_000 + b"hello")),
    ("5,000 quotes in quotes", _html(b"<blockquote>hello" * 5_000)),
    ("misnested formatting", _html(b"<b><i><a href=x><p>" * 2_400 + b"hello")),
    ("angles without end", _html(b"<" * 500_000 + b"hello")),
    ("styles without end", _html(b"<style>" * 100_000 + b"</style>hello")),
    ("comments never closed", _html(b"hello<!--" * 9_000)),
    ("entities without end", _html(b"hello " + b"&amp" * 100_000 + b"&#xD800;&#0;&#x110000;")),
    ("forged marks", _html(b"hello \x1e\x1e &#x1e; there")),
    (
        "utf-16",
        HEAD
        + b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode("hello \ud83d\ude00 there".encode("utf-16", "surrogatepass"))
        + b"\r\n",
    ),
    ("utf-7", HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\nhello +2AA- +AGEAYg- there\r\n"),
)
