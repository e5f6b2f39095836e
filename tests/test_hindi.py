"""Whoever reads Hindi is refused in Hindi: every title of a problem has words there, and none are kept for nothing."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import metacortex
from metacortex.platform.errors import Problem

ROOT = Path(__file__).parents[1]
_KEY = re.compile(r"""^  (?:'([^']+)'|"([^"]+)"):""", re.MULTILINE)
_BETWEEN = re.compile(r"\{\w+\}|(?<=[.:;]) ")


@pytest.fixture(scope="module")
def translated() -> set[str]:
    """The English of every sentence that the web app says in Hindi for the server."""
    texts, _, _ = (ROOT / "web/src/lib/hi-problems.ts").read_text("utf-8").partition("export const hiFillings")
    return {single or double for single, double in _KEY.findall(texts)}


def list_problems(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Yield a kind of problem and all that are more special, as far as they are ours."""
    if kind.__module__.startswith("metacortex."):
        yield kind
    for special in kind.__subclasses__():
        yield from list_problems(special)


def test_every_title_has_words_in_hindi(translated: set[str]) -> None:
    for ring in ("contexts", "platform"):
        folder = str(Path(metacortex.__file__).parent / ring)
        for module in pkgutil.walk_packages([folder], f"metacortex.{ring}."):
            importlib.import_module(module.name)
    titles = {problem.title for problem in list_problems()}
    assert len(titles) > 100
    assert titles - translated == set()


def test_no_words_are_kept_for_what_the_server_does_not_say(translated: set[str]) -> None:
    files = (ROOT / "src/metacortex").rglob("*.py")
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    said = "\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    pieces = {text: [piece.strip(" .:;") for piece in _BETWEEN.split(text)] for text in translated}
    assert {text for text in translated if not all(piece in said for piece in pieces[text])} == set()
