"""A fault of ours as it is told: where it came about and of what kind, and never what was being handled.

The message of an exception quotes values (`could not convert string to float: '4111…'`), and those are users' data.
"""

import traceback


def told(error: BaseException) -> str:
    """The traceback, with the source's own lines and the kinds of the exceptions, causes first."""
    parts = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        frames = "".join(traceback.format_tb(one.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{_kind(one)} (its message may hold users' data)\n")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\nwhich led to\n\n".join(reversed(parts))


def _kind(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
