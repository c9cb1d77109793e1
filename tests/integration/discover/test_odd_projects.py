"""What `init` finds in real projects, held against what the project's own Django says."""

import re
import sys
from pathlib import Path

import pytest

from strangler_proxy.config.load import parse
from strangler_proxy.discover.answer import Answer, Endpoint
from strangler_proxy.discover.drift import missing_endpoints
from strangler_proxy.discover.errors import NoDjango, NoSettings, ProbeBroken, ProbeTimedOut, ProjectFails
from strangler_proxy.discover.layout import lay_out
from strangler_proxy.discover.project import Project, find_project
from strangler_proxy.discover.run_probe import probe
from strangler_proxy.discover.sample import sample_path
from strangler_proxy.discover.write_config import config_text
from strangler_proxy.routing.table import RoutingTable
from tests.projects import odd
from tests.projects.django_itself import ask_django
from tests.projects.routed import routed

SOUND = {
    "regexes": odd.REGEXES,
    "methods": odd.METHODS,
    "every language with a prefix": odd.languages(prefix_default=True),
    "default language without prefix": odd.languages(prefix_default=False),
    "prefixes without their middleware": odd.languages(prefix_default=True, settings=odd.NO_LOCALE_MIDDLEWARE),
    "converters": odd.CONVERTERS,
    "converters that the file cannot name": odd.CONVERTER_NAMES,
    "rest framework": odd.REST,
    "catch-all": odd.CATCH_ALL,
    "talkative": odd.TALKATIVE,
    "split settings": odd.SPLIT,
}


def found(folder: Path, files: odd.Files) -> Project:
    return find_project(odd.write_project(folder, files), python=sys.executable, environ={})


def probed(folder: Path, files: odd.Files) -> Answer:
    return probe(found(folder, files))


def patterns(answer: Answer) -> list[str]:
    return [endpoint.pattern.path or endpoint.pattern.expression for endpoint in answer.endpoints]


def is_impossible(endpoint: Endpoint) -> bool:
    """Whether the pattern can match nothing, as below an include() whose expression ends with `$`."""
    return "$never" in endpoint.pattern.expression


def first_match(endpoints: tuple[Endpoint, ...], path: str) -> Endpoint | None:
    return next((endpoint for endpoint in endpoints if re.search(endpoint.pattern.expression, path)), None)


@pytest.mark.parametrize("files", SOUND.values(), ids=SOUND.keys())
def test_a_path_leads_to_the_same_view_in_django_and_in_what_was_found(files: odd.Files, tmp_path: Path) -> None:
    project = found(tmp_path, files)
    answer = probe(project)
    samples = [path for endpoint in answer.endpoints if (path := sample_path(endpoint.pattern.expression))]
    near = [near for path in samples for near in (path + "x", path.rstrip("/"), path[1:], "/x" + path, path.upper())]
    paths = [path for path in dict.fromkeys([*samples, *near, "/", "/zz/yy", "/de/shop/a/"]) if path.startswith("/")]
    said = ask_django(project, paths)
    assert said.patterns == len(answer.endpoints)
    for path, theirs in zip(paths, said.matches, strict=True):
        ours = first_match(answer.endpoints, path)
        assert (ours and {"view": ours.view, "name": ours.full_name or ours.view}) == theirs, path


@pytest.mark.parametrize("files", SOUND.values(), ids=SOUND.keys())
def test_the_file_is_valid_and_has_one_route_for_each_pattern_that_can_be_reached(
    files: odd.Files, tmp_path: Path
) -> None:
    answer = probed(tmp_path, files)
    config = parse(config_text(answer), tmp_path / "strangler.toml")
    entries = [entry for entry in lay_out(answer) if entry.left_out is None]
    assert [route.name for route in config.routes] == [entry.name for entry in entries]
    assert [route.path or route.regex for route in config.routes] == [
        entry.endpoint.pattern.path or entry.endpoint.pattern.regex for entry in entries
    ]
    drift = missing_endpoints(config, answer)
    assert (drift.missing, drift.unknown) == ((), ())


@pytest.mark.parametrize("files", SOUND.values(), ids=SOUND.keys())
def test_each_path_is_routed_to_the_route_of_the_view_that_django_finds(files: odd.Files, tmp_path: Path) -> None:
    project = found(tmp_path, files)
    answer = probe(project)
    table = RoutingTable.build(parse(config_text(answer)))
    entries = [entry for entry in lay_out(answer) if entry.left_out is None]
    samples = [path for entry in entries if (path := sample_path(entry.endpoint.pattern.expression))]
    assert len(samples) == sum(not is_impossible(entry.endpoint) for entry in entries)
    names = {entry.name: entry.endpoint for entry in entries}
    for path, theirs in zip(samples, ask_django(project, samples).matches, strict=True):
        methods = next(entry.methods for entry in entries if re.search(entry.endpoint.pattern.expression, path))
        route = routed(table, path, methods[0] if methods else "POST")
        assert route is not None, path
        assert theirs == {"view": names[route].view, "name": names[route].full_name or names[route].view}, path


