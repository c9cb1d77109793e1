"""Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright


@contextmanager
def browser_page(*, any_certificate: bool = False, scripts: bool = True) -> Iterator[Page]:
    """A page of a new headless browser, which takes `any_certificate` or those of public authorities alone, and runs
    `scripts` or none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "no chromium found; tests/stack/install.sh installs it on Debian"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
                *("--disable-component-update", "--disable-sync", "--no-first-run"),
            ],
        )
        page = browser.new_page(locale="en-GB", ignore_https_errors=any_certificate, java_script_enabled=scripts)
        page.set_default_timeout(15_000)
        yield page
        browser.close()


def watch_faults(page: Page) -> list[str]:
    """A list that fills with the page's script errors, failed requests and answers of 400 and more.

    `net::ERR_ABORTED` is the browser's own word for what it gave up since the user went on to the next page.
    """
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on(
        "requestfailed",
        lambda request: (
            faults.append(f"failed: {request.url} {request.failure}") if request.failure != "net::ERR_ABORTED" else None
        ),
    )
    page.on(
        "response",
        lambda answer: faults.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
    )
    return faults
