import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from catalog.models import Product
from tests.services import manage, shop_environment


def digest(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((folder / "media").rglob("*.jpg"))
    }


SCRIPT = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
for _ in range({runs}):
    call_command("seed", products=14, images=5, no_color=True)
call_command("dumpdata", exclude=["contenttypes", "auth.permission"])
"""


def machine(folder: Path, *, runs: int) -> tuple[list[str], str]:
    """Seeds a shop of its own so often; what the seed printed, and a dump of all its data."""
    folder.mkdir()
    out = manage("shell", "--no-imports", "--command", SCRIPT.format(runs=runs), environment=shop_environment(folder))
    *printed, dump = out.strip().splitlines()
    return printed, dump


def test_two_machines_get_the_same_data_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """Two shops are seeded apart, one of them twice, and compared byte by byte."""
    with ThreadPoolExecutor(2) as pool:
        once = pool.submit(machine, tmp_path / "one", runs=1)
        twice = pool.submit(machine, tmp_path / "two", runs=2)
    printed, dump = once.result()
    assert any("never let this shop meet the internet" in line for line in printed)
    printed_twice, dump_twice = twice.result()
    assert any(line.startswith("Made 0 products, 0 images, 0 stocks, 0 customers, 0 orders") for line in printed_twice)
    assert dump == dump_twice
    assert '"username": "ada"' in dump
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert len(digest(tmp_path / "one")) >= 5


@pytest.mark.django_db
def test_a_larger_seed_adds_to_a_smaller_one_and_leaves_it_as_it_was(product: Product) -> None:
    product.name = "Renamed by hand"
    product.save()
    before = dict(Product.objects.values_list("sku", "updated_at"))
    call_command("seed", products=30, images=0, verbosity=0)
    after = dict(Product.objects.values_list("sku", "updated_at"))
    assert len(after) == 30
    assert before.items() <= after.items()
    assert Product.objects.get(pk=product.pk).name == "Renamed by hand"


@pytest.mark.django_db
def test_outside_of_development_nobody_of_the_seed_can_log_in(capsys) -> None:
    User.objects.filter(username="admin").delete()
    User.objects.filter(username="grace").delete()
    call_command("seed", products=24, images=0)  # the tests run with DEBUG off
    assert not User.objects.filter(username="admin").exists()
    assert not User.objects.get(username="grace").has_usable_password()
    assert "there is no admin" in capsys.readouterr().out
