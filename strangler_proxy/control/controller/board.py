"""The walks as of now in `walks.json` of the state directory, for commands that do not open the store to be quick."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "walks.json"


def state_of(config_path: Path) -> Path:
    """The state directory of a config, which need not be there."""
    return config_path.resolve().parent / ".strangler"


def read_board(state: Path) -> dict[str, dict[str, Any]]:
    """Route → its walk as `WalkNow.document`; empty where nothing is said, or nothing that can be read."""
    try:
        walks = json.loads((state / FILE).read_bytes())
        return {str(walk["route"]): walk for walk in walks}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


class Board:
    """Writes it when it has changed, so that a reader sees the old text or the new one."""

    def __init__(self, state: Path) -> None:
        self._path = state / FILE
        self._said = ""

    def show(self, walks: list[Mapping[str, Any]]) -> None:
        """Says how the walks are; a disk that is full costs that and nothing else."""
        text = json.dumps(walks, ensure_ascii=False)
        if text == self._said:
            return
        beside = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._path)
            self._said = text
