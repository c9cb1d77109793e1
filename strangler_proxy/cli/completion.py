"""`strangler completion SHELL`: the script that makes a shell complete verbs, options, routes and stages."""

import click
from click.shell_completion import get_completion_class

from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb

COMPLETE_VARIABLE = "_STRANGLER_COMPLETE"
"""The variable by which the script asks the command for completions; click derives it from the program's name."""
SHELLS = ("bash", "zsh", "fish")


@verb(
    "completion",
    examples=(
        Example("strangler completion bash", "print the script for bash"),
        Example('eval "$(strangler completion bash)"', "in ~/.bashrc"),
        Example('eval "$(strangler completion zsh)"', "in ~/.zshrc"),
        Example("strangler completion fish | source", "in ~/.config/fish/config.fish"),
    ),
)
@click.argument("shell", type=click.Choice(SHELLS), metavar="SHELL")
def completion(session: Session, shell: str) -> None:
    """Print the completion script of a shell.

    Verbs, options, the routes of strangler.toml and the stages complete.
    """
    completion_class = get_completion_class(shell)
    assert completion_class is not None, "click knows the shells of SHELLS"
    root = click.get_current_context().find_root().command
    script = completion_class(root, {}, "strangler", COMPLETE_VARIABLE).source()
    session.answer({"shell": shell, "script": script}, lambda: script)
