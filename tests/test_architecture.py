"""The house keeps its shape: import contracts hold, each of them bites, and tables point the right way."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import RelationshipProperty

from metacortex.migrations import tables
from metacortex.platform.database import Base

ROOT = Path(__file__).parents[1]
ORDER = ["identity", "privacy", "leads", "conversations", "intake", "qualification", "calls"]

SABOTAGES = {
    "Rings": ("platform/errors/extra.py", "import metacortex.flows\n"),
    "Rings: an unlisted room": ("attic.py", "X = 1\n"),
    "Contexts in order": ("contexts/leads/service/extra.py", "from metacortex.contexts.intake import public\n"),
    "Contexts in order: an unlisted context": ("contexts/attic/__init__.py", "X = 1\n"),
    "Contexts meet at public.py and events.py": (
        "contexts/intake/service/extra.py",
        "from metacortex.contexts.leads import queries\n",
    ),
    "Same insides everywhere": ("contexts/leads/queries.py", "from metacortex.contexts.leads import service\n"),
    "Same insides everywhere: an unknown name": ("contexts/leads/utils.py", "X = 1\n"),
    "Only routers speak HTTP": ("contexts/leads/service/extra.py", "import fastapi\n"),
    "Rules, events and types are plain Python": ("contexts/leads/rules/extra.py", "import sqlalchemy\n"),
    "The platform knows no context": ("platform/errors/extra.py", "from metacortex.contexts.leads import types\n"),
}


def check_contracts(root: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--config",
        str(root / "pyproject.toml"),
    ]
    return subprocess.run(
        command,
        cwd=root,
        env={"PYTHONPATH": str(root / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_hold() -> None:
    result = check_contracts(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", SABOTAGES)
def test_each_contract_bites(name: str, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "artefacts", "web")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    place, code = SABOTAGES[name]
    sabotaged = tmp_path / "src/metacortex" / place
    sabotaged.parent.mkdir(parents=True, exist_ok=True)
    with sabotaged.open("a") as file:
        file.write(code)

    result = check_contracts(tmp_path)

    assert result.returncode != 0, result.stdout
    assert name.split(":", maxsplit=1)[0] in result.stdout


def test_foreign_keys_point_to_the_same_or_an_earlier_context() -> None:
    context_of = {
        mapper.local_table.name: mapper.class_.__module__.split(".")[2]
        for mapper in Base.registry.mappers
        if ".contexts." in mapper.class_.__module__
    }
    assert set(context_of.values()) == set(ORDER)
    for table in tables.metadata.tables.values():
        for key in table.foreign_keys:
            target = key.column.table.name
            if table.name in context_of:
                assert ORDER.index(context_of[target]) <= ORDER.index(context_of[table.name]), (table.name, target)


def test_rows_of_two_organizations_can_never_be_joined_by_a_foreign_key() -> None:
    for table in tables.metadata.tables.values():
        if "org_id" not in table.primary_key.columns:
            continue
        for constraint in table.foreign_key_constraints:
            target = constraint.referred_table
            if "org_id" in target.primary_key.columns:
                assert "org_id" in constraint.column_keys, (table.name, constraint)


def test_no_object_relationship_crosses_tables() -> None:
    for mapper in Base.registry.mappers:
        assert not [one for one in mapper.iterate_properties if isinstance(one, RelationshipProperty)]
