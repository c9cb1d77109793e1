"""A moment as people name it: so long ago, or a day."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Since(click.ParamType[timedelta | datetime]):
    """`30m`, `2h`, `3d`, `1w` as a timedelta; `2027-01-31`, with a time or not, as a datetime in UTC."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta | datetime:
        """Raises: click.BadParameter."""
        if isinstance(value, timedelta | datetime):
            return value
        ago = re.fullmatch(r"([0-9]{1,6})([mhdw])", str(value))
        if ago:
            return timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no moment: write 30m, 2h, 3d, 1w, or a day such as 2027-01-31.", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


SINCE = Since()
