"""The Kubernetes manifests are valid by Kubernetes' own schemas, and their parts fit each other."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kubernetes_validate
import pytest
import yaml

from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Config

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
VERSIONS = ["1.34", kubernetes_validate.latest_version()]
"""The oldest in which the sleep of `preStop` is stable, and the newest whose schemas we have."""
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
OBJECTS: list[dict[str, Any]] = [found for file in FILES for found in yaml.safe_load_all(file.read_text())]
DEPLOYMENTS = [found for found in OBJECTS if found["kind"] == "Deployment"]
EACH = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda found: found["metadata"]["name"])


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """The objects of one kind by name."""
    return {found["metadata"]["name"]: found for found in OBJECTS if found["kind"] == kind}


def pod(deployment: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return spec


def config() -> Config:
    return parse(of_kind("ConfigMap")["strangler"]["data"]["strangler.toml"], Path("strangler.toml"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("found", OBJECTS, ids=lambda found: f"{found['kind']}-{found['metadata']['name']}")
def test_every_object_is_valid_by_the_schema(found: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(found, version, strict=True)


def test_the_schema_would_find_a_mistake() -> None:
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**of_kind("Service")["strangler"], "spek": {}}, VERSIONS[-1], strict=True)


def test_every_file_is_applied() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == [file.name for file in FILES]


def test_the_config_map_holds_a_valid_file_whose_backends_are_services_here() -> None:
    services = of_kind("Service")
    for url in [urlsplit(url) for backend in config().backends.values() for url in backend.urls]:
        assert [port["port"] for port in services[str(url.hostname)]["spec"]["ports"]] == [url.port]


def test_the_proxy_is_reached_and_watched_where_it_listens() -> None:
    ports = {
        port["name"]: port["containerPort"]
        for port in pod(of_kind("Deployment")["strangler"])["containers"][0]["ports"]
    }
    assert config().proxy.listen == f"0.0.0.0:{ports['http']}"
    assert config().proxy.metrics_listen == f"0.0.0.0:{ports['metrics']}"


@EACH
def test_a_service_leads_to_the_pods_and_every_probe_to_a_port(deployment: dict[str, Any]) -> None:
    name, labels = deployment["metadata"]["name"], deployment["spec"]["template"]["metadata"]["labels"]
    service = of_kind("Service")[name]["spec"]
    assert deployment["spec"]["selector"]["matchLabels"] == service["selector"] == labels
    (container,) = pod(deployment)["containers"]
    ports = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in service["ports"]} <= ports
    probes = [container[probe] for probe in ("startupProbe", "readinessProbe")]
    assert {probe["httpGet"]["port"] for probe in probes} <= ports


@EACH
def test_a_pod_that_goes_is_heard_of_before_it_stops_and_may_end_its_requests(deployment: dict[str, Any]) -> None:
    (container,) = pod(deployment)["containers"]
    waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert waits > 0
    assert pod(deployment)["terminationGracePeriodSeconds"] > waits + config().proxy.drain_seconds
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


@EACH
def test_a_pod_has_no_rights_that_it_does_not_need(deployment: dict[str, Any]) -> None:
    spec = pod(deployment)
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    for container in [*spec["containers"], *spec.get("initContainers", [])]:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"] == {"drop": ["ALL"]}


@EACH
def test_every_mount_has_its_volume_and_no_file_is_mounted_alone(deployment: dict[str, Any]) -> None:
    spec = pod(deployment)
    volumes = {volume["name"] for volume in spec["volumes"]}
    mounts = [mount for container in spec["containers"] for mount in container["volumeMounts"]]
    assert {mount["name"] for mount in mounts} == volumes
    assert [mount for mount in mounts if "subPath" in mount] == []
    for volume in spec["volumes"]:
        if claim := volume.get("persistentVolumeClaim"):
            assert claim["claimName"] in of_kind("PersistentVolumeClaim")
        if mapped := volume.get("configMap"):
            assert mapped["name"] in of_kind("ConfigMap")
