"""Endpoints and answers for tests that need no project."""

from collections.abc import Sequence
from typing import Any

from strangler_proxy.discover.answer import Answer, read_answer


def chain(*texts: str) -> list[dict[str, Any]]:
    """Links of a chain; what begins with `^` or `(?` was made by re_path()."""
    return [
        {
            "kind": "regex" if text.startswith(("^", "(?")) else "path",
            "text": text,
            "by_language": {},
            "decided_by": None,
        }
        for text in texts
    ]


def converter(regex: str, *, custom: bool = True, may_refuse: bool = False) -> dict[str, Any]:
    """One path converter of the probe's document."""
    return {"regex": regex, "custom": custom, "may_refuse": may_refuse}


def endpoint(*texts: str, name: str | None = None, view: str = "shop.views.page", **more: Any) -> dict[str, Any]:
    """One endpoint of the probe's document."""
    return {"chain": chain(*texts), "view": view, "name": name, "namespaces": [], "methods": None, **more}


def document(endpoints: Sequence[dict[str, Any]], **facts: Any) -> dict[str, Any]:
    """A document as the probe writes it."""
    return {
        "format": 2,
        "python": "3.12.1",
        "django": "5.2",
        "settings": "shop.settings",
        "root_urlconf": "shop.urls",
        "append_slash": True,
        "allowed_hosts": [],
        "debug": False,
        "apps": [["shop", "shop"], ["reviews", "shop.reviews"]],
        "middleware": [],
        "secure_proxy_ssl_header": None,
        "wsgi_application": None,
        "asgi_application": None,
        "languages": ["en"],
        "unprefixed_is_default": False,
        "language_code": "en",
        "converters": {},
        "endpoints": list(endpoints),
        **facts,
    }


def answer(*endpoints: dict[str, Any], **facts: Any) -> Answer:
    """The answer that stands for the given endpoints."""
    return read_answer(document(endpoints, **facts))
