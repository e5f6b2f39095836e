"""What a person wrote, apart from what they quoted, their signature and their lawyers' words.

Works on lines, in time linear in their number. A quote is a run of '>' lines with the line that introduces it, or all
that follows the header block of another message. Text below or between quotes stays the person's own.
"""

import re
from dataclasses import dataclass

from metacortex.contexts.conversations.rules.closing import strip_closing
from metacortex.contexts.conversations.rules.html import QUOTE_MARK
from metacortex.contexts.conversations.rules.wording import (
    BANNER,
    DATE_LABELS,
    FORWARDED,
    FROM_LABELS,
    OPENING,
    ORIGINAL,
    OTHER_LABELS,
    WROTE,
)

_LABEL = re.compile(r"^[\s*_]{0,4}([^\d:：<>@|]{1,24}?)[\s*_]{0,4}[:：][\s*_|]*(.*)$")
_RULED = re.compile(r"^[\s*]{0,3}[-_–—=]{2,}\s*(\S[^\n]{2,60}?)\s*[-_–—=]{2,}\s*$")
_RULE = re.compile(r"^\s*[-_–—=*]{5,}\s*$")
_CLOCK_OR_YEAR = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b")
_LOOK_BACK = 4
_LONGEST_INTRODUCTION = 400
_MOST_HEADER_LINES = 12


@dataclass(frozen=True, slots=True)
class ReplyParts:
    """A body taken apart; `forwarded` is the enclosed message below its header,"
    " None where nothing is forwarded."""

    text: str
    quoted: str
    signature: str
    disclaimer: str
    forwarded: str | None = None
    forwarded_from: str = ""
    is_marked_forward: bool = False


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where another message begins: its separator or header block at `start`, its body at `body`."""

    start: int
    body: int
    sender: str
    is_forward: bool


def split_reply(body: str, *, sender_name: str = "") -> ReplyParts:
    """Take a plain text body (or marked text from HTML) apart."""
    lines = [line.rstrip() for line in body.split("\n")]
    cut = _find_cut(lines)
    end = cut.start if cut else len(lines)
    is_quoted = _find_quotes(lines, end)
    if cut is None and all(is_quoted) and not any(line.startswith(">") for line in lines):
        # Nothing marks these lines as somebody else's but one line above them: better kept than lost.
        is_quoted = [False] * end
    written: list[str] = []
    signatures: list[str] = []
    disclaimers: list[str] = []
    for place, run in enumerate(_own_runs(lines, is_quoted, end)):
        closing = strip_closing(run, sender_name=sender_name, is_first=place == 0)
        written.append(closing.text)
        signatures.append(closing.signature)
        disclaimers.append(closing.disclaimer)
    text = "\n\n".join(piece for piece in written if piece)
    quoted = [line for line, quote in zip(lines[:end], is_quoted, strict=True) if quote and line != QUOTE_MARK]
    quoted += [line for line in lines[end:] if line != QUOTE_MARK]
    forwarded = None
    if cut is not None:
        forwarded = _dequote("\n".join(lines[cut.body :])).replace(QUOTE_MARK, "")
    return ReplyParts(
        text=_drop_banner(text),
        quoted="\n".join(quoted).strip("\n"),
        signature="\n".join(piece for piece in signatures if piece),
        disclaimer="\n".join(piece for piece in disclaimers if piece),
        forwarded=forwarded,
        forwarded_from=cut.sender if cut else "",
        is_marked_forward=bool(cut and cut.is_forward),
    )


def _own_runs(lines: list[str], is_quoted: list[bool], end: int) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for line, quote in zip(lines[:end], is_quoted, strict=True):
        if quote:
            if runs[-1]:
                runs.append([])
        elif line != QUOTE_MARK:
            runs[-1].append(line)
    return [run for run in runs if any(line.strip() for line in run)]


def _bare(line: str) -> str:
    """A line without its quote signs, which an indented forward carries on every line."""
    return line.lstrip("> ") if line.startswith(">") else line.strip()


def _find_cut(lines: list[str]) -> _Cut | None:
    """Find the first place from which everything belongs to another message."""
    quote_above = False
    for index, line in enumerate(lines):
        in_quote = line.startswith(">")
        # Header blocks deep inside a quote belong to it; the first line of a quote can introduce a forward.
        if in_quote and quote_above:
            continue
        quote_above = in_quote
        if not line or len(line) > _LONGEST_INTRODUCTION:
            continue
        bare = _bare(line)
        found = _read_separator(lines, index, bare) if _may_separate(bare) else None
        found = found or _read_block(lines, index, needs_all=True)
        if found is not None and not (in_quote and not found.is_forward):
            return _include_rule(lines, found)
    return None


def _may_separate(bare: str) -> bool:
    return (
        bare[:2] in ("--", "__", "==", "—", "––", "—-", "**")
        or bare[:1] in "-–—*BIDAНinbdi"
        or bool(FORWARDED.match(bare))
    )


def _read_separator(lines: list[str], index: int, bare: str) -> _Cut | None:
    ruled = _RULED.match(bare)
    words = ruled.group(1) if ruled else bare
    is_forward = bool(FORWARDED.search(words)) and (bool(ruled) or (len(bare) < 60 and bare.endswith((":", "："))))
    if not is_forward and not (ruled and ORIGINAL.search(words)):
        return None
    below = next((at for at in range(index + 1, min(index + 4, len(lines))) if _bare(lines[at])), index + 1)
    block = _read_block(lines, below, needs_all=False)
    if block is None:
        return _Cut(index, index + 1, "", is_forward)
    return _Cut(index, block.body, block.sender, is_forward)


def _read_block(lines: list[str], index: int, *, needs_all: bool) -> _Cut | None:
    """Read the header block of another message; without a separator above it, it must name sender,"
    " date and more."""
    if index >= len(lines) or (":" not in lines[index] and "：" not in lines[index]):
        return None
    seen: set[str] = set()
    sender, position, blanks = "", index, 0
    while position < min(index + _MOST_HEADER_LINES, len(lines)):
        bare = _bare(lines[position])
        label = _LABEL.match(bare)
        kind = _kind_of(label.group(1)) if label else ""
        if kind and label:
            seen.add(kind)
            if kind == "from" and not sender:
                sender = label.group(2).strip()
            blanks = 0
        elif not bare:
            blanks += 1
            # HTML header tables and double-spaced senders leave one blank line between fields.
            following = _LABEL.match(_bare(lines[position + 1])) if position + 1 < len(lines) else None
            if blanks > 1 or not following or not _kind_of(following.group(1)):
                break
        elif position == index or not _continues(lines, position):
            break
        position += 1
    if "from" not in seen or (needs_all and not {"date", "other"} <= seen) or len(seen) < 2:
        return None
    return _Cut(index, position, sender, is_forward=False)


