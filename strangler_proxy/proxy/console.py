"""What the supervisor says to the person who watches it: short lines on standard error."""

import os
import sys
import time
from typing import TextIO

_COLOURS = {"info": "", "good": "\x1b[32m", "warning": "\x1b[33m", "error": "\x1b[31m"}


class Console:
    """Lines `12:30:05 text`; coloured only on a terminal, and never with NO_COLOR set."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._colour = self._stream.isatty() and not os.environ.get("NO_COLOR")

    def info(self, text: str) -> None:
        """Something happened as it should."""
        self._say("info", text)

    def good(self, text: str) -> None:
        """What was asked for is done."""
        self._say("good", text)

    def warning(self, text: str) -> None:
        """Something is not as it should be; users are served all the same."""
        self._say("warning", text)

    def error(self, text: str) -> None:
        """What was asked for is not done."""
        self._say("error", text)

    def _say(self, level: str, text: str) -> None:
        colour = _COLOURS[level] if self._colour else ""
        end = "\x1b[0m" if colour else ""
        word = f"{level}: " if level in ("warning", "error") else ""
        try:
            self._stream.write(f"{time.strftime('%H:%M:%S')} {colour}{word}{text}{end}\n")
            self._stream.flush()
        except OSError:
            pass  # nobody is there to read it any more
