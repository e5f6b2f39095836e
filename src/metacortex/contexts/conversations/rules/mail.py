"""A raw message to a ParsedMail: never raises for what a sender wrote, except when there is nothing to read."""

import re
from dataclasses import replace

from metacortex.contexts.conversations.rules.charset import clean_line
from metacortex.contexts.conversations.rules.closing import says_nothing
from metacortex.contexts.conversations.rules.headers import (
    Headers,
    decode_words,
    field,
    read_addresses,
    read_date,
    read_headers,
    read_ids,
)
from metacortex.contexts.conversations.rules.html import read_html
from metacortex.contexts.conversations.rules.mime import Part, list_parts, measure_part, read_text
from metacortex.contexts.conversations.rules.reply import ReplyParts, split_reply
from metacortex.contexts.conversations.rules.wording import ANSWER_SUBJECT, FORWARD_SUBJECT
from metacortex.contexts.conversations.types import Attachment, ParsedMail, UnreadableMail

LONGEST_TEXT = 200_000
_DEEPEST_ENCLOSED = 2
_TEXT_TYPES = frozenset(
    {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown"}
)
_MACHINE = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?_?\.?reply|do-?_?not-?_?reply|donotreply|bounces?"
    r"|notifications?|auto-?reply)(?:[+=_.-]|@|$)|-bounces?@",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|automatische antwort|abwesenheits"
    r"|out of (?:the )?office|réponse automatique|respuesta automática"
    r"|risposta automatica|resposta automática|undeliverable|undelivered mail"
    r"|delivery status notification|mail delivery (?:failed|subsystem)|returned mail|failure notice)",
    re.IGNORECASE,
)
_USELESS_PLAIN = re.compile(r"\bhtml\b", re.IGNORECASE)
_MARKUP = re.compile(r"^\s*(?:<!doctype html|<html|<head|<body|<div|<table|<p>)", re.IGNORECASE)


def parse_mail(raw: bytes) -> ParsedMail:
    """Read one message (RFC 5322); raises UnreadableMail only when it holds nothing at all."""
    return _parse(raw, depth=0)


def _parse(raw: bytes, depth: int) -> ParsedMail:
    raw = _unify_lines(raw)
    if not raw.strip(b"\n\t \0"):
        raise UnreadableMail("This message is empty. Ask the sender to send it again.")
    headers, start = read_headers(raw, 0, len(raw))
    parts, warnings = list_parts(raw, headers, start)
    if not headers:
        warnings.append("This message has no header.")
    names = {
        "from": _first_address(headers, "from", "sender", "return-path"),
        "reply": _first_address(headers, "reply-to"),
    }
    subject = clean_line(decode_words(field(headers, "subject")), 500)
    body, is_cut = _read_body(raw, parts, warnings)
    reply = split_reply(body, sender_name=names["from"][0])
    if is_cut:
        warnings.append(f"Only the first {LONGEST_TEXT:,} characters were read.")
    forwarded = ("", "")
    if _is_forward(reply, subject):
        forwarded = next(
            iter(read_addresses(reply.forwarded_from.replace("[mailto:", "<").replace("]", ">"))), ("", "")
        )
        if reply.forwarded and says_nothing(reply.text):
            reply = _take_forwarded(reply, sender_name=forwarded[0])
    sent_at = read_date(field(headers, "date"))
    if sent_at is None and headers.get("date"):
        warnings.append("The date of this message makes no sense.")
    mail = ParsedMail(
        message_id=next(iter(read_ids(field(headers, "message-id"))), None),
        in_reply_to=next(iter(read_ids(field(headers, "in-reply-to"))), None),
        references=read_ids(field(headers, "references")),
        from_name=names["from"][0],
        from_email=names["from"][1],
        reply_to_name=names["reply"][0],
        reply_to_email=names["reply"][1],
        to=tuple(dict.fromkeys(address for _, address in _all_recipients(headers) if address)),
        subject=subject,
        sent_at=sent_at,
        text=reply.text,
        quoted=reply.quoted,
        signature=reply.signature,
        disclaimer=reply.disclaimer,
        attachments=tuple(_read_attachments(raw, parts)),
        automatic=_is_automatic(headers, names["from"][1], subject),
        forwarded_from_name=forwarded[0],
        forwarded_from_email=forwarded[1],
        warnings=tuple(dict.fromkeys(warnings)),
    )
    return mail if mail.text or depth >= _DEEPEST_ENCLOSED else _read_enclosed(raw, parts, mail, depth)


def _unify_lines(raw: bytes) -> bytes:
    raw = raw.lstrip(b"\r\n\xef\xbb\xbf")
    if b"\r" not in raw:
        return raw
    raw = raw.replace(b"\r\n", b"\n")
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _first_address(headers: Headers, *names: str) -> tuple[str, str]:
    for name in names:
        for pair in read_addresses(field(headers, name), most=5):
            if pair[1]:
                return pair
    return next(iter(read_addresses(field(headers, names[0]), most=1)), ("", ""))


