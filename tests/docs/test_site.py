"""The site is built from the pages as they are, without a dead link, and asks nothing of other hosts."""

import functools
import importlib.util
import subprocess
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.acceptance.browser import browser_page, watch_faults

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("site_build", ROOT / "docs" / "site" / "build.py")
assert _spec is not None
assert _spec.loader is not None
site_build = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(site_build)


class References(HTMLParser):
    """What a page of the site links to, what it loads by itself, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors.add(found.get("id", ""))
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload"):
            self.loads.append(found["href"])
        elif tag in ("script", "img", "iframe", "source") and "src" in found:
            self.loads.append(found["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target: Path = tmp_path_factory.mktemp("site")
    site_build.build(ROOT, target)
    return target / "site"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on a web server of the loopback interface."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Keeps the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_page_of_the_repository_is_a_page_of_the_site(site: Path) -> None:
    made = {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
    for page in site_build.pages(ROOT):
        name = page.relative_to(ROOT).with_suffix(".html").as_posix()
        assert name.replace("README.html", "index.html") in made


def test_every_link_and_anchor_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {page: References(page.read_text()) for page in site.rglob("*.html") if page.name != "404.html"}
    dead = []
    for page, references in pages.items():
        for link in references.links + references.loads:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            aim = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            aim = aim / "index.html" if aim.is_dir() else aim
            anchor = unquote(parts.fragment)
            if not aim.is_file() or (anchor and aim in pages and anchor not in pages[aim].anchors):
                dead.append(f"{page.relative_to(site)}: {link}")
    assert len(pages) > 20
    assert dead == []


def test_no_page_loads_anything_of_another_host(site: Path) -> None:
    loads = [load for page in site.rglob("*.html") for load in References(page.read_text()).loads]
    assert len(loads) > 20
    assert [load for load in loads if urlsplit(load).netloc] == []


@pytest.mark.slow
def test_a_reader_finds_a_word_and_chooses_dark_colours_without_any_other_host(address: str) -> None:
    with browser_page() as page:
        faults, hosts = watch_faults(page), set[str]()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(f"{address}/index.html")
        search = page.get_by_placeholder("Search").last
        for _ in range(75):  # the page's script may not listen yet
            if search.is_visible():
                break
            page.keyboard.press("Control+k")
            page.wait_for_timeout(200)
        search.press_sequentially("max_mismatch_percent")
        page.locator('a[href*="reference/config.html"]:visible', has_text="max_mismatch_percent").first.click()
        page.wait_for_url(f"{address}/docs/reference/config.html*")
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector("body[data-md-color-scheme=slate]")
        assert faults == []
        assert hosts == {urlsplit(address).netloc}


def test_a_page_that_no_list_names_is_refused(tmp_path: Path) -> None:
    _small_repository(tmp_path)
    (tmp_path / "docs" / "how-to" / "forgotten.md").write_text("# Forgotten\n")
    with pytest.raises(site_build.PageUnlisted, match=r"docs/how-to/README\.md does not list forgotten\.md"):
        site_build.navigation(tmp_path)


@pytest.mark.parametrize("link", ["gone.md", "README.md#nowhere"])
def test_a_dead_link_or_anchor_fails_the_build(tmp_path: Path, link: str) -> None:
    _small_repository(tmp_path)
    (tmp_path / "docs" / "how-to" / "README.md").write_text(f"# How-to\n\n[a](../../{link})\n")
    with pytest.raises(subprocess.CalledProcessError):
        site_build.build(tmp_path, tmp_path / "built")


def test_the_small_repository_of_these_tests_can_be_built(tmp_path: Path) -> None:
    _small_repository(tmp_path)
    site_build.build(tmp_path, tmp_path / "built")
    assert (tmp_path / "built" / "site" / "index.html").is_file()


def _small_repository(root: Path) -> None:
    for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY"):
        (root / f"{name}.md").write_text(f"# {name}\n")
    for section in site_build.SECTIONS.values():
        (root / "docs" / section).mkdir(parents=True)
        (root / "docs" / section / "README.md").write_text(f"# {section}\n")
    (root / "docs" / "site").mkdir()
    (root / "docs" / "site" / "zensical.toml").write_text((ROOT / "docs" / "site" / "zensical.toml").read_text())