def test_methods_are_those_that_the_view_answers(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.METHODS)
    assert [endpoint.methods for endpoint in answer.endpoints] == [
        ("GET",),
        ("POST",),
        ("GET", "PUT", "DELETE"),
        ("GET", "HEAD", "OPTIONS"),
        ("GET", "OPTIONS"),
        None,
        None,
        None,
        None,
        None,
    ]


def test_a_view_that_answers_before_its_handlers_can_be_moved_with_every_method(tmp_path: Path) -> None:
    table = RoutingTable.build(parse(config_text(probed(tmp_path, odd.METHODS))))
    for path in ("/dispatching/", "/made-in-setup/", "/made-on-demand/"):
        assert routed(table, path, "GET") == routed(table, path, "POST") == path.strip("/")


def test_a_view_set_answers_the_methods_of_its_actions(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.REST)
    methods = {endpoint.full_name: endpoint.methods for endpoint in answer.endpoints}
    assert methods["book-list"] == ("GET", "HEAD", "POST", "OPTIONS")
    assert methods["book-lend"] == ("POST", "OPTIONS")
    assert methods["v2:paper-detail"] == ("GET", "HEAD", "OPTIONS")
    assert methods["ping"] == ("GET", "OPTIONS")


def test_a_chain_of_path_stays_in_django_path_syntax_and_all_else_becomes_one_expression(tmp_path: Path) -> None:
    assert patterns(probed(tmp_path, odd.CONVERTERS)) == [
        "/archive/<year:year>/",
        r"^/old/(?P<year>[0-9]{4})/(?P<day>[0-9]+)/\Z",
    ]


def test_only_converters_in_use_that_are_not_djangos_are_written(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.CONVERTERS)
    assert dict(answer.converters) == {"year": "[0-9]{4}"}
    assert dict(parse(config_text(answer), tmp_path / "strangler.toml").converters) == {"year": "[0-9]{4}"}


def test_without_a_prefix_for_the_default_language_its_own_prefix_matches_nothing(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.languages(prefix_default=False))
    assert r"^/(?>(?:de/|fr/)?)shop/(?P<slug>[-a-zA-Z0-9_]+)/\Z" in patterns(answer)
    assert r"^/(?:info/about/\Z|de/info/ueber/\Z|fr/info/a-propos/\Z)" in patterns(answer)


def test_outside_of_unprefixed_languages_only_the_default_languages_text_is_taken(tmp_path: Path) -> None:
    project = found(tmp_path, odd.languages(prefix_default=False))
    answer = probe(project)
    for path, name in {"/about/": "outside", "/ueber/": None, "/de/info/ueber/": "about"}.items():
        (theirs,) = ask_django(project, [path]).matches
        ours = first_match(answer.endpoints, path)
        assert ((theirs or {}).get("name"), ours and ours.name) == (name, name)


def test_a_text_that_any_users_language_may_change_is_taken_in_every_language_with_a_note(tmp_path: Path) -> None:
    entries = {entry.endpoint.name: entry for entry in lay_out(probed(tmp_path, odd.languages(prefix_default=True)))}
    assert entries["outside"].endpoint.pattern.expression == r"^/(?:about/\Z|ueber/\Z|a-propos/\Z)"
    note = "NOTE: Django takes the text of the user's language alone; the proxy takes that of every language."
    assert note in entries["outside"].notes
    assert note not in entries["about"].notes


def test_what_django_goes_on_to_when_a_converter_refuses_is_told_and_not_called_unreachable(tmp_path: Path) -> None:
    project = found(tmp_path, odd.REFUSING)
    assert [match and match["name"] for match in ask_django(project, ["/x/h1/", "/x/z1/", "/y/z1/"]).matches] == [
        "by-hash",
        "by-slug",
        "by-word",
    ]
    entries = {entry.endpoint.name: entry for entry in lay_out(probe(project))}
    assert entries["by-hash"].notes == (
        "NOTE: converter hash may refuse a path, and Django then goes on to those below.",
        "The proxy cannot: moving this route moves such paths, too.",
    )
    assert entries["by-slug"].left_out == (
        "Reached where converter hash refuses a path: views.only_get has the same pattern above. "
        "The route there stands for both."
    )
    assert (entries["by-word"].notes, entries["never"].left_out) == (
        (),
        "Never reached: views.only_get has the same pattern above, and Django takes the first.",
    )


def test_patterns_of_the_projects_own_classes_are_listed_with_what_the_proxy_cannot_know(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.OWN_CLASSES)
    text = config_text(answer)
    assert [route.name for route in parse(text).routes] == ["any-case", "plain"]
    assert (
        "# NOTE: urls.AnyCase decides by code of its own what it matches; the proxy knows its expression alone.\n"
        'path = "/any/<slug:case>/"\n'
    ) in text
    assert (
        "# '^/…code/\\Z'  views.anything\n"
        "# urls.ByCode says by no expression what it matches: "
        "no route, so the monolith answers, or the first route below that takes such paths.\n"
    ) in text
    drift = missing_endpoints(parse(text), answer)
    assert (drift.missing, drift.unknown) == ((), ())


