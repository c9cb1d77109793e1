"""How long ago something was, as people say it. Pure."""

from datetime import UTC, datetime

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


def ago(seconds: float) -> str:
    """`now`, `5 min`, `3 h`, `12 d`: the largest unit alone, rounded down."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "now"


def moment(at: float) -> str:
    """A Unix time in UTC, to the second: `2027-01-31 12:30:05 UTC`."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
