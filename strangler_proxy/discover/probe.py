"""Walks the URLconf of a Django project and writes what it found as one JSON document.

A script, not a module of the toolkit: it is run by the *project's own* interpreter, so it imports nothing but the
standard library and that project's Django, and keeps to the syntax of Python 3.8 (Django 3.2 to 6.x). It imports the
project as a management command does, and reads; it runs no view and asks the database nothing.

    DJANGO_SETTINGS_MODULE=mysite.settings python probe.py --out FILE [--manage manage.py]     (in the project's folder)

The document goes to FILE, so that nothing that the project prints can spoil it. Exit code 0: FILE holds the answer;
1: FILE holds `{"error": {"kind", "exception", "traceback"}}`.
"""

import os
import sys

if __name__ == "__main__":
    # Python put this script's folder first, where the project's own folder belongs.
    sys.path[0] = os.getcwd()

import argparse
import contextlib
import functools
import json
import re
import runpy
import traceback
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

FORMAT = 2
"""Version of the document; `answer.py` reads exactly this one."""

PARAMETER = re.compile(r"<(?:(?P<converter>[^>:]+):)?[^>]+>")
"""A parameter of a `path()` route. Source: `_PATH_PARAMETER_COMPONENT_RE` of django/urls/resolvers.py."""

ANSWERING = ("dispatch", "setup", "__getattr__", "__getattribute__", "http_method_not_allowed")
"""What a class-based view can answer in, or make its handlers in, without a handler of the method's name."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
"""The order in which methods are written; some views hold theirs in a set, whose order changes from run to run."""

Json = Dict[str, Any]


class _ManageReached(BaseException):
    """Raised where manage.py hands over to Django: by then it has set up the environment, which is all we came for."""


class _NoSettings(Exception):
    """Neither the caller nor manage.py named a settings module."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--manage")
    arguments = parser.parse_args()
    kind = "no-django"
    try:
        import django  # noqa: F401

        kind = "import"
        _prepare(arguments.manage)
        document = _describe()
    except (Exception, SystemExit) as error:  # a settings module may well call sys.exit()
        if isinstance(error, _NoSettings):
            kind = "no-settings"
        document = {"error": _describe_error(kind, error)}
    with open(arguments.out, "w", encoding="utf-8") as out:
        json.dump(document, out)
    return 1 if "error" in document else 0


def _prepare(manage: Optional[str]) -> None:
    """Do what manage.py does before it calls Django (search path, .env files, settings), then set Django up."""
    import django
    from django.core import management

    if manage:

        def stop(*_arguments: Any, **_options: Any) -> None:
            raise _ManageReached

        original = management.execute_from_command_line
        management.execute_from_command_line = stop
        sys.argv = [manage, "check"]
        # A manage.py that fails by itself is no obstacle as long as the settings are known without it.
        with contextlib.suppress(_ManageReached, Exception, SystemExit):
            runpy.run_path(manage, run_name="__main__")
        management.execute_from_command_line = original
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        raise _NoSettings
    django.setup()


def _describe_error(kind: str, error: BaseException) -> Json:
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return {
        "kind": kind,
        "exception": "".join(traceback.format_exception_only(type(error), error)).strip(),
        "type": type(error).__name__,
        "module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
        "traceback": "".join(lines).rstrip().splitlines(),
        "python": ".".join(map(str, sys.version_info[:3])),
    }


def _describe() -> Json:
    import django
    from django.conf import settings
    from django.urls import get_resolver

    used: Set[str] = set()
    middleware = settings.MIDDLEWARE
    endpoints = list(_walk(get_resolver(), [], [], used))
    return {
        "format": FORMAT,
        "python": ".".join(map(str, sys.version_info[:3])),
        "django": django.get_version(),
        "settings": os.environ["DJANGO_SETTINGS_MODULE"],
        "root_urlconf": _name_of(settings.ROOT_URLCONF),
        "append_slash": bool(settings.APPEND_SLASH) and _has_common_middleware(middleware),
        "allowed_hosts": list(map(str, settings.ALLOWED_HOSTS)),
        "debug": bool(settings.DEBUG),
        "installed_apps": list(map(str, settings.INSTALLED_APPS)),
        "apps": _apps(),
        "middleware": list(map(str, middleware)),
        "secure_proxy_ssl_header": _strings_or_none(settings.SECURE_PROXY_SSL_HEADER),
        "use_x_forwarded_host": bool(settings.USE_X_FORWARDED_HOST),
        "wsgi_application": getattr(settings, "WSGI_APPLICATION", None),
        "asgi_application": getattr(settings, "ASGI_APPLICATION", None),
        "language_code": settings.LANGUAGE_CODE,
        **_languages(middleware),
        "converters": _converters(used),
        "endpoints": endpoints,
    }


