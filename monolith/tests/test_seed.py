import hashlib
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


def test_two_machines_get_the_same_data_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """Two databases seeded apart, one of them twice, are dumped and compared byte by byte."""
    dumps = []
    for name, runs in (("one", 1), ("two", 2)):
        folder = tmp_path / name
        folder.mkdir()
        environment = shop_environment(folder)
        manage("migrate", "--verbosity=0", environment=environment)
        for _ in range(runs):
            printed = manage("seed", "--products=14", "--images=5", "--no-color", environment=environment)
        dumps.append(manage("dumpdata", "--exclude=contenttypes", "--exclude=auth.permission", environment=environment))
        assert "never let this shop meet the internet" in printed
    assert printed.startswith("Made 0 products, 0 images, 0 stocks, 0 customers, 0 orders, 0 reviews")
    assert dumps[0] == dumps[1]
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
