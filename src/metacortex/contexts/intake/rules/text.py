"""Text that the database and a spreadsheet can hold without harm."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def clean_text(text: str, limit: int) -> str:
    """Drop NUL and lone surrogates, which PostgreSQL refuses, trim, and cut to `limit` characters."""
    kept = text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
    return kept.strip()[:limit]


def defuse_cell(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV with every cell defused, in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([defuse_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
