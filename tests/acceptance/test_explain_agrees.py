"""`strangler explain` and the running proxy say the same, on random route tables and requests."""

import http.client
import json
import random
import time
from pathlib import Path
from urllib.parse import urlsplit

from click.testing import CliRunner

from strangler_proxy.cli.main import cli
from strangler_proxy.config.load import ConfigInvalid, parse
from tests.stack.echo import echo_backend
from tests.stack.processes import free_port
from tests.stack.proxy import backend_table, proxy_part, proxy_table

TABLES = 20
REQUESTS_A_TABLE = 50

PATHS = [
    "/", "/a/", "/a/<int:pk>/", "/a/<slug:s>/", "/a/b/", "/a/<int:pk>/b/",
    "/<path:rest>", "/a/<uuid:u>/", "/b", "/b/<str:x>",
]  # fmt: skip
REGEXES = ["^/a/", "^/a/(?P<n>[0-9]{2})/$", "^/b$", "^/(a|b)/[a-z]+/$"]
TARGETS = [
    "/", "/a/", "/a", "/a/1/", "/a/12/", "/a/12", "/a/x-y/", "/a/b/", "/a/b", "/a/7/b/", "/a/7/b", "/b", "/b/", "/b/q",
    "/a/3f2504e0-4f89-41d3-9a0c-0305e82c3301/", "/nowhere/at/all", "/a/%31/", "/a/%2F/",
    "/a/../b", "/a/;x=1/", "/a/%zz/", "//a/", "/a/1/?page=2", "/b?x=%2F", "/a/%C3%A9/", "/a/b%00/",
]  # fmt: skip
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
HOSTS = ["shop.example", "api.shop.example", "other.example:8000"]


def random_route(chance: random.Random, name: str) -> str:
    """One `[[routes]]` entry; unique by a header condition now and then, so that later ones are reached."""
    lines = ["[[routes]]", f'name = "{name}"']
    if chance.random() < 0.7:
        lines.append(f"path = '{chance.choice(PATHS)}'")
    else:
        lines.append(f"regex = '{chance.choice(REGEXES)}'")
    if chance.random() < 0.5:
        lines.append(f"methods = {json.dumps(chance.sample(METHODS, chance.randint(1, 3)))}")
    if chance.random() < 0.3:
        lines.append(f"hosts = {json.dumps([chance.choice(['shop.example', '*.shop.example'])])}")
    if chance.random() < 0.3:
        lines.append(f'headers = {{ x-kind = "{chance.choice(["a", "*", "~a|b"])}" }}')
    stage = chance.choice(["monolith", "shadow", "canary", "canary", "service", "retired"])
    lines += [f'service = "{chance.choice(["one", "two"])}"', f'stage = "{stage}"']
    if stage == "canary":
        sticky = chance.choice(["cookie:sessionid", "header:X-User", "ip", "none"])
        lines += ["[routes.canary]", f"percent = {chance.choice([0, 0.5, 30, 50, 100])}", f'sticky = "{sticky}"']
    return "\n".join(lines) + "\n"


def random_table(chance: random.Random, head: str, marker: str) -> str:
    """A whole file that `strangler check` accepts, whose first route tells which table is in force."""
    routes = [f'[[routes]]\nname = "{marker}"\npath = "/{marker}/"\n']
    for number in range(chance.randint(1, 12)):
        candidate = random_route(chance, f"route-{number}")
        if not invalid(head + "\n".join([*routes, candidate])):
            routes.append(candidate)
    return head + "\n".join(routes)


def invalid(text: str) -> bool:
    """Whether the text has an error, such as a route that an earlier one hides."""
    try:
        parse(text, None)
    except ConfigInvalid:
        return True
    return False


def random_request(chance: random.Random) -> tuple[str, str, list[tuple[str, str]]]:
    """Method, target and headers."""
    headers = [("Host", chance.choice(HOSTS)), ("X-Request-ID", f"request-{chance.random()}")]
    if chance.random() < 0.5:
        headers.append(("Cookie", f"theme=dark; sessionid=user{chance.randint(1, 30)}"))
    if chance.random() < 0.4:
        headers.append(("X-User", f"user{chance.randint(1, 30)}"))
    if chance.random() < 0.5:
        headers.append(("x-kind", chance.choice(["a", "b", "c"])))
    return chance.choice(METHODS), chance.choice(TARGETS), headers


def ask(address: str, method: str, target: str, headers: list[tuple[str, str]]) -> tuple[dict[str, str], str]:
    """What the running proxy says of the request, and the backend that really got it (`HEAD` has no body to say so)."""
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    said = dict(part.strip().split("=", 1) for part in (answer.getheader("X-Strangler") or "").split(";") if part)
    return said, json.loads(body)["backend"] if method != "HEAD" else said["backend"]


def test_explain_and_the_running_proxy_always_agree(tmp_path: Path) -> None:
    chance = random.Random(20)
    config = tmp_path / "strangler.toml"
    port = free_port()
    asked = 0
    with echo_backend("monolith") as monolith, echo_backend("one") as one, echo_backend("two") as two:
        head = proxy_table(listen_port=port) + "".join(
            backend_table(name, url) for name, url in {"monolith": monolith, "one": one, "two": two}.items()
        )
        config.write_text(head)
        with proxy_part(config, listen_port=port) as proxy:
            address = urlsplit(proxy.url).netloc
            for number in range(TABLES):
                marker = f"table-{number}"
                config.write_text(random_table(chance, head, marker))
                # Each connection may reach another worker; all have taken the file well before this.
                deadline = time.monotonic() + 10
                while ask(address, "GET", f"/{marker}/", [("Host", "x")])[0].get("route") != marker:
                    assert time.monotonic() < deadline, proxy.log_tail()
                    time.sleep(0.01)
                time.sleep(0.1)
                for _ in range(REQUESTS_A_TABLE):
                    method, target, headers = random_request(chance)
                    said, backend = ask(address, method, target, headers)
                    arguments = [word for name, value in headers for word in ("-H", f"{name}: {value}")]
                    done = CliRunner().invoke(
                        cli, ["--config", str(config), "explain", "--json", method, target, *arguments]
                    )
                    assert done.exit_code == 0, done.output
                    explained = json.loads(done.stdout)
                    seen = (said.get("route"), said["stage"], said["backend"], said["why"], backend)
                    told = tuple(explained[key] for key in ("route", "stage", "backend", "why", "backend"))
                    assert seen == told, (method, target, headers, config.read_text())
                    asked += 1
    assert asked == TABLES * REQUESTS_A_TABLE
