"""A dashboard that is served for real, and people who use it by HTTP."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from dashboard_store import config_text, fill, write_config

PASSWORD = "four words of chance"
ROLES = ("viewer", "operator", "admin")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_DIGEST = re.compile(r'name="before_digest" value="([^"]+)"')


class Person(requests.Session):
    """A browser without scripts."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def at(self, path: str, **settings: object) -> requests.Response:
        """The page."""
        return self.get(self.url + path, **settings)  # type: ignore[arg-type]

    def log_in(self, name: str, password: str = PASSWORD) -> requests.Response:
        """Fills in the form."""
        return self.submit("/login/", "/login/", username=name, password=password)

    def submit(self, form: str, address: str, /, **fields: str) -> requests.Response:
        """Sends a form that is on the page `form`, with what is hidden in it."""
        page = self.at(form).text
        token, digest = _TOKEN.search(page), _DIGEST.search(page)
        hidden = {"csrfmiddlewaretoken": token[1] if token else ""} | ({"before_digest": digest[1]} if digest else {})
        headers = {"Referer": self.url + form}
        return self.post(self.url + address, {**hidden, **fields}, headers=headers, allow_redirects=False)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A running one."""

    url: str
    config: Path

    def person(self, role: str | None = None) -> Person:
        """Somebody with that role, logged in; None: nobody yet."""
        person = Person(self.url)
        if role is not None:
            assert person.log_in(role).status_code == 302
        return person


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The shop's dashboard with one user of each role."""
    from cheroot.wsgi import Server

    from strangler_proxy.config.load import load
    from strangler_proxy.control.serve import application
    from strangler_proxy.proxy.state import state_directory

    path = write_config(tmp_path_factory.mktemp("dashboard"))
    wsgi, _ = application(load(path).control, state_directory(path), path)
    fill()
    from strangler_proxy.control.users import user_add

    for role in ROLES:
        user_add(name=role, role=role, password=PASSWORD)
    server = Server(("127.0.0.1", 0), wsgi, numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield Dashboard(f"http://127.0.0.1:{server.bind_addr[1]}", path)
    server.stop()
    thread.join()
    from django.db import connections

    connections.close_all()


@pytest.fixture
def dashboard(served: Dashboard) -> Dashboard:
    """The dashboard, its file as it was at first."""
    served.config.write_text(config_text())
    return served


@pytest.fixture(scope="module")
def people(served: Dashboard) -> dict[str, Person]:
    """One person of each role, logged in."""
    return {role: served.person(role) for role in ROLES}