def test_what_django_never_reaches_is_a_comment(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.CATCH_ALL)
    left_out = {entry.endpoint.name or entry.endpoint.view: entry.left_out for entry in lay_out(answer)}
    assert left_out["page-again"] == (
        "Never reached: views.only_get has the same pattern above, and Django takes the first."
    )
    assert left_out["page"] is None


def test_files_that_django_serves_for_debug_have_a_route_where_one_below_would_take_them(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.CATCH_ALL)
    files = next(entry for entry in lay_out(answer) if entry.endpoint.view == "django.views.static.serve")
    assert files.left_out is None
    assert "Files that Django serves itself while DEBUG is on: leave them on the monolith." in files.notes
    assert routed(RoutingTable.build(parse(config_text(answer))), "/media/a.png") == files.name


def test_a_route_whose_paths_others_take_as_well_names_no_methods_so_that_they_never_get_them(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.CATCH_ALL)
    entries = {entry.endpoint.name: entry for entry in lay_out(answer)}
    assert entries["tail"].methods == ()
    assert entries["tail"].notes == (
        "The view answers GET, HEAD, OPTIONS; the route takes every method, as the path decides.",
    )
    assert entries["post-new"].notes[0] == 'Django tries "post" above first; it takes such paths, or some of them.'
    assert "Takes every path that no route above takes." in entries["fallback"].notes


def test_append_slash_is_written_when_the_project_has_it_off(tmp_path: Path) -> None:
    config = parse(config_text(probed(tmp_path, odd.CATCH_ALL)), tmp_path / "strangler.toml")
    assert config.proxy.append_slash is False


def test_what_the_project_prints_spoils_nothing(tmp_path: Path) -> None:
    assert patterns(probed(tmp_path, odd.TALKATIVE)) == ["/a/"]


def test_manage_py_is_found_below_and_what_it_sets_up_holds(tmp_path: Path) -> None:
    answer = probed(tmp_path, odd.SPLIT)
    (endpoint,) = answer.endpoints
    assert (answer.settings, endpoint.app, endpoint.full_name) == ("config.settings.local", "news", "news:index")


def test_a_project_without_manage_py_needs_only_the_settings(tmp_path: Path) -> None:
    files = {name: text for name, text in odd.METHODS.items() if name != "manage.py"}
    odd.write_project(tmp_path, files)
    answer = probe(find_project(tmp_path, python=sys.executable, settings="settings", environ={}))
    assert len(answer.endpoints) == 10


def test_a_thread_of_the_project_that_never_ends_does_not_keep_the_probe(tmp_path: Path) -> None:
    assert patterns(probed(tmp_path, odd.THREADED)) == ["/a/"]


def test_a_project_that_fails_to_import_is_shown_with_its_exception_and_where_it_rose(tmp_path: Path) -> None:
    with pytest.raises(ProjectFails) as caught:
        probed(tmp_path, odd.BROKEN)
    message = str(caught.value)
    assert message.startswith(
        f"{tmp_path}: STR505 the project cannot be imported: "
        "ModuleNotFoundError: No module named 'a_library_that_nobody_has'\n"
    )
    assert f'File "{tmp_path}/urls.py", line 2, in <module>' in message
    assert message.endswith(
        f"Install it for {sys.executable}, or name the interpreter that runs the project with --python."
    )


def test_settings_that_are_not_there_are_named_in_the_remedy(tmp_path: Path) -> None:
    odd.write_project(tmp_path, odd.METHODS)
    with pytest.raises(ProjectFails, match="Name a settings module that can be imported from"):
        probe(find_project(tmp_path, python=sys.executable, settings="wrong.settings", environ={}))


def test_a_manage_py_that_names_no_settings_is_told_so(tmp_path: Path) -> None:
    manage = "from django.core.management import execute_from_command_line\nexecute_from_command_line(['x'])\n"
    with pytest.raises(NoSettings, match="STR503 nothing names the project's settings module"):
        probed(tmp_path, {**odd.METHODS, "manage.py": manage})


def test_a_project_that_takes_too_long_is_given_up_and_ended(tmp_path: Path) -> None:
    with pytest.raises(ProbeTimedOut, match=r"STR506 the project was not imported within 0\.5 seconds"):
        probe(found(tmp_path, odd.STUCK), timeout_seconds=0.5)


def test_a_project_that_ends_its_interpreter_is_not_mistaken_for_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(ProbeBroken, match="STR507"):
        probed(tmp_path, odd.ENDING)


def test_an_interpreter_without_django_is_named(tmp_path: Path) -> None:
    bare = tmp_path / "bare-python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    odd.write_project(tmp_path / "shop", odd.METHODS)
    with pytest.raises(NoDjango, match=rf"STR504 {bare} \(Python 3[0-9.]+\) has no Django"):
        probe(find_project(tmp_path / "shop", python=str(bare), environ={}))


def test_an_interpreter_that_is_not_there_is_named(tmp_path: Path) -> None:
    odd.write_project(tmp_path, odd.METHODS)
    with pytest.raises(NoDjango, match=r"STR504 the interpreter /nowhere/python cannot be run: No such file"):
        probe(find_project(tmp_path, python="/nowhere/python", environ={}))