def _languages(middleware: Any) -> Json:
    """The languages that a request may be read in, and whether a path without a prefix is read in the default one.

    Without LocaleMiddleware, no request changes the language. Source: `LocaleMiddleware.process_request`.
    """
    from django.conf import settings
    from django.conf.urls.i18n import is_language_prefix_patterns_used
    from django.middleware.locale import LocaleMiddleware

    if not _has_middleware(middleware, LocaleMiddleware):
        return {"languages": [settings.LANGUAGE_CODE], "unprefixed_is_default": True}
    prefixes_used, default_prefixed = is_language_prefix_patterns_used(settings.ROOT_URLCONF)
    return {
        "languages": [code for code, _ in settings.LANGUAGES],
        "unprefixed_is_default": prefixes_used and not default_prefixed,
    }


def _walk(resolver: Any, chain: List[Json], namespaces: List[str], used: Set[str]) -> Iterator[Json]:
    """Every URL pattern below `resolver`, in the order in which Django tries them, with what includes it."""
    from django.urls import resolvers

    for entry in resolver.url_patterns:
        links = [*chain, _link(entry.pattern, used)]
        if isinstance(entry, resolvers.URLResolver):
            deeper = [*namespaces, entry.namespace] if entry.namespace else namespaces
            yield from _walk(entry, links, deeper, used)
        else:
            yield {
                "chain": links,
                "view": _view_name(entry.callback),
                "module": getattr(entry.callback, "__module__", None),
                "name": str(entry.name) if entry.name else None,
                "namespaces": namespaces,
                "methods": _methods(entry.callback),
            }


def _link(pattern: Any, used: Set[str]) -> Json:
    """One link of the chain of patterns, and the project's class that decides what it matches, if one does."""
    return {**_readable_link(pattern, used), "decided_by": _decided_by(pattern)}


def _readable_link(pattern: Any, used: Set[str]) -> Json:
    """`path` and `regex` by their text, `locale` for what i18n_patterns() adds, `unreadable` for all else."""
    from django.urls import resolvers

    if isinstance(pattern, resolvers.LocalePrefixPattern):
        return {"kind": "locale", "prefix_default": bool(pattern.prefix_default_language)}
    if isinstance(pattern, resolvers.RoutePattern):
        link = _text("path", pattern._route)
        for text in [link["text"], *link["by_language"].values()]:
            used.update(match.group("converter") or "str" for match in PARAMETER.finditer(text))
        return link
    try:  # a pattern of a class that Django does not have is known by the expression that it matches with
        return _text("regex", getattr(pattern, "_regex", None) or pattern.regex.pattern)
    except Exception:
        return _text("unreadable", "")


def _decided_by(pattern: Any) -> Optional[str]:
    """The dotted name of the class that the pattern's `match` comes from; None if that is Django's."""
    for cls in type(pattern).__mro__:
        if "match" in vars(cls):
            return None if cls.__module__ == "django.urls.resolvers" else f"{cls.__module__}.{cls.__qualname__}"
    return f"{type(pattern).__module__}.{type(pattern).__qualname__}"


def _text(kind: str, text: Any) -> Json:
    """The text of a pattern, and where it is translated lazily, what it is in each language."""
    by_language: Dict[str, str] = {}
    if not isinstance(text, str):
        from django.conf import settings
        from django.utils import translation

        for code in dict.fromkeys([settings.LANGUAGE_CODE, *(code for code, _ in settings.LANGUAGES)]):
            with translation.override(code):
                by_language[code] = str(text)
    return {"kind": kind, "text": str(text), "by_language": by_language}


def _name_of(urlconf: Any) -> str:
    return urlconf if isinstance(urlconf, str) else getattr(urlconf, "__name__", repr(urlconf))


