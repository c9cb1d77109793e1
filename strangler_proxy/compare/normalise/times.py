"""One moment written in several ways."""

import re
from datetime import datetime, timedelta

from strangler_proxy.compare.normalise.normaliser import Example, Normaliser

_MOMENT = re.compile(
    r"(?P<clock>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?(?P<offset>Z|z|[+-]\d\d:?\d\d)"
)


def fold_moment(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Write a date and time that has an offset in UTC, without the fraction's last zeros."""
    found = _MOMENT.fullmatch(text) if 20 <= len(text) <= 40 else None
    if found is None:
        return text
    try:
        utc = datetime.fromisoformat(found["clock"]) - _offset(found["offset"])
    except (ValueError, OverflowError):
        return text
    fraction = (found["fraction"] or "").rstrip("0")
    return f"<{utc.isoformat()}{'.' if fraction else ''}{fraction}>"


def same_milliseconds(primary: str, candidate: str) -> bool:
    """Whether one text is the other moment cut to milliseconds, as DjangoJSONEncoder cuts it and DRF does not."""
    mine, other = _MOMENT.fullmatch(primary), _MOMENT.fullmatch(candidate)
    if mine is None or other is None:
        return False
    fractions = mine["fraction"] or "", other["fraction"] or ""
    if sorted(map(len, fractions)) != [3, 6] or fractions[0][:3] != fractions[1][:3]:
        return False
    return fold_moment(mine["clock"] + mine["offset"], "", None) == fold_moment(
        other["clock"] + other["offset"], "", None
    )


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    return (1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)


SAME_MOMENT = Normaliser(
    name="same-moment",
    explains="One moment with another UTC offset, or with a fraction that ends in zeros: `Z` is `+00:00`, and USE_TZ "
    "with another TIME_ZONE writes the same moment. A date and time without an offset is never taken for one with it.",
    equal=(
        Example("2026-03-01T12:00:00Z", "2026-03-01T12:00:00+00:00"),
        Example("2026-03-01T12:00:00+00:00", "2026-03-01T13:00:00.000000+01:00"),
    ),
    differ=(
        Example("2026-03-01T12:00:00Z", "2026-03-01T12:00:00+01:00"),
        Example("2026-03-01T12:00:00Z", "2026-03-01T12:00:00"),
    ),
    fold=fold_moment,
)
MILLISECONDS = Normaliser(
    name="milliseconds",
    explains="A moment with six digits of a second against the same one cut to three: DRF writes microseconds, "
    "DjangoJSONEncoder (JsonResponse) cuts them to milliseconds. A fraction that is gone altogether is a difference.",
    equal=(Example("2026-03-01T12:00:00.123456Z", "2026-03-01T12:00:00.123Z"),),
    differ=(
        Example("2026-03-01T12:00:00.123456Z", "2026-03-01T12:00:00.124Z"),
        Example("2026-03-01T12:00:00.123456Z", "2026-03-01T12:00:00Z"),
    ),
)
