"""What stands behind every contender: nginx with canned answers, whose processor time is nobody's.

`/big/NAME` are files of zeros, `PUT /uploads/NAME` takes a whole body in before it answers, and all else gets a
JSON answer of 2 KB with the headers that Django and its REST framework set.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.contenders import nginx
from tests.benchmarks.running import Running
from tests.stack.processes import free_port

BIG_FILES = {"8mib": 8 * 1024 * 1024, "1gib": 1024 * 1024 * 1024}

_MEMORY = Path("/dev/shm")
"""Where uploads go, if the system has it: a disk would be slower than every proxy."""

_PRODUCT = {
    "id": 17,
    "name": "Enamel mug, 350 ml",
    "price": "14.90",
    "currency": "EUR",
    "tags": ["kitchen", "camping", "blue"],
    "description": "Keeps its colour over the fire and in the dishwasher. " * 29,
    "stock": {"warehouse": "Bremen", "free": 41, "reserved": 3},
}
_HEADERS = {
    "Vary": "Accept, Cookie, Accept-Language, origin",
    "Allow": "GET, HEAD, OPTIONS",
    "Content-Language": "en",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@contextmanager
def backend(directory: Path) -> Iterator[Running]:
    """The backend, ended with the block."""
    program = nginx.find()
    if program is None:
        raise RuntimeError("nginx is not installed, and it is the backend of all: run tests/benchmarks/install.sh")
    place = directory / "backend"
    (place / "big").mkdir(parents=True)
    for name, size in BIG_FILES.items():
        with (place / "big" / name).open("wb") as file:
            file.truncate(size)
    with tempfile.TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else directory) as uploads:
        Path(uploads).chmod(0o777)
        one = _start(program, place, uploads)
        try:
            yield one
        finally:
            one.stop()


def _start(program: str, place: Path, uploads: str) -> Running:
    port = free_port()
    headers = "".join(f"add_header {name} '{value}'; " for name, value in _HEADERS.items())
    http = f"""
access_log off; sendfile on;
server {{ listen 127.0.0.1:{port} backlog=4096; root {place}; default_type application/json;
    location /big/ {{ }}
    location /uploads/ {{ dav_methods PUT; alias {uploads}/; client_body_temp_path {uploads}/incoming; }}
    location / {{ {headers} add_header ETag '"$request_id"'; return 200 '{json.dumps(_PRODUCT)}'; }}
}}"""
    config = place / "nginx.conf"
    config.write_text(nginx.main_config(place, "backend", http))
    return Running("backend", [program, "-c", str(config), "-p", str(place)], port, place)
