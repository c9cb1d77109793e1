"""The dashboard as people use it: with and without scripts, by keyboard, in both colours, through a whole story."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from dashboard_store import config_text
from playwright.sync_api import Page, expect
from proxy_harness import ScriptedBackend, await_true, backend, config, plain, route, running_proxy
from running_dashboard import PASSWORD, Dashboard, running_dashboard

from strangler_proxy.control.audit_log import AuditEntry, append_audit
from tests.acceptance.browser import browser_page, watch_faults
from tests.acceptance.dashboard_pages import IMAGES, THEMES, addresses, log_in, picture_of

PAGES = ("overview", "routes", "route", "group", "change", "walk", "ignore", "audit", "health")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    with running_dashboard(tmp_path_factory.mktemp("dashboard")) as running:
        yield running


@pytest.fixture
def dashboard(served: Dashboard) -> Dashboard:
    """The dashboard, its file as it was at first."""
    served.config.write_text(config_text())
    return served


@contextmanager
def used(dashboard: Dashboard, name: str = "admin", *, scripts: bool = True) -> Iterator[Page]:
    """A page of somebody who is logged in, in which nothing fails meanwhile."""
    with browser_page(scripts=scripts) as page:
        page.set_viewport_size({"width": 1440, "height": 900})
        faults, said = watch_faults(page), []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(f"a script ran: {dialog.message}"))
        log_in(page, dashboard.url, name)
        yield page
        assert (faults, said) == ([], [])


def found_by_axe(page: Page) -> list[str]:
    """What axe finds, each with where it is."""
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in violations for node in one["nodes"]]


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_any_page(dashboard: Dashboard, theme: str) -> None:
    found = {}
    with used(dashboard) as page:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for name, address in addresses(dashboard).items():
            page.goto(dashboard.url + address)
            for closed in page.locator("details > summary").all():
                closed.click()
            found[name] = found_by_axe(page)
        page.goto(f"{dashboard.url}/routes/product-list/")
        page.click("#rollback")
        page.wait_for_selector("dialog[open]")
        found["dialog"] = found_by_axe(page)
    with browser_page() as page:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.goto(f"{dashboard.url}/login/")
        found["login"] = found_by_axe(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", [390, 768])
def test_no_page_is_wider_than_a_small_screen(dashboard: Dashboard, width: int) -> None:
    with used(dashboard) as page:
        page.set_viewport_size({"width": width, "height": 800})
        for address in addresses(dashboard).values():
            page.goto(dashboard.url + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_without_scripts_a_route_is_found_changed_and_changed_back(dashboard: Dashboard) -> None:
    with used(dashboard, scripts=False) as page:
        page.click("nav >> text=Routes")
        page.fill("#q", "product-list")
        page.click("text=Show")
        page.click("tbody >> text=Change")
        page.select_option("#to", "canary")
        page.fill("#percent", "5")
        page.click("text=Show")
        expect(page.locator(".diff .added")).to_contain_text("canary.percent = 5")
        page.fill("#reason", "less, for the night")
        page.click("text=Change the file")
        expect(page.locator(".banner")).to_contain_text("product-list is now in canary 5 %")
        assert "canary.percent = 5" in dashboard.config.read_text()
        page.click("text=Undo")
        page.check("[name=force]")
        page.click("text=Change the file")
        assert dashboard.config.read_text() == config_text()


def test_by_keyboard_alone_a_change_is_opened_left_and_made(dashboard: Dashboard) -> None:
    with used(dashboard) as page:
        page.goto(f"{dashboard.url}/routes/product-list/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        for _ in range(4):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "rollback"
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open]", state="detached")
        assert page.evaluate("document.activeElement.id") == "rollback"
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open] #reason")
        page.wait_for_function("document.activeElement.id === 'reason'")
        page.keyboard.type("by keyboard")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".banner")
    assert 'stage = "monolith"' in dashboard.config.read_text().partition('"product-list"')[2].partition("[[")[0]


def test_a_page_renews_itself_unless_it_is_paused_and_keeps_focus_and_what_is_open(dashboard: Dashboard) -> None:
    def happens(why: str) -> None:
        entry = AuditEntry(
            **{"when": "2027-01-31T12:00:00+00:00", "who": "ada", "what": "set", "route": "search"},
            **{"from_stage": "shadow", "to_stage": "canary", "from_percent": None, "to_percent": 5.0},
            reason=why,
            forced=False,
        )
        append_audit(dashboard.config, entry)

    with used(dashboard) as page:
        page.click("#numbers-traffic summary")
        page.focus("#stage-shadow")
        happens("first")
        expect(page.locator("main")).to_contain_text("ada, now: first", timeout=10_000)
        assert page.evaluate("document.activeElement.id") == "stage-shadow"
        assert page.evaluate("document.getElementById('numbers-traffic').open")
        page.click("#live")
        expect(page.locator("#live")).to_have_text("Paused")
        happens("second")
        page.wait_for_timeout(6000)
        expect(page.locator("main")).not_to_contain_text("second")
        page.click("#live")
        expect(page.locator("main")).to_contain_text("second")


def test_the_colours_follow_the_switch(dashboard: Dashboard) -> None:
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    with used(dashboard) as page:
        page.emulate_media(color_scheme="light")
        light = page.evaluate(paper)
        for _ in range(2):
            page.click("header form[action='/theme/'] button")
        assert page.evaluate(paper) != light
        page.emulate_media(color_scheme="dark")
        dark = page.evaluate(paper)
        page.click("header form[action='/theme/'] button")
        assert page.evaluate(paper) == dark, "auto again"


def test_every_page_has_its_pictures_and_no_picture_is_left_over() -> None:
    wanted = {picture_of(name, theme) for name in (*PAGES, "login") for theme in THEMES}
    assert set(IMAGES.glob("dashboard-*.png")) == wanted


PRICE = {"id": 1, "name": "Fig", "price": "19.90"}


def json_answer(document: object, status: str = "200 OK") -> bytes:
    return plain(json.dumps(document).encode(), status, b"Content-Type: application/json\r\n")


class Service:
    """A service whose price is of another type, and that can fall ill."""

    def __init__(self) -> None:
        self.answer = json_answer(PRICE | {"price": 19.9})
        self.backend = ScriptedBackend(self._serve)

    async def _serve(self, reader, writer, backend) -> None:  # type: ignore[no-untyped-def]
        while True:
            await backend.read_head(reader)
            writer.write(self.answer)
            await writer.drain()


async def monolith_answers(reader, writer, backend) -> None:  # type: ignore[no-untyped-def]
    while True:
        await backend.read_head(reader)
        writer.write(json_answer(PRICE))
        await writer.drain()


STORY = """
canary.percent = 50
canary.sticky = "none"
gate.min_comparisons = 40
gate.max_mismatch_percent = 10
gate.fast_enough_ms = 5000

