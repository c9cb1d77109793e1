"""Edits: what they change, and that every other byte stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.edit import edited, plan_route_edit
from strangler_proxy.config.errors import ConfigInvalid, EditRefused, UnknownRoute
from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Config
from strangler_proxy.config.stage import Stage

BACKENDS = (
    'backends.monolith.urls=["http://m:1"]\nbackends.old.urls = ["http://o:1"]\nbackends.new.urls=["http://n:1"]\n'
)

spaces = st.sampled_from(["", " ", "\t ", "   "])
after_value = st.sampled_from(["", "  ", " # stage = 'x'", '\t#"]'])
line_ends = st.sampled_from(["\n", "\r\n"])
stages = st.sampled_from(Stage)
quotes = st.sampled_from(['"', "'"])
others = st.sampled_from(
    ["", "# [[routes]]", "methods = ['GET',\n # both\n'HEAD']", 'headers = {X-A = "]"}', "compare.ignore = []"]
)

STEPS = ["", "[[routes.steps]]", "percent = 5", "  [[ routes . steps ]] # all", "percent = 100"]


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Config]:
    """A file of three routes, the middle one called `r`, each key in any place and spelling, or not there."""

    def key(name: str, value: str) -> str:
        written = draw(st.sampled_from([name, f'"{name}"', f"'{name}'"]))
        return f"{draw(spaces)}{written}{draw(spaces)}={draw(spaces)}{value}{draw(after_value)}"

    def quoted(value: str) -> str:
        quote = draw(quotes)
        return f"{quote}{value}{quote}"

    def route(name: str) -> list[str]:
        lines = [key("name", quoted(name)), key("path", quoted(f"/{name}/")), draw(others)]
        stage = draw(st.sampled_from([None, *Stage]))
        if stage is not None:
            lines.append(key("stage", quoted(stage)))
        if stage not in (None, Stage.MONOLITH) or draw(st.booleans()):
            lines.append(key("service", quoted("old")))
        canary = draw(
            st.sampled_from(["none", "dotted", "dotted-other", "inline", "inline-empty", "table", "table-other"])
        )
        percent = draw(st.sampled_from(["5", "7.5", "1_0", "1e1"]))
        lines += {
            "dotted": [f"canary . percent={percent} # share"],
            "dotted-other": ['  canary.sticky = "ip"'],
            "inline": [f"canary = {{ percent = {percent}, sticky='ip' }}"],
            "inline-empty": ["canary={}"],
        }.get(canary, [])
        lines = draw(st.permutations(lines))
        lines += {
            "table": ["", " [routes.canary] # c", f"\tpercent = {percent} # share", '\tsticky = "ip"'],
            "table-other": ["[ routes . canary ]"],
        }.get(canary, [])
        lines += draw(st.sampled_from([[], ["", "  [routes.gate]", "  min_comparisons = 5", "# end"], STEPS]))
        return [f"{draw(spaces)}[[{draw(spaces)}routes]]", *lines]

    lines = [*route("q"), "", *route("r"), *route("s")]
    text = BACKENDS + "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n# end"]))
    text = draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(line_ends))
    return text, parse(text)


def the_change(before: str, after: str) -> tuple[str, str]:
    """Return the one stretch in which two texts differ: what was there, and what is there now."""
    start = next(
        (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
        min(len(before), len(after)),
    )
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return before[start : len(before) - end], after[start : len(after) - end]


def assert_only_a_value_changed(before: str, after: str, old: str, key: str, new: str) -> None:
    """The old value became the new one; or one line, or one member of an inline table, came in and nothing went."""
    gone, came = the_change(before, after)
    if gone or came in new:
        assert gone in old
        assert came in new
    else:
        assert f"{key} = {new}" in came * 2
        assert len(came.strip("\r\n\t ,")) <= len(f"canary.{key} = {new},")


@given(files(), stages, st.sampled_from(["new", "old"]), st.sampled_from([5, 7.5, 33.3, 100]))
def test_an_edit_changes_the_route_as_asked_and_nothing_else_that_the_file_means(
    file: tuple[str, Config], stage: Stage, service: str, percent: float
) -> None:
    text, config = file
    after = parse(edited(text, "r", stage=stage, service=service, canary_percent=percent))
    first, route, last = config.routes
    canary = replace(route.canary, percent=float(percent))
    assert after == replace(config, routes=(first, replace(route, stage=stage, service=service, canary=canary), last))


@given(files(), stages, st.sampled_from(["new", "old"]), st.sampled_from([(5, "5"), (7.5, "7.5"), (33.25, "33.25")]))
def test_an_edit_leaves_every_other_byte_as_it_was(
    file: tuple[str, Config], stage: Stage, service: str, percent: tuple[float, str]
) -> None:
    text, config = file
    route = config.routes[1]
    with_service = edited(text, "r", service=service)
    assert_only_a_value_changed(text, with_service, route.service or "", "service", f'"{service}"')
    with_stage = edited(with_service, "r", stage=stage)
    assert_only_a_value_changed(with_service, with_stage, route.stage, "stage", f'"{stage}"')
    with_percent = edited(with_stage, "r", canary_percent=percent[0])
    assert_only_a_value_changed(with_stage, with_percent, "5 7.5 1_0 1e1", "percent", percent[1])


@given(files())
def test_asking_for_what_is_so_already_changes_no_byte(file: tuple[str, Config]) -> None:
    text, config = file
    route = config.routes[1]
    same = edited(text, "r", stage=route.stage, service=route.service, canary_percent=route.canary.percent)
    assert same == text


HAND = """\
# The shop's routes.
[backends.monolith]
urls = ["http://m:1"]
[backends.catalog]
urls = ["http://c:1"]

