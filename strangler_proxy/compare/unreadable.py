"""When a body is fine, as far as we know, and still cannot be read."""


class NoReader(Exception):
    """The library that reads this kind of body is not installed; the message says which."""
