"""The build backend: setuptools', which compiles the proxy's hot path wherever a wheel is built and that can be done.

`STRANGLER_COMPILE=0` in the environment keeps the wheel plain Python; `1` makes a build that cannot compile fail. An
editable installation is always plain: it is there to be edited.
"""

import importlib.util
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings = Mapping[str, Any] | None

_WISH = "STRANGLER_COMPILE"
"""The environment variable; `setup.py` acts by it."""

_MYPYC = "mypy[mypyc]>=1.15"


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """What setuptools needs, and mypyc where it can be of use."""
    needed = build_meta.get_requires_for_build_wheel(config_settings)
    return [*needed, _MYPYC] if _is_to_compile() else needed


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """Builds the wheel, and gives its file's name. Where nobody asked for compiling, a failure of it costs nothing
    but speed: the wheel is plain then."""
    arguments = wheel_directory, config_settings, metadata_directory
    if os.environ.get(_WISH):
        return build_meta.build_wheel(*arguments)
    os.environ[_WISH] = "1" if _is_to_compile() and importlib.util.find_spec("mypyc") is not None else "0"
    try:
        return build_meta.build_wheel(*arguments)
    except (Exception, SystemExit) as error:
        if os.environ[_WISH] == "0":
            raise
        print(f"The wheel is plain Python, as compiling failed: {error}", file=sys.stderr)
        os.environ[_WISH] = "0"
        return build_meta.build_wheel(*arguments)


def _is_to_compile() -> bool:
    wish = os.environ.get(_WISH)
    return wish == "1" if wish else sys.implementation.name == "cpython" and _has_c_compiler()


def _has_c_compiler() -> bool:
    """Whether an extension of this interpreter can be compiled: with a C compiler, and with Python's headers."""
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.c"
        source.write_text("#include <Python.h>\n")
        command = [*shlex.split(compiler), "-I", sysconfig.get_path("include"), "-c", str(source), "-o", f"{source}.o"]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False
