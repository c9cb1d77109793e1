"""Text from outside, made fit for a column of any database."""

import hashlib


def fit(text: str, length: int) -> str:
    """The text itself when a column of `length` characters can hold it.

    NUL, which PostgreSQL refuses, and half surrogate pairs, which UTF-8 has not, are written as escapes. A longer one
    is cut and ends in a hash of the whole, so two that differ further on stay two.
    """
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    if "\0" in text:
        text = text.replace("\0", "\\x00")
    if len(text) <= length:
        return text
    return f"{text[: length - 17]}…{hashlib.sha256(text.encode()).hexdigest()[:16]}"
