"""Cookies that differ in each answer by their nature."""

import re

from strangler_proxy.compare.normalise.normaliser import Example, Normaliser

SECRET_COOKIES = frozenset({"sessionid", "csrftoken", "messages"})
"""Django's names for the session, the CSRF token and the messages. Source: django/conf/global_settings.py."""
_SIGNED = re.compile(r"(?P<value>.*):[0-9A-Za-z]{1,8}:[0-9A-Za-z_-]{20,}")
"""`value:timestamp:signature`. Source: django/core/signing.py, TimestampSigner."""


def fold_secret(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Put a mark in place of the value of Django's own cookies, unless it is empty."""
    return "<secret>" if text and name in SECRET_COOKIES else text


def fold_signed(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Take timestamp and signature off a signed cookie's value."""
    found = _SIGNED.fullmatch(text)
    return f"{found['value']}:<signature>" if found else text


DJANGO_COOKIES = Normaliser(
    name="django-cookies",
    explains="The values of sessionid, csrftoken and messages are drawn or signed anew by each side. Whether the "
    "cookie is set, whether it has a value, and each attribute (path, domain, max-age, secure, httponly, "
    "samesite) count.",
    equal=(Example("sessionid=abc; Path=/; HttpOnly", "sessionid=xyz; HttpOnly; Path=/", "set-cookie:"),),
    differ=(
        Example("sessionid=abc; Path=/; HttpOnly", "sessionid=xyz; Path=/", "set-cookie:"),
        Example("sessionid=abc; Path=/", 'sessionid=""; Path=/', "set-cookie:"),
    ),
    fold=fold_secret,
)
SIGNED_COOKIES = Normaliser(
    name="signed-cookies",
    explains="A cookie of set_signed_cookie carries the time and a signature; the value before them is compared.",
    equal=(
        Example(
            "basket=42:1tqXyZ:abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE",
            "basket=42:1tqXz0:ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210-_abcde",
            "set-cookie:",
        ),
    ),
    differ=(
        Example(
            "basket=42:1tqXyZ:abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE",
            "basket=43:1tqXz0:ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210-_abcde",
            "set-cookie:",
        ),
    ),
    fold=fold_signed,
)
