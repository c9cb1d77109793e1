"""What a project's own Django says, asked without the toolkit: run by the project's interpreter, in its folder.

    python ask_django.py MANAGE < '{"paths": […]}'

Prints `{"patterns": number of URL patterns, "matches": [null or {"view", "name"} for each path]}` as its last line.
"""

import json
import os
import runpy
import sys

sys.path[0] = os.getcwd()


def main():
    import django
    from django.core import management

    management.execute_from_command_line = lambda *arguments: None
    runpy.run_path(sys.argv[1], run_name="__main__")
    django.setup()
    paths = json.load(sys.stdin)["paths"]
    print(json.dumps({"patterns": count_patterns(), "matches": [match(path) for path in paths]}))


def count_patterns():
    """Every view that a list of patterns holds, found through `describe()` of Django's own system checks."""
    from django.urls import get_resolver

    open_lists, found = [get_resolver().url_patterns], 0
    while open_lists:
        for pattern in open_lists.pop():
            if pattern.callback is None:
                open_lists.append(pattern.url_patterns)
            else:
                found += 1
    return found


def match(path):
    """The view and the full name that Django finds for a path, in the language that its middleware would choose."""
    from django.conf import settings
    from django.urls import Resolver404, resolve
    from django.utils import translation

    has_languages = "django.middleware.locale.LocaleMiddleware" in settings.MIDDLEWARE
    language = translation.get_language_from_path(path) if has_languages else None
    with translation.override(language or settings.LANGUAGE_CODE):
        try:
            found = resolve(path)
        except Resolver404:
            return None
    view = getattr(found.func, "view_class", None) or getattr(found.func, "cls", None) or found.func
    return {"view": f"{view.__module__}.{getattr(view, '__qualname__', '')}", "name": found.view_name}


if __name__ == "__main__":
    main()
