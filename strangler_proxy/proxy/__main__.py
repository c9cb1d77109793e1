"""`python -m strangler_proxy.proxy strangler.toml`: the proxy alone, without the command line around it.

With `--controlled` behind the file the control process runs beside it, as with `strangler up`.
"""

import sys
from pathlib import Path

from strangler_proxy.errors import StranglerError
from strangler_proxy.proxy.supervisor import run

if __name__ == "__main__":
    try:
        path = Path(sys.argv[1] if len(sys.argv) > 1 else "strangler.toml")
        sys.exit(run(path, controlled="--controlled" in sys.argv[2:]))
    except StranglerError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
