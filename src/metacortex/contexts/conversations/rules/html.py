"""HTML mail to safe plain text whose quotes are marked, so that one splitter serves both kinds of mail.

The tree is walked without recursion; pages with very many tags are only stripped, because building their tree can take
time that grows with the square of its depth.
"""

import html as entities
import re
from dataclasses import dataclass, field
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from metacortex.contexts.conversations.rules.charset import clean_text

QUOTE_MARK = "\x1e"
SIGNATURE_MARK = "-- "
_MOST_TAGS = 10_000
_LONGEST_PAGE = 1_000_000
_DEEPEST_QUOTE = 10
_LONGEST_LINK = 200

_DROPPED = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "iframe",
        "map",
        "select",
        "option",
        "button",
        "textarea",
        "input",
        "meta",
        "link",
        "base",
        "-comment",
        "!doctype",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACED = frozenset(["p", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "pre"])
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em"
    r"|%)?\s*(?:;|!|$)"
    r"|(?:^|[;\s])opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|max-height\s*:\s*0(?:px|pt)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_QUOTE_NAMES = re.compile(
    r"gmail_quote(?!_attribution)|yahoo_quoted|moz-cite-prefix|moz-forward-container|divRplyFwdMsg"
    r"|appendonsend|stopSpelling|zwchr"
    r"|OLK_SRC_BODY_SECTION|protonmail_quote|zmail_extra|tutanota_quote|reply-intro|replyHeader|x_divRplyFwdMsg"
    r"|mail-editor-reference-message-container",
)
_SIGNATURE_NAMES = re.compile(
    r"gmail_signature(?!_prefix)|moz-signature|(?:^|\s)(?:x_)?Signature(?:\s|$)"
    r"|protonmail_signature_block(?!-)|ms-outlook-mobile-signature"
)
# Outlook draws a thin line above the header of the message it answers; it has used these three colours since 2003.
_OUTLOOK_LINE = re.compile(
    r"border-top(?:-color)?\s*:[^\"']*?(?:#B5C4DF|#E1E1E1|rgb\(\s*(?:181,\s*196,\s*223"
    r"|225,\s*225,\s*225|229,\s*229,\s*229)\s*\))",
    re.IGNORECASE,
)
_INDENT_ONLY = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)


@dataclass(slots=True)
class _Row:
    """A table row being written: where its lines begin, and where each of its cells does."""

    first_line: int
    cells: list[int] = field(default_factory=list)
    is_layout: bool = False


@dataclass(slots=True)
class _Page:
    """Lines written so far, and the line being written."""

    lines: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    depth: int = 0
    preformatted: int = 0
    bullet: str = ""
    rows: list[_Row] = field(default_factory=list)

    def end_line(self, *, even_if_empty: bool = False) -> None:
        """Finish the line being written."""
        text = "".join(self.words)
        self.words.clear()
        text = text.rstrip() if self.preformatted else _BLANKS.sub(" ", text).strip()
        if not text and not even_if_empty:
            return
        if self.bullet and text:
            text, self.bullet = self.bullet + text, ""
        self.lines.append("> " * self.depth + text if self.depth else text)

    def space(self) -> None:
        """Leave one blank line above what follows."""
        blank = ("> " * self.depth).rstrip()
        if self.lines and self.lines[-1].rstrip() not in ("", blank, QUOTE_MARK):
            self.lines.append(blank)


def read_html(page: str) -> str:
    """Return the visible text: quotes prefixed by '> ', quote headers preceded by a mark,"
    " rows joined by ' | '."""
    page = page[:_LONGEST_PAGE]
    if page.count("<") > _MOST_TAGS:
        return strip_tags(page)
    body = LexborHTMLParser(page).body
    if body is None:
        return strip_tags(page)
    written = _Page()
    node: LexborNode | None = body.child
    while node is not None:
        below = node.child if _enter(written, node) else None
        if below is not None:
            node = below
            continue
        node = _next_outside(written, node, body)
    written.end_line()
    return clean_marked("\n".join(written.lines))


def clean_marked(text: str) -> str:
    """Clean a text but keep our own marks."""
    return QUOTE_MARK.join(clean_text(piece) for piece in text.split(QUOTE_MARK))


def strip_tags(page: str) -> str:
    """Return the text of a page in the crudest way, in linear time."""
    page = _BREAK.sub("\n", _drop_unseen(page))
    return clean_text(entities.unescape(_TAG.sub(" ", page)))


def _drop_unseen(page: str) -> str:
    for name in ("head", "script", "style"):
        page = _drop_elements(page, name)
    return page


def _drop_elements(page: str, name: str) -> str:
    lowered = page.lower()
    if len(lowered) != len(page):
        return page
    kept: list[str] = []
    position = 0
    while (start := lowered.find(f"<{name}", position)) >= 0:
        kept.append(page[position:start])
        end = lowered.find(f"</{name}", start)
        if end < 0:
            return "".join(kept)
        position = end
    return "".join(kept) + page[position:]


