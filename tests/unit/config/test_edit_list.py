"""An ignore put into the file: the rule is there, and no other byte is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.edit_list import with_ignore
from strangler_proxy.config.errors import UnknownRoute
from strangler_proxy.config.load import parse

HEAD = '[backends.monolith]\nurls = ["http://127.0.0.1:1"]\n\n[[routes]]\nname = "a"\npath = "/a/"\n'
RULE = "body:$.at"

FILES = {
    "": f'compare.ignore = ["{RULE}"]\n',
    "[routes.compare]\nsample_percent = 5  # few\n": f'ignore = ["{RULE}"]\n',
    "compare.sample_percent = 5\n": f'compare.ignore = ["{RULE}"]\n',
    "compare = {sample_percent = 5}\n": f', ignore = ["{RULE}"]',
    "compare.ignore = []\n": f'"{RULE}"',
    'compare.ignore = ["status"]  # x\n': f', "{RULE}"',
    "[routes.compare]\nignore = ['status', ]\n": f', "{RULE}"',
    '[routes.compare]\nignore = [\n  "status", # first\n  "header:etag" # last\n]\n': f',\n  "{RULE}",',
    '[routes.compare]\nignore = [\n\t"status",\n\t"header:etag", # last\n]\n# end': f'\n\t"{RULE}",',
}


@pytest.mark.parametrize("tail", FILES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_it_is_the_last_of_the_list_and_nothing_else_changes(tail: str, line_end: str) -> None:
    before = (HEAD + tail + '[[routes]]\nname = "b"\npath = "/b/"\n').replace("\n", line_end)
    if "# end" in tail:
        before = before.replace("# end", f"# end{line_end}")
    after = with_ignore(before, "a", RULE)
    assert parse(after).routes[0].compare.ignore == (*parse(before).routes[0].compare.ignore, RULE)
    assert parse(after).routes[1] == parse(before).routes[1]
    came = FILES[tail].replace("\n", line_end)
    assert len(after) == len(before) + len(came)
    rest = iter(after)
    assert all(character in rest for character in before), "nothing went, and nothing was moved"


@given(
    st.lists(
        st.sampled_from(
            [
                "status",
                "header:x",
                "cookie:cart-*",
                r"body:$.a ~\d+",
                "body:$.b ~it's",
                'body:$["x y"]',
                r"body:$['it\'s']",
            ]
        ),
        unique=True,
    )
)
def test_rules_come_one_after_the_other(rules: list[str]) -> None:
    text = HEAD
    for rule in rules:
        text = with_ignore(text, "a", rule)
    assert parse(text).routes[0].compare.ignore == tuple(rules)
    assert text.startswith(HEAD)


def test_a_route_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRoute):
        with_ignore(HEAD, "b", RULE)