def _continues(lines: list[str], position: int) -> bool:
    """Whether a line inside a header block continues a long list of recipients."""
    if "@" not in lines[position] and not lines[position].startswith((" ", "\t")):
        return False
    following = _LABEL.match(_bare(lines[position + 1])) if position + 1 < len(lines) else None
    return bool(following and _kind_of(following.group(1)))


def _kind_of(label: str) -> str:
    word = label.strip(" *_\t").lower()
    if word in FROM_LABELS:
        return "from"
    if word in DATE_LABELS:
        return "date"
    return "other" if word in OTHER_LABELS else ""


def _include_rule(lines: list[str], cut: _Cut) -> _Cut:
    """Count the ruled line and the mark above a header block to it."""
    start = cut.start
    for above in range(start - 1, max(-1, start - 4), -1):
        if lines[above] == QUOTE_MARK or _RULE.match(lines[above]):
            start = above
        elif lines[above].strip():
            break
    return _Cut(start, cut.body, cut.sender, cut.is_forward)


def _find_quotes(lines: list[str], end: int) -> list[bool]:
    """Tell which of the first `end` lines are quoted or introduce a quote."""
    is_quoted = [line.startswith(">") for line in lines[:end]]
    index = 0
    while index < end:
        if is_quoted[index] or not lines[index].strip():
            index += 1
            continue
        if lines[index] == QUOTE_MARK:
            index = _quote_after_mark(lines, is_quoted, index, end)
            continue
        start = _introduction_start(lines, is_quoted, index)
        if start is not None:
            follower = _next_filled(lines, index + 1, end)
            is_followed = follower is not None and (is_quoted[follower] or lines[follower] == QUOTE_MARK)
            if is_followed or _is_certain(" ".join(lines[start : index + 1])):
                last = follower if is_followed and follower is not None else end
                is_quoted[start:last] = [True] * (last - start)
                index = last
                continue
        index += 1
    return is_quoted


def _next_filled(lines: list[str], start: int, end: int) -> int | None:
    return next((at for at in range(start, min(start + 4, end)) if lines[at].strip()), None)


def _quote_after_mark(lines: list[str], is_quoted: list[bool], index: int, end: int) -> int:
    """A mark from HTML: the few lines before a quote introduce it; with no quote near, all below is quoted."""
    filled = 0
    for at in range(index + 1, end):
        if is_quoted[at]:
            is_quoted[index:at] = [True] * (at - index)
            return at
        filled += bool(lines[at].strip()) and lines[at] != QUOTE_MARK
        if filled > _LOOK_BACK:
            break
    if filled == 0:
        return end
    is_quoted[index:end] = [True] * (end - index)
    return end


def _introduction_start(lines: list[str], is_quoted: list[bool], index: int) -> int | None:
    """Where the line above a quote begins, if one ends at `index`: it may be broken over four lines."""
    last = lines[index].rstrip(" *_")
    if not last.endswith((":", "：", "写道：")) or len(last) > _LONGEST_INTRODUCTION:
        return None
    alone: int | None = None
    for start in range(index, max(-1, index - _LOOK_BACK), -1):
        if is_quoted[start] or not lines[start].strip() or lines[start] == QUOTE_MARK:
            break
        joined = " ".join(line.strip() for line in lines[start : index + 1])
        if len(joined) > _LONGEST_INTRODUCTION:
            break
        has_date = any(character.isdigit() for character in joined)
        if not (WROTE.search(joined) or ("@" in joined and has_date)):
            continue
        if has_date and (start == index or OPENING.match(joined)):
            return start
        if start == index or "@" in lines[start]:
            alone = start
    return alone


def _is_certain(introduction: str) -> bool:
    """Whether a line introduces a quote even though no '>' follows it."""
    if not WROTE.search(introduction) or not any(character.isdigit() for character in introduction):
        return False
    return "@" in introduction or bool(OPENING.match(introduction) and _CLOCK_OR_YEAR.search(introduction))


def _dequote(text: str) -> str:
    """Take one level of quote signs off a text that carries them on every line."""
    lines = text.strip("\n").split("\n")
    while any(line.strip() for line in lines) and all(not line.strip() or line.startswith(">") for line in lines):
        lines = [line[1:].removeprefix(" ") for line in lines]
    return "\n".join(lines).strip("\n")


def _drop_banner(text: str) -> str:
    head, _, rest = text.partition("\n\n")
    return rest.strip("\n") if rest and len(head) < _LONGEST_INTRODUCTION and BANNER.match(head) else text
