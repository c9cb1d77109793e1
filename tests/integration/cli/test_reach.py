"""Whether a backend is there."""

import socket
import threading

import pytest

from strangler_proxy.config.model import Backend
from strangler_proxy.control.reach import why_unreached


def backend(*urls: str, health: str | None = None) -> Backend:
    """A service at these URLs."""
    return Backend(name="catalog", urls=urls, health=health)


def test_a_backend_that_takes_a_connection_is_there(backends: dict[str, str]) -> None:
    assert why_unreached(backend(*backends.values()), "shop") is None


def test_one_url_at_which_nothing_listens_is_named(backends: dict[str, str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert why_unreached(backend(backends["catalog"], gone), "shop") == f"{gone}: connection refused"


@pytest.mark.parametrize(("health", "why"), [("/healthz", None), ("/broken", "/broken answers 503")])
def test_a_health_path_must_answer_2xx(health: str, why: str | None, backends: dict[str, str]) -> None:
    url = backends["catalog"]
    assert why_unreached(backend(url, health=health), "shop") == (why and f"{url}: {why}")


def test_what_answers_no_http_is_no_healthy_backend() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            taken, _ = server.accept()
            with taken:
                taken.recv(1000)
                taken.sendall(b"SSH-2.0\r\n\r\n")

        thread = threading.Thread(target=babble)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert "no HTTP server" in (why_unreached(backend(url, health="/"), "shop") or "")
        thread.join(5)
