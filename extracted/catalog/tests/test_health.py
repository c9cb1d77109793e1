"""What a probe learns."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from catalog_service import health
from tests.postgresql import new_database
from tests.service import manage, migrated

ASK = """
from django.test import Client
answer = Client().get("/healthz", headers={"host": "10.1.2.3:8000"})
print(answer.status_code, answer.content.decode())
"""


def asked(database_url: str) -> tuple[int, dict[str, object]]:
    """What a service on this database tells its probe."""
    done = manage(database_url, "shell", "--no-imports", "--command", ASK)
    assert done.returncode == 0, done.stderr
    status, _, body = done.stdout.strip().splitlines()[-1].partition(" ")
    return int(status), json.loads(body)


@pytest.mark.django_db
def test_a_service_that_can_answer_is_healthy_whatever_name_it_is_asked_by(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok"})
    assert answer["Cache-Control"] == "no-store"
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 404


@pytest.mark.django_db
def test_a_migration_that_has_not_run_makes_it_unhealthy(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("catalog", "0001_initial")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["missing_migrations"]) == (503, ["catalog.0001_initial"])


@pytest.mark.django_db
def test_a_probe_costs_two_short_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    health.latest_migrations()
    with django_assert_max_num_queries(2):
        client.get("/healthz")


def test_an_empty_database_is_unhealthy(tmp_path: Path) -> None:
    status, body = asked(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert (status, body["missing_migrations"]) == (503, ["catalog.0001_initial"])


@pytest.mark.parametrize("database", ["sqlite:////nowhere/at/all.sqlite3", "postgres://nobody@127.0.0.1:1/none"])
def test_a_database_that_does_not_answer_makes_it_unhealthy_and_its_words_stay_inside(database: str) -> None:
    assert asked(database) == (503, {"status": "unavailable", "database": "does not answer"})


@pytest.mark.postgresql
def test_it_is_healthy_on_postgresql(postgresql_socket: Path) -> None:
    assert asked(migrated(new_database(postgresql_socket, "healthy"))) == (200, {"status": "ok", "database": "ok"})
