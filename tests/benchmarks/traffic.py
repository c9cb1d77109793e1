"""The requests that are sent: a browser's headers, paths over all routes, the cookies of some hundred users."""

import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROUTES = 200
USERS = 400
REQUESTS = 2003
"""Different requests, sent in turn. A prime, so that no connection meets the same few again and again."""

_HEADERS = (
    ("Host", "shop.example.com"),
    ("Connection", "keep-alive"),
    ("Cache-Control", "max-age=0"),
    ("sec-ch-ua", '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"'),
    ("sec-ch-ua-mobile", "?0"),
    ("sec-ch-ua-platform", '"Linux"'),
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    ),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
    ("Sec-Fetch-Site", "same-origin"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Dest", "document"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ("Accept-Language", "en-GB,en;q=0.9,de;q=0.8"),
)


def route_path(number: int) -> str:
    """The path of a route, in Django's syntax."""
    return f"/api/things-{number}/<int:pk>/"


def requests(routes: int = ROUTES, alike: bool = False) -> list[bytes]:
    """Whole requests, the same ones in every run; `alike`: one and the same, over and over."""
    chance = random.Random(7)
    users = [
        f"csrftoken={chance.getrandbits(160):040x}; sessionid={chance.getrandbits(128):032x}" for _ in range(USERS)
    ]
    return [_request(0 if alike else number, routes, users) for number in range(REQUESTS)]


def _request(number: int, routes: int, users: list[str]) -> bytes:
    path = route_path(number * 7919 % routes).replace("<int:pk>", str(number % 977 + 1))
    lines = [f"GET {path}?page={number % 31 + 1} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in _HEADERS]
    lines.append(f"Referer: http://shop.example.com/products/?page={number % 31}")
    lines.append(f"Cookie: _ga=GA1.1.1203495687.1731000000; {users[number * 31 % USERS]}; language=en")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


_LUA = """
local requests, at = {}, 0
for one in io.open("%s"):read("*a"):gmatch("[^%%z]+") do requests[#requests + 1] = one end
request = function()
  at = at %% #requests + 1
  return requests[at]
end
"""


def write_script(directory: Path, name: str, sent: list[bytes]) -> Path:
    """A script with which wrk sends these requests in turn."""
    data = directory / f"{name}.requests"
    data.write_bytes(b"\0".join(sent))
    script = directory / f"{name}.lua"
    script.write_text(_LUA % data)
    return script


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk counted."""

    requests: int
    requests_per_second: float


def wrk(port: int, script: Path, seconds: float, connections: int = 32) -> Load:
    """Sends as fast as answers come, on kept connections, for a whole number of seconds, one at least.

    Raises:
        RuntimeError: an answer was no 2xx, or a connection failed: the figures would say nothing.
    """
    program = shutil.which("wrk")
    if program is None:
        raise RuntimeError("wrk is not installed: run tests/benchmarks/install.sh")
    command = [program, "-t1", f"-c{connections}", f"-d{max(round(seconds), 1)}s", "-s", str(script)]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    counted, rate = re.search(r"(\d+) requests in", said), re.search(r"Requests/sec:\s+([\d.]+)", said)
    if "Non-2xx" in said or "Socket errors" in said or counted is None or rate is None:
        raise RuntimeError(f"not all was answered:\n{said}")
    return Load(int(counted[1]), float(rate[1]))