[[routes]]
  name = "r"   # the first
  path = '/r/'
  stage = 'shadow'    # since May
  service = "catalog"

  [routes.compare]
  ignore = ["status"]
"""


def test_a_value_is_replaced_in_its_own_quotes_and_its_comment_stays() -> None:
    assert edited(HAND, "r", stage=Stage.SERVICE) == HAND.replace("'shadow'    #", "'service'    #")


def test_a_new_key_goes_below_the_routes_last_one_indented_like_it() -> None:
    wanted = HAND.replace('service = "catalog"\n', 'service = "catalog"\n  canary.percent = 12.5\n')
    assert edited(HAND, "r", canary_percent=12.5) == wanted


def test_a_file_without_a_last_line_end_stays_so() -> None:
    text = BACKENDS + '[[routes]]\r\nname = "r"\r\npath = "/"'
    assert edited(text, "r", stage=Stage.SHADOW, service="new") == (text + '\r\nservice = "new"\r\nstage = "shadow"')


def test_a_new_line_ends_as_the_line_above_it_does() -> None:
    text = HAND.replace("\n", "\r\n")
    wanted = HAND.replace('service = "catalog"\n', 'service = "catalog"\n  canary.percent = 1\n')
    assert edited(text, "r", canary_percent=1) == wanted.replace("\n", "\r\n")


def test_a_route_in_an_inline_table_stays_in_it() -> None:
    text = BACKENDS + 'routes = [ {name = "r", path = "/"}, {name = "s", path = "/s"} ] # all\n'
    assert edited(text, "r", stage=Stage.CANARY, service="new", canary_percent=1) == BACKENDS + (
        'routes = [ {name = "r", path = "/", service = "new", stage = "canary", canary.percent = 1},'
        ' {name = "s", path = "/s"} ] # all\n'
    )


def test_a_new_service_is_added_with_its_urls_at_the_end() -> None:
    after = edited(HAND, "r", service="reviews", urls=["http://r:1", "http://r:2"])
    assert after == HAND.replace('service = "catalog"', 'service = "reviews"') + (
        '\n[backends.reviews]\nurls = ["http://r:1", "http://r:2"]\n'
    )


def test_urls_of_a_service_that_is_there_are_refused() -> None:
    with pytest.raises(EditRefused, match='STR160 the backend "catalog" is there already'):
        edited(HAND, "r", service="catalog", urls=["http://r:1"])


def test_an_unknown_route_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownRoute, match=r'STR162 there is no route "rr"\. Did you mean "r"\?'):
        edited(HAND, "rr", stage=Stage.SHADOW)


def test_an_edit_after_which_the_file_would_be_invalid_is_refused() -> None:
    with pytest.raises(ConfigInvalid, match='STR144 unknown service "catalgo"'):
        edited(HAND, "r", service="catalgo")
    with pytest.raises(ConfigInvalid, match="STR105"):
        edited(HAND, "r", canary_percent=101)


def test_the_plan_shows_its_diff_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "strangler.toml"
    path.write_text(HAND)
    edit = plan_route_edit(path, "r", stage=Stage.CANARY)
    assert edit.diff.splitlines() == [
        f"--- {path}",
        f"+++ {path}",
        "@@ -7,7 +7,7 @@",
        " [[routes]]",
        '   name = "r"   # the first',
        "   path = '/r/'",
        "-  stage = 'shadow'    # since May",
        "+  stage = 'canary'    # since May",
        '   service = "catalog"',
        " ",
        "   [routes.compare]",
    ]
    assert edit.changes
    assert path.read_text() == HAND


@pytest.mark.parametrize(
    "backends",
    [
        'backends = {monolith = {urls = ["http://m:1"]}}\n',
        'backends.monolith = {urls = ["http://m:1"]}\n',
        '[backends]\nmonolith = {urls = ["http://m:1"]}\n',
        'backends.monolith.urls = ["http://m:1"]\n',
    ],
)
def test_a_new_service_is_added_however_the_backends_are_written(backends: str) -> None:
    text = f'{backends}[[routes]]\nname = "r"\npath = "/"\n'
    after = parse(edited(text, "r", service="reviews", urls=["http://r:1"]))
    assert after.backends["reviews"].urls == ("http://r:1",)
    assert after.backends["monolith"].urls == ("http://m:1",)
    assert after.routes[0].service == "reviews"
