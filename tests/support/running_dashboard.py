"""The shop's dashboard, served by this process, with a user of each role."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard_store import fill, write_config

PASSWORD = "four words of chance"
ROLES = ("viewer", "operator", "admin")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A running one."""

    url: str
    config: Path
    group: str
    """Address of a difference group with samples."""


@contextmanager
def running_dashboard(directory: Path) -> Iterator[Dashboard]:
    """One whose file and store are in the directory; each user is called as the role."""
    from cheroot.wsgi import Server

    from strangler_proxy.config.load import load
    from strangler_proxy.control.serve import application
    from strangler_proxy.proxy.state import state_directory

    path = write_config(directory)
    wsgi, _ = application(load(path).control, state_directory(path), path)
    fill()
    from strangler_proxy.control.models import Group
    from strangler_proxy.control.users import user_add

    for role in ROLES:
        user_add(name=role, role=role, password=PASSWORD)
    group = Group.objects.get(epoch__route="product-detail", path="body:$.price").pk
    server = Server(("127.0.0.1", 0), wsgi, numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield Dashboard(f"http://127.0.0.1:{server.bind_addr[1]}", path, f"/routes/product-detail/groups/{group}/")
    finally:
        server.stop()
        thread.join()
        from django.db import connections

        connections.close_all()
