"""What can keep the proxy from starting."""

from pathlib import Path

from strangler_proxy.errors import StranglerError


class ProxyError(StranglerError):
    """The proxy can't start; nothing of it is left running."""

    code = "STR400"
    exit_code = 4


class AlreadyRunning(ProxyError):
    """Another supervisor holds the state directory."""

    code = "STR401"

    def __init__(self, directory: Path, pid: str, file: str) -> None:
        """`pid` and `file` are the holder's process id and config file, empty where they are not known."""
        serves = f", which serves {file}" if file else ""
        super().__init__(
            f"this state directory is held by a running proxy (process {pid or 'unknown'}{serves}).",
            where=str(directory),
            remedy="Stop that one first, or change what it does by saving its file. Another file needs a state "
            "directory of its own: put it into another folder, or name one in $STRANGLER_STATE.",
        )


class PortTaken(ProxyError):
    """Something else listens where the proxy should."""

    code = "STR402"

    def __init__(self, listen: str) -> None:
        super().__init__(
            f"{listen} is taken by another program.",
            where="[proxy] listen",
            remedy="Stop that program, or choose another port; port 0 takes a free one.",
        )


class CannotListen(ProxyError):
    """The system does not let the proxy listen there."""

    code = "STR403"

    def __init__(self, listen: str, why: str) -> None:
        super().__init__(
            f"can't listen on {listen}: {why}.",
            where="[proxy] listen",
            remedy="Use an address of this machine; a port below 1024 needs the right for it.",
        )


class WorkersDied(ProxyError):
    """No worker got as far as serving."""

    code = "STR404"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"no worker began to serve within {seconds:g} seconds.",
            remedy="What they said is above this line; run `strangler doctor`.",
        )


class BadCertificate(ProxyError):
    """The files of `[proxy.tls]` can't serve."""

    code = "STR405"

    def __init__(self, key: str, path: str, why: str) -> None:
        super().__init__(
            f"the {key} {path} can't be used: {why}.",
            where=f"[proxy.tls] {key}",
            remedy="Name two PEM files that this user can read: the chain, its own certificate first, and its key.",
        )


class CannotActBy(ProxyError):
    """The config is valid, and yet no routes can be made of it."""

    code = "STR406"
    exit_code = 1

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"the config can't be loaded: {why}.",
            where=str(path),
            remedy="Look at the regexes of [converters] and routes: a backreference counts groups of the whole path.",
        )
