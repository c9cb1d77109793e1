"""The shop as it runs: several gunicorn workers on SQLite and on PostgreSQL, a Celery worker on each kind of broker."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from tests.services import (
    celery_worker,
    gunicorn,
    manage,
    postgres,
    rabbitmq,
    redis,
    shop_environment,
    wait_for,
)

pytestmark = pytest.mark.services
BUYERS = 5
LEFT = 2
TOKEN = re.compile(r'csrfmiddlewaretoken" value="(\w+)"')


SCRIPT = """
from django.core.management import call_command
from inventory.models import Stock
from inventory.services import stock_change
call_command("migrate", verbosity=0)
call_command("seed", products=14, images=1, customers={buyers})
stock_change(product_id=1, change={left} - Stock.objects.get(pk=1).quantity, reason="corrected")
"""


def seeded(environment: dict[str, str]) -> dict[str, str]:
    """A shop with LEFT pieces of product 1, and enough of product 3."""
    script = SCRIPT.format(buyers=BUYERS, left=LEFT)
    manage("shell", "--no-imports", "--command", script, environment=environment)
    return environment


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return seeded(shop_environment(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("postgres")
    with postgres(folder) as url:
        yield seeded(shop_environment(folder, DATABASE_URL=url))


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    return request.getfixturevalue(request.param)


def browser(base: str, username: str, password: str) -> requests.Session:
    """A logged-in session that sends the CSRF token along, as the forms do."""
    session = requests.Session()
    page = session.get(f"{base}/accounts/login/", timeout=30).text
    form = {"username": username, "password": password, "csrfmiddlewaretoken": TOKEN.search(page)[1]}
    assert session.post(f"{base}/accounts/login/", form, timeout=30).url == f"{base}/accounts/profile/"
    session.headers["X-CSRFToken"] = session.cookies["csrftoken"]
    return session


def buy(base: str, session: requests.Session, product_id: int) -> requests.Response:
    session.post(f"{base}/api/cart/items/", json={"product_id": product_id}, timeout=30)
    page = session.get(f"{base}/checkout/", timeout=30).text
    address = int(re.search(r'name="address" value="(\d+)"', page)[1])
    return session.post(f"{base}/api/orders/", json={"address_id": address, "card": "tok_4242"}, timeout=60)


def test_many_buyers_at_once_never_buy_more_than_there_is(environment: dict[str, str], tmp_path: Path) -> None:
    """Five customers want the last two pieces, through three processes that share nothing but the database."""
    with gunicorn(environment, log=tmp_path / "gunicorn.log") as base:
        numbers = range(1, BUYERS + 1)
        with ThreadPoolExecutor(BUYERS) as pool:
            sessions = list(pool.map(lambda n: browser(base, f"customer{n}", "customer-demo-password"), numbers))
            answers = list(pool.map(lambda session: buy(base, session, 1), sessions))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [201] * LEFT + [409] * (BUYERS - LEFT), [answer.text for answer in answers]
        assert requests.get(f"{base}/api/stock/1/", timeout=30).json()["pieces_left"] == 0
        assert requests.get(f"{base}/static/shop/shop.css", timeout=30).status_code == 200


def test_the_shop_keeps_its_data_in_the_postgresql_it_was_given(on_postgres: dict[str, str]) -> None:
    with psycopg.connect(on_postgres["DATABASE_URL"]) as connection:
        products, orders = connection.execute(
            "SELECT (SELECT count(*) FROM catalog_product), (SELECT count(*) FROM orders_order)"
        ).fetchone()
    assert (products, orders) >= (14, 14)


@pytest.fixture(scope="module")
def filesystem_url() -> str:
    return "filesystem://"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="module", autouse=True)
def rabbitmq_starting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[str]]:
    """RabbitMQ takes seconds to start, so it does beside the first tests."""
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        yield pool.submit(stack.enter_context, rabbitmq(tmp_path_factory.mktemp("rabbitmq")))


@pytest.fixture(scope="module")
def rabbitmq_url(rabbitmq_starting: Future[str]) -> str:
    return rabbitmq_starting.result()


@pytest.mark.parametrize("broker", ["filesystem_url", "redis_url", "rabbitmq_url"])
def test_a_worker_sends_the_mail_of_an_order_that_the_web_placed(
    request: Any, on_sqlite: dict[str, str], tmp_path: Path, broker: str
) -> None:
    """The task is sent while no worker runs, so it is the broker that keeps it."""
    environment = {
        **on_sqlite,
        "CELERY_BROKER_URL": request.getfixturevalue(broker),
        "CELERY_FOLDER": str(tmp_path / "celery"),
        "MAIL_FOLDER": str(tmp_path / "mail"),
    }
    with gunicorn(environment, log=tmp_path / "gunicorn.log", workers=1) as base:
        order = buy(base, browser(base, "ada", "ada-demo-password"), 3)
        assert order.status_code == 201, order.text
    mails = tmp_path / "mail"
    with celery_worker(environment, log=tmp_path / "celery.log"):
        wait_for(lambda: list(mails.glob("*.log")), what="the mail", log=tmp_path / "celery.log")
        wait_for(lambda: "succeeded" in (tmp_path / "celery.log").read_text(), what="the task")
    text = next(mails.glob("*.log")).read_text()
    assert "To: ada@example.com" in text
    assert order.json()["number"] in text


def test_a_checkout_ends_soon_though_the_broker_is_gone(on_sqlite: dict[str, str], tmp_path: Path) -> None:
    """Nothing hangs, and the order stands: the mail is what is lost."""
    environment = {**on_sqlite, "CELERY_BROKER_URL": "redis://127.0.0.1:9/0"}
    with gunicorn(environment, log=tmp_path / "gunicorn.log", workers=1) as base:
        session = browser(base, "ada", "ada-demo-password")
        count = session.get(f"{base}/api/orders/", timeout=30).json()["count"]
        answer = buy(base, session, 3)
        assert answer.elapsed.total_seconds() < 10
        assert session.get(f"{base}/api/orders/", timeout=30).json()["count"] == count + 1
        assert answer.status_code == 201
