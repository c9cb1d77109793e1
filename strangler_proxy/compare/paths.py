"""Paths in a body: how a difference names its place, and patterns that say which places a rule means.

Every kind of body is addressed in one language, JSONPath, so that one ignore means the same everywhere:

| body | path |
|---|---|
| JSON | `$.results[0].price` |
| HTML, XML | `$.html.body.ul[0].li[2]['@class']`; text is `['#text']`; indexes count siblings of one name, from 0 |
| text | `$[12]`: the line, from 0 |
| CSV | `$[3].price`: the row below the header row, from 0, and its column; `$[*].price`: the whole column |
| form, multipart | `$.name[0]`: the field, and which of its values |
| anything else | `$` |

Source: RFC 9535 (JSONPath); names that need no brackets are written after a dot (section 2.5.1).
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

_SHORTHAND = re.compile(r"[A-Za-z_\u0080-\uD7FF\uE000-\U0010FFFF][0-9A-Za-z_\u0080-\uD7FF\uE000-\U0010FFFF]*")
_STEP = re.compile(
    r"""(?P<deep>\.\.)?(?:\.?(?P<star>\*)|\.?(?P<name>[^\s.\[\]"'*]+)"""
    r"""|\[(?P<index>[0-9]+)\]|(?P<stars>\[\*\])"""
    r"""|\['(?P<single>(?:[^'\\]|\\.)*)'\]|\["(?P<double>(?:[^"\\]|\\.)*)"\])""",
    re.DOTALL,
)
_ESCAPES = {"'": r"\'", "\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


class Star(Enum):
    """Stands for every member and index at its place."""

    ANY = "*"


Step = str | int | Star
"""A member's name, an index, or all of them."""
Steps = tuple[Step, ...]


def body_path(steps: Steps) -> str:
    """The path of a place in the body, e.g. `body:$.results[0]['first name']`."""
    return "body:$" + "".join(map(_written, steps))


_STEP_OF_PATH = re.compile(
    r"""\[(?P<index>[0-9]+)\]|(?P<star>\[\*\])|\['(?P<quoted>(?:[^'\\]|\\.)*)'\]|\.(?P<name>[^.\[\]]+)""", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_UNESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def steps_of(path: str) -> Steps | None:
    """The steps that `body_path` wrote as this path; None: it is none of those, e.g. `header:etag`."""
    if not path.startswith("body:$"):
        return None
    at, steps = len("body:$"), []
    while at < len(path):
        found = _STEP_OF_PATH.match(path, at)
        if found is None:
            return None
        steps.append(_step_of_path(found))
        at = found.end()
    return tuple(steps)


def _step_of_path(found: re.Match[str]) -> Step:
    if found["index"] is not None:
        return int(found["index"])
    if found["star"] is not None:
        return Star.ANY
    return found["name"] if found["quoted"] is None else _unescaped(found["quoted"])


def _unescaped(quoted: str) -> str:
    """The name that is written in quotes. Source: RFC 9535, section 2.3.1.1."""
    return _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else _UNESCAPES.get(one[2], one[2]), quoted)


def _written(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return "[*]" if isinstance(step, Star) else _written_name(step)


@lru_cache(maxsize=4096)
def _written_name(step: str) -> str:
    if _SHORTHAND.fullmatch(step) and not any(map(str.isspace, step)):
        return f".{step}"
    return f"['{''.join(map(_escaped, step))}']"


def _escaped(character: str) -> str:
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\u{code:04x}" if code < 0x20 or 0xD800 <= code < 0xE000 else character)


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A JSONPath with `*` and `..`, as rules have it."""

    steps: tuple[tuple[bool, Step], ...]
    """Each with whether it may lie any number of levels deeper (`..`)."""

    @classmethod
    def of(cls, text: str) -> "PathPattern":
        """The pattern that a rule's `body:$…` writes.

        Raises:
            ValueError: it is none; the config's own check says so first.
        """
        if not text.startswith("body:$"):
            raise ValueError(f"{text!r} is no path in a body")
        at, steps = len("body:$"), []
        while at < len(text):
            found = _STEP.match(text, at)
            if found is None:
                raise ValueError(f"{text!r} is no JSONPath from character {at + 1} on")
            steps.append((found["deep"] is not None, _step(found)))
            at = found.end()
        return cls(tuple(steps))

    def covers(self, place: Steps) -> bool:
        """Whether the place, or one that it lies within, is one that the pattern means."""
        return self._reaches(place, 0, 0, whole=False)

    def matches(self, place: Steps) -> bool:
        """Whether the place itself is one that the pattern means."""
        return self._reaches(place, 0, 0, whole=True)

    def _reaches(self, place: Steps, at: int, depth: int, *, whole: bool) -> bool:
        while at < len(self.steps):
            deep, step = self.steps[at]
            if deep:
                return any(
                    _fits(step, place[deeper]) and self._reaches(place, at + 1, deeper + 1, whole=whole)
                    for deeper in range(depth, len(place))
                )
            if depth >= len(place) or not _fits(step, place[depth]):
                return False
            at, depth = at + 1, depth + 1
        return depth == len(place) or not whole


def _step(found: re.Match[str]) -> Step:
    if found["star"] or found["stars"]:
        return Star.ANY
    if found["index"]:
        return int(found["index"])
    return found["name"] or _unescaped(found["single"] or found["double"] or "")


def _fits(step: Step, place: Step) -> bool:
    return step is Star.ANY or step == place
