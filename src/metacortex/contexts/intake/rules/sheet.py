"""Reading an uploaded table: its encoding, its delimiter, its header, its rows."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from metacortex.contexts.intake.types import Sheet

MAX_COLUMNS = 200
_MAX_CELL = 32_000
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"^sep=([,;\t|])\r?\n", re.IGNORECASE)
_NOT_A_TABLE = (
    (b"PK\x03\x04", "This is an Excel workbook or a ZIP archive. Save the table as CSV, then upload that."),
    (b"PK\x05\x06", "This is an empty ZIP archive. Upload a CSV file."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook. Save it as CSV in your spreadsheet, then upload that."),
    (b"\x1f\x8b", "This file is compressed. Unpack it, then upload the CSV file inside."),
    (b"7z\xbc\xaf", "This file is compressed. Unpack it, then upload the CSV file inside."),
    (b"Rar!", "This file is compressed. Unpack it, then upload the CSV file inside."),
    (b"BZh", "This file is compressed. Unpack it, then upload the CSV file inside."),
    (b"\xfd7zXZ", "This file is compressed. Unpack it, then upload the CSV file inside."),
    (b"%PDF", "This is a PDF. Upload a CSV file."),
    (b"\x7fELF", "This is a program. Upload a CSV file."),
    (b"#!", "This is a program. Upload a CSV file."),
)
_MARKUP = re.compile(r"\s*<(!doctype|!--|\?xml|\?php|html|head|body|script|svg|table)\b", re.IGNORECASE)
_VALUE_LIKE = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$|^\+?[\d\s().-]{7,}$")


class SheetUnreadable(ValueError):
    """The file is not a table we can read; the message says what to do."""


def decode_table(raw: bytes) -> str:
    """Return the text of an uploaded file; refuse what is no text."""
    if not raw.strip():
        message = "The file is empty."
        raise SheetUnreadable(message)
    for start, message in _NOT_A_TABLE:
        if raw.startswith(start):
            raise SheetUnreadable(message)
    text = _decode(raw)
    if "\0" in text:
        message = "The file holds binary data. Save the table as CSV in UTF-8, then upload that."
        raise SheetUnreadable(message)
    if _MARKUP.match(text):
        message = "This is a web page. Save the table as CSV, then upload that."
        raise SheetUnreadable(message)
    return text


def _decode(raw: bytes) -> str:
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "cp1252"]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = "The characters of this file could not be read. Save the table as CSV in UTF-8, then upload that."
    raise SheetUnreadable(message)


def find_delimiter(text: str) -> str:
    """Return the character that splits the first lines into the most columns, most evenly."""
    head = text[:64_000]

    def rank(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in islice(csv.reader(io.StringIO(head), delimiter=delimiter), 20) if row]
        except csv.Error:
            return (0.0, 0)
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (sum(width == widths[0] for width in widths) / len(widths), widths[0])

    best = max(_DELIMITERS, key=rank)
    return best if rank(best)[1] else ","


def read_sheet(raw: bytes, *, max_rows: int) -> Sheet:
    """Read an uploaded CSV file; raise SheetUnreadable with a plain reason when it cannot be used."""
    text = decode_table(raw)
    named = _SEPARATOR_LINE.match(text)
    if named:
        text = text[named.end() :]
    rows = _read_rows(text, named.group(1) if named else find_delimiter(text))
    first = next(rows, None)
    if first is None:
        message = "The file has no rows."
        raise SheetUnreadable(message)
    body: list[list[str]] = []
    if any(_VALUE_LIKE.match(cell.strip()) for cell in first):
        columns = [f"Column {place}" for place in range(1, len(first) + 1)]
        body.append(first)
    else:
        columns = name_columns(first)
    for row in rows:
        if len(body) == max_rows:
            message = f"The file has more than {max_rows:,} rows. Split it, then upload the parts."
            raise SheetUnreadable(message)
        body.append(row)
    if not body:
        message = "The file has a header but no rows below it."
        raise SheetUnreadable(message)
    return Sheet(columns=columns, rows=body)


def _read_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            message = f"Line {reader.line_num} could not be read. Is a quotation mark there not closed?"
            raise SheetUnreadable(message) from error
        if row is None:
            return
        if len(row) > MAX_COLUMNS:
            message = f"Line {reader.line_num} has {len(row)} columns; at most {MAX_COLUMNS} are read."
            raise SheetUnreadable(message)
        if any(len(cell) > _MAX_CELL for cell in row):
            message = f"Line {reader.line_num} has a cell of more than {_MAX_CELL:,} characters."
            raise SheetUnreadable(message)
        if any(cell.strip() for cell in row):
            yield [cell.strip() for cell in row]


def name_columns(header: list[str]) -> list[str]:
    """Return unique, non-empty names for the columns of a header row."""
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        stem = " ".join(cell.split())[:100] or f"Column {place}"
        name, copy = stem, 2
        while name in names:
            name, copy = f"{stem} ({copy})", copy + 1
        names.append(name)
    return names
