"""The published reference of the file, written from the records.

`python -m strangler_proxy.config.reference [DIRECTORY]` writes the page and the JSON Schema.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from strangler_proxy.config.keys import Key, Kind, keys_of
from strangler_proxy.config.model import (
    Backend,
    Canary,
    Compare,
    Comparer,
    Config,
    Control,
    Evidence,
    Gate,
    Limits,
    Proxy,
    Redact,
    Route,
    StageGates,
    Step,
    TaskRoute,
    Tls,
    Webhook,
)
from strangler_proxy.config.schema import description, schema, written_default
from strangler_proxy.config.stage import Stage

SCHEMA = "strangler.schema.json"
PAGE = "config.md"

_TABLES = (
    ("[proxy]", Proxy),
    ("[proxy.tls]", Tls),
    ("[proxy.limits]", Limits),
    ("[comparer]", Comparer),
    ("[backends.NAME]", Backend),
    ("[[routes]]", Route),
    ("[routes.canary]", Canary),
    ("[routes.compare]", Compare),
    ("[routes.gate]", Gate),
    ("[routes.gates.STAGE]", StageGates),
    ("[[routes.steps]]", Step),
    ("[redact]", Redact),
    ("[[tasks]]", TaskRoute),
    ("[evidence]", Evidence),
    ("[[webhooks]]", Webhook),
    ("[control]", Control),
    ("[control.tls]", Tls),
)

_INTRODUCTION = """# `strangler.toml`

<!-- Written by `python -m strangler_proxy.config.reference` from the records; do not edit. -->

The one truth about what goes where. It is TOML; what no route matches goes to the monolith, and routes are tried in the
order of the file. `strangler check` names every mistake in it at once, with its line and its remedy.

An editor that knows JSON Schema (Even Better TOML and other taplo-based ones, tombi) completes the keys and underlines
mistakes when the first line of the file is

```toml
#:schema https://example.com/path/to/strangler.schema.json
```

with the address or path of [strangler.schema.json](strangler.schema.json), e.g. a copy beside the file:
`#:schema ./strangler.schema.json`.
"""


def documents() -> dict[str, str]:
    """Return what is published, by file name."""
    return {
        SCHEMA: json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        PAGE: "\n".join([_INTRODUCTION, *_sections()]),
    }


def _sections() -> Iterator[str]:
    for header, record in _TABLES:
        keys = [key for key in keys_of(record).values() if key.kind is not Kind.TABLE]
        yield _section(header, description(record), record, keys)
    yield _section("[converters]", description(Config, "converters"), Config, [])


def _section(header: str, text: str, record: type, keys: list[Key]) -> str:
    lines = [f"## `{header}`", "", text, ""]
    if keys:
        lines += ["| key | holds | range | default | meaning |", "|---|---|---|---|---|"]
        lines += [_row(record, key) for key in keys]
        lines.append("")
    return "\n".join(lines)


def _row(record: type, key: Key) -> str:
    values = ", ".join(f"`{stage}`" for stage in Stage) if key.is_stage else key.facts.span
    meaning = f"{description(record, key.name)} {key.facts.conflicts}".strip()
    example = f" E.g. `{key.facts.example}`." if key.facts.example else ""
    return f"| `{key.name}` | {key.kind.value} | {values} | {_default(key)} | {_cell(meaning + example)} |"


def _default(key: Key) -> str:
    if key.facts.required:
        return "required"
    default = written_default(key)
    if isinstance(default, float):
        return f"`{default:g}`"
    return "" if default is None or default == [] else f"`{json.dumps(default)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the documents into the directory of the first argument, by default `docs/reference`."""
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (directory / name).write_text(text)


if __name__ == "__main__":
    main()
