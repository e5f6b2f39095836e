"""The web app writes no property by a computed name, so no name that somebody else chose reaches a prototype."""

import re
from pathlib import Path

import pytest

SOURCES = sorted(
    path for path in Path(__file__).parents[2].joinpath("web/src").rglob("*.ts*") if path.name != "schema.d.ts"
)
_INDEX = r"(?!\d+\])(?![^\]]*['\"`])(?:[^\][]|\[[^\][]*\])+"
COMPUTED = rf"[\w)\]?!]\[{_INDEX}\]\s*(?:[-+*/|&?]{{0,2}}=)(?![=>])"
WRITES = re.compile(
    rf"{COMPUTED}|__proto__|\bsetPrototypeOf\b|\bdefineProperty\b|\.prototype\b|\bReflect\.set\b"
    r"|\bObject\.assign\((?!document\.createElement|\{\})"
)


def find_writes(text: str) -> list[str]:
    """Return where a property is written by a name that is computed, or a prototype is touched."""
    return [found.group() for found in WRITES.finditer(text)]


def test_the_search_finds_each_way_to_pollute() -> None:
    for line in (
        "target[key] = value",
        "a.b[name] ||= {}",
        "deep(x)[path[0]!] = y",
        "rows[index].cells[column] += 1",
        "found['__proto__'] = 1",
        "Object.setPrototypeOf(a, b)",
        "Array.prototype.first = 1",
        "Object.assign(settings, JSON.parse(text))",
        "Reflect.set(one, name, value)",
    ):
        assert find_writes(line), line
    for line in (
        "const [typed, setTyped] = useState('')",
        "words[code] ?? other",
        "if (a[b] === c) return",
        "Object.assign({}, ...groups)",
        "type A = B[number]\nconst c = 1",
        "cells.map((cell) => names[cell])",
    ):
        assert find_writes(line) == [], line


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_property_is_written_by_a_computed_name(path: Path) -> None:
    assert find_writes(path.read_text("utf-8")) == []


def test_there_is_something_to_search() -> None:
    assert len(SOURCES) > 60
