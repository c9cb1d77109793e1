"""Each test finds the shop as `manage.py seed --products 24` leaves it, and leaves it so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.test import Client, override_settings

from accounts.models import Address, User
from catalog.models import Product
from inventory.models import Stock
from payments.gateway.server import GatewayServer

PRODUCTS = 24


@pytest.fixture(scope="session")
def isolated_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes into the project's folders, and hashing a password takes no time."""
    changes = {
        "MEDIA_ROOT": str(tmp_path_factory.mktemp("media")),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "PAYMENT_GATEWAY_URL": "",
    }
    with override_settings(**changes):
        yield


@pytest.fixture(scope="session")
def django_db_setup(isolated_settings: None, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), override_settings(DEBUG=True):
        call_command("seed", products=PRODUCTS, images=4, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _eager_tasks() -> None:
    """Tasks run where they are sent; the tests with a real worker start the shop as a process of its own."""
    current_app.conf.update(task_always_eager=True, task_eager_propagates=True)


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.get(username="ada")


@pytest.fixture
def grace(db: None) -> User:
    """Staff."""
    return User.objects.get(username="grace")


@pytest.fixture
def address(ada: User) -> Address:
    return Address.objects.get(user=ada)


@pytest.fixture
def customer(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def staff(grace: User) -> Client:
    client = Client()
    client.force_login(grace)
    return client


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    return client


@pytest.fixture
def product(db: None) -> Product:
    """A product with ten pieces in stock, which can be ordered again below five."""
    product = Product.objects.get(sku="HH-000001")
    Stock.objects.filter(product=product).update(quantity=10, reorder_level=5)
    return product


@pytest.fixture
def bank() -> Iterator[GatewayServer]:
    """The fake gateway, listening on a real port."""
    import threading

    server = GatewayServer(("127.0.0.1", 0), delay_seconds=0.6)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def gateway_at(settings: Any, bank: GatewayServer) -> GatewayServer:
    """The shop talks to the fake gateway by HTTP, and is not patient."""
    settings.PAYMENT_GATEWAY_URL = bank.url
    settings.PAYMENT_GATEWAY_TIMEOUT_SECONDS = 0.2
    settings.PAYMENT_GATEWAY_RETRIES = 2
    return bank


@pytest.fixture
def png(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "picture.png"
    Image.new("RGB", (40, 30), "teal").save(path)
    return path
