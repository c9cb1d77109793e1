"""What every verb shares: where the config is, how the answer is given, and to whom the talk goes.

Guarantee: with `--json`, standard output gets exactly one JSON document; everything else goes to standard error.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from strangler_proxy.config.errors import ConfigUnreadable

CONFIG_NAME = "strangler.toml"
CONFIG_VARIABLE = "STRANGLER_CONFIG"
SECRET_VARIABLE = "STRANGLER_OVERRIDE_SECRET"
"""Holds the secret that overrides are signed with, as the proxy reads it."""


@dataclass(slots=True)
class Session:
    """The common options of one call, and the only way in which a verb prints."""

    as_json: bool = False
    debug: bool = False
    config_option: Path | None = None
    """What `--config` named; None: looked for."""

    @property
    def config_path(self) -> Path:
        """`--config`, else `$STRANGLER_CONFIG`, else the nearest `strangler.toml` of this directory or one above.

        The path is returned whether or not the file exists: the loader says what is wrong with it.
        """
        return self.config_option or found_config(Path.cwd(), os.environ.get(CONFIG_VARIABLE))

    def with_folders_searched(self, error: ConfigUnreadable) -> ConfigUnreadable:
        """The error, saying where the config was looked for when it was looked for, rather than named."""
        named = self.config_option is not None or CONFIG_VARIABLE in os.environ
        if named or error.where != CONFIG_NAME or Path(CONFIG_NAME).exists():
            return error
        here = Path.cwd()
        above = f", nor in {', '.join(map(str, here.parents))}" if here.parents else ""
        return ConfigUnreadable(Path(CONFIG_NAME), f"there is no such file in {here}{above}.", error.remedy or "")

    def answer(self, document: Any, text: Callable[[], str]) -> None:
        """Print the answer, once: the JSON document, or the text for a person (made only when asked for)."""
        if self.as_json:
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            click.echo(text())

    def say(self, text: str) -> None:
        """Print progress or a warning: always to standard error."""
        click.echo(text, err=True)


def found_config(directory: Path, from_environment: str | None) -> Path:
    """Where the config is without `--config`; relative to `directory` when it lies there or nowhere."""
    if from_environment:
        return Path(from_environment)
    for candidate in (directory, *directory.parents):
        if (candidate / CONFIG_NAME).is_file():
            return Path(CONFIG_NAME) if candidate == directory else candidate / CONFIG_NAME
    return Path(CONFIG_NAME)
