"""Which expressions can take for ever, and that they really do."""

import re
import time

import pytest

from strangler_proxy.config.backtracking import can_run_away
from strangler_proxy.config.django_path import DJANGO_CONVERTERS
from strangler_proxy.config.expression import doubts, refers_to_a_group

# Expression, a piece that it reads in several ways, and an end that it does not take.
DANGEROUS = [
    (r"^/(a+)+$", "a", "!"),
    (r"^/(?:[a-z]+-?)+$", "a", "!"),
    (r"^/(\w+\d)+$", "a1", "!"),
    (r"^/(?:.+/)+$", "a/", "!"),
    (r"^/(?:a|b+)*$", "b", "!"),
    (r"^/((?:[^/]+)+/)$", "a", ""),
    (r"^/([0-9]+[a-z]*)*$", "1", "!"),
    (r"^/(?:(?:[^/]+/)+x)*$", "a/xa/x", "!"),
    (r"^/(?P<slug>(?:\w*-?)*)/$", "a", "!"),
    (r"^/(?:[^-]+?)+?-$", "a", ""),
]
HARMLESS = [
    r"^/(?:[^/]+/)*$",
    r"^/[a-z]+(?:-[a-z]+)*/$",
    r"^/(?:[a-z0-9]+\.)+[a-z]+$",
    r"^/(a|b)*$",
    r"^/(\w{1,5})?/$",
    r"^/(?:a{1,3}){2}/$",
    r"^/((?:a+b)+c)*/$",
    r"^/(?>a+)+$",
    r"^/(?:a++)+$",
    r"^/(?P<year>[0-9]{4})/(?:(?P<month>\d+)/)?$",
    r"^/(?=.*x)(?:\d+,)*\d+$",
    *DJANGO_CONVERTERS.values(),
]


@pytest.mark.parametrize(("expression", "piece", "end"), DANGEROUS)
def test_a_dangerous_expression_is_found_and_takes_exponential_time(expression: str, piece: str, end: str) -> None:
    assert can_run_away(expression)

    matches = re.compile(expression).search
    times, seconds = 4, 0.0
    while seconds < 0.02:  # doubled at the least with each piece, so this ends soon
        began = time.process_time()
        assert not matches("/" + piece * times + end)
        seconds = time.process_time() - began
        times += 1
    assert times < 40


@pytest.mark.parametrize("expression", HARMLESS)
def test_a_harmless_expression_is_left_in_peace(expression: str) -> None:
    assert not can_run_away(expression)


def test_what_python_warns_of_is_told_each_time() -> None:
    for _ in range(2):
        assert "nested set" in doubts("^/[[a]/$")
    assert doubts(r"^/[\[a]/$") == ""


@pytest.mark.parametrize(
    ("expression", "refers"), [(r"(b)(c)\2", True), (r"(?:(a)|b)(?(1)c|d)", True), (r"\d(a)", False)]
)
def test_a_reference_to_a_group_is_found(expression: str, refers: bool) -> None:
    assert refers_to_a_group(expression) is refers
