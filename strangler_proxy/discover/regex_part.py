"""What a `re_path()` matches, once it is one link of a chain (1 to 3 of the list in `pattern.py`). Pure."""

import re

from strangler_proxy.discover.expression import ends_in_one_way

_BEGINS_WITH_ANYTHING = re.compile(r"(\((\?P<\w+>|\?:)?)*\.\*")
_LEADING_FLAGS = re.compile(r"(\^?)\(\?([aiLmsux]+)\)")
"""Flags of a whole expression; up to Python 3.10 they may stand behind the `^`."""
_WHOLE_OR_COMMENT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|#[^\n]*", re.DOTALL)
"""An escape, a character class, or, outside of both, a comment."""


def regex_part(regex: str, is_last: bool) -> str:
    """One `re_path()` of a chain of links, as an expression that takes up where the link before it ended.

    `is_last` of the endpoint itself, not of an `include()`.
    """
    flags = ""
    if match := _LEADING_FLAGS.match(regex):
        flags, regex = match[2].replace("u", ""), match[1] + regex[match.end() :]
    is_whole = is_last and regex.endswith("$")
    branches = _top_level_branches(regex)
    if "x" in flags:
        branches = [branch.lstrip() for branch in _top_level_branches(_without_comments(regex))]
    branches = [_unanchored(branch, may_skip=not is_whole) for branch in branches]
    part = "|".join(branches)
    if flags:
        part = f"(?{flags}:{part})"
    if is_whole and not all(map(_ends_anchored, branches)):
        return rf"{part}\Z" if flags else rf"(?:{part})\Z"
    if not is_last and not ends_in_one_way(part):
        return f"(?>{part})"
    return f"(?:{part})" if len(branches) > 1 and not flags else part


def _ends_anchored(branch: str) -> bool:
    """Whether the branch ends with a `$` that is none of its text."""
    return branch.endswith("$") and (len(branch) - len(branch[:-1].rstrip("\\"))) % 2 == 1


def _unanchored(branch: str, *, may_skip: bool) -> str:
    for anchor in ("^", r"\A"):
        if branch.startswith(anchor):
            return branch.removeprefix(anchor)
    # `re.search` takes the first place where the rest matches; what begins with `.*` matches where it stands.
    return f".*?{branch}" if may_skip and branch and not _BEGINS_WITH_ANYTHING.match(branch) else branch


def _without_comments(regex: str) -> str:
    """A verbose expression (`(?x)`) without its comments, in which a bracket or a `|` would say nothing."""
    return _WHOLE_OR_COMMENT.sub(lambda part: "" if part[0].startswith("#") else part[0], regex)


def _top_level_branches(regex: str) -> list[str]:
    """`regex` cut at each `|` that stands outside every group and character class."""
    branches, depth, start = [], 0, 0
    for position, character in _outside_classes(regex):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            branches.append(regex[start:position])
            start = position + 1
    return [*branches, regex[start:]]


def _outside_classes(regex: str) -> list[tuple[int, str]]:
    """Each character that is not escaped and not in a `[…]`, with its position."""
    found: list[tuple[int, str]] = []
    position = 0
    while position < len(regex):
        if regex[position] == "\\":
            position += 2
            continue
        if regex[position] == "[":
            # A `]` that comes first, or first after `^`, is one of the class's own characters.
            position += 2 if regex[position + 1 : position + 2] == "^" else 1
            position += 1 if regex[position : position + 1] == "]" else 0
            while position < len(regex) and regex[position] != "]":
                position += 2 if regex[position] == "\\" else 1
        else:
            found.append((position, regex[position]))
        position += 1
    return found
