"""Stages read and changed in texts that may have mistakes."""

import pytest

from strangler_proxy.config.stage import Stage
from strangler_proxy.config.written import with_stage, written_routes

WHOLE = """\
[backends.monolith]
urls = ["http://m:1"]

[[routes]]
name = "a"   # first
service = "s"
stage = 'canary'  # since Monday
[routes.canary]
percent = 5

[[routes]]  # second
name = "b"
stage = "service"
path = "/b/"
"""


def broken(how: str) -> str:
    """The text with one mistake in it."""
    return {
        "a rule": WHOLE.replace('"/b/"', '"b/"'),
        "no TOML": WHOLE.replace('["http://m:1"]', '["http://m:1"'),
        "a word at the end": WHOLE + "nonsense\n",
        "an unquoted stage": WHOLE.replace('"service"', "service"),
        "no such stage": WHOLE.replace('"service"', '"servis"'),
    }[how]


MISTAKES = ["a rule", "no TOML", "a word at the end", "an unquoted stage", "no such stage"]


@pytest.mark.parametrize("how", MISTAKES)
def test_a_route_is_taken_back_and_no_other_byte_is_changed(how: str) -> None:
    before = broken(how)
    after = with_stage(before, ["a"], Stage.MONOLITH)
    assert after == before.replace("'canary'", '"monolith"')
    assert [route.stage for route in written_routes(after) if route.name == "a"] == ["monolith"]


@pytest.mark.parametrize("how", MISTAKES)
def test_all_are_found_and_taken_back_at_once(how: str) -> None:
    after = with_stage(broken(how), ["a", "b"], Stage.MONOLITH)
    assert [(route.name, route.stage) for route in written_routes(after)] == [("a", "monolith"), ("b", "monolith")]
    assert after.count("# since Monday") == 1


def test_what_is_written_is_read_with_service_and_share() -> None:
    first, second = written_routes(WHOLE)
    assert (first.service, first.percent, first.known_stage) == ("s", 5.0, Stage.CANARY)
    assert (second.service, second.percent) == (None, None)
    assert written_routes(broken("no such stage"))[1].known_stage is None


def test_routes_that_were_written_with_single_brackets_are_found() -> None:
    text = '[routes]\nname = "a"\nstage = "shadow"\n'
    assert with_stage(text, ["a"], Stage.MONOLITH) == text.replace("shadow", "monolith")


def test_a_stage_of_a_name_that_is_there_twice_is_changed_twice() -> None:
    text = '[[routes]]\nname = "a"\nstage = "shadow"\n' * 2
    assert with_stage(text, ["a"], Stage.MONOLITH) == text.replace("shadow", "monolith")
