"""What `strangler init` says comes next."""

from pathlib import Path

import pytest

from strangler_proxy.cli.next_steps import next_steps
from strangler_proxy.config.load import parse
from strangler_proxy.discover.project import Project

HERE = Path("strangler.toml")
SHOP = Project(root=Path("shop"), manage=Path("shop/manage.py"), settings="shop.settings", python="python3")


def steps(
    *routes: str, monolith: str = "127.0.0.1:8001", listen: str = "127.0.0.1:8000", path: Path = HERE
) -> list[str]:
    text = f'[proxy]\nlisten = "{listen}"\n[backends.monolith]\nurls = ["http://{monolith}"]\n'
    return next_steps(SHOP, parse(text + "".join(f"[[routes]]\n{one}\n" for one in routes)), path, HERE)


def test_the_route_to_begin_with_is_one_that_get_reaches() -> None:
    login = 'name = "login"\npath = "/login/"\nmethods = ["POST"]'
    for wanted in (
        'name = "home"\npath = "/"\nmethods = ["GET", "HEAD"]',
        'name = "home"\npath = "/"',
    ):
        last = steps(login, wanted)[-1]
        assert last.endswith("strangler set home shadow --service new-service --url http://127.0.0.1:8002")
    assert "strangler set login shadow" in steps(login)[-1]


@pytest.mark.parametrize(
    ("monolith", "listen", "port"),
    [
        ("127.0.0.1:8001", "127.0.0.1:8000", 8002),
        ("localhost:8002", "127.0.0.1:8000", 8003),
        ("127.0.0.1:8003", "0.0.0.0:8002", 8004),
    ],
)
def test_the_service_is_put_where_neither_monolith_nor_proxy_is(monolith: str, listen: str, port: int) -> None:
    last = steps('name = "home"\npath = "/"', monolith=monolith, listen=listen)[-1]
    assert last.endswith(f"--url http://127.0.0.1:{port}")


def test_a_config_that_would_not_be_found_is_named_in_each_command() -> None:
    _, up, move = steps('name = "home"\npath = "/"', path=Path("my conf/shop.toml"))
    assert "strangler up --config 'my conf/shop.toml'; " in up
    assert move.endswith(" --config 'my conf/shop.toml'")


def test_without_a_route_there_is_nothing_to_move() -> None:
    assert len(steps()) == 2
