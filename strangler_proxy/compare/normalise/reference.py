"""`docs/reference/normalisers.md`, written from the code.

`python -m strangler_proxy.compare.normalise.reference [DIRECTORY]` writes it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from strangler_proxy.compare import json_body, paths, values
from strangler_proxy.compare.difference import SEVERITIES, NoteKind
from strangler_proxy.compare.headers import UNORDERED, VOLATILE
from strangler_proxy.compare.normalise.normaliser import Example, Normaliser
from strangler_proxy.compare.normalise.texts import NORMALISERS

NAME = "normalisers.md"


def render() -> str:
    """The whole page."""
    return "\n".join([*_introduction(), *_severities(), *_bodies(), *_headers(), *_normalisers()])


def main() -> None:
    """Write the page into the directory of the first argument, by default `docs/reference`."""
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / NAME).write_text(render(), encoding="utf-8")


def _introduction() -> Iterator[str]:
    yield "# What is compared, and what is set aside"
    yield ""
    yield "<!-- Written by `python -m strangler_proxy.compare.normalise.reference` from the code; do not edit. -->"
    yield ""
    yield "A comparison holds the service's answer (the candidate) against the monolith's (the primary): status,"
    yield "headers, cookies, body. `strangler compare LEFT RIGHT` does it for two recorded answers. What is not set"
    yield "aside on this page, or by a route's own `ignore`, counts."
    yield ""


def _severities() -> Iterator[str]:
    yield "## Differences"
    yield ""
    yield "| kind | severity |"
    yield "|---|---|"
    for kind, severity in SEVERITIES.items():
        yield f"| `{kind}` | {severity} |"
    yield ""
    yield "A comparison also carries notes; one with the note `not-compared` never says that the answers are equal."
    yield f"The kinds of note: {', '.join(f'`{kind}`' for kind in NoteKind)}."
    yield ""


def _bodies() -> Iterator[str]:
    yield "## Bodies"
    yield ""
    yield (paths.__doc__ or "").partition("\n\n")[2].strip()
    yield ""
    yield (values.__doc__ or "").partition("\n\n")[2].strip()
    yield (json_body.__doc__ or "").strip()
    yield ""
    yield "Content encodings (gzip, deflate, br) are undone first. A body that was cut is compared by its length and by"
    yield "what is there of it, with a note. A body that is not what its type says is compared in a plainer way, with a"
    yield "note; against a sound one it is a difference of kind `type`."
    yield ""


def _headers() -> Iterator[str]:
    yield "## Headers that are not compared"
    yield ""
    yield "| header | why |"
    yield "|---|---|"
    for name, why in VOLATILE.items():
        yield f"| `{name}` | {why} |"
    yield ""
    yield "Nor is the header in which a service says its version, `version_header` of its backend: evidence is kept"
    yield "apart by it. `strangler compare` knows of it with `--route` alone."
    yield ""
    yield f"Compared as sets, whatever order and case: {', '.join(f'`{name}`' for name in sorted(UNORDERED))}."
    yield "Of a content type, case and quotes mean nothing, nor does the charset of JSON. Cookies are compared one by"
    yield "one, by attribute; `Expires` is held against the answer's own `Date`, and left out where `Max-Age` is there."
    yield "An ETag that is the hash of its own body, as Django's ConditionalGetMiddleware makes it, says what the"
    yield "bodies say: where both are such, the bodies alone are compared."
    yield ""


def _normalisers() -> Iterator[str]:
    yield "## Normalisers"
    yield ""
    yield "All are on, save those that `without` of a route names. In the examples the monolith's base URL is"
    yield "`http://127.0.0.1:8001`, the service's `http://127.0.0.1:8002`."
    yield ""
    for normaliser in NORMALISERS:
        yield from _normaliser(normaliser)


def _normaliser(normaliser: Normaliser) -> Iterator[str]:
    yield f"### {normaliser.name}"
    yield ""
    yield normaliser.explains
    yield ""
    yield "| in | primary | candidate | |"
    yield "|---|---|---|---|"
    for example in normaliser.equal:
        yield _row(example, "equal")
    for example in normaliser.differ:
        yield _row(example, "**different**")
    yield ""


def _row(example: Example, verdict: str) -> str:
    return f"| `{example.holder.rstrip(':')}` | {_cell(example.primary)} | {_cell(example.candidate)} | {verdict} |"


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else "(empty)"


if __name__ == "__main__":
    main()
