"""`strangler init` on a project, run with that project's interpreter."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Strangler

PYTHON = ("--python", sys.executable)


def test_every_endpoint_becomes_a_route_on_the_monolith(strangler: Strangler, project: Path) -> None:
    ran = strangler("init", "shop", *PYTHON, "--monolith-url", "http://127.0.0.1:9000", "--json")
    assert ran.code == 0, ran.err
    document = ran.json
    assert (document["file"], document["written"], document["backup"]) == ("strangler.toml", True, None)
    assert (document["endpoints"], document["routes"], len(document["next"])) == (3, 3, 3)
    assert "127.0.0.1:9000" in document["next"][0]
    listed = strangler("routes", "--json").json
    assert [route["path"] or route["regex"] for route in listed] == [
        "/",
        "/products/<int:pk>/",
        "^/old/(?P<slug>[a-z]+)$",
    ]
    assert {route["stage"] for route in listed} == {"monolith"}


def test_the_text_says_what_was_found_and_the_next_three_steps(strangler: Strangler, project: Path) -> None:
    text = strangler("init", "--project", "shop", *PYTHON).out
    assert "3 endpoints" in text
    assert [line[:5] for line in text.splitlines()[-3:]] == ["  1. ", "  2. ", "  3. "]
    assert "strangler up" in text


@pytest.mark.parametrize("output", ["strangler.toml", "conf.d/shop.toml"])
def test_the_last_step_is_a_command_that_works_as_it_is_printed(
    output: str, strangler: Strangler, project: Path
) -> None:
    (project.parent / "conf.d").mkdir()
    document = strangler("init", "shop", *PYTHON, "--output", output, "--json").json
    _, command, words = document["next"][-1].partition("strangler set ")
    ran = strangler(*shlex.split(command.removeprefix("strangler ") + words))
    assert ran.code == 0, ran.err
    assert 'stage = "shadow"' in (project.parent / output).read_text()


def test_a_file_in_the_way_is_kept_and_never_lost(strangler: Strangler, project: Path) -> None:
    config = project.parent / "strangler.toml"
    config.write_text("# mine\n")
    refused = strangler("init", "shop", *PYTHON, "--json")
    assert refused.code == 1
    assert refused.json["error"]["code"] == "STR002"
    assert config.read_text() == "# mine\n"
    forced = strangler("init", "shop", *PYTHON, "--force", "--json")
    assert forced.json["backup"] == "strangler.toml.bak"
    assert (project.parent / "strangler.toml.bak").read_text() == "# mine\n"
    assert strangler("check").code == 0


def test_a_dry_run_writes_nothing_and_shows_the_file_or_what_it_would_change(
    strangler: Strangler, project: Path
) -> None:
    config = project.parent / "strangler.toml"
    shown = strangler("init", "shop", *PYTHON, "--dry-run")
    assert not config.exists()
    config.write_text(shown.out)
    assert strangler("check").code == 0
    assert "stays as it is" in strangler("init", "shop", *PYTHON, "--dry-run").out
    changed = strangler("init", "shop", *PYTHON, "--dry-run", "--monolith-url", "http://127.0.0.1:9000").out
    assert '+urls = ["http://127.0.0.1:9000"]' in changed
    assert config.read_text() == shown.out


def test_update_lists_what_the_file_lacks_and_writes_nothing(strangler: Strangler, project: Path) -> None:
    assert strangler("init", "shop", *PYTHON).code == 0
    assert strangler("init", "shop", *PYTHON, "--update").code == 0
    urls = project / "urls.py"
    urls.write_text(urls.read_text().replace("urlpatterns = [", "urlpatterns = [path('new/', view), "))
    before = (project.parent / "strangler.toml").read_text()
    ran = strangler("init", "shop", *PYTHON, "--update", "--json")
    assert ran.code == 1
    assert ran.json["missing"] == [{"path": "/new/", "regex": None, "view": "urls.view"}]
    assert "/new/" in strangler("init", "shop", *PYTHON, "--update").out
    assert (project.parent / "strangler.toml").read_text() == before


def test_update_prints_a_block_to_paste_and_names_what_the_project_has_lost(
    strangler: Strangler, project: Path
) -> None:
    assert strangler("init", "shop", *PYTHON).code == 0
    urls = project / "urls.py"
    urls.write_text(
        urls.read_text()
        .replace("path('', view, name='home')", "path('new/', view, name='product')")
        .replace("path('products/<int:pk>/', view, name='product'),", "")
    )
    ran = strangler("init", "shop", *PYTHON, "--update", "--json")
    assert ran.json["unknown"] == ["home", "product"]
    text = strangler("init", "shop", *PYTHON, "--update").out
    assert "home     /\n" in text
    config = project.parent / "strangler.toml"
    config.write_text(config.read_text() + ran.json["toml"])
    assert ran.json["toml"] in text + "\n"
    assert strangler("check").code == 0
    assert strangler("init", "shop", *PYTHON, "--update").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--monolith-url", "127.0.0.1:9000"),
        ("--listen", "9000"),
        ("--listen", "0.0.0.0:9000", "--monolith-url", "http://localhost:9000"),
    ],
)
def test_an_address_that_cannot_be_is_told_by_its_option_before_anything_is_written(
    words: tuple[str, ...], strangler: Strangler, project: Path
) -> None:
    ran = strangler("init", "shop", *PYTHON, *words)
    assert ran.code == 2
    assert words[0] in ran.err
    assert "where:" not in ran.err
    assert not (project.parent / "strangler.toml").exists()


def test_a_monolith_on_the_usual_port_moves_the_proxy_to_another_and_says_so(
    strangler: Strangler, project: Path
) -> None:
    ran = strangler("init", "shop", *PYTHON, "--monolith-url", "http://localhost:8000")
    assert ran.code == 0
    assert "the proxy listens on 127.0.0.1:8080" in ran.err
    assert 'listen = "127.0.0.1:8080"' in (project.parent / "strangler.toml").read_text()


def test_the_interpreter_of_strangler_itself_is_tried_when_the_one_found_has_no_django(
    strangler: Strangler, project: Path
) -> None:
    bare = project / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    ran = strangler("init", "shop", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["python"] == sys.executable
    assert strangler("init", "shop", "--force", "--python", f"{bare}/bin/python").code == 4


def test_a_place_that_cannot_be_written_is_told_with_its_remedy(strangler: Strangler, project: Path) -> None:
    ran = strangler("init", "shop", *PYTHON, "--output", "nowhere/strangler.toml", "--json")
    assert ran.code == 4
    assert ran.json["error"]["code"] == "STR003"
    assert "nowhere" in ran.json["error"]["where"]
