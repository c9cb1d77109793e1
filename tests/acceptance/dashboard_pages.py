"""The dashboard's pages in a browser, and their pictures: `python -m tests.acceptance.dashboard_pages` writes these."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from running_dashboard import PASSWORD, Dashboard, running_dashboard  # noqa: E402

from tests.acceptance.browser import browser_page  # noqa: E402

IMAGES = ROOT / "docs" / "images"
THEMES = ("light", "dark")
WIDTH, HEIGHT = 1440, 900


def addresses(dashboard: Dashboard) -> dict[str, str]:
    """Name of each page → its address."""
    return {
        "overview": "/overview/",
        "routes": "/routes/",
        "route": "/routes/product-detail/",
        "group": dashboard.group,
        "change": "/routes/product-list/change/?to=canary&percent=10",
        "walk": "/routes/order-list/walk/",
        "ignore": f"{dashboard.group}ignore/",
        "audit": "/audit/",
        "health": "/health/",
    }


def log_in(page: Page, dashboard_url: str, name: str = "admin") -> None:
    """Through the form, as a person does."""
    page.goto(f"{dashboard_url}/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/overview/")


def picture_of(name: str, theme: str) -> Path:
    """Where the picture of a page is."""
    return IMAGES / f"dashboard-{name}-{theme}.png"


def main() -> None:
    """Writes every picture anew."""
    with (
        tempfile.TemporaryDirectory() as directory,
        running_dashboard(Path(directory)) as dashboard,
        browser_page() as page,
    ):
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.goto(f"{dashboard.url}/login/")
            page.screenshot(path=picture_of("login", theme))
        log_in(page, dashboard.url)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for name, address in addresses(dashboard).items():
                page.goto(dashboard.url + address)
                page.wait_for_function("document.fonts.ready.then(() => true)")
                page.screenshot(path=picture_of(name, theme))


if __name__ == "__main__":
    main()
