"""Processor time a request, the proxy against nginx, in one run: `python tests/benchmarks/proxy_cost.py [seconds]`.

Both proxies have one worker and stand before the same nginx backend; wrk sends a browser's headers over kept
connections. Rounds alternate, and each figure is the median of its rounds: processor seconds of the proxy's processes,
from /proc, by the requests that wrk counted.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from proxy_harness import free_port, running_proxy

ROUNDS = int(os.environ.get("ROUNDS", 5))
ROUTES = 200
CONNECTIONS = 32
BODY = "x" * 2000

HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-GB,en;q=0.9,de;q=0.8",
    "Cache-Control": "max-age=0",
    "Cookie": "csrftoken=gH3kq0wR5tY8uI1oP4aS7dF2gH5jK8lZ; sessionid=q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6",
    "Referer": "http://shop.example.com/products/?page=2",
    "Sec-CH-UA": '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"',
    "Sec-CH-UA-Mobile": "?0",
    "Sec-CH-UA-Platform": '"Linux"',
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Upgrade-Insecure-Requests": "1",
}

VARYING = """
local paths = {}
for i = 1, 200 do paths[i] = "/api/things-" .. i .. "/" .. (i * 37) .. "/?page=" .. i end
local n = 0
request = function()
  n = n + 1
  wrk.headers["Cookie"] = "csrftoken=gH3kq0wR5tY8uI1oP4aS7dF2gH5jK8lZ; sessionid=q1w2e3r4t5y6u7i8o9p0a1s2d3f" .. n
  return wrk.format("GET", paths[n % 200 + 1])
end
"""


def nginx(directory: Path, name: str, server: str) -> subprocess.Popen[bytes]:
    conf = directory / f"{name}.conf"
    conf.write_text(
        f"""
daemon off; worker_processes 1; pid {directory}/{name}.pid; error_log {directory}/{name}.err;
events {{ worker_connections 1024; }}
http {{ keepalive_requests 100000000; access_log {directory}/{name}.log; client_body_temp_path {directory}/b-{name};
proxy_temp_path {directory}/p-{name}; fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u;
scgi_temp_path {directory}/s; {server} }}
"""
    )
    return subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(conf), "-p", str(directory)])


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wrk(url: str, seconds: float, script: Path) -> tuple[int, str]:
    headers = [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--latency", "-s", str(script), *headers, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(said)
    found = re.search(r"(\d+) requests in", said)
    tail = re.search(r"99%\s+(\S+)", said)
    assert found is not None
    assert tail is not None
    return int(found[1]), tail[1]


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    stage = sys.argv[2] if len(sys.argv) > 2 else "monolith"
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        script = directory / "varying.lua"
        script.write_text(VARYING)
        back, front = free_port(), free_port()
        server = (
            f"server {{ listen 127.0.0.1:{back} backlog=1024; access_log off; location / {{ return 200 '{BODY}'; }} }}"
        )
        forward = f"""upstream u {{ server 127.0.0.1:{back}; keepalive 64; }}
server {{ listen 127.0.0.1:{front}; location / {{ proxy_pass http://u; proxy_http_version 1.1;
proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; }} }}"""
        for name, text in (("backend", server), ("proxy", forward)):
            process = nginx(directory, name, text)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            nginx_pid = process.pid
        routes = "\n".join(
            f'[[routes]]\nname = "things-{number}"\npath = "/api/things-{number}/<int:pk>/"\nservice = "catalog"\n'
            f'stage = "{stage}"\n'
            for number in range(1, ROUTES + 1)
        )
        toml = f"""[proxy]
listen = "127.0.0.1:0"
workers = 1
metrics_listen = "127.0.0.1:0"
access_log = "{os.environ.get("BENCH_LOG", "access.log")}"
[backends.monolith]
urls = ["http://127.0.0.1:{back}"]
[backends.catalog]
urls = ["http://127.0.0.1:{back}"]
{routes}"""
        proxy = stack.enter_context(running_proxy(directory, toml))
        time.sleep(0.5)
        contenders = {
            "nginx": (f"http://127.0.0.1:{front}", children(nginx_pid)),
            "strangler": (proxy.url, proxy.workers()),
        }
        costs: dict[str, list[float]] = {name: [] for name in contenders}
        rates: dict[str, list[float]] = {name: [] for name in contenders}
        tails: dict[str, str] = {}
        for url, _ in contenders.values():
            wrk(url, 1, script)
        for _ in range(ROUNDS):
            for name, (url, pids) in contenders.items():
                before = cpu_seconds(pids)
                count, tails[name] = wrk(url, seconds, script)
                costs[name].append((cpu_seconds(pids) - before) / count * 1e6)
                rates[name].append(count / seconds)
        base = statistics.median(costs["nginx"])
        for name in contenders:
            cost = statistics.median(costs[name])
            print(
                f"{name:10} {cost:6.1f} µs a request  {cost / base:4.2f} x nginx  "
                f"{statistics.median(rates[name]):7.0f} requests/s  p99 {tails[name]}"
            )


if __name__ == "__main__":
    main()
