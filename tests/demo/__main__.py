"""`make demo`: everything from nothing to a route that has been in service; its service dies, and it is back."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.demo.traffic import Traffic
from tests.demo.walk import ROUTE, Walk, note, paint, show, strangler, title
from tests.stack.catalog import catalog_part, prepare_catalog
from tests.stack.processes import free_port, port_or_free
from tests.stack.proxy import STRANGLER, proxy_part
from tests.stack.shop import SHOP, prepare_shop, shop_database, shop_part

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "demo"
PRODUCTS = 200


def main() -> int:
    """Runs the demo; 0 when no request failed and no user was moved back."""
    once = os.environ.get("DEMO_ONCE") == "1"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    FOLDER.parent.mkdir(exist_ok=True)
    with FOLDER.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit("A demo is running in this clone already; end it with Ctrl-C first.") from None
        return run(once)


def run(once: bool) -> int:
    """The demo in an empty folder."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()

    title("1. A Django monolith: the shop")
    prepare_shop(FOLDER, products=PRODUCTS)
    shop_port, catalog_port, listen_port = (port_or_free(port) for port in (8001, 8002, 8000))
    with ExitStack() as running:
        shop = running.enter_context(shop_part(FOLDER, shop_port))
        note(f"{PRODUCTS} products seeded, running at {shop.url}")

        title("2. A service taken out of it: the catalog, with its own code, database and data")
        prepare_catalog(FOLDER, shop_database(FOLDER))
        catalog = catalog_part(FOLDER, catalog_port, planted=True, release="1.0")
        running.callback(lambda: catalog.stop())
        catalog.start()
        note(f"data copied, release 1.0 running at {catalog.url}")

        title("3. The proxy in front")
        config = FOLDER / "strangler.toml"
        strangler(
            FOLDER, "init", str(SHOP), "--python", sys.executable, "--output", str(config),
            "--monolith-url", shop.url, "--listen", f"127.0.0.1:{listen_port}",
        )  # fmt: skip
        metrics_port, dashboard_port = free_port(), port_or_free(8100)
        prepare_config(config, metrics_port, dashboard_port)
        strangler(FOLDER, "check")
        proxy = running.enter_context(proxy_part(config, listen_port=listen_port))
        note(f"every endpoint of the shop is on the monolith; users come to {proxy.url}")

        traffic = Traffic(shop.url)
        running.callback(traffic.stop)
        traffic.start()
        walk = Walk(FOLDER, traffic, f"http://127.0.0.1:{metrics_port}/metrics")

        title(f"4. One route on its way: {ROUTE}")
        note("forty visitors, first straight at the shop, then through the proxy; medians tell of this machine's load")
        walk.watch("no proxy")
        traffic.url = proxy.url
        walk.watch("monolith")
        before = walk.captured()
        walk.step("shadow", "set", ROUTE, "shadow", "--service", "catalog", "--url", catalog.url)
        note(f"{walk.captured() - before:.0f} exchanges were copied to the comparer; users waited for none of them")

        title("5. What the comparer found: release 1.0 has a mistake")
        show(FOLDER, "diff", ROUTE, lines=5, until="body:$.price")
        note("one line for all of them: the price is a number, and clients expect text. One of the answers:")
        show(FOLDER, "diff", ROUTE, "--sample", "1", lines=4, until="body:$.price")
        note("mended in release 1.1, with evidence of its own:")
        catalog.stop()
        catalog = catalog_part(FOLDER, catalog_port, release="1.1")
        catalog.start()
        walk.watch("shadow, mended")
        show(FOLDER, "diff", ROUTE, lines=2, until="no difference that counts")

        title("6. Users, step by step")
        for percent in (10, 50):
            walk.canary(percent)
        walk.step("service", "promote", ROUTE)

        title("7. Back, in one command, and on again")
        walk.step("monolith again", "rollback", ROUTE)
        walk.step("service again", "set", ROUTE, "service", "--force", "--reason", "the way back was only tried")

        title("8. The service dies, while it serves everybody")
        note(paint("36", f"$ kill -9 {catalog.process.pid if catalog.process else '?'}"))
        catalog.kill()
        walk.watch("service, killed")
        note("the monolith answered in its place at once, and then the route was taken back by itself:")
        show(FOLDER, "audit", "--route", ROUTE, "--since", "5m", lines=20, until="auto-rollback")
        catalog.start()

        title("What each step did to who answers")
        print(walk.summary(), flush=True)
        failed = sum(seen.tally.failed for seen in walk.seen)
        note("")
        note(f"{failed} requests failed; {walk.users_moved_back} users were moved back while the canary grew")
        if not once:
            traffic.stop()
            invite(proxy.url, config, metrics_port, dashboard(dashboard_port))
            wait_for_ctrl_c()
        return 0 if failed == 0 and walk.users_moved_back == 0 else 1


def prepare_config(config: Path, metrics_port: int, dashboard_port: int) -> None:
    """Keeps the demo's metrics, dashboard and log out of the way of another proxy on this machine."""
    dashboard = f'[control]\nlisten = "127.0.0.1:{dashboard_port}"\n\n'
    proxy = f'[proxy]\nmetrics_listen = "127.0.0.1:{metrics_port}"\naccess_log = "access.log"\n'
    config.write_text(config.read_text().replace("[proxy]\n", dashboard + proxy, 1))


def dashboard(port: int) -> str:
    """The dashboard's address, and who may come in: somebody made for this demo."""
    password = secrets.token_urlsafe(9)
    command = [STRANGLER, "user", "add", "demo", "--role", "admin", "--password-stdin"]
    subprocess.run(command, cwd=FOLDER, input=password, capture_output=True, text=True, check=True)
    return f"http://127.0.0.1:{port}        (demo / {password})"


def invite(url: str, config: Path, metrics_port: int, dashboard: str) -> None:
    """Says what can be tried now."""
    title("It is all still running. Try it:")
    note(f"the shop through the proxy   {url}        (ada / ada-demo-password)")
    note(f"the dashboard                {dashboard}")
    note(f"metrics                      http://127.0.0.1:{metrics_port}/metrics")
    note(f"the file, edit and save it   {config}")
    note(f"in a second terminal         cd {config.parent} && export PATH={ROOT}/.venv/bin:$PATH")
    note(f"                             strangler set {ROUTE} shadow && strangler routes --stage shadow")
    note("                             strangler explain GET /api/products/1/")
    note("Ctrl-C ends it.")


def wait_for_ctrl_c() -> None:
    """Sleeps until the user has seen enough."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    sys.exit(main())
