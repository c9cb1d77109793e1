"""What to do after `strangler init`: commands that work as they are printed. Pure."""

import shlex
from pathlib import Path

from strangler_proxy.config.model import Config, Route
from strangler_proxy.config.rules.loop import is_same_place
from strangler_proxy.discover.project import Project

_SERVICE = "new-service"
_FIRST_PORT = 8002


def next_steps(project: Project, config: Config, path: Path, found_without_option: Path) -> list[str]:
    """The steps, in order; `path` is the config that was written, and the other one what a command finds that is not
    told where it is. Without a route there is nothing to move."""
    monolith = config.backends["monolith"].urls[0]
    address = monolith.partition("://")[2]
    start = f"{project.python} {project.manage} runserver {address}" if project.manage else "your application server"
    option = "" if path.absolute() == found_without_option.absolute() else f" --config {shlex.quote(str(path))}"
    steps = [
        f"Let the monolith answer at {monolith}, e.g. {start}",
        f"Start the proxy: strangler up{option}; then open http://{config.proxy.listen}/ and find everything "
        "as it was.",
    ]
    route = _easiest(config)
    if route is not None:
        url = _free_url(monolith, config.proxy.listen)
        steps.append(
            f"Move an endpoint: let a service answer it, at {url} for example, and compare both by "
            f"strangler set {route.name} shadow --service {_SERVICE} --url {url}{option}"
        )
    return steps


def _easiest(config: Config) -> Route | None:
    """The first route that GET reaches, as others are not compared without asking; else the first."""
    of_get = (route for route in config.routes if not route.methods or "GET" in route.methods)
    return next(of_get, next(iter(config.routes), None))


def _free_url(monolith: str, listen: str) -> str:
    """A URL at which neither the monolith nor the proxy is."""
    urls = (f"http://127.0.0.1:{port}" for port in range(_FIRST_PORT, _FIRST_PORT + 3))
    return next(
        url for url in urls if not any(is_same_place(url, one) for one in (listen, monolith.partition("://")[2]))
    )
