"""Every error code with its general cause and remedy, for the reference; the message of an error is more exact."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import strangler_proxy
from strangler_proxy.config.errors import Code
from strangler_proxy.errors import StranglerError

PARTS: Mapping[str, str] = {
    "0": "The command",
    "1": "The configuration",
    "2": "Routing",
    "3": "Stages",
    "4": "The proxy",
    "5": "Finding a project",
    "6": "Comparing",
    "7": "Extracting a service",
    "8": "Moving data",
    "9": "The control plane",
}
"""First digit of a code → the part it belongs to."""

SOURCES = (".errors", "cli.failure", "routing.override", "config.django_path")
"""Ends of the names of those modules that hold classes of errors."""

NOT_RAISED = frozenset({"STR000", "STR400"})
"""Codes of base classes, of which only subclasses are raised."""

MISTAKES: Mapping[Code, tuple[str, str]] = {
    Code.NOT_TOML: ("The file is not TOML, or not UTF-8.", "Mend the line that is named; see https://toml.io."),
    Code.UNKNOWN_KEY: ("A key or table that does not exist.", "Correct its spelling, or take it out."),
    Code.UNKNOWN_STAGE: (
        "A stage that does not exist.",
        "Write monolith, shadow, canary, service or retired.",
    ),
    Code.WRONG_TYPE: ("A value of the wrong type.", "Write the type that the message names, e.g. a list in [ ]."),
    Code.OUT_OF_RANGE: ("A number outside its range.", "Choose one within the range that the message names."),
    Code.MISSING_KEY: ("A key that must be there is not.", "Add it."),
    Code.EMPTY: ("An empty value that would mean nothing.", "Put something in it, or leave the key out."),
    Code.DUPLICATE_ENTRY: ("The same entry twice in one list or table.", "Keep one of the two."),
    Code.NO_MONOLITH: (
        "There is no [backends.monolith].",
        "Add it: all that no route matches goes there.",
    ),
    Code.BAD_URL: ("A backend's URL is no base URL.", "Write http://host:port, without a path."),
    Code.BAD_HEALTH: ("A health path is no path.", 'Begin it with a slash, e.g. "/healthz".'),
    Code.BAD_BACKEND_NAME: ("A backend's name has characters that a name must not have.", "Rename it."),
    Code.BAD_ADDRESS: ("An address to listen on is not host:port.", 'Write e.g. "127.0.0.1:8000".'),
    Code.BAD_TRUSTED_PROXY: (
        "An entry of trusted_proxies is neither an address nor a network.",
        'Write e.g. "10.0.0.5" or "10.0.0.0/8".',
    ),
    Code.SAME_ADDRESS: ("The proxy and its metrics listen on one port.", "Give one of them another port."),
    Code.LOOP: (
        "A backend's URL is the address of the proxy itself, which would ask itself for ever.",
        "Give the backend's own address, or change listen in [proxy].",
    ),
    Code.BAD_VIA: ("The name for the Via header is not one word.", 'Write e.g. via = "shop-proxy".'),
    Code.OPEN_TO_ALL: (
        "The dashboard would be served beyond this machine without TLS.",
        "Give it [control.tls], name the proxy that ends TLS in trusted_proxies, or listen on 127.0.0.1.",
    ),
    Code.BAD_ROUTE_NAME: ("A route's name has characters that a name must not have.", "Rename it."),
    Code.DUPLICATE_ROUTE: ("Two routes have one name.", "Rename one of them."),
    Code.PATH_OR_REGEX: ("A route has both path and regex, or neither.", "Keep exactly one."),
    Code.NO_LEADING_SLASH: ("A route's path does not begin with a slash.", "Put one in front."),
    Code.UNREACHABLE_ROUTE: (
        "A route above takes every request of this one.",
        "Move it up, narrow the other one, or remove one of the two.",
    ),
    Code.BAD_DJANGO_PATH: (
        "A route's path is not Django's path syntax.",
        "Write it as in the project's urls.py; own converters belong in [converters].",
    ),
    Code.BAD_REGEX: ("A regular expression does not compile.", "Mend it; single quotes keep backslashes as they are."),
    Code.NOT_ANCHORED: ("A route's regex does not begin with ^/.", "Begin it with ^/."),
    Code.BAD_CONVERTER: ("A path converter cannot be used.", "Mend its name or its expression."),
    Code.BAD_METHOD: ("A method is none, or not in capitals.", "Write e.g. GET."),
    Code.BAD_HOST: (
        "A route's host is neither a host name nor *.name.",
        "Leave out scheme, port and path.",
    ),
    Code.BAD_HEADER: ("A header that a route asks for cannot be matched.", "Mend its name, or its expression."),
    Code.BAD_STICKY: (
        "A canary's sticky is none of its four forms.",
        "Write cookie:NAME, header:NAME, ip or none.",
    ),
    Code.BAD_DIFFERENCE_PATH: (
        "A path of [routes.compare] or [redact] is no path of a difference, or of a place in a body.",
        'Write e.g. "body:$.served_at" or "header:etag".',
    ),
    Code.UNKNOWN_SERVICE: (
        "A route names a service that is no backend.",
        "Correct the name, or add [backends.NAME].",
    ),
    Code.NO_SERVICE: (
        "A route left the monolith and has no service.",
        "Name its service, or put it into stage monolith.",
    ),
    Code.SERVICE_IS_MONOLITH: ("A route's service is the monolith.", "Leave service out, or name another backend."),
    Code.STEPS_DO_NOT_GROW: ("A canary's steps do not grow.", "Give each step more than the one before it."),
    Code.NEVER_COMPARED: (
        "A step of 100 percent asks for comparisons, which do not come any more then.",
        "Leave min_comparisons out there, or ask for min_answers.",
    ),
    Code.BAD_TASK_NAME: ("A task's name is no dotted path.", "Write it as Celery shows it."),
    Code.DUPLICATE_TASK: ("Two tasks have one name.", "Keep one of them."),
    Code.BAD_TOLERANCE: (
        "A tolerance is neither a number, a share nor a time.",
        'Write e.g. "0.01", "1%" or "2s".',
    ),
    Code.UNKNOWN_NORMALISER: (
        "`without` names a normaliser that there is not.",
        "Take a name from normalisers.md.",
    ),
    Code.BAD_DAY: (
        "An ignore ends on what is no day of the calendar.",
        "Write year, month and day, e.g. `until 2027-01-31`.",
    ),
    Code.BAD_WEBHOOK: (
        "A webhook's address, form, event or variable is none.",
        "Give it url or url_env, and take form and events from the reference.",
    ),
}
"""Each mistake in the file: cause and remedy."""

REMEDIES: Mapping[str, str] = {
    "STR100": "Make one with `strangler init`, or name another with --config FILE.",
    "STR109": "Mend each of the mistakes that are listed; `strangler check` shows what is left.",
    "STR160": "Make the change by hand, or mend what the message names.",
    "STR161": "Run the command again: it starts from the file as it is now.",
    "STR162": "Correct the name; `strangler routes` lists the routes.",
    "STR201": "Use a secret of at least 16 random bytes, e.g. of `openssl rand -hex 32`.",
    "STR301": "Take one step at a time, or leap with --force --reason WHY.",
    "STR302": "Name the service: `strangler set ROUTE STAGE --service NAME`.",
    "STR303": "See `strangler diff ROUTE` and mend what differs, or go on all the same with --force --reason WHY.",
    "STR304": "Wait for more traffic; `strangler verdict ROUTE` says how much. Or go on with --force --reason WHY.",
    "STR305": "Give the reason with --reason.",
    "STR306": "Start the service, or correct its urls; or go on all the same with --force --reason WHY.",
    "STR307": "Give the canary a share first: `strangler set ROUTE canary --percent 5`.",
    "STR401": "Stop the running proxy first, or change what it does by saving its file; give another file a state "
    "directory of its own, in another folder or by $STRANGLER_STATE.",
    "STR402": "Stop the program that listens there, or change listen in [proxy].",
    "STR403": "Use an address of this machine; a port below 1024 needs the right for it.",
    "STR404": "See what the workers said, and run `strangler doctor`.",
    "STR405": "Name two PEM files that belong together and that the proxy's user can read.",
    "STR406": "Look at the regexes of converters and routes: a backreference counts groups of the whole path.",
    "STR501": "Name the project's folder; one without manage.py needs --settings as well.",
    "STR502": "Name the folder of the one that is meant.",
    "STR503": "Name the settings module with --settings.",
    "STR504": "Name the interpreter that runs the project with --python.",
    "STR505": "Mend the project's import as for `manage.py check`, or name other settings with --settings.",
    "STR506": "See whether its settings wait for a server that does not run, or give it longer with --timeout.",
    "STR507": "See what `python -m django check` says in the project's folder.",
}
"""Remedy of each code whose class does not say it itself."""


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """One code of the reference."""

    code: str
    cause: str
    remedy: str
    exit_code: int


def catalogue() -> tuple[Entry, ...]:
    """Every code that a user can meet, in order.

    Raises: KeyError when a code has no remedy here.
    """
    mistakes = [Entry(code.value, *MISTAKES[code], 1) for code in Code]
    known = {entry.code for entry in mistakes}
    raised = {
        error.code: Entry(error.code, _first_sentence(error), _remedy(error), error.exit_code)
        for error in error_classes()
        if error.code not in NOT_RAISED and error.code not in known
    }
    return tuple(sorted([*mistakes, *raised.values()]))


def error_classes() -> Iterator[type[StranglerError]]:
    """Every subclass of StranglerError in the package that has a code of its own."""
    for module in pkgutil.walk_packages(strangler_proxy.__path__, "strangler_proxy."):
        if module.name.endswith(SOURCES):
            importlib.import_module(module.name)
    waiting = [StranglerError]
    while waiting:
        for error in waiting.pop().__subclasses__():
            waiting.append(error)
            if "code" in vars(error):
                yield error


def _remedy(error: type[StranglerError]) -> str:
    own = getattr(error, "usual_remedy", None)
    return str(own) if own else REMEDIES[error.code]


def _first_sentence(error: type[StranglerError]) -> str:
    return (error.__doc__ or "").strip().partition("\n")[0]
