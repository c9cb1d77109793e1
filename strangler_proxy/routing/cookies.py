"""One cookie out of a Cookie header, as Django reads it."""

from http.cookies import SimpleCookie

_UNQUOTER: SimpleCookie = SimpleCookie()


def cookie_value(header: str, name: str) -> str | None:
    """Return the value that Django's `request.COOKIES[name]` has; None where Django has none.

    The last of several wins, whitespace around name and value is dropped, and a value in double quotes is unquoted.
    Source: `django.http.cookie.parse_cookie` (Django 5.2).
    """
    if name not in header:
        return None
    value = None
    for chunk in header.split(";"):
        key, equals, text = chunk.partition("=")
        if equals and key.strip() == name:
            value = text.strip()
    if value is not None and value.startswith('"'):
        return str(_UNQUOTER.value_decode(value)[0])
    return value
