"""The ASVS table is whole, adds up, and points to what exists."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs/security/asvs.md"
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 holds.
CHAPTERS = dict(enumerate((27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7), start=1))
LINE = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+) \| (met|n\.a\.|open) \| (.+) \|$")
POINTER = re.compile(r"`([\w./-]+?)(?:::(\w+))?`")


class Requirement(NamedTuple):
    """One line of the table."""

    id: str
    level: str
    what: str
    status: str
    where: str


def read_table() -> list[Requirement]:
    lines = TABLE.read_text("utf-8").splitlines()
    asked = [line for line in lines if re.match(r"^\| *\d+\.", line)]
    matches = [LINE.match(line) for line in asked]
    odd = [line for line, match in zip(asked, matches, strict=True) if match is None]
    assert odd == [], "not of the shape of a line"
    return [Requirement(*match.groups()) for match in matches if match]


REQUIREMENTS = read_table()


def test_each_requirement_stands_there_once() -> None:
    ids = [one.id for one in REQUIREMENTS]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert Counter(int(name.split(".")[0]) for name in ids) == CHAPTERS
    assert ids == sorted(ids, key=lambda name: [int(part) for part in name.split(".")])
    assert Counter(one.level for one in REQUIREMENTS) == {"1": 70, "2": 183}


def test_the_sums_are_right() -> None:
    text = TABLE.read_text("utf-8")
    for level in ("1", "2"):
        counts = Counter(one.status for one in REQUIREMENTS if one.level == level)
        row = [counts["met"], counts["n.a."], counts["open"], counts.total()]
        assert f"| level {level} | {' | '.join(map(str, row))} |" in text


@pytest.mark.parametrize("one", REQUIREMENTS, ids=lambda one: one.id)
def test_a_line_points_to_what_exists_or_says_why(one: Requirement) -> None:
    pointers = [(path, name) for path, name in POINTER.findall(one.where) if "/" in path or "." in path]
    assert pointers or one.status != "met", "met, but where?"
    assert one.status == "met" or len(POINTER.sub("", one.where).split()) >= 3, "why?"
    for path, name in pointers:
        found = ROOT / path
        assert found.is_file(), f"{path} does not exist"
        assert not name or f"def {name}(" in found.read_text("utf-8"), f"{path} holds no {name}"
