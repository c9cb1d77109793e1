"""What is noted of each finished exchange: counted and written to the access log in batches, as that costs half.

An exchange adds one tuple; the counting and the writing of lines come when a sweep or a full batch asks for them. The
batch is small, as users wait while it is written; the thread that writes to the file gets many batches at once, as
waking it costs more than a line.
"""

import time
from json.encoder import encode_basestring_ascii as quote
from typing import Final

from strangler_proxy.config.model import Redact
from strangler_proxy.proxy.access_log import AccessLog
from strangler_proxy.proxy.logged_target import LoggedTarget
from strangler_proxy.proxy.plan import Labels

Note = tuple[Labels, float, bytes, bytes, int, int, float, str, str, str, str, str]
"""Labels, Unix time at which it began, method, target, status, bytes of body sent, seconds, how it ended (empty: well),
request id, trace id, client's address, what failed first where someone else answered for a backend (empty: nothing)."""

_BATCH: Final = 32
"""Notes that are made lines at once: a pause of a quarter of a millisecond."""
_HANDED: Final = 512
"""Lines that are handed to the log at once, if no sweep comes first."""

_THREE_DIGITS: Final = tuple(f"{number:03d}" for number in range(1000))
"""Looked up, since formatting two numbers would be a third of a line's cost."""


class Journal:
    """The notes of one worker."""

    def __init__(self, log: AccessLog, redact: Redact) -> None:
        self._log = log
        self._targets = LoggedTarget(redact)
        self._notes: list[Note] = []
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def act_by(self, redact: Redact) -> None:
        """Lines written from now on are without what this says is private."""
        self._targets = LoggedTarget(redact)

    def add(self, note: Note) -> None:
        """Notes one exchange."""
        self._notes.append(note)
        if len(self._notes) >= _BATCH:
            self._take()
            if len(self._lines) >= _HANDED:
                self._hand_over()

    def flush(self) -> None:
        """Counts what was noted, and hands its lines to the log."""
        self._take()
        if self._lines:
            self._hand_over()

    def _take(self) -> None:
        notes, self._notes = self._notes, []
        for labels, _, _, _, status, _, seconds, *_ in notes:
            labels.series.add(status, seconds)
        if self._log.on:
            self._lines += [self._line(note) for note in notes]

    def _hand_over(self) -> None:
        lines, self._lines = self._lines, []
        self._log.write(lines)

    def _line(self, note: Note) -> str:
        labels, began, method, target, status, size, seconds, ended, request_id, trace_id, client, failure = note
        second = int(began)
        micros = int(seconds * 1_000_000)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        how = f',"ended":"{ended}"' if ended else ""
        if failure:
            how += f',"failure":"{failure}"'
        path = quote(self._targets.shown(target))
        millis = _THREE_DIGITS[int((began - second) * 1000)]
        return (
            f'{{"time":"{self._stamp}.{millis}Z","method":"{method.decode("ascii")}",'
            f'"path":{path},"status":{status},"bytes":{size},'
            f'"duration_ms":{micros // 1000}.{_THREE_DIGITS[micros % 1000]},{labels.log}{how},'
            f'"request_id":"{request_id}","trace_id":"{trace_id}","client":"{client}"}}\n'
        )
