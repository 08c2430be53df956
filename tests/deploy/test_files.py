"""The files of deploy/: documented settings, and containers without rights. `deploy/validate` knows the formats."""

import re
from typing import Any, Dict, Iterator, List, Set

import pytest
import yaml

from bot import ROOT, reference

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))


def resources() -> Iterator[Dict[str, Any]]:
    for path in MANIFESTS:
        if path.name != "kustomization.yaml":
            yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def workloads() -> List[Dict[str, Any]]:
    return [each for each in resources() if each["kind"] in ("Deployment", "StatefulSet")]


def variables(text: str) -> Set[str]:
    return set(re.findall(r"METOO_[A-Z_]+[A-Z]", text))


def test_every_setting_is_documented() -> None:
    described = set(reference.variables())
    for path in (DEPLOY / "nginx" / "start", DEPLOY / "metoo.env", *MANIFESTS):
        assert variables(path.read_text(encoding="utf-8")) <= described, path


def test_the_environment_file_has_what_compose_asks_for() -> None:
    given = variables((DEPLOY / "metoo.env").read_text(encoding="utf-8"))
    compose = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(METOO_[A-Z_]+)", compose)) == given


def test_every_service_of_compose_is_hardened_and_only_nginx_is_reached() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert ("ports" in service) == (name == "nginx")


@pytest.mark.parametrize("workload", workloads(), ids=lambda each: each["metadata"]["name"])
def test_every_pod_is_hardened_and_probed(workload: Dict[str, Any]) -> None:
    pod = workload["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    for container in pod["containers"]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["readinessProbe"] and container["livenessProbe"]
        assert container["resources"]["limits"]["memory"]
    # What a pod writes is in memory, but for what the messaging channels have answered.
    assert all(volume.get("emptyDir", {"medium": "Memory"})["medium"] == "Memory" for volume in pod["volumes"])


def test_every_pod_may_be_reached_by_name_and_by_those_alone_whom_a_policy_names() -> None:
    by_kind: Dict[str, List[Dict[str, Any]]] = {}
    for each in resources():
        by_kind.setdefault(each["kind"], []).append(each)
    apps = {each["metadata"]["name"] for each in workloads()}
    assert {each["spec"]["selector"]["app"] for each in by_kind["Service"]} == apps
    policies = {each["metadata"]["name"]: each["spec"] for each in by_kind["NetworkPolicy"]}
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert apps <= set(policies)
    # From anywhere one comes to nginx alone.
    open_to_all = [
        name for name, spec in policies.items() if any("from" not in each for each in spec.get("ingress", ()))
    ]
    assert open_to_all == ["nginx"]
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in by_kind["HorizontalPodAutoscaler"]}
    assert scaled == {"rasa", "actions"}


def test_redis_writes_to_no_disk_and_throws_nothing_away() -> None:
    settings = dict(
        line.split(" ", 1) for line in (DEPLOY / "redis.conf").read_text().splitlines() if line[:1].isalpha()
    )
    assert settings["save"] == '""' and settings["appendonly"] == "yes" and settings["appendfsync"] == "always"
    assert settings["maxmemory-policy"] == "noeviction" and "dir" not in settings
