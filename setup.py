"""Compiles the hot path of the proxy when `STRANGLER_COMPILE=1` asks for it; without it the package is plain Python.

The modules are the same, and typed strictly anyway, so mypyc takes them as they are. `build_backend.py` asks
for it wherever a wheel is built and a C compiler is there.
"""

import os
import sys

from setuptools import setup

PROXY = (
    "answer_framing answers asking backend_connection capture_sender chunked client_connection counters exchange "
    "exchange_copy forwarded grammar handed_over headers health hops http_date journal known_blocks logged_target plan "
    "pool request_body request_head response_head site tracing tunnel"
)
ROUTING = "canary conditions cookies index model outcomes paths shape table"
COMPARE = (
    "answer body capture_frame compare difference findings fingerprint headers json_body media paths "
    "shared_items values"
)
"""What a request passes, or a comparison of JSON bodies; the rest is not worth it."""


def modules() -> list[str]:
    """Files to compile."""
    folders = {"strangler_proxy/proxy": PROXY, "strangler_proxy/routing": ROUTING, "strangler_proxy/compare": COMPARE}
    return [f"{folder}/{name}.py" for folder, names in folders.items() for name in names.split()]


if os.environ.get("STRANGLER_COMPILE") == "1" and "bdist_wheel" in sys.argv:
    from mypyc.build import mypycify

    setup(ext_modules=mypycify(["--strict", "--ignore-missing-imports", "--explicit-package-bases", *modules()]))
else:  # not asked to, or a step before the wheel, which asks for names and needs only
    setup()
