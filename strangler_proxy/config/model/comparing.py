"""How answers are compared, by whom, and what of them is private."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from strangler_proxy.config import patterns
from strangler_proxy.config.facts import facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Compare:
    """How the answers of both sides are compared while a route is shadowed or canaried: the comparer asks the service
    what the monolith was asked, and holds its answer against the one that the user got. `strangler compare --route`
    takes the same rules for two recorded answers."""

    sample_percent: float = field(default=100.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of requests that are captured, 0 to 100 percent; default 100: evidence comes soonest."""
    ignore: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.IGNORE, example='["body:$.served_at", "header:etag"]')
    )
    """Paths (`body:$.served_at`, `header:etag`, `cookie:NAME`, `status`) whose differences do not count; default none:
    every difference counts. A group's path is one as it is shown: `[*]` means each member and list position there, and
    NAME that ends with `-*`, `_*` or `.*` each name with a number of three digits or more in place of the `*`, or eight
    or more hexadecimal digits with one of 0 to 9 among them: `cookie:cart-*` means `cookie:cart-1842`, and not
    `cookie:cart-total`. `PATH ~REGEX` excuses only a changed value that matches as a whole on both sides, never a
    removed, added or retyped one: `"body:$.id ~[0-9a-f]{32}"`. `PATH until 2027-01-31`, also before a ` ~REGEX`,
    excuses nothing from that day on (UTC)."""
    unordered: tuple[str, ...] = field(
        default=(),
        metadata=facts(
            pattern=patterns.BODY_PATH, example='["body:$.tags"]', conflicts="A path cannot be in `keyed` as well."
        ),
    )
    """Paths of lists in the body that are compared as bags; default none: order counts."""
    keyed: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=facts(
            key_pattern=patterns.BODY_PATH,
            pattern=".+",
            example='{"body:$.results" = "id"}',
            conflicts="A path cannot be in `unordered` as well.",
        ),
    )
    """Path of a list in the body → the member by which its items are paired; default none: paired by position."""
    tolerance: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=facts(
            key_pattern=patterns.BODY_PATH,
            pattern=patterns.TOLERANCE,
            example='{"body:$.price" = "0.01", "body:$.updated" = "2s", "body:$.score" = "1%"}',
        ),
    )
    """Path in the body → by how much a value there may differ: a number (`0.01`), a share of the greater one (`1%`), or
    between two times `ms`, `s`, `m`, `h` or `d`; default none: values are equal or differ. Numbers in strings are taken
    as numbers; a number against a string stays a difference."""
    without: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.NORMALISER, example='["csrf-tokens", "same-moment"]')
    )
    """Normalisers that are turned off, by name (normalisers.md has them all); default none: what Django draws anew for
    each answer does not count."""
    noise_percent: float = field(default=0.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of captured requests that are asked of the monolith a second time, to learn its noise, 0 to 100 percent;
    default 0: each costs the monolith a request."""
    recheck: bool = False
    """Whether both are asked once more, a moment later, before it is said that their answers differ; default false:
    each time costs the monolith a request. What differs no more was under way to a replica, or changed in between."""
    noise_relative_percent: float = field(default=20.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """A group of differences is noise when it is seen at most so much oftener between monolith and service than between
    two answers of the monolith, in percent of both together, 0 to 100; default 20, as Diffy. 0: only what the monolith
    shows as often itself is."""
    noise_absolute_percent: float = field(default=0.03, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """It is noise too when it is seen at most so much oftener in percent of all comparisons, 0 to 100; default 0.03, as
    Diffy. Neither applies where the monolith hardly ever differs from itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparer:
    """How the comparer, which shadows routes, holds what it has not yet come to: the `[comparer]` table."""

    queue_captures: int = field(default=2000, metadata=facts(minimum=1, maximum=1_000_000, unit="captures"))
    """Captures that wait to be compared, 1 to 1000000; default 2000: some seconds of a busy site. Beyond it the route
    that has most of them waiting loses its newest, which is counted as not compared (`backlog`)."""
    queue_bytes: int = field(
        default=67_108_864, metadata=facts(minimum=1_048_576, maximum=17_179_869_184, unit="bytes")
    )
    """Bytes of captures that wait to be compared, 1048576 to 17179869184; default 67108864 (64 MiB): one capture may
    hold 2 MiB."""
    wait_seconds: float = field(default=10.0, metadata=facts(minimum=0.1, maximum=3600, unit="seconds"))
    """Seconds that a capture may wait, 0.1 to 3600; one that has waited longer is counted as not compared (`backlog`);
    default 10: the data behind an older answer has more likely changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Redact:
    """What is private beside the presets: the `[redact]` table. It is taken out of every exchange and difference before
    it is stored, logged or sent.

    Private without being named here: credentials, cookies and client addresses in headers; parameters, fields and
    members whose names tell (password, token, secret, session, csrf, card, cvv, iban ...), and what is paired with such
    a name (`{"name": "password", "value": ...}`, `["password", "..."]`); tokens, keys, card and account numbers of a
    known shape in any text;
    the values of password fields.
    """

    headers: tuple[str, ...] = field(default=(), metadata=facts(pattern=patterns.TOKEN, example='["X-Customer"]'))
    """Names of headers whose values are private, in any case, and with `*` at the end as in `ignore`; default none
    beside the presets. In the record they are in lower case."""
    paths: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.PRIVATE_PATH, example='["body:$..email", "query:email"]')
    )
    """Places in bodies, of requests and answers, whose values are private with all that is below them, each path
    as groups show it, and parameters of the query (`query:NAME`); default none beside the presets."""
    patterns: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=".+", example="""['[\\w.+-]+@[\\w-]+\\.[\\w.]+']""")
    )
    """Regular expressions; what matches one is private in any text, body or header; default none beside the presets."""
