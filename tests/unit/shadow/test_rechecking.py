"""A difference that stays is believed after some looks; one that vanished is looked at each time."""

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.shadow.rechecking import AGAIN_SECONDS, BELIEVED, Rechecking

PRICE = [Difference("body:$[0].price", Kind.VALUE, 1, 2)]
ANOTHER_PRICE = [Difference("body:$[7].price", Kind.VALUE, 1, 2)]
STOCK = [Difference("body:$[0].stock", Kind.VALUE, 1, 2)]


def believed() -> Rechecking:
    rechecking = Rechecking()
    for _ in range(BELIEVED):
        assert rechecking.wants("e", PRICE, 0.0)
        rechecking.looked("e", PRICE, PRICE, 0.0)
    return rechecking


def test_a_group_that_stayed_is_believed_and_looked_at_now_and_then() -> None:
    rechecking = believed()
    assert not rechecking.wants("e", ANOTHER_PRICE, AGAIN_SECONDS - 1)
    assert rechecking.wants("e", PRICE, AGAIN_SECONDS)


def test_a_group_that_vanished_once_has_to_prove_itself_again() -> None:
    rechecking = believed()
    rechecking.looked("e", PRICE, [], 1.0)
    assert rechecking.wants("e", PRICE, 1.0)


def test_a_difference_beside_a_believed_one_is_asked_for_again() -> None:
    rechecking = believed()
    assert rechecking.wants("e", PRICE + STOCK, 0.0)
    assert rechecking.wants("another epoch", PRICE, 0.0)
