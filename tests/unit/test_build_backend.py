"""A wheel is compiled where that can be done, and plain where it can't, or where nobody wants it."""

import shutil
import sys

import pytest

build_backend = pytest.importorskip("build_backend", reason="setuptools is not installed")


@pytest.fixture
def needs(monkeypatch):
    """What a wheel needs beyond setuptools, in an environment with these variables."""
    monkeypatch.setattr(build_backend.build_meta, "get_requires_for_build_wheel", lambda settings: [])
    monkeypatch.setenv("STRANGLER_COMPILE", "")

    def asked(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return build_backend.get_requires_for_build_wheel()

    return asked


@pytest.mark.skipif(shutil.which("cc") is None or sys.implementation.name != "cpython", reason="no C compiler")
def test_a_wheel_is_compiled_where_a_c_compiler_is(needs):
    assert [need.partition(">")[0] for need in needs(CC="cc")] == ["mypy[mypyc]"]


def test_a_wheel_is_plain_where_no_c_compiler_is(needs):
    assert needs(CC="/nowhere/cc") == []


def test_a_wheel_is_plain_where_that_is_asked_for(needs):
    assert needs(CC="cc", STRANGLER_COMPILE="0") == []


def test_a_build_that_must_compile_is_not_made_plain_for_want_of_a_compiler(needs):
    assert needs(CC="/nowhere/cc", STRANGLER_COMPILE="1") != []


def test_a_failure_to_compile_costs_speed_and_not_the_wheel(monkeypatch):
    wishes = []

    def build(*arguments):
        wishes.append(build_backend.os.environ["STRANGLER_COMPILE"])
        if wishes[-1] == "1":
            raise SystemExit(1)
        return "plain.whl"

    monkeypatch.setenv("STRANGLER_COMPILE", "")
    monkeypatch.setattr(build_backend.build_meta, "build_wheel", build)
    monkeypatch.setattr(build_backend, "_has_c_compiler", lambda: True)
    monkeypatch.setattr(build_backend.importlib.util, "find_spec", lambda name: name)

    assert build_backend.build_wheel("dist") == "plain.whl"
    assert wishes == ["1", "0"]