def _all_recipients(headers: Headers) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in ("to", "cc", "delivered-to", "x-original-to"):
        found += read_addresses(field(headers, name))
    return found[:200]


def _is_body(part: Part) -> bool:
    return part.media_type in _TEXT_TYPES and part.disposition != "attachment" and not part.name


def _read_body(raw: bytes, parts: list[Part], warnings: list[str]) -> tuple[str, bool]:
    """Return the text of the parts that are meant to be read,"
    " plain versions preferred where they say something."""
    written: list[str] = []
    seen_groups: set[int] = set()
    size = 0
    for part in parts:
        if not _is_body(part) or part.group in seen_groups:
            continue
        if part.group:
            seen_groups.add(part.group)
            text = _read_versions(raw, [one for one in parts if one.group == part.group and _is_body(one)], warnings)
        else:
            text = _read_one(raw, part, warnings)
        written.append(text)
        size += len(text)
        if size > LONGEST_TEXT:
            break
    body = "\n\n".join(text.strip("\n") for text in written if text.strip())
    return body[:LONGEST_TEXT], len(body) > LONGEST_TEXT


def _read_versions(raw: bytes, versions: list[Part], warnings: list[str]) -> str:
    """Choose between the versions of one text: plain, unless it only says that there is another."""
    plain = [part for part in versions if part.media_type != "text/html"]
    pages = [part for part in versions if part.media_type == "text/html"]
    text = "\n\n".join(_read_one(raw, part, warnings) for part in plain).strip("\n")
    says_something = text.strip() and not (len(text) < 400 and _USELESS_PLAIN.search(text))
    if says_something or not pages:
        return text
    return "\n\n".join(_read_one(raw, part, warnings) for part in pages).strip("\n") or text


def _read_one(raw: bytes, part: Part, warnings: list[str]) -> str:
    if part.media_type == "text/plain":
        text, is_doubtful = read_text(raw, part)
    else:
        text, is_doubtful = read_text(raw, part)
        text = read_html(text)
    if part.media_type == "text/plain" and _MARKUP.match(text) and text.count("</") > 2:
        text = read_html(text)
    if is_doubtful:
        warnings.append("The charset of this message was wrong or unknown; some characters may be.")
    return text


def _is_forward(reply: ReplyParts, subject: str) -> bool:
    """Whether the message below a header is passed on, rather than answered."""
    if reply.forwarded is None:
        return False
    if reply.is_marked_forward or FORWARD_SUBJECT.match(subject):
        return True
    # An empty answer must not make the message it answers, which is often ours, look like an enquiry.
    return not reply.text and not ANSWER_SUBJECT.match(subject)


def _take_forwarded(reply: ReplyParts, *, sender_name: str) -> ReplyParts:
    inner = split_reply(reply.forwarded or "", sender_name=sender_name)
    return replace(
        inner,
        quoted="\n\n".join(piece for piece in (reply.text, inner.quoted) if piece),
        signature=inner.signature or reply.signature,
        disclaimer=inner.disclaimer or reply.disclaimer,
    )


def _read_attachments(raw: bytes, parts: list[Part]) -> list[Attachment]:
    found: list[Attachment] = []
    for part in parts:
        if _is_body(part):
            continue
        extension = {"message/rfc822": ".eml", "application/pdf": ".pdf", "text/calendar": ".ics"}.get(
            part.media_type, ""
        )
        name = part.name or f"attachment-{len(found) + 1}{extension}"
        found.append(Attachment(name, clean_line(part.media_type, 100), measure_part(raw, part)))
    return found


def _is_automatic(headers: Headers, sender: str, subject: str) -> bool:
    """Whether a machine sent it (RFC 3834, RFC 2369, and what senders use instead)."""
    submitted = field(headers, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if field(headers, "precedence").lower() in ("bulk", "list", "junk", "auto_reply"):
        return True
    if any(
        name in headers
        for name in ("list-unsubscribe", "list-id", "x-autoreply", "x-autorespond", "x-auto-response-suppress")
    ):
        return True
    if field(headers, "content-type").lower().startswith("multipart/report") or field(headers, "return-path") == "<>":
        return True
    return bool(_MACHINE.search(sender) or _AUTOMATIC_SUBJECT.match(subject))


def _read_enclosed(raw: bytes, parts: list[Part], mail: ParsedMail, depth: int) -> ParsedMail:
    """A message forwarded as an attachment without a word: the enclosed text is the text."""
    enclosed = next((part for part in parts if part.media_type == "message/rfc822" and part.encoding != "base64"), None)
    if enclosed is None or mail.automatic:
        return mail
    try:
        inner = _parse(raw[enclosed.start : enclosed.end], depth + 1)
    except UnreadableMail:
        return mail
    return replace(
        mail,
        text=inner.text,
        quoted=mail.quoted or inner.quoted,
        signature=mail.signature or inner.signature,
        disclaimer=mail.disclaimer or inner.disclaimer,
        forwarded_from_name=inner.forwarded_from_name or inner.from_name,
        forwarded_from_email=inner.forwarded_from_email or inner.from_email,
    )