def _next_outside(page: _Page, node: LexborNode, body: LexborNode) -> LexborNode | None:
    """Leave this node and those it ends, and return the next one; None at the end of the body."""
    current: LexborNode | None = node
    while current is not None and current.mem_id != body.mem_id:
        _leave(page, current)
        following = current.next
        if following is not None:
            return following
        current = current.parent
    return None


def _enter(page: _Page, node: LexborNode) -> bool:
    """Write what stands before a node's content; tell whether its content is to be written."""
    tag = node.tag or ""
    if tag == "-text":
        text = node.text_content or ""
        # Our own mark must not be forged by a sender.
        _write_text(page, text.replace(QUOTE_MARK, ""))
        return False
    if tag in _DROPPED:
        return False
    attributes = node.attributes
    if attributes and _is_hidden(attributes):
        return False
    if tag == "br":
        page.end_line(even_if_empty=True)
        return False
    if tag in _BLOCKS:
        page.end_line()
        if tag in _SPACED and not page.rows:
            page.space()
    if attributes:
        _mark(page, tag, attributes)
    _open(page, tag, attributes)
    return True


def _write_text(page: _Page, text: str) -> None:
    if not page.preformatted:
        page.words.append(text)
        return
    first, *rest = text.replace("\r", "").split("\n")
    page.words.append(first)
    for line in rest:
        page.end_line(even_if_empty=True)
        page.words.append(line)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


def _mark(page: _Page, tag: str, attributes: dict[str, str | None]) -> None:
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    style = attributes.get("style") or ""
    if (tag != "blockquote" and _QUOTE_NAMES.search(names)) or _OUTLOOK_LINE.search(style):
        page.end_line()
        if page.depth == 0:
            page.lines.append(QUOTE_MARK)
    elif _SIGNATURE_NAMES.search(names) or attributes.get("data-signatureblock") == "true":
        page.end_line()
        if not page.lines or page.lines[-1].strip() != "--":
            page.lines.append("> " * page.depth + SIGNATURE_MARK)


def _open(page: _Page, tag: str, attributes: dict[str, str | None]) -> None:
    if tag == "blockquote" and _is_quote(attributes):
        page.depth = min(page.depth + 1, _DEEPEST_QUOTE)
    elif tag == "pre":
        page.preformatted += 1
    elif tag == "li":
        page.bullet = "- "
    elif tag == "table" and page.rows:
        page.rows[-1].is_layout = True
    elif tag == "tr":
        page.rows.append(_Row(len(page.lines)))
    elif tag in ("td", "th") and page.rows:
        page.end_line()
        page.rows[-1].cells.append(len(page.lines))


def _is_quote(attributes: dict[str, str | None]) -> bool:
    if attributes.get("type") == "cite" or attributes.get("class"):
        return True
    return not _INDENT_ONLY.search(attributes.get("style") or "")


def _leave(page: _Page, node: LexborNode) -> None:
    """Write what stands after a node's content."""
    tag = node.tag or ""
    if tag == "-text" or tag in _DROPPED or tag == "br":
        return
    attributes = node.attributes
    if attributes and _is_hidden(attributes):
        return
    if tag == "a":
        _write_link(page, attributes.get("href") or "")
    if tag not in _BLOCKS and tag not in ("td", "th"):
        return
    page.end_line()
    if tag == "blockquote" and _is_quote(attributes):
        page.depth = max(0, page.depth - 1)
    elif tag == "pre":
        page.preformatted = max(0, page.preformatted - 1)
    elif tag == "li":
        page.bullet = ""
    elif tag == "tr" and page.rows:
        _close_row(page, page.rows.pop())
    if tag in _SPACED and not page.rows:
        page.space()


def _write_link(page: _Page, address: str) -> None:
    """Keep the target of a link as text beside its words."""
    address = _BLANKS.sub("", address).replace(QUOTE_MARK, "")
    if not address.lower().startswith(("http://", "https://", "mailto:", "tel:")):
        return
    if address.lower().startswith(("mailto:", "tel:")):
        address = address.split(":", 1)[1].split("?", 1)[0]
    if len(address) > _LONGEST_LINK:
        address = address.split("?", 1)[0][:_LONGEST_LINK]
    shown = "".join(page.words[-20:]).strip()
    bare = address.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    if shown and bare and bare.lower() not in shown.lower():
        page.words.append(f" <{address}>")


def _close_row(page: _Page, row: _Row) -> None:
    """Join the cells of a row of facts; rows that only lay out a page keep their lines."""
    if row.is_layout or len(row.cells) < 2:
        if row.is_layout and page.rows:
            page.rows[-1].is_layout = True
        return
    bounds = [*row.cells, len(page.lines)]
    prefix = "> " * page.depth
    cells = [
        " ".join(line.removeprefix(prefix).strip() for line in page.lines[begin:end]).strip()
        for begin, end in pairwise(bounds)
    ]
    if any(QUOTE_MARK in cell for cell in cells):
        return
    shown = [cell for cell in cells if cell]
    del page.lines[row.first_line :]
    if shown:
        page.lines.append(prefix + " | ".join(shown))
