"""A project that nobody here wrote is read completely: every URL pattern that its Django has is in the file."""

from pathlib import Path

import pytest

from strangler_proxy.config.load import parse
from strangler_proxy.config.stage import Stage
from strangler_proxy.discover.answer import Answer
from strangler_proxy.discover.drift import missing_endpoints
from strangler_proxy.discover.layout import lay_out
from strangler_proxy.discover.project import Project, find_project
from strangler_proxy.discover.run_probe import probe
from strangler_proxy.discover.sample import sample_path
from strangler_proxy.discover.write_config import config_text
from strangler_proxy.routing.table import RoutingTable
from tests.projects.django_itself import ask_django
from tests.projects.oscar_site import PROJECT, PYTHON
from tests.projects.routed import routed


@pytest.fixture(scope="module")
def project() -> Project:
    return find_project(PROJECT, python=str(PYTHON), environ={})


@pytest.fixture(scope="module")
def answer(project: Project) -> Answer:
    return probe(project)


def test_every_url_pattern_of_the_project_is_a_route_of_a_valid_file(project: Project, answer: Answer) -> None:
    config = parse(config_text(answer), Path("strangler.toml"))
    said = ask_django(project)
    assert said.patterns > 500
    assert len(config.routes) == said.patterns
    assert {route.stage for route in config.routes} == {Stage.MONOLITH}


def test_the_file_has_just_the_endpoints_of_the_project(answer: Answer) -> None:
    drift = missing_endpoints(parse(config_text(answer)), answer)
    assert (drift.missing, drift.unknown) == ((), ())


def test_a_path_made_for_an_endpoint_leads_django_to_that_endpoint(project: Project, answer: Answer) -> None:
    samples = [sample_path(endpoint.pattern.expression) for endpoint in answer.endpoints]
    assert None not in samples
    said = ask_django(project, [sample or "" for sample in samples])
    strayed = [
        (endpoint.full_name, sample, match)
        for endpoint, sample, match in zip(answer.endpoints, samples, said.matches, strict=True)
        if match is None or match["view"] != endpoint.view
    ]
    assert strayed == []


def test_a_path_made_for_an_endpoint_is_routed_to_its_route(answer: Answer) -> None:
    config = parse(config_text(answer))
    table, routes = RoutingTable.build(config), {route.name: route for route in config.routes}
    for entry in lay_out(answer):
        path = sample_path(entry.endpoint.pattern.expression) or ""
        assert routed(table, path, (*routes[entry.name].methods, "GET")[0]) == entry.name


def test_the_file_is_the_same_on_every_run(project: Project, answer: Answer) -> None:
    assert config_text(probe(project)) == config_text(answer)


def test_every_route_has_the_name_that_the_project_gives_its_url(answer: Answer) -> None:
    named = {entry.endpoint.full_name: entry.name for entry in lay_out(answer) if entry.endpoint.name}
    assert named["catalogue:detail"] == "catalogue-detail"
    assert named["admin:auth_user_changelist"] == "admin-auth-user-changelist"
    assert named["dashboard:catalogue-product-list"] == "dashboard-catalogue-product-list"
