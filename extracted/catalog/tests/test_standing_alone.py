"""The service is whole by itself."""

import ast
import re
import sys
from importlib.metadata import packages_distributions, requires
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext

from tests.service import manage

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [path for package in ("catalog", "catalog_service") for path in (ROOT / package).rglob("*.py")]


def imported(path: Path) -> set[str]:
    """The top-level names of all modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add((node.module or "").split(".")[0])
    return names


def test_the_code_imports_nothing_but_itself_and_what_the_project_file_names() -> None:
    named = {re.split(r"[^a-z0-9-]", line)[0] for line in requires("shop-catalog") or [] if "extra ==" not in line}
    distributions = packages_distributions()
    for path in SOURCES:
        for name in imported(path) - {"catalog", "catalog_service"} - sys.stdlib_module_names:
            assert named & {found.lower() for found in distributions[name]}, f"{path} imports {name}"


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def translations() -> list[tuple[str, str]]:
    """Source and German of each text that has one form and stands on one line."""
    entries = (ROOT / "catalog/locale/de/LC_MESSAGES/django.po").read_text().split("\n\n")[1:]
    found = (re.findall(r'^msgid (".+")\nmsgstr (".*")$', entry, re.MULTILINE) for entry in entries)
    return [(ast.literal_eval(source), ast.literal_eval(german)) for pairs in found for source, german in pairs]


def test_every_text_of_the_pages_has_its_german_and_the_compiled_file_is_fresh() -> None:
    assert len(translations()) > 50
    with translation.override("de"):
        for source, german in translations():
            assert german, source
            assert gettext(source) == german


def test_a_production_without_a_secret_does_not_start() -> None:
    done = manage("sqlite://:memory:", "check", DEBUG="0", SECRET_KEY="")
    assert done.returncode != 0
    assert "SECRET_KEY must be set" in done.stderr


def test_a_setting_that_cannot_be_read_is_named() -> None:
    assert (
        "CATALOG_PLANTED_DIFFERENCE='perhaps'"
        in manage("sqlite://:memory:", "check", CATALOG_PLANTED_DIFFERENCE="perhaps").stderr
    )
