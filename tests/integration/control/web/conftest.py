"""A dashboard that is served for real, and people who use it by HTTP."""

import re
from collections.abc import Iterator

import pytest
import requests
from dashboard_store import config_text
from running_dashboard import PASSWORD, ROLES, Dashboard, running_dashboard

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


def person(dashboard: Dashboard, role: str | None = None) -> Person:
    """Somebody with that role, logged in; None: nobody yet."""
    found = Person(dashboard.url)
    if role is not None:
        assert found.log_in(role).status_code == 302
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The shop's dashboard with one user of each role."""
    with running_dashboard(tmp_path_factory.mktemp("dashboard")) as running:
        yield running


@pytest.fixture
def dashboard(served: Dashboard) -> Dashboard:
    """The dashboard, its file as it was at first."""
    served.config.write_text(config_text())
    return served


@pytest.fixture(scope="module")
def people(served: Dashboard) -> dict[str, Person]:
    """One person of each role, logged in."""
    return {role: person(served, role) for role in ROLES}
