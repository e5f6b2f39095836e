"""The compose file names commands, settings and files that are there."""

import re
from pathlib import Path
from typing import Any

import yaml
from typer.main import get_command

from metacortex.contexts.intake.settings import IntakeSettings
from metacortex.contexts.qualification.settings import QualificationSettings
from metacortex.entrypoints.cli import app
from metacortex.platform.jobs.settings import JobSettings
from metacortex.platform.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "metacortex"}
SETTINGS = {
    f"{tree.model_config['env_prefix']}{name}".upper()
    for tree in (Settings, JobSettings, IntakeSettings, QualificationSettings)
    for name in tree.model_fields
}


def test_every_part_of_the_product_is_a_service() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    served = {service["command"][0] for service in OURS.values()}
    assert served == {"migrate", "api", "worker", "relay", "ingest", "beat", "flower"}
    assert served <= commands


def test_every_variable_is_a_setting() -> None:
    assert OURS
    for service in OURS.values():
        assert set(service["environment"]) <= SETTINGS


def test_no_secret_has_a_default() -> None:
    for name, fallback in re.findall(r"\$\{(\w+):-([^}]*)\}", (ROOT / "deploy/compose.yaml").read_text()):
        assert not re.search("PASSWORD|LOGIN|KEY", name), f"{name} falls back to {fallback}"


def test_the_image_is_built_from_files_that_are_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert len(sources) >= 8
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in allowed, f".dockerignore leaves out {source}"
