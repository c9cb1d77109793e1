"""A report as JUnit XML, which CI servers show: one test case for the count of comparisons, one for each group."""

from xml.etree import ElementTree

from strangler_proxy.compare.difference import Kind, encodable
from strangler_proxy.compare.visible import shown_value, visible
from strangler_proxy.control.report.route_report import Finding, ReportedGroup, RouteReport, reason_text
from strangler_proxy.control.report.shares import share_text

MOST_SAMPLES = 3


def junit(report: RouteReport) -> str:
    """The document."""
    too_few = report.finding in (Finding.NOTHING, Finding.TOO_FEW)
    suite = ElementTree.Element(
        "testsuite",
        name=f"strangler diff {report.route}",
        tests=str(1 + len(report.groups)),
        failures=str(len(report.counting) + too_few),
        skipped=str(len(report.noise)),
        errors="0",
    )
    enough = ElementTree.SubElement(suite, "testcase", classname=report.route, name="enough was compared")
    if too_few:
        ElementTree.SubElement(enough, "failure", message=visible(report.headline))
    told = [f"not compared, {reason_text(reason)}: {count}" for reason, count in report.not_compared.items()]
    ElementTree.SubElement(enough, "system-out").text = visible_lines([report.headline, *told])
    for group in report.groups:
        _case(suite, report.route, group)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def visible_lines(lines: list[str]) -> str:
    """Lines without characters that XML may not hold."""
    return "\n".join(map(visible, lines))


def _case(suite: ElementTree.Element, route: str, group: ReportedGroup) -> None:
    name = f"{visible(str(encodable(group.path)))} ({group.kind})"
    case = ElementTree.SubElement(suite, "testcase", classname=route, name=name)
    message = f"{group.severity}: in {group.count} comparisons ({share_text(group.share)})"
    if group.is_noise:
        ElementTree.SubElement(case, "skipped", message=f"noise of the monolith; {message}")
        return
    failure = ElementTree.SubElement(case, "failure", type=group.kind.value, message=message)
    failure.text = visible_lines(
        [
            f"{sample.label}: {one.path}: "
            f"{'nothing' if one.kind is Kind.ADDED else shown_value(one.primary)} → "
            f"{'nothing' if one.kind is Kind.REMOVED else shown_value(one.candidate)}"
            for sample in group.samples[:MOST_SAMPLES]
            for one in sample.differences
        ]
    )
