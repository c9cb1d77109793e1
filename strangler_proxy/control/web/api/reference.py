"""`docs/reference/openapi.json`: `python -m strangler_proxy.control.web.api.reference [DIRECTORY]` writes it."""

import json
import sys
import tempfile
from pathlib import Path

from strangler_proxy.control.setup import ready

FILE = "openapi.json"


def text() -> str:
    """The description as the file has it; this process is the control plane's Django project already."""
    from strangler_proxy.control.web.api.openapi import description

    return json.dumps(description(), ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write the file into the directory of the first argument, by default `docs/reference`."""
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    with tempfile.TemporaryDirectory() as state:
        ready(Path(state), {})
        (directory / FILE).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
