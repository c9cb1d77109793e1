"""Every way to get the file wrong that we know of, with the exact message: `bad/NAME.toml` says `bad/NAME.txt`.

After a wanted change of a message, `python tests/unit/config/test_bad_files.py` writes all the `.txt` anew.
"""

from pathlib import Path

import pytest

from strangler_proxy.config.errors import Code, ConfigInvalid
from strangler_proxy.config.load import load

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.stem for path in BAD.glob("*.toml"))


def message(case: str) -> str:
    """What loading the case says, its place as if it were the project's `strangler.toml`."""
    path = BAD / f"{case}.toml"
    with pytest.raises(ConfigInvalid) as caught:
        load(path)
    return str(caught.value).replace(str(path), "strangler.toml") + "\n"


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused_with_this_very_message(case: str) -> None:
    assert message(case) == (BAD / f"{case}.txt").read_text()


def test_there_are_many_cases_and_no_message_without_its_file() -> None:
    assert len(CASES) >= 100
    assert sorted(path.stem for path in BAD.glob("*.txt")) == CASES


def test_every_code_of_the_file_has_a_case() -> None:
    said = "".join((BAD / f"{case}.txt").read_text() for case in CASES)
    assert [code for code in Code if f" {code} " not in said] == []


def test_errors_come_by_line() -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load(BAD / "many-at-once.toml")
    lines = [error.line for error in caught.value.errors]
    assert len(lines) > 5
    assert lines == sorted(lines)


if __name__ == "__main__":
    for name in CASES:
        (BAD / f"{name}.txt").write_text(message(name))
