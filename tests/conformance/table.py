"""Writes docs/explanation/conformance.md: every case held against our proxy and its peers, in one run.

`python -m tests.conformance.table`
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.conformance.backend import Backend
from tests.conformance.cases import CASES, GROUPS
from tests.conformance.model import Case
from tests.conformance.run import Result, run
from tests.conformance.targets import OURS, PEERS, Target

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "conformance.md"

_OPENING = """# What the standards ask, case by case

Each case is a conversation in raw bytes: what a client sends, what a backend does, and what both must see. Each names
the section of the standard that asks for it. The cases are in `tests/conformance/cases/`. `make test` plays them
against this proxy; `python -m tests.conformance.table` plays them against its peers as well, and writes this page.

How to read it:

- A case counts for everyone when the standard says MUST. Where the standard leaves a choice, each choice passes, and
  any server may close a connection after an answer.
- What we ask of ourselves beyond that is marked *ours* and counted for nobody else.
- This proxy runs with one setting that is not its default, `via = "shop-proxy"` in `[proxy]`. Without it the two cases
  of `Via` towards backends fail, as they do for the others: a backend that is nginx stops compressing when it sees
  that header (its remedy is `gzip_proxied any;`), so users would notice the proxy.
- Each peer runs with a plain config as its own manual suggests (`tests/conformance/targets.py`). Some of what fails can
  be mended by a longer config, `Via` among it; some is leniency that its users want.

"""

_CLOSING = """## Fuzzed

What no case thinks of is looked for by chance that is guided by coverage (`python -m tests.conformance.fuzz`, libFuzzer
by atheris). Each input is read twice, as what was read once is remembered, and by llhttp, the parser of Node.js: what
ours takes, llhttp must understand in the same way. A disagreement is a finding, as is anything raised but a plain
refusal. The last full run, on the parsers as they are here, took 633 seconds:

| read | inputs | findings |
|---|---:|---:|
| a request's head | 2,964,307 | 0 |
| an answer's head | 1,554,923 | 0 |
| a body in chunks | 196,499 | 0 |

`make test` runs a short one. Beside it, 5,000 bent requests go through the proxy to each of gunicorn, uvicorn and
Django's runserver (`tests/conformance/test_mutations.py`), and what the client sent, the proxy said and the backend
understood must agree.
"""


async def _play(target: Target) -> list[Result]:
    backend = Backend()
    with tempfile.TemporaryDirectory(prefix="conformance-") as directory:
        async with backend.serving():
            with target.start(Path(directory), backend.port) as addresses:
                return await run(backend, addresses, CASES, ours=target is OURS)


def main() -> None:
    """Plays all cases against all targets, one after another, and writes the page."""
    results: dict[str, list[Result]] = {}
    versions: dict[str, str] = {}
    for target in (OURS, *PEERS):
        began = time.monotonic()
        versions[target.name] = target.version()
        results[target.name] = asyncio.run(_play(target))
        failed = sum(bool(result.wrong or result.wrong_ours) for result in results[target.name])
        seconds = time.monotonic() - began
        print(f"{target.name} {versions[target.name]}: {failed} failed, {seconds:.0f} s", file=sys.stderr)
        for result in results[target.name]:
            for said in result.wrong + result.wrong_ours:
                print(f"  {result.case.name} ({result.case.source}): {said}", file=sys.stderr)
    PAGE.write_text(page(results, versions))


def page(results: dict[str, list[Result]], versions: dict[str, str]) -> str:
    """The page's Markdown."""
    names = list(results)
    wrong = {name: {result.case.name: result for result in results[name] if result.wrong} for name in names}
    lines = [
        "| group | cases | " + " | ".join(f"{name} {versions[name]}" for name in names) + " |",
        "|---|---:|" + "---:|" * len(names),
    ]
    for group in GROUPS:
        cases = [case for case in group.cases if case.expect]
        if cases:
            lines.append(_row(group.title, cases, wrong))
    lines.append(_row("**all**", [case for case in CASES if case.expect], wrong))
    own = [result for result in results[OURS.name] if result.case.ours]
    kept = sum(not result.wrong_ours for result in own)
    lines += ["", f"*Ours*: of {len(own)} cases with checks beyond the standard's MUST, this proxy passes {kept}.", ""]
    for name in names:
        lines += [f"## Failed by {name}", ""]
        failed = [(result.case, "") for result in wrong[name].values()]
        failed += [(result.case, " *(ours)*") for result in results[name] if result.wrong_ours and not result.wrong]
        lines += [f"- {case.name} ({case.source}){mark}" for case, mark in failed] or ["None."]
        lines.append("")
    return _OPENING + "\n".join(lines) + "\n" + _CLOSING


def _row(title: str, cases: list[Case], wrong: dict[str, dict[str, Result]]) -> str:
    passed = (sum(case.name not in failed for case in cases) for failed in wrong.values())
    return f"| {title} | {len(cases)} | " + " | ".join(map(str, passed)) + " |"


if __name__ == "__main__":
    main()
