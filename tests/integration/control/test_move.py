"""The store moves from either database to the other, whole and verified, or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from comparisons import NOON, compared, sample

from strangler_proxy.config.model import Compare
from strangler_proxy.control.errors import MoveRefused
from strangler_proxy.control.setup import ready
from strangler_proxy.shadow.record import Left, NotCompared, Taken
from tests.integration.control.conftest import Place
from tests.stack.postgresql import Server

PLAIN = Compare()


@pytest.fixture
def elsewhere(place: Place, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the other kind."""
    if place.environment:
        return f"sqlite:///{tmp_path / 'moved.sqlite3'}"
    server: Server = request.getfixturevalue("server")
    return server.new_database("moved")


def fill() -> None:
    from django.contrib.auth.models import Permission, User

    from strangler_proxy.control.models import AuditEntry
    from strangler_proxy.control.record import DjangoStore

    some = [compared(f"body:$.a{n}", sample=sample(f"/{n}"), at=NOON + 61 * n, address=n) for n in range(25)]
    DjangoStore().record(some, [Left("product-detail", NOON, NotCompared.LOST, 3)], [Taken("w", "product-detail", 25)])
    AuditEntry.objects.create(when=datetime.now(UTC), who="ada", what="promote", evidence={"mismatches": 25})
    ada = User.objects.create_user("ada", password="correct horse")
    ada.user_permissions.add(Permission.objects.get(codename="add_walk"))


def told() -> object:
    """What people see of the store."""
    from django.contrib.auth.models import User

    from strangler_proxy.control.models import AuditEntry
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of, group_list, sample_list

    groups = group_list("product-detail", PLAIN)
    return (
        evidence_of("product-detail", PLAIN),
        groups,
        [sample_list(group.id) for group in groups],
        [(entry.when, entry.who, entry.evidence) for entry in AuditEntry.objects.all()],
        User.objects.get().check_password("correct horse"),
        User.objects.get().get_all_permissions(),
        DjangoStore().taken_of("w"),
    )


def test_the_other_database_tells_the_same_and_can_be_recorded_to(place: Place, elsewhere: str) -> None:
    from strangler_proxy.control.move import move
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    fill()
    before = told()
    assert move(elsewhere, dry_run=True).rows == move(elsewhere).rows
    assert told() == before
    ready(place.state, {"STRANGLER_DATABASE_URL": elsewhere})
    assert told() == before
    DjangoStore().record([compared("body:$.new", epoch="second", at=NOON + DAY, sample=sample())], [])
    assert evidence_of("product-detail", PLAIN).epoch == "second"


DAY = 86_400


def test_a_database_with_something_in_it_is_refused_and_left_alone(place: Place, elsewhere: str) -> None:
    from strangler_proxy.control.models import Epoch
    from strangler_proxy.control.move import move
    from strangler_proxy.control.record import DjangoStore

    fill()
    ready(place.state, {"STRANGLER_DATABASE_URL": elsewhere})
    DjangoStore().record([compared(route="another")], [])
    place.open()
    with pytest.raises(MoveRefused, match="rows"):
        move(elsewhere)
    ready(place.state, {"STRANGLER_DATABASE_URL": elsewhere})
    assert [epoch.route for epoch in Epoch.objects.all()] == ["another"]


def test_a_move_that_breaks_off_leaves_the_other_database_empty(
    place: Place, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from strangler_proxy.control import move as moving
    from strangler_proxy.control.models import Epoch

    fill()
    monkeypatch.setattr(moving, "_sums", lambda alias: {"strangler_epoch": len(alias)})
    with pytest.raises(MoveRefused, match="undone"):
        moving.move(elsewhere)
    ready(place.state, {"STRANGLER_DATABASE_URL": elsewhere})
    assert not Epoch.objects.exists()


def test_the_store_is_not_moved_onto_itself(place: Place) -> None:
    from strangler_proxy.control.database import url_of
    from strangler_proxy.control.move import move

    with pytest.raises(MoveRefused, match="already"):
        move(url_of(place.state, place.environment))
