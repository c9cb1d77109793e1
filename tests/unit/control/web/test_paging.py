"""Long lists a page at a time."""

import pytest

from strangler_proxy.control.web.paging import numbered, page_of


@pytest.mark.parametrize(
    ("wanted", "number"),
    [(None, 1), ("2", 2), ("3", 3), ("4", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("9" * 40, 1)],
)
def test_what_is_no_page_is_the_nearest_or_the_first(wanted: str | None, number: int) -> None:
    assert page_of(101, 50, wanted).number == number


def test_the_pages_have_every_item_once() -> None:
    pages = [page_of(101, 50, str(number)) for number in (1, 2, 3)]
    assert [index for one in pages for index in range(one.first, one.last)] == list(range(101))


def test_an_empty_list_has_one_page_with_nothing_on_it() -> None:
    shown = numbered(page_of(0, 50, None), {})
    assert (shown["pages"], shown["first"], shown["last"], shown["next"]) == (1, 0, 0, None)


def test_what_was_searched_for_is_searched_for_on_the_next_page_too() -> None:
    shown = numbered(page_of(101, 50, "2"), {"q": 'a&b"', "page": "2", "stage": ""})
    assert shown["next"] == "?q=a%26b%22&page=3"
    assert shown["previous"] == "?q=a%26b%22&page=1"
