"""What a program asks is held against what can be asked."""

import pytest

from strangler_proxy.control.errors import BadRequest
from strangler_proxy.control.web.api.asked import must_fit

PARAMETERS = {
    "page": {"type": "integer", "minimum": 1, "maximum": 50},
    "stage": {"type": "string", "enum": ["", "shadow"]},
    "q": {"type": "string", "maxLength": 3},
    "percent": {"type": "string", "pattern": r"^[0-9]+$"},
    "until": {"type": "string", "format": "date"},
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("page", "1"), ("page", "50"), ("stage", ""), ("stage", "shadow"), ("q", "abc"), ("percent", "5")),
        *(("until", "2027-01-31"), ("csrfmiddlewaretoken", "x")),
    ],
)
def test_what_can_be_asked_fits(name: str, value: str) -> None:
    must_fit({name: [value]}, PARAMETERS)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("page", "0", "is no whole number from 1 to 50"),
        ("page", "51", "is no whole number"),
        ("page", "\u0661", "is no whole number"),
        ("page", "", "is no whole number"),
        ("stage", "gone", "is none of shadow"),
        ("q", "abcd", "is longer than 3 characters"),
        ("percent", "5 ", "does not match"),
        ("until", "20270131", "is no day"),
        ("until", "2027-02-30", "is no day"),
        ("other", "", 'There is no parameter "other"'),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(name: str, value: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said) as raised:
        must_fit({name: [value]}, PARAMETERS)
    assert raised.value.where == name


def test_what_is_given_twice_or_not_at_all_is_refused() -> None:
    with pytest.raises(BadRequest, match="more than once"):
        must_fit({"q": ["a", "b"]}, PARAMETERS)
    for values in ({}, {"q": [""]}, {"q": [" \n"]}):
        with pytest.raises(BadRequest, match='"q" is missing'):
            must_fit(values, PARAMETERS, needed=("q",))
