"""`copy_catalog`, run as an operator runs it, from and to real databases."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.postgresql import new_database
from tests.service import contents, manage, migrated, seeded

Databases = Callable[[str], str]


@pytest.fixture(scope="module")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded SQLite database, to be copied for each test."""
    path = tmp_path_factory.mktemp("shop") / "shop.sqlite3"
    seeded(f"sqlite:///{path}")
    return path


@pytest.fixture
def shop(seeded_file: Path, tmp_path: Path) -> Path:
    """The stand-in for the shop's database, the test's own."""
    return Path(shutil.copy(seeded_file, tmp_path / "shop.sqlite3"))


@pytest.fixture
def service(tmp_path: Path) -> str:
    """An empty database of the service."""
    return migrated(f"sqlite:///{tmp_path / 'service.sqlite3'}")


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_every_row_is_copied_and_counted(shop: Path, service: str) -> None:
    done = manage(service, "copy_catalog", "--from", f"sqlite:///{shop}")
    assert done.returncode == 0, done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["catalog_category", "2"],
        ["catalog_tag", "1"],
        ["catalog_product", "1101"],
        ["catalog_product_tags", "1"],
        ["catalog_productimage", "2"],
    ]
    assert contents(service) == contents(f"sqlite:///{shop}")


def test_a_second_run_takes_over_changes_and_removals_and_is_otherwise_the_same(shop: Path, service: str) -> None:
    manage(service, "copy_catalog", "--from", f"sqlite:///{shop}")
    first = contents(service)
    manage(service, "copy_catalog", "--from", f"sqlite:///{shop}")
    assert contents(service) == first
    change(
        shop,
        "DELETE FROM catalog_productimage",
        "DELETE FROM catalog_product WHERE id = 4",
        "UPDATE catalog_product SET price = 7.77 WHERE id = 6",
    )
    assert manage(service, "copy_catalog", "--from", f"sqlite:///{shop}").returncode == 0
    assert contents(service) == contents(f"sqlite:///{shop}") != first


def test_the_shops_database_cannot_be_written_to(shop: Path, service: str) -> None:
    shop.chmod(0o444)
    before = shop.read_bytes()
    assert manage(service, "copy_catalog", "--from", f"sqlite:///{shop}").returncode == 0
    assert shop.read_bytes() == before


def refused(service: str, *words: str) -> str:
    """What the command says when it refuses; it has changed nothing."""
    before = contents(service)
    done = manage(service, "copy_catalog", *words)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert contents(service) == before
    return done.stderr


def test_a_schema_that_differs_is_refused_and_every_column_named(shop: Path, service: str) -> None:
    manage(service, "copy_catalog", "--from", f"sqlite:///{shop}")
    change(
        shop,
        "ALTER TABLE catalog_product RENAME COLUMN weight_grams TO weight",
        "ALTER TABLE catalog_category ADD COLUMN colour varchar(7)",
        "DROP TABLE catalog_productimage",
    )
    said = refused(service, "--from", f"sqlite:///{shop}")
    for line in (
        "The shop's database does not have the schema",
        "catalog_product.weight_grams is missing",
        "catalog_product.weight is not known to the service",
        "catalog_category.colour is not known to the service",
        "table catalog_productimage is missing",
    ):
        assert line in said


def test_a_row_that_the_service_cannot_hold_leaves_everything_as_it_was(shop: Path, service: str) -> None:
    manage(service, "copy_catalog", "--from", f"sqlite:///{shop}")
    change(shop, "DELETE FROM catalog_category WHERE id = 3", "DELETE FROM catalog_product WHERE id = 4")
    assert "Nothing was copied, as the database refused: FOREIGN KEY" in refused(service, "--from", f"sqlite:///{shop}")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nonsense", "is no database URL"),
        ("nonsense://x", "is no database URL"),
        ("mysql://host/shop", "neither SQLite nor PostgreSQL"),
        ("sqlite:////nowhere/shop.sqlite3", "cannot be read"),
        ("postgres://nobody@127.0.0.1:1/shop", "cannot be read"),
    ],
)
def test_a_source_that_is_none_is_refused_with_a_remedy(service: str, source: str, said: str) -> None:
    assert said in refused(service, "--from", source)


def test_the_services_own_database_is_refused_as_a_source(service: str) -> None:
    assert "own database" in refused(service, "--from", service)


