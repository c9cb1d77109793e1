"""Reads settings from the environment; an unreadable value stops the start and names the variable."""

import os

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The variable as it is, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def flag(name: str, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off.

    Raises: ImproperlyConfigured for any other word.
    """
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no: use 1 or 0.")
    return value in TRUE


def number(name: str, default: float) -> float:
    """The variable as a number.

    Raises: ImproperlyConfigured when it is none.
    """
    value = text(name)
    try:
        return float(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not a number.") from error


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list without blanks; the default when the variable is unset or empty."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else default
