r"""The patterns of strings in the file, in the dialect that Python and JSON Schema share.

Each matches a whole string.
"""

import re
from functools import lru_cache

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.:-]*"
"""A route's name: it is a label of metrics and an argument of commands, and has room for Django's `app:name`."""

BACKEND_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
"""A backend's name: a bare key of TOML."""

CONVERTER_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"

TASK_NAME = r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)+"
"""A Celery task's name: the dotted path of its function unless the project says otherwise."""

TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
"""A header's or a cookie's name. Source: RFC 9110 section 5.6.2."""

_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
HOST_NAME = rf"{_LABEL}(\.{_LABEL})*"
"""A host name or an IPv4 address. Underscores are let in: container networks use them."""

HOST_PATTERN = rf"(\*\.)?{HOST_NAME}|\[[0-9A-Fa-f:.]+\]"
HOST_PORT = rf"({HOST_NAME}|\[[0-9A-Fa-f:.]+\]):[0-9]{{1,5}}"
BASE_URL = rf"http://({HOST_NAME}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?"
HEALTH_PATH = r"/[!-~]*"
METHOD = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
STICKY = rf"(cookie|header):{TOKEN}|ip|none"

_STEP = r"""(\.\.?[^\s.\[\]"'*]+|\.\.?\*|\[[0-9]+\]|\[\*\]|\['([^'\\]|\\.)*'\]|\["([^"\\]|\\.)*"\])"""
BODY_PATH = rf"body:\${_STEP}*"
"""A JSONPath into the body: members, indexes, `*` and `..`."""
DIFFERENCE_PATH = rf"status|(header|cookie):{TOKEN}|{BODY_PATH}"
PRIVATE_PATH = rf"query:[^\s=&]+|{BODY_PATH}"
"""What `[redact]` names: a parameter of the query, or a place in a body."""
IGNORE = rf"({DIFFERENCE_PATH})( until [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})?( ~.+)?"
"""A path whose differences do not count, the day on which that ends, and the regular expression that guards it."""

TOLERANCE = r"[0-9]+(\.[0-9]+)?(%|ms|s|m|h|d)?"
"""By how much a value may differ: a number, a share or a time."""

NORMALISER_NAMES = (
    "backend-urls",
    "query-order",
    "same-moment",
    "csrf-tokens",
    "csp-nonces",
    "not-found-detail",
    "milliseconds",
    "django-cookies",
    "signed-cookies",
    "debug-pages",
)
"""What `compare.normalise` sets aside unless it is told not to."""
NORMALISER = "|".join(NORMALISER_NAMES)

WEBHOOK_URL = r"https?://[^\s/?#@]+([/?][^\s#]*)?"
WEBHOOK_FORM = "generic|slack"
WEBHOOK_EVENT = "step|auto-rollback|alarm|walk-begun|walk-ended|changed"
VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
"""The name of an environment variable."""

DJANGO_PATH = r"/.*"
ANCHORED_REGEX = r"\^/.*"


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return `pattern` compiled, once for each pattern of this module."""
    return re.compile(pattern)


def fits(pattern: str, text: str) -> bool:
    """Say whether the whole of `text` is what `pattern` describes."""
    return compiled(pattern).fullmatch(text) is not None
