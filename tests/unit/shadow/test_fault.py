"""How a fault of ours is told."""

from strangler_proxy.shadow.fault import told


def raised() -> Exception:
    try:
        try:
            float("4111-secret")
        except ValueError as error:
            raise KeyError("hunter2-secret") from error
    except KeyError as error:
        return error


def test_a_fault_is_told_with_its_places_and_kinds_and_without_the_values_that_messages_quote() -> None:
    text = told(raised())
    assert "secret" not in text.replace('"4111-secret"', "").replace('"hunter2-secret"', "")  # the source's own lines
    assert text.index("ValueError (") < text.index("KeyError (")
    assert "test_fault.py" in text


def test_an_endless_chain_of_causes_is_told_once() -> None:
    error = ValueError("x")
    error.__context__ = KeyError("y")
    error.__context__.__context__ = error
    assert told(error).count("ValueError") == 1
