"""The files that deploy the product name commands, settings, metrics and files that are there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from typer.main import get_command

from metacortex.contexts.calls.settings import CallsSettings
from metacortex.contexts.intake.settings import IntakeSettings
from metacortex.contexts.qualification.settings import QualificationSettings
from metacortex.entrypoints.cli import app
from metacortex.platform.http.settings import HttpSettings
from metacortex.platform.jobs.settings import JobSettings
from metacortex.platform.security.encryption.settings import EncryptionSettings
from metacortex.platform.security.settings import SecuritySettings
from metacortex.platform.settings import Settings
from metacortex.platform.telemetry import metrics

assert metrics
ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "metacortex"}
KUBERNETES: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/metacortex.yaml").read_text()))
RULES: dict[str, Any] = yaml.safe_load((ROOT / "deploy/kubernetes/metrics.yaml").read_text())["rules"]
SETTINGS = {
    f"{tree.model_config['env_prefix']}{name}".upper()
    for tree in (
        Settings,
        JobSettings,
        IntakeSettings,
        QualificationSettings,
        CallsSettings,
        HttpSettings,
        SecuritySettings,
        EncryptionSettings,
    )
    for name in tree.model_fields
}
PARTS = {"migrate", "api", "worker", "relay", "ingest", "beat", "dialer"}


def list_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one["spec"] for one in KUBERNETES if one["kind"] == kind}


def list_containers() -> list[dict[str, Any]]:
    specs = [*list_kind("Deployment").values(), *list_kind("Job").values()]
    return [container for spec in specs for container in spec["template"]["spec"]["containers"]]


def test_every_part_of_the_product_is_a_service() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    served = {service["command"][0] for service in OURS.values()}
    assert served == PARTS | {"flower"}
    assert served <= commands


def test_every_part_of_the_product_runs_in_kubernetes() -> None:
    assert {word for container in list_containers() for word in container["args"]} == PARTS


def test_every_variable_is_a_setting() -> None:
    assert OURS
    for service in OURS.values():
        assert set(service["environment"]) <= SETTINGS
    [written] = [one["data"] for one in KUBERNETES if one["kind"] == "ConfigMap"]
    head = (ROOT / "deploy/kubernetes/metacortex.yaml").read_text().split("apiVersion", 1)[0]
    secret = set(re.findall(r"METACORTEX_\w+", head))
    assert len(secret) >= 7
    assert set(written) | secret <= SETTINGS
    assert not set(written) & secret


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


def test_what_is_scaled_by_itself_is_deployed_without_a_count_of_its_own() -> None:
    deployed, scalers = list_kind("Deployment"), list_kind("HorizontalPodAutoscaler").values()
    scaled = {one["scaleTargetRef"]["name"] for one in scalers}
    assert scaled == {"metacortex-api", "metacortex-worker", "metacortex-ingest"}
    assert {name for name, spec in deployed.items() if "replicas" not in spec} == scaled
    assert deployed["metacortex-beat"]["replicas"] == 1
    assert deployed["metacortex-dialer"]["replicas"] == 2, "one stands by"


@pytest.mark.parametrize(("kind", "rules"), [("Pods", "custom"), ("External", "external")])
def test_what_autoscalers_ask_for_is_made_of_what_the_product_counts(kind: str, rules: str) -> None:
    asked = {
        metric[kind.lower()]["metric"]["name"]
        for scaler in list_kind("HorizontalPodAutoscaler").values()
        for metric in scaler["metrics"]
        if metric["type"] == kind
    }
    counted = {one.name for one in REGISTRY.collect()}
    series = [rule["seriesQuery"].partition("{")[0] for rule in RULES[rules]]
    assert {one.removesuffix("_bucket") for one in series} <= counted
    assert {rule.get("name", {}).get("as", one) for rule, one in zip(RULES[rules], series, strict=True)} == asked
