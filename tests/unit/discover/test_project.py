from pathlib import Path

import pytest

from strangler_proxy.discover.errors import NoProject, NoSettings, SeveralProjects
from strangler_proxy.discover.project import find_project, settings_named_in

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\nimport django\n'


def manage(folder: Path, text: str = MANAGE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "manage.py"
    path.write_text(text)
    return path


def environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (folder / "pyvenv.cfg").touch()
    return python


def test_the_manage_py_of_the_folder_itself_wins_over_those_below(tmp_path: Path) -> None:
    manage(tmp_path / "example")
    found = find_project(tmp_path.joinpath("example", ".."), environ={}) if manage(tmp_path) else None
    assert found is not None
    assert found.manage == tmp_path / "manage.py"


def test_one_manage_py_below_is_found_and_those_of_libraries_and_environments_are_not(tmp_path: Path) -> None:
    wanted = manage(tmp_path / "src" / "shop")
    manage(tmp_path / "node_modules" / "tool")
    manage(tmp_path / ".tox" / "x")
    environment(tmp_path / "my-environment")
    manage(tmp_path / "my-environment" / "lib")
    manage(tmp_path / "flask", "from flask_script import Manager\n")
    found = find_project(tmp_path, environ={})
    assert (found.manage, found.root, found.settings) == (wanted, wanted.parent, "shop.settings")


def test_several_projects_are_listed_with_the_way_to_choose(tmp_path: Path) -> None:
    manage(tmp_path / "one")
    manage(tmp_path / "two")
    with pytest.raises(SeveralProjects) as caught:
        find_project(tmp_path, environ={})
    assert str(caught.value) == (
        f"STR502 {tmp_path} holds several Django projects: one/manage.py, two/manage.py. "
        f"Say which one with --project, e.g. --project {tmp_path}/one."
    )


def test_of_many_projects_the_likeliest_are_named_and_the_rest_is_counted(tmp_path: Path) -> None:
    for number in range(100):
        manage(tmp_path / "a" / "tests" / f"case{number:02}")
    for name in ("docs", "backend/b site", "backend/a", "zebra", "examples/x"):
        manage(tmp_path / name)
    with pytest.raises(SeveralProjects) as caught:
        find_project(tmp_path, environ={})
    assert caught.value.what == (
        f"{tmp_path} holds several Django projects: zebra/manage.py, backend/a/manage.py, backend/b site/manage.py, "
        "docs/manage.py, examples/x/manage.py and 100 more."
    )
    assert caught.value.remedy == f"Say which one with --project, e.g. --project {tmp_path}/zebra."


def test_a_folder_to_choose_is_written_as_a_shell_here_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    manage(tmp_path / "my site")
    manage(tmp_path / "tests")
    with pytest.raises(SeveralProjects) as caught:
        find_project(Path(), environ={})
    assert caught.value.remedy == "Say which one with --project, e.g. --project 'my site'."


def test_no_project_says_where_was_looked(tmp_path: Path) -> None:
    with pytest.raises(NoProject, match=f"STR501 no manage.py of a Django project in {tmp_path}, nor up to 4 folders"):
        find_project(tmp_path, environ={})
    with pytest.raises(NoProject, match="is no folder"):
        find_project(tmp_path / "absent", environ={})


def test_a_project_without_manage_py_is_known_by_its_settings(tmp_path: Path) -> None:
    found = find_project(tmp_path, settings="shop.settings", environ={})
    assert (found.root, found.manage, found.settings) == (tmp_path, None, "shop.settings")


def test_settings_of_the_argument_win_over_the_environment_and_that_over_manage_py(tmp_path: Path) -> None:
    manage(tmp_path)
    environ = {"DJANGO_SETTINGS_MODULE": "from.environment"}
    assert find_project(tmp_path, settings="from.argument", environ=environ).settings == "from.argument"
    assert find_project(tmp_path, environ=environ).settings == "from.environment"
    assert find_project(tmp_path, environ={}).settings == "shop.settings"


def test_a_manage_py_that_names_no_settings_and_hands_over_to_nobody_is_refused(tmp_path: Path) -> None:
    manage(tmp_path, "import django\n")
    with pytest.raises(NoSettings, match="STR503 it names no settings module"):
        find_project(tmp_path, environ={})


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "a.b")', ["a.b"]),
        ('environ["DJANGO_SETTINGS_MODULE"] = "a.b"', ["a.b"]),
        ('if x:\n  e.setdefault("DJANGO_SETTINGS_MODULE", "a")\nelse:\n  e.setdefault("DJANGO_SETTINGS_MODULE", "b")',
         ["a", "b"]),
        ('e.setdefault("DJANGO_SETTINGS_MODULE", f"a.{b}")', []),
        ('e.setdefault("OTHER", "a.b")', []),
        ("print 'Python 2'", []),
    ],
)  # fmt: skip
def test_settings_are_read_from_manage_py_without_running_it(source: str, named: list[str]) -> None:
    assert settings_named_in(source) == named


def test_the_interpreter_is_the_nearest_environment_then_the_active_one(tmp_path: Path) -> None:
    root = tmp_path / "repository" / "src"
    manage(root)
    active = environment(tmp_path / "active")
    environ = {"VIRTUAL_ENV": str(tmp_path / "active"), "PATH": ""}
    assert find_project(root, environ=environ).python == str(active)
    above = environment(tmp_path / "repository" / "venv")
    assert find_project(root, environ=environ).python == str(above)
    beside = environment(root / ".venv")
    assert find_project(root, environ=environ).python == str(beside)
    assert find_project(root, python="python3.12", environ=environ).python == "python3.12"


def test_a_relative_interpreter_is_meant_from_where_the_user_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manage(tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    assert find_project(Path("shop"), python="env/bin/python", environ={}).python == f"{tmp_path}/env/bin/python"