def test_a_service_without_its_tables_says_to_migrate(shop: Path, tmp_path: Path) -> None:
    done = manage(f"sqlite:///{tmp_path / 'empty.sqlite3'}", "copy_catalog", "--from", f"sqlite:///{shop}")
    assert done.returncode == 1
    assert "manage.py migrate" in done.stderr


def test_images_are_copied_once_and_those_missing_are_named(shop: Path, service: str, tmp_path: Path) -> None:
    theirs, ours = tmp_path / "shop-media", tmp_path / "media"
    (theirs / "products").mkdir(parents=True)
    (theirs / "products" / "lamp.jpg").write_bytes(b"a picture")
    words = ("copy_catalog", "--from", f"sqlite:///{shop}", "--media", str(theirs))
    first = manage(service, *words, MEDIA_ROOT=str(ours))
    assert "1 files, 1 of them copied now" in first.stdout
    assert "products/gone.jpg" in first.stderr
    assert (ours / "products" / "lamp.jpg").read_bytes() == b"a picture"
    assert "1 files, 0 of them copied now" in manage(service, *words, MEDIA_ROOT=str(ours)).stdout
    (theirs / "products" / "lamp.jpg").write_bytes(b"b picture")
    manage(service, *words, MEDIA_ROOT=str(ours))
    assert (ours / "products" / "lamp.jpg").read_bytes() == b"b picture"
    assert "images are shared" in manage(service, *words, MEDIA_ROOT=str(theirs)).stdout


def test_an_image_outside_of_the_media_folder_is_refused(shop: Path, service: str, tmp_path: Path) -> None:
    change(shop, "UPDATE catalog_productimage SET image = '../secret.txt' WHERE position = 0")
    (tmp_path / "media").mkdir()
    said = refused(service, "--from", f"sqlite:///{shop}", "--media", str(tmp_path / "media"))
    assert "'../secret.txt' lies outside" in said
    assert "is no folder" in refused(service, "--from", f"sqlite:///{shop}", "--media", str(tmp_path / "none"))


@pytest.mark.postgresql
def test_a_copy_between_sqlite_and_postgresql_keeps_every_value(shop: Path, postgresql_socket: Path) -> None:
    into = migrated(new_database(postgresql_socket, "service"))
    for _ in range(2):
        done = manage(into, "copy_catalog", "--from", f"sqlite:///{shop}")
        assert done.returncode == 0, done.stderr
    assert contents(into) == contents(f"sqlite:///{shop}")


@pytest.mark.postgresql
def test_a_copy_from_postgresql_to_either_kind_keeps_every_value(
    service: str, shop: Path, postgresql_socket: Path
) -> None:
    source = seeded(new_database(postgresql_socket, "shop"))
    into = migrated(new_database(postgresql_socket, "service"))
    for target in (service, into):
        done = manage(target, "copy_catalog", "--from", source)
        assert done.returncode == 0, done.stderr
        assert contents(target) == contents(source) == contents(f"sqlite:///{shop}")


@pytest.mark.postgresql
def test_new_rows_on_postgresql_get_keys_above_those_copied(shop: Path, postgresql_socket: Path) -> None:
    into = migrated(new_database(postgresql_socket, "service"))
    manage(into, "copy_catalog", "--from", f"sqlite:///{shop}")
    made = manage(into, "shell", "--command", "print(Tag.objects.create(name='New', slug='new').pk)")
    assert (made.returncode, made.stdout.split()[-1]) == (0, "6"), made.stderr


@pytest.mark.postgresql
def test_a_column_of_another_kind_on_postgresql_is_refused(service: str, postgresql_socket: Path) -> None:
    source = migrated(new_database(postgresql_socket, "shop"))
    with psycopg.connect(host=str(postgresql_socket), user="postgres", dbname="shop") as connection:
        connection.execute("ALTER TABLE catalog_product ALTER COLUMN sku DROP NOT NULL")
        connection.execute("ALTER TABLE catalog_product DROP CONSTRAINT product_price_is_positive")
        connection.execute("ALTER TABLE catalog_product ALTER COLUMN price TYPE integer")
    said = refused(service, "--from", source)
    assert "catalog_product.price holds whole number, not decimal number" in said
    assert "catalog_product.sku may be empty there, but not here" in said
