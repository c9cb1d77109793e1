"""The places of keys and values, on texts of every way to write TOML."""

import tomli
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.positions import Positions

TEXT = '''\
top = 1 # [not.a.header]
[proxy]
"trusted_proxies" = [ # comment with ]
  "a", 'b#c',

  """d
[[routes]]
e""", # last
]
access.'log' . deep = "x = \\"y\\""
when = 1979-05-27 07:32:00

[[routes]]
name = 'a'
inline = { x = 1, y.z = [ {q = 2}, 3 ] }
[routes.canary]
percent = 10
[[routes]]
name = "b"
  [routes.canary]
  percent = 20
[[routes.deep]]
n = 1
[[routes.deep]]
n = 2
'''

LINES = {
    ("top",): 1,
    ("proxy",): 2,
    ("proxy", "trusted_proxies"): 3,
    ("proxy", "trusted_proxies", 0): 4,
    ("proxy", "trusted_proxies", 1): 4,
    ("proxy", "trusted_proxies", 2): 6,
    ("proxy", "access", "log", "deep"): 10,
    ("proxy", "access"): 10,
    ("proxy", "when"): 11,
    ("routes", 0): 13,
    ("routes", 0, "name"): 14,
    ("routes", 0, "inline", "y", "z", 0, "q"): 15,
    ("routes", 0, "canary", "percent"): 17,
    ("routes", 1): 18,
    ("routes", 1, "canary"): 20,
    ("routes", 1, "canary", "percent"): 21,
    ("routes", 1, "deep", 1, "n"): 25,
}


def test_every_key_is_found_on_its_line() -> None:
    positions = Positions(TEXT)
    assert {at: positions.line(at) for at in LINES} == LINES


def test_lines_are_the_same_with_windows_line_ends_and_a_byte_order_mark() -> None:
    positions = Positions("\ufeff" + TEXT.replace("\n", "\r\n"))
    assert {at: positions.line(at) for at in LINES} == LINES


def test_what_is_not_there_is_on_the_line_of_the_table_around_it() -> None:
    positions = Positions(TEXT)
    assert positions.line(("routes", 1, "service")) == 18
    assert positions.line(("nothing",)) == 1


keys = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,3}", fullmatch=True),
    st.text(alphabet="a.'# =[]é", max_size=3).map(lambda text: f'"{text}"'),
    st.text(alphabet='a."# =[]é', max_size=3).map(lambda text: f"'{text}'"),
)
strings = st.one_of(
    st.text(alphabet="a#[]{},='\n", max_size=6).map(lambda text: f'"""{text}"""'),
    st.text(alphabet='a#[]{},="\\\n', max_size=6).map(lambda text: f"'''{text}'''"),
    st.text(alphabet="a#[]{},='", max_size=6).map(lambda text: f'"{text}\\"\\\\"'),
)
scalars = st.one_of(st.sampled_from(["1", "-2.5e3", "nan", "true", "07:32:00", "1979-05-27 07:32:00Z"]), strings)
gaps = st.sampled_from(["", " ", "\n", "  # ] } , \n", "\r\n\t"])


def lists(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    written = st.builds("{}{}{}".format, gaps, items, gaps)
    return st.builds("[{}{}]".format, st.lists(written, max_size=3).map(",".join), gaps)


def inline_tables(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(keys, items), max_size=3, unique_by=lambda pair: pair[0].strip("\"'"))
    return pairs.map(lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}")


values = st.recursive(scalars, lambda inner: st.one_of(lists(inner), inline_tables(inner)), max_leaves=6)


def same(left: object, right: object) -> bool:
    return repr(left) == repr(right)


@given(st.lists(st.tuples(keys, values, st.sampled_from(["", " # x", "  "])), max_size=4))
def test_the_text_at_each_place_is_the_value_that_the_parser_found(pairs: list[tuple[str, str, str]]) -> None:
    unique = {key.strip("\"'"): f"{key} = {value}{after}\n" for key, value, after in pairs}
    text = "".join(f"[[t]]\n{line}" for line in unique.values())
    parsed = tomli.loads(text)
    for at, place in Positions(text).places.items():
        value = parsed
        for step in at:
            value = value[step]
        if text[place.start] != "[" or len(at) > 2:
            written = text[place.value_start : place.value_end]
            assert same(tomli.loads(f"v = {written}")["v"], value)


def test_quoted_keys_are_found_by_what_they_mean() -> None:
    text = '"a\\"b" = 1\n"\\u00e9" = 2\n"" = 3\n\'c\\d\' = 4\n'
    assert set(Positions(text).places) == {(key,) for key in tomli.loads(text)}
