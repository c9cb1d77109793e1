"""Opens the store for a verb. Django is imported when a verb runs, never by its module: the others stay quick."""

from strangler_proxy.cli.session import Session
from strangler_proxy.proxy.state import state_directory


def open_store(session: Session) -> None:
    """Afterwards the modules of `control` can be imported and used, on the store of this config.

    Raises: the errors of `control.setup.ready`.
    """
    from strangler_proxy.control.setup import ready

    ready(state_directory(session.config_path))
