import ast
import sys
from pathlib import Path

from strangler_proxy.discover import answer, probe

SOURCE = Path(probe.__file__).read_text(encoding="utf-8")


def test_it_keeps_to_the_syntax_of_python_3_8() -> None:
    ast.parse(SOURCE, feature_version=(3, 8))


def test_it_imports_nothing_but_the_standard_library_and_django() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").partition(".")[0])
    assert "django" in imported
    assert imported - {"django"} <= sys.stdlib_module_names


def test_both_sides_speak_of_the_same_version_of_the_document() -> None:
    assert probe.FORMAT == answer.FORMAT
