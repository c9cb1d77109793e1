"""The shop in a real browser, through the proxy: everything on the monolith, and with the catalog in service."""

import io
import uuid
from collections import Counter
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.acceptance.browser import browser_page, watch_faults
from tests.acceptance.conftest import ShopAddresses
from tests.stack.visitor import PASSWORD


@pytest.mark.parametrize("address", ["direct", "proxied", "split"])
def test_a_customer_does_everything_in_a_browser(shop: ShopAddresses, address: str) -> None:
    url: str = getattr(shop, address)
    answered: Counter[tuple[str, str]] = Counter()
    with browser_page() as page:
        faults = watch_faults(page)
        page.on(
            "response",
            lambda answer: answered.update([(answer.headers.get("x-strangler", "none"), urlsplit(answer.url).path)]),
        )
        name = f"browser-{uuid.uuid4().hex[:10]}"

        page.goto(url)
        page.get_by_role("link", name="Account").click()
        page.goto(f"{url}/accounts/register/")
        page.fill("input[name=username]", name)
        page.fill("input[name=email]", f"{name}@example.com")
        page.fill("input[name=password1]", PASSWORD)
        page.fill("input[name=password2]", PASSWORD)
        page.locator("main form button").last.click()
        expect(page.locator("[data-account]")).to_contain_text(name)

        page.goto(f"{url}/products/?available=on")
        page.locator("main a[href^='/products/']:not([href='/products/'])").first.click()
        page.locator("form[action^='/cart/add/'] button").click()
        expect(page.locator("[data-cart-count]")).to_have_text("1")

        page.goto(f"{url}/accounts/addresses/add/")
        for field, value in {"name": "Ada", "street": "Main 1", "postal_code": "10115", "city": "Berlin"}.items():
            page.fill(f"main [name={field}]", value)
        page.locator("main form button").last.click()
        page.goto(f"{url}/checkout/")
        page.get_by_role("button", name="Buy now").click()
        page.wait_for_url("**/orders/*/**")
        expect(page.locator("[data-cart-count]")).to_be_hidden()

        picture = io.BytesIO()
        Image.new("RGB", (64, 64), "salmon").save(picture, "PNG")
        page.goto(f"{url}/accounts/avatar/")
        page.set_input_files(
            "input[type=file]", {"name": "me.png", "mimeType": "image/png", "buffer": picture.getvalue()}
        )
        page.locator("main form button").last.click()
        page.wait_for_url("**/accounts/profile/")

        page.get_by_role("button", name="Deutsch").click()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        page.goto(f"{url}/products/")
        expect(page.locator("html")).to_have_attribute("lang", "de")

    assert faults == []
    backends = {line.partition(";")[0] for line, _ in answered}
    assert (
        backends
        == {
            "direct": {"none"},
            "proxied": {"backend=monolith"},
            "split": {"backend=monolith", "backend=catalog"},
        }[address]
    )
