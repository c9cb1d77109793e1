"""`strangler diff` on a real store."""

import re
import time
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from strangler_proxy.shadow.record import Left, NotCompared
from tests.integration.report.conftest import Record, compared, json_answer
from tests.unit.cli.conftest import Run

EQUAL = compared(json_answer({"id": 7}), json_answer({"id": 7}))
RETYPED = compared(json_answer({"id": 7, "price": 1}), json_answer({"id": 7, "price": "1"}))
ADDED = compared(json_answer({"id": 7}), json_answer({"id": 7, "new": True}))
FAILED = compared(json_answer({"id": 7}), None)
ORDER = compared(json_answer({"tags": ["a", "b", "c"]}), json_answer({"tags": ["b", "c", "a"]}))


def test_json_has_the_members_that_others_build_on(run: Run, record: Record) -> None:
    record([EQUAL] * 6 + [RETYPED] * 3 + [ADDED], [Left("product-detail", time.time(), NotCompared.BACKLOG, 4)])
    ran = run("diff", "product-detail", "--json")
    assert ran.code == 1
    document = ran.json
    assert (document["route"], document["comparisons"], document["mismatches"]) == ("product-detail", 10, 4)
    assert (document["dropped"], document["not_compared"]) == (4, {"backlog": 4})
    shown = [
        {name: group[name] for name in ("path", "kind", "severity", "count", "share")} for group in document["groups"]
    ]
    assert shown == [
        {"path": "body:$.price", "kind": "type", "severity": "high", "count": 3, "share": 0.3},
        {"path": "body:$.new", "kind": "added", "severity": "low", "count": 1, "share": 0.1},
    ]


def test_equal_answers_end_with_0(run: Run, record: Record) -> None:
    record([EQUAL] * 5)
    ran = run("diff", "product-detail")
    assert ran.code == 0
    assert "no difference that counts in 5 comparisons" in ran.out


def test_too_few_for_the_gate_is_neither_equal_nor_different(run: Run, record: Record, config: Path) -> None:
    config.write_text(config.read_text().replace('"shadow"  # since Monday', '"shadow"\ngate.min_comparisons = 50'))
    record([EQUAL] * 5)
    ran = run("diff", "product-detail")
    assert ran.code == 3
    assert "the gate asks for 50" in ran.out


@pytest.mark.parametrize(
    ("route", "why"),
    [
        ("product-detail", "no request has come by"),
        ("legacy", "in stage monolith nothing is captured"),
    ],
)
def test_that_nothing_was_compared_is_said_with_the_reason(route: str, why: str, run: Run, record: Record) -> None:
    ran = run("diff", route)
    assert ran.code == 3
    assert f"nothing was compared: {why}" in ran.out


def test_what_was_not_compared_is_never_equal(run: Run, record: Record) -> None:
    record([], [Left("product-detail", time.time(), NotCompared.LOST, 2)])
    ran = run("diff", "product-detail")
    assert ran.code == 3
    assert "of 2 captures none came to a comparison" in ran.out
    assert "lost with a comparer that was killed: 2" in ran.out


def test_a_service_that_gave_no_answer_is_different_and_told(run: Run, record: Record) -> None:
    record([EQUAL, FAILED])
    ran = run("diff", "product-detail")
    assert ran.code == 1
    assert "the service gave no answer, timed-out: 1" in ran.out


def test_noise_is_shown_apart_and_does_not_count(run: Run, record: Record) -> None:
    noisy = [
        compared(json_answer({"at": number}), json_answer({"at": -number}), noise=json_answer({"at": number + 1}))
        for number in range(1, 21)
    ]
    record(noisy)
    ran = run("diff", "product-detail")
    assert ran.code == 0, ran.out
    assert "noise, which does not count" in ran.out
    assert run("diff", "product-detail", "--json").json["noise"][0]["path"] == "body:$.at"


def test_a_list_in_another_order_is_met_with_the_rule_for_it(run: Run, record: Record) -> None:
    record([ORDER])
    assert 'compare.unordered = ["body:$.tags"]' in run("diff", "product-detail").out