[control]
listen = "127.0.0.1:0"
"""
ADD = ("-m", "strangler_proxy.cli", "user", "add", "ada", "--role", "admin", "--password-stdin")


def test_the_whole_story_of_a_route(tmp_path: Path) -> None:
    """Log in, find the planted difference, ignore it, promote, see it taken back by itself when the service fails."""
    service, monolith = Service(), ScriptedBackend(monolith_answers)
    with monolith, service.backend:
        catalog, detail = backend("catalog", service.backend.url), route("detail", "/detail/", "shadow", more=STORY)
        with running_proxy(tmp_path, config(monolith.url, catalog, detail), controlled=True) as proxy:
            url = proxy.await_said(r"dashboard is on (http://\S+)", 30)[1].rstrip("/")
            subprocess.run([sys.executable, *ADD], cwd=tmp_path, input=f"{PASSWORD}\n", text=True, check=True)

            def visit(times: int) -> None:
                for _ in range(times):
                    assert proxy.get("/detail/").status == 200

            visit(60)
            with browser_page() as page:
                faults = watch_faults(page)
                log_in(page, url, "ada")
                page.goto(f"{url}/routes/detail/")
                expect(page.locator("main")).to_contain_text("body:$.price", timeout=15_000)
                page.click("text=body:$.price")
                expect(page.locator(".sides").first).to_contain_text("19.90")
                page.click("#ignore")
                expect(page.locator("dialog")).to_contain_text('compare.ignore = ["body:$.price"]')
                page.fill("#reason", "a number is what the new clients want")
                page.click("text=Write the ignore")
                expect(page.locator(".banner")).to_contain_text("in force on 1 worker")
                deadline = time.monotonic() + 30
                while "pass" not in page.inner_text(".verdict .chip") and time.monotonic() < deadline:
                    visit(20)
                    page.reload()
                page.click("#promote")
                expect(page.locator("dialog")).to_contain_text("The gate lets it pass.")
                page.fill("#reason", "it answers the same")
                page.click("text=Change the file")
                expect(page.locator(".banner")).to_contain_text("detail is now in canary 50 %: in force on 1 worker")
                expect(page.locator("[aria-current=step]")).to_have_text("canary 50 %")
                visit(40)
                service.answer = json_answer({"detail": "oh"}, "500 Internal Server Error")

                def taken_back() -> bool:
                    proxy.get("/detail/")
                    return 'stage = "monolith"' in (tmp_path / "strangler.toml").read_text()

                await_true(taken_back, 15, "a rollback by itself")
                expect(page.locator("[aria-current=step]")).to_have_text("monolith", timeout=15_000)
                page.goto(f"{url}/audit/")
                expect(page.locator("tbody")).to_contain_text("auto-rollback")
                assert faults == []
