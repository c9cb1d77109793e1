"""Keeps the groups of several expressions apart that become one. Pure."""

import re

NAMED_GROUP = re.compile(r"\(\?P<(\w+)>")
_REFERENCE = re.compile(
    r"(?P<to>\\(?=[1-9])|\(\?\((?=\d))(?P<number>\d{1,2})|\\.|(?P<before>\(\?P<|\(\?P=|\(\?\()(?P<name>\w+)", re.DOTALL
)
"""A back reference or condition, numbered or named, the begin of a named group, or an escape that is none of them."""


class Groups:
    """The groups of what was joined so far."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._count = 0

    def apart(self, part: str) -> str:
        """`part` with every group name unused so far, and its references pointing at the same groups as before."""
        new_names: dict[str, str] = {}
        for name in NAMED_GROUP.findall(part):
            new_names[name] = self._unused(name)
        shift, self._count = self._count, self._count + _groups_in(part)

        def moved(match: re.Match[str]) -> str:
            if match["number"]:
                return f"{match['to']}{int(match['number']) + shift}"
            return f"{match['before']}{new_names[match['name']]}" if match["name"] in new_names else match[0]

        return _REFERENCE.sub(moved, part)

    def _unused(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._names:
            name, number = f"{wanted}_{number}", number + 1
        self._names.add(name)
        return name


def _groups_in(part: str) -> int:
    try:
        return re.compile(part).groups
    except re.error:  # valid for the project's Python only; what is wrong with it is said when the file is checked
        return 0