def test_a_sample_stands_side_by_side_within_the_terminal(
    run: Run, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([RETYPED])
    monkeypatch.setenv("COLUMNS", "70")
    ran = run("diff", "product-detail", "--sample", "1")
    assert "GET /api/products/7/" in ran.out
    lines = [line for line in ran.out.splitlines() if "│" in line]
    assert [re.split(r"\s*│\s*", line) for line in lines if "price" in line] == [['  "price": 1', '"price": "1"']]
    assert max(map(len, lines)) <= 70
    assert {line.index("│") for line in lines} == {34}


def test_colours_are_there_when_asked_for_and_gone_with_no_color(run: Run, record: Record) -> None:
    record([RETYPED])
    assert "\x1b[31m" in run("diff", "product-detail", "--sample", "1", color=True).out
    assert "\x1b" not in run("diff", "product-detail", "--sample", "1", env={"NO_COLOR": "1"}).out


def test_a_group_that_is_not_there_is_wrong_usage(run: Run, record: Record) -> None:
    record([RETYPED])
    ran = run("diff", "product-detail", "--sample", "2")
    assert ran.code == 2
    assert "the last one is 1" in ran.err


def test_an_ignore_that_does_nothing_too_much_or_ends_is_told(run: Run, record: Record, config: Path) -> None:
    soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 3 * 86_400))
    rules = f'["header:etag", "body:$.new until {soon}"]'
    config.write_text(config.read_text().replace('"shadow"  # since', f'"shadow"\ncompare.ignore = {rules}  # since'))
    record([EQUAL] * 250)
    out = run("diff", "product-detail").out
    assert "ignore header:etag matched nothing in 250 comparisons" in out
    assert f"ends on {soon}" in out


def test_an_ignore_written_since_holds_for_what_was_compared_before(run: Run, record: Record, config: Path) -> None:
    record([RETYPED, EQUAL])
    config.write_text(
        config.read_text().replace('"shadow"  # since', '"shadow"\ncompare.ignore = ["body:$.price"]  # since')
    )
    ran = run("diff", "product-detail")
    assert ran.code == 0
    assert "ignored since it was compared: body:$.price" in ran.out


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&|`*[x](javascript:alert(1))\x1b[2J\x00"


class Tags(HTMLParser):
    """The elements and attributes of a page, and the text in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def evil(record: Record) -> None:
    """Markup of an attacker in body, member names, headers and address."""
    header = (b"X-Evil", EVIL.encode())
    record(
        [
            compared(
                json_answer({"a": EVIL, EVIL: 1}, 200, header),
                json_answer({"a": EVIL * 2, EVIL: 2}, 200),
                target=f"/{EVIL}",
            ),
            compared(json_answer(EVIL.encode()), json_answer(b"\xff" + EVIL.encode())),
        ]
    )


@pytest.mark.usefixtures("evil")
def test_nothing_of_an_answer_is_markup_on_the_page(run: Run, config: Path) -> None:
    ran = run("diff", "product-detail", "--html", "diff.html")
    assert ran.code == 1
    page = (config.parent / "diff.html").read_text()
    found = Tags()
    found.feed(page)
    assert not found.tags & {"script", "img", "a", "iframe", "link", "form", "object", "svg"}
    assert not {name for name in found.attributes if name.startswith("on") or name in ("href", "src", "style")}
    assert any("<script>alert(1)</script>" in text for text in found.texts), "it is shown, as text"
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert not re.search(r"https?://(?!shop\.example)", page.replace("127.0.0.1", "shop.example"))
    assert (config.parent / "diff.html").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("evil")
def test_junit_is_xml_with_a_case_for_each_group(run: Run, config: Path) -> None:
    run("diff", "product-detail", "--junit", "diff.xml")
    suite = ElementTree.parse(config.parent / "diff.xml").getroot()
    cases = suite.findall("testcase")
    assert suite.attrib["tests"] == str(len(cases))
    assert suite.attrib["failures"] == str(len(suite.findall("testcase/failure")))
    assert len(cases) > 2
    assert {case.attrib["classname"] for case in cases} == {"product-detail"}


def test_junit_fails_where_too_little_was_compared(run: Run, config: Path, record: Record) -> None:
    assert run("diff", "product-detail", "--junit", "diff.xml").code == 3
    suite = ElementTree.parse(config.parent / "diff.xml").getroot()
    assert suite.attrib["failures"] == "1"


@pytest.mark.usefixtures("evil")
def test_markdown_leaves_what_came_from_outside_text(run: Run) -> None:
    out = run("diff", "product-detail", "--markdown").out
    assert "<" not in out.replace("&lt;", "")
    assert not re.search(r"(?<!\\)\]\(", out)
    rows = [line for line in out.splitlines() if line.startswith("| ") and "severity" not in line]
    assert rows
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}
    assert run("diff", "product-detail", "--markdown", "--json").code == 2


@pytest.mark.usefixtures("evil")
def test_a_terminal_is_told_nothing_by_an_answer(run: Run) -> None:
    for words in ((), ("--sample", "1"), ("--sample", "2"), ("--markdown",)):
        assert not set(run("diff", "product-detail", *words).out) & {"\x1b", "\x00", "\x9b"}


def test_a_store_that_cannot_be_read_ends_with_4(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGLER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    ran = run("diff", "product-detail", "--json")
    assert ran.code == 4
    assert ran.json["error"]["code"].startswith("STR90")


def test_a_route_that_is_not_there_is_wrong_usage(run: Run) -> None:
    ran = run("diff", "product-detial")
    assert ran.code == 2
    assert "product-detail" in ran.err