def _view_name(view: Any) -> str:
    """The dotted name of a view, as Django's own error pages give it (`URLPattern.lookup_str`)."""
    while isinstance(view, functools.partial):
        view = view.func
    # Django REST framework names the class `cls`.
    view = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    if not hasattr(view, "__name__"):
        view = type(view)
    return f"{view.__module__}.{getattr(view, '__qualname__', view.__name__)}"


def _methods(view: Any) -> Optional[List[str]]:
    """The methods that the view answers, in capitals; None when only running it would tell."""
    allowed = [found for found in (_methods_of_class(view), *_methods_of_decorators(view)) if found is not None]
    if not allowed:
        return None
    return [method for method in METHODS if all(method in methods for methods in allowed)]


def _methods_of_class(view: Any) -> Optional[List[str]]:
    """Of a class-based view: what `http_method_names` allows and the class, or the view set's actions, implements.

    None where code that is not Django's may answer without them (`ANSWERING`), or no method but OPTIONS is found.
    HEAD is answered wherever GET is, if it is allowed. Source: `View.setup` and `View.dispatch` of
    django/views/generic/base.py; `ViewSetMixin.as_view` of rest_framework/viewsets.py.
    """
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is None or not hasattr(cls, "http_method_names") or _answers_by_itself(cls):
        return None
    options = getattr(view, "view_initkwargs", None) or getattr(view, "initkwargs", None) or {}
    actions = getattr(view, "actions", None) or {}
    names = [str(name).lower() for name in options.get("http_method_names", cls.http_method_names)]

    def answers(name: str) -> bool:
        return name in actions or hasattr(cls, name)

    found = [name.upper() for name in names if answers(name) or (name == "head" and answers("get"))]
    return found if set(found) - {"OPTIONS"} else None


def _answers_by_itself(cls: Any) -> bool:
    """Whether the class, or one that it is made from, has code of its own that comes before the handlers."""
    own = [base for base in cls.__mro__[:-1] if base.__module__.partition(".")[0] not in ("django", "rest_framework")]
    return any(name in vars(base) for base in own for name in ANSWERING)


def _methods_of_decorators(view: Any) -> Iterator[List[str]]:
    """What each `require_http_methods` (`require_GET`, `require_POST`, `require_safe`) around the view lets through."""
    seen: Set[int] = set()
    while view is not None and id(view) not in seen:
        seen.add(id(view))
        code = getattr(view, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            held = view.__closure__[code.co_freevars.index("request_method_list")].cell_contents
            yield [str(method).upper() for method in held]
        view = view.func if isinstance(view, functools.partial) else getattr(view, "__wrapped__", None)


def _converters(used: Set[str]) -> Json:
    """What is known of each path converter that the URLconf uses: its expression, whether it is the project's, and
    whether it may refuse a value that its expression matches. Django's own never do.
    """
    from django.urls.converters import StringConverter, get_converters

    known = get_converters()
    return {name: _converter(known[name], StringConverter.to_python) for name in sorted(used) if name in known}


def _converter(converter: Any, accepts_all: Any) -> Json:
    is_custom = type(converter).__module__ != "django.urls.converters"
    return {
        "regex": converter.regex,
        "custom": is_custom,
        "may_refuse": is_custom and getattr(type(converter), "to_python", None) is not accepts_all,
    }


def _apps() -> List[Tuple[str, str]]:
    """Label and module of each installed app."""
    from django.apps import apps

    return [(config.label, config.name) for config in apps.get_app_configs()]


def _has_common_middleware(middleware: Any) -> bool:
    """Whether CommonMiddleware is installed: APPEND_SLASH does nothing without it."""
    from django.middleware.common import CommonMiddleware

    return _has_middleware(middleware, CommonMiddleware)


def _has_middleware(middleware: Any, wanted: type) -> bool:
    """Whether the middleware `wanted`, or a class made from it, is installed."""
    from django.utils.module_loading import import_string

    for name in middleware:
        with contextlib.suppress(Exception):  # one that cannot be imported stops the project itself, and not here
            found = import_string(name)
            if isinstance(found, type) and issubclass(found, wanted):
                return True
    return False


def _strings_or_none(pair: Any) -> Optional[List[str]]:
    return None if pair is None else [str(part) for part in pair]


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # A project may have started threads that never end; they must not keep the probe alive.
    os._exit(code)
