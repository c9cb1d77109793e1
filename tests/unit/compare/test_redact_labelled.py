"""A value goes where the name that gives it away stands beside it, as a value of its own."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Difference, Kind
from tests.unit.compare.test_redact import NAMES, PLAIN, PLANTED, SET, redacted

PAIRS = (
    '[{"name": "password", "value": "hunter2"}]',
    '[{"value": "hunter2", "type": "x", "name": "password"}]',
    '{"key": "token", "id": 7, "val": ["a", "hunter2"]}',
    '{"Field": "session_id", "Content": {"hunter2": {"of": "hunter2"}}}',
    '{"data": {"deep": [{"x": "hunter2"}]}, "key": "api-key"}',
    '{"label": "Card number", "name": "q", "oldValue": "hunter2", "new_value": "hunter2"}',
    '{"a": [{"b": {"header": "Authorization", "value": "hunter2"}}]}',
    '{"name": "password", "value": "hunter2", "name": "x"}',
    '["password", "hunter2"]',
    '[["user", "ann"], ["X-Auth-Token", "hunter2"], [ "Card number" ,\n"hunter2" ]]',
    '{"headers": [["Authorization", "hunter2 \\" hunter2"]]}',
)
MARKUP = (
    '<param name="password" value="hunter2"/>',
    "<add key='token' value='hunter2'/>",
    '<setting value="hunter2" name="api_key"></setting>',
    '<item name="password">hunter2</item>',
    '<item name="password" kind="a > b"><![CDATA[hunter2]]></item>',
    '<property name="secret"><value>hunter2</value></property>',
    "<member><name>password</name><value><string>hunter2</string></value></member>",
    "<entry><key>token</key>\n <value>hunter2</value></entry>",
    "<a:entry><a:value>hunter2</a:value><a:key>token</a:key></a:entry>",
    "<dict><key>password</key><string>hunter2</string></dict>",
)
PAGES = (
    '<select name="card"><option value="hunter2">hunter2</option><optgroup label="hunter2"></optgroup></select>',
    "<SELECT id=card-choice><option>hunter2<option value=hunter2>a</SELECT>",
    '<textarea name="secret" rows="3">hunter2</textarea>',
    '<textarea data-x="a > b" NAME="secret">\nhunter2</textarea>',
    '<meta name="csrf-token" content="hunter2">',
    '<meta content="hunter2" name=csrf-token>',
    '<input name="card" value="hunter2">',
    '<output id="token">hunter2</output>',
    '<script>var x = [{name: "password", value: "hunter2"}]</script>',
    '<script>var x = [["password", "hunter2"]]</script>',
    '<div data-x="[[&quot;password&quot;, &quot;hunter2&quot;]]">a</div>',
    '<div data-x="{&quot;name&quot;: &quot;password&quot;, &quot;value&quot;: &quot;hunter2&quot;}">a</div>',
)
OF_KIND = [
    *((one, b"application/json") for one in PAIRS),
    *((json.dumps({"inner": one}), b"application/json") for one in PAIRS[:3]),
    *((json.dumps({"inner": one}), b"application/json") for one in PAIRS[-3:]),
    *((f'{{"a" 1, {one}', b"application/json") for one in (*PAIRS[:3], *PAIRS[-3:])),
    *((f"said {one}", b"text/plain") for one in (*PAIRS[:3], *PAIRS[-3:])),
    ("said {'name': 'userPin', 'value': 'hunter2'}", b"text/plain"),
    *((f"<r>{one}<b>1</b></r>", b"application/xml") for one in MARKUP),
    *((f"<!DOCTYPE html><p>a</p>{one}<p>b</p>", b"text/html") for one in PAGES),
]


@pytest.mark.parametrize(("body", "content_type"), OF_KIND)
def test_a_value_goes_whose_name_is_held_beside_it(body: str, content_type: bytes) -> None:
    cleaned = redacted(body.encode(), content_type)
    assert PLANTED not in cleaned
    assert "redacted-" in cleaned


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('[{"name": "colour", "value": "red"}, {"key": "k", "data": {"who": "Ann"}}]', b"application/json"),
        ('{"name": "Gift cards", "content": "Made of paper"}', b"application/json"),
        ('{"a 1, [{"contents": "Made of paper", "id": 7, "title": "x", "name": "Our Gift Cards"}', b"application/json"),
        ('said {"label": "Gift cards and more", "content": "Made of paper"}', b"text/plain"),
        ('<script>x = [{"name": "Gift cards", "content": "Made of paper"}]</script>', b"text/html"),
        ('["Gift cards", "Paper"]', b"application/json"),
        ('{"name": "Memory card", "price": "19.90"}', b"application/json"),
        ('{"a": {"name": "password"}, "value": "red"}', b"application/json"),
        ('{"name": ["password"], "value": "red"}', b"application/json"),
        ('[["colour", "red"], ["password"], ["password", 7], ["password", "red", "blue"]]', b"application/json"),
        ('["The password is too short.", "Try again."]', b"application/json"),
        ('["red", "password"]', b"application/json"),
        ('said ["password", "red", "blue"] and ["colour", "red"]', b"text/plain"),
        ('{"name": "password", "value": true, "val": null, "data": ""}', b"application/json"),
        ('<r><item name="colour">red</item><add key="a" value="b"/><key>a</key><value>b</value></r>', b"text/xml"),
        ('<form name="card-form">Pay</form><a name="token">Token</a><button name="token">Go</button>', b"text/html"),
        ('<select name="size"><option value="1">One</option></select><div id="session">x</div>', b"text/html"),
        ('<li id="session"><p>name: "colour", value: "red"</p></li>', b"text/html"),
    ],
)
def test_a_pair_of_another_name_stays_to_the_byte(body: str, content_type: bytes) -> None:
    assert redacted(body.encode(), content_type) == body


UNTITLED = (
    ("Gift cards", "value"),
    ("Gift cards", "data"),
    ("gift cards", "content"),
    ("gift_cards", "content"),
    ("Cards", "content"),
    ("Card number", "content"),
    ("Credit cards", "content"),
    ("Gift cards PIN", "content"),
    ("Name on card", "content"),
    ("Your password", "content"),
    ("Access token of Ann", "contents"),
)


@pytest.mark.parametrize(("label", "member"), UNTITLED)
def test_only_a_title_of_cards_leaves_a_text_readable(label: str, member: str) -> None:
    for pair in ({"name": label, member: PLANTED}, {member: PLANTED, "label": label}):
        written = json.dumps([pair])
        for body in (written, json.dumps([written]), written.replace("[", '[{"a" 1, '), f"said {written}"):
            assert PLANTED not in redacted(body.encode(), b"application/json")
        assert PLANTED not in repr(PLAIN.difference(Difference("body:$.a", Kind.ADDED, None, pair)))


@pytest.mark.parametrize("kept", [{"a": PLANTED}, [PLANTED], 4711])
def test_what_is_no_text_is_hidden_under_a_title_too(kept: object) -> None:
    cleaned = redacted(json.dumps({"content": kept, "name": "Saved cards"}).encode(), b"application/json")
    assert json.dumps(kept) not in cleaned
    assert PLANTED not in cleaned


def test_a_name_beside_a_title_hides_what_the_title_would_not() -> None:
    for pair in (
        {"name": "Gift cards", "content": PLANTED, "label": "Card number"},
        {"content": PLANTED, "name": "Gift cards", "label": "Card number"},
    ):
        assert PLANTED not in redacted(json.dumps(pair).encode(), b"application/json")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('<meta name="Gift cards" content="hunter2">', b"text/html"),
        ('<add name="Gift cards" content="hunter2"/>', b"application/xml"),
        ('<item name="Gift cards">hunter2</item>', b"application/xml"),
        ("<entry><name>Gift cards</name><content>hunter2</content></entry>", b"application/xml"),
        ('<input name="Gift cards" value="hunter2">', b"text/html"),
    ],
)
def test_markup_hides_under_a_title_too(body: str, content_type: bytes) -> None:
    assert PLANTED not in redacted(body.encode(), content_type)


def test_values_of_pairs_keep_their_type_and_tell_equal_from_different() -> None:
    values = ["a", "b", "a", 1, 1.5, None, True, {"user": "ann"}]
    body = json.dumps([{"name": "token", "value": one} for one in values]).encode()
    cleaned = [one["value"] for one in json.loads(redacted(body, b"application/json"))]
    assert cleaned[0] == cleaned[2] != cleaned[1]
    assert [type(one) for one in cleaned] == [type(one) for one in values]
    assert list(cleaned[-1]) == ["user"]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_list_of_two_that_is_cut_hides_what_there_is_of_it(cut: int) -> None:
    body = b'[["password", "correct-horse-battery"]]'[:-cut]
    answer = Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=body, body_size=10_000)
    assert b"correct" not in PLAIN.answer(answer).body


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_pair_that_is_cut_hides_what_there_is_of_it(cut: int) -> None:
    body = b'{"a": [{"name": "password", "value": "correct-horse-battery"'[:-cut]
    answer = Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=body, body_size=10_000)
    assert b"correct" not in PLAIN.answer(answer).body


CARDS = (
    "4111111111111111.0",
    "4.111111111111111e15",
    "4.111111111111111E+15",
    "4111111111111111.00",
)


@pytest.mark.parametrize("number", CARDS)
def test_a_card_number_goes_however_a_number_is_written(number: str) -> None:
    cleaned = redacted(f'{{"n": [{number}], "s": "see {number} there"}}'.encode(), b"application/json")
    assert "111111" not in cleaned.replace(".", "")
    (mark,) = json.loads(cleaned, parse_float=Decimal)["n"]
    assert isinstance(mark, Decimal)
    assert mark < 0
    assert "111111" not in redacted(f"id;n\n1;{number}\n".encode(), b"text/csv").replace(".", "")
    difference = PLAIN.difference(Difference("body:$.n", Kind.VALUE, Decimal(number), 4111111111111111))
    assert "111111" not in repr(difference).replace(".", "")


def test_a_card_number_with_a_negative_exponent_goes_from_json() -> None:
    assert redacted(b"[41111111111111110e-1]", b"application/json").startswith("[-9990")


def test_one_card_has_one_mark_in_all_its_spellings() -> None:
    cleaned = json.loads(redacted(f"[{', '.join(CARDS)}]".encode(), b"application/json"))
    assert len(set(cleaned)) == 1
    other = json.loads(redacted(b"[4111111111111111.0, 5500005555555559.0]", b"application/json"))
    assert other[0] == cleaned[0] != other[1]


@pytest.mark.parametrize(
    "number",
    [
        "19.90",
        "4.15e15",
        "1e3",
        "1700000000000.5",
        "4111111111111111.5",
        "4111111111111112.0",
        "1e999999999999999999999",
        "0e15",
    ],
)
def test_other_numbers_stay_as_they_are_written(number: str) -> None:
    assert redacted(f"[{number}]".encode(), b"application/json") == f"[{number}]"


DIFFERENCES = (
    Difference("body:$[0].value", Kind.VALUE, PLANTED, f"{PLANTED}2"),
    Difference("body:$.a[0].data.deep[1]", Kind.VALUE, PLANTED, 1),
    Difference("body:$[3]", Kind.ADDED, None, {"name": "password", "value": [PLANTED]}),
    Difference("body:$.a", Kind.REMOVED, [{"value": {PLANTED + "!": PLANTED}, "key": "token"}], None),
    Difference("body:$.html.head.meta[0]['@content']", Kind.VALUE, PLANTED, "other"),
    Difference("body:$.html.body.select.option[0]['#text']", Kind.VALUE, PLANTED, "other"),
    Difference("body:$.r.add[0]['@value']", Kind.VALUE, PLANTED, "other"),
    Difference("body:$.headers[3][1]", Kind.VALUE, PLANTED, f"two {PLANTED}"),
    Difference("body:$.headers", Kind.ADDED, None, [["user", "ann"], ["password", PLANTED]]),
    Difference("body:$.r", Kind.REMOVED, f'<item name="password">{PLANTED}</item>', None),
)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.path)
def test_differences_hide_what_a_pair_may_hold(difference: Difference) -> None:
    cleaned = PLAIN.difference(difference)
    assert PLANTED not in repr(cleaned)
    assert "redacted-" in repr(cleaned)
    assert PLAIN.difference(cleaned) == cleaned


@pytest.mark.parametrize("path", ["body:$.tags[1]", "body:$[1]", "body:$.rows[1].tags[1]"])
def test_the_second_text_of_a_plain_list_is_seen_in_a_difference(path: str) -> None:
    difference = Difference(path, Kind.VALUE, "sale", "new")
    assert PLAIN.difference(difference) == difference


PAIRED: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(NAMES),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "key", "Value", "data", "other"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(PAIRED, st.sampled_from(NAMES), st.booleans(), st.integers(0, 300), st.text(max_size=4))
def test_no_secret_of_a_pair_survives_in_json_cut_anywhere(
    value: Any, name: str, first: bool, cut: int, more: str
) -> None:
    pair: dict[str, Any] = {"name": name, "value": [PLANTED, value]}
    if not first:
        pair = {"value": [PLANTED, value], "more": value, "name": name}
    pair["also"] = [[name, f"{PLANTED} {more}"]]
    written = json.dumps([value, {"deep": pair}, value]).encode()
    kept = written if not first else written[: len(written) - cut]
    for redactor in (PLAIN, SET):
        once = redactor.answer(Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=kept))
        assert PLANTED.encode() not in once.body
        assert redactor.answer(once) == once
    difference = PLAIN.difference(Difference("body:$.x", Kind.ADDED, None, [value, pair]))
    assert PLANTED not in repr(difference)
    assert PLAIN.difference(difference) == difference


PIECES = (
    *NAMES, *CARDS, "name", "key", "value", "data", "content", '"', "'", "=", ":", ",", " ", "{", "}", "[", "]", "\\",
    "&quot;",
    "<item ", "<select ", "<option>", "</select>", "<textarea ", "<key>", "</key>", "<value>", "</value>", ">", "/>",
    '["password","', '"],[', "<![CDATA[", "]]>", "\u0130", "e1", "x",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_of_pairs_is_cleaned_once(text: str) -> None:
    for content_type in (b"text/html", b"application/xml", b"application/json", b"text/plain", b"text/csv"):
        redacted(text.encode(), content_type)
    for redactor in (PLAIN, SET):
        once = redactor.text(text)
        assert redactor.text(once) == once


@pytest.mark.parametrize(
    "piece",
    [
        '"name": "a", ', '"value": "a", ', "value=", "name=name=", "<a ", "<a name=", "<select name=card>",
        "<key>a</key>",
        "<value>a</value>", '{"name":', '[{"value":1,"name":"pin"},', '{"value":1,"name":"a"', '"value":1,"name":"a",',
        "<item name='x", "4e1",
        '"name":"a","b":"c","d":"e",', '["pin","a', '["pin",', '["pin","a"],', '["a', '["password","\\\\',
    ],
)  # fmt: skip
@pytest.mark.parametrize("content_type", [b"text/html", b"application/json"])
def test_no_text_takes_more_than_its_length_to_look_through(piece: str, content_type: bytes) -> None:
    def took(times: int) -> float:
        answer = Answer(status=200, headers=((b"Content-Type", content_type),), body=(piece * times).encode())
        began = time.process_time()
        PLAIN.answer(answer)
        return time.process_time() - began

    size = 60_000 // len(piece)
    assert took(size) < 2.5
