"""Pages that differ in the tokens of their forms alone are seen to be equal without being parsed, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare import body as bodies
from strangler_proxy.compare import html_body
from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.media import Kind, Media
from strangler_proxy.compare.normalise.one_time import without_form_tokens
from strangler_proxy.compare.rules import PLAIN, Rules

ONE, TWO = "a1B2c3D4" * 8, "Z9y8X7w6" * 8
FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
AROUND = (
    "<form>{}</form>",
    "<script>const field = '{}';</script>",
    "<!-- {} -->",
    "<textarea>{}</textarea>",
    "<title>{}</title>",
    "<p title='{}'>x</p>",
    "<template>{}</template>",
    "<noscript>{}</noscript>",
    "<b>&lt;{}",
)


def answer(page: str, charset: str = "utf-8") -> Answer:
    headers = ((b"Content-Type", f"text/html; charset={charset}".encode()),)
    return Answer(status=200, headers=headers, body=page.encode())


@given(st.lists(st.tuples(st.sampled_from(AROUND), st.booleans(), st.sampled_from(["", "x", "<p>", "é"])), max_size=6))
def test_what_is_equal_without_the_tokens_is_equal_when_parsed(parts: list[tuple[str, bool, str]]) -> None:
    page = "".join(around.format(FIELD) + text if field else around.format(text) for around, field, text in parts)
    primary, candidate = (page.replace("{}", token) for token in (ONE, TWO))
    parsed = Findings(PLAIN)
    kind = Kind(Media.HTML)
    html_body.compare(html_body.read(primary.encode(), kind), html_body.read(candidate.encode(), kind), parsed)
    assert parsed.differences == []
    assert without_form_tokens(primary.encode()) == without_form_tokens(candidate.encode())
    assert compare(answer(primary), answer(candidate)).equal


def test_such_pages_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "WAYS", {})
    assert compare(answer(FIELD.format(ONE)), answer(FIELD.format(TWO))).equal


@pytest.mark.parametrize(
    ("primary", "candidate"),
    [
        (FIELD.format(ONE), FIELD.format("")),
        (FIELD.format(ONE), FIELD.format(ONE[:40])),
        (FIELD.format(ONE), FIELD.format(TWO) + "<p>more</p>"),
        (
            FIELD.format(ONE).replace("csrfmiddlewaretoken", "other"),
            FIELD.format(TWO).replace("csrfmiddlewaretoken", "other"),
        ),
    ],
)
def test_what_else_differs_is_a_difference(primary: str, candidate: str) -> None:
    assert not compare(answer(primary), answer(candidate)).equal


def test_tokens_are_compared_where_the_normaliser_is_off() -> None:
    pages = answer(FIELD.format(ONE)), answer(FIELD.format(TWO))
    assert not compare(*pages, Rules(without=frozenset({"csrf-tokens"}))).equal
