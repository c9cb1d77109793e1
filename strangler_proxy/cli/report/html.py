"""A report as one HTML file that needs nothing else: no script, no address is asked for, light and dark.

What stands in it came from outside (bodies, headers, paths), so each text is escaped at the one place where it is
put in, and the page forbids scripts and requests besides.
"""

import html
from collections.abc import Iterator, Sequence

from strangler_proxy.compare.difference import Kind, encodable
from strangler_proxy.compare.visible import shown_value, visible
from strangler_proxy.control.report.ago import moment
from strangler_proxy.control.report.route_report import Latency, ReportedGroup, ReportedSample, RouteReport, reason_text
from strangler_proxy.control.report.shares import share_text
from strangler_proxy.control.report.two_columns import Pair, side_by_side

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --soft: #5b6470; --line: #dfe3e8; --tint: #f5f7f9;
  --bad: #b42318; --badly: #fdecea; --good: #146c43; --goodly: #e7f5ec; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --paper: #14171a; --soft: #9aa4af; --line: #2c333a;
  --tint: #1b2025; --bad: #ff8f85; --badly: #3a1c1a; --good: #7ad3a2; --goodly: #14301f; --warn: #f0c36d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  max-width: 76rem; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; }
p.finding { font-size: 1.15rem; margin: .3rem 0; } .soft { color: var(--soft); }
.different { color: var(--bad); } .equal { color: var(--good); } .nothing, .too_few { color: var(--warn); }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; color: var(--soft); }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre, table.sides { font: 13px/1.45 ui-monospace, monospace; } td.path { overflow-wrap: anywhere; }
.high { color: var(--bad); } .medium { color: var(--warn); } .low { color: var(--soft); }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; background: var(--tint); }
summary { padding: .5rem .75rem; cursor: pointer; overflow-wrap: anywhere; } details > div { padding: 0 .75rem .75rem; }
table.sides { table-layout: fixed; background: var(--paper); } table.sides td { width: 50%; white-space: pre-wrap;
  overflow-wrap: anywhere; border: 0; padding: .05rem .5rem; }
tr.differs td:first-child { background: var(--badly); } tr.differs td:last-child { background: var(--goodly); }
tr.gap td { color: var(--soft); text-align: center; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html_page(report: RouteReport) -> str:
    """The page."""
    return "\n".join(_page(report)) + "\n"


def text(value: object) -> str:
    """A value as text of the page: whatever stands in it, nothing of it is markup."""
    return html.escape(visible(str(encodable(value))))


def _page(report: RouteReport) -> Iterator[str]:
    yield f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{text(report.route)}: {text(report.headline)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{text(report.route)}</h1>
<p class="finding {report.finding.name.lower()}">{text(report.headline)}</p>
<p class="soft">Stage {text(report.stage)}, service {text(report.service or "none")}, read {moment(report.at)}.</p>"""
    if report.counting:
        yield "<h2>Differences</h2>"
        yield from _groups(report.counting)
    if report.noise:
        yield "<h2>Noise</h2>"
        yield '<p class="soft">The monolith differs from itself there as well, so it does not count.</p>'
        yield from _groups(report.noise)
    if report.not_compared or report.failures:
        yield "<h2>Not compared</h2>\n<table>"
        for cause, count in report.failures.items():
            yield f'<tr><td>the service gave no answer: {text(cause)}</td><td class="n">{count}</td></tr>'
        for reason, count in report.not_compared.items():
            yield f'<tr><td>{text(reason_text(reason))}</td><td class="n">{count}</td></tr>'
        yield "</table>"
    if report.ignores:
        yield "<h2>Ignores</h2>\n<ul>"
        for one in report.ignores:
            yield f"<li><code>{text(one.rule)}</code> {text(one.what)}. {text(one.remedy)}</li>"
        yield "</ul>"
    yield "<h2>Answer times</h2>\n<table>"
    yield _latency("monolith", report.primary)
    yield _latency(report.service or "service", report.candidate)
    yield "</table>\n</main>\n</body>\n</html>"


def _latency(side: str, latency: Latency) -> str:
    return f"<tr><td>{text(side)}</td><td>{text(latency.text)}</td></tr>"


def _groups(groups: Sequence[ReportedGroup]) -> Iterator[str]:
    for group in groups:
        yield (
            f'<details><summary><span class="{group.severity.value}">{text(group.severity)} {text(group.kind)}</span> '
            f"<code>{text(group.path)}</code> "
            f'<span class="soft">{group.count}, {text(share_text(group.share))}; '
            f"first {moment(group.first_seen)}, last {moment(group.last_seen)}</span></summary>\n<div>"
        )
        if group.hint is not None:
            yield f"<p>{text(group.hint)}</p>"
        if not group.samples:
            yield '<p class="soft">No exchange of it is kept.</p>'
        for sample in group.samples:
            yield from _sample(sample)
        yield "</div></details>"


def _sample(sample: ReportedSample) -> Iterator[str]:
    yield f"<p><code>{text(sample.label)}</code> <span class='soft'>{moment(sample.at)}</span></p>\n<ul>"
    for one in sample.differences:
        mine = "nothing" if one.kind is Kind.ADDED else shown_value(one.primary)
        other = "nothing" if one.kind is Kind.REMOVED else shown_value(one.candidate)
        yield f"<li><code>{text(one.path)}</code>: <code>{text(mine)}</code> → <code>{text(other)}</code></li>"
    yield '</ul>\n<table class="sides"><thead><tr><th>monolith</th><th>service</th></tr></thead><tbody>'
    yield from map(_pair, side_by_side(sample.primary, sample.candidate))
    yield "</tbody></table>"


def _pair(pair: Pair) -> str:
    if pair.is_gap:
        return '<tr class="gap"><td colspan="2">⋮</td></tr>'
    kind = ' class="differs"' if pair.differs else ""
    return f"<tr{kind}><td>{text(pair.left)}</td><td>{text(pair.right)}</td></tr>"
