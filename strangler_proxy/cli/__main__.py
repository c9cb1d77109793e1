"""`python -m strangler_proxy.cli`, where the command is not on the PATH."""

from strangler_proxy.cli.main import main

main()
