"""A person at the shop: keeps cookies, reads pages, sends forms with their CSRF token."""

import re
from html.parser import HTMLParser
from typing import Any

import requests

PASSWORD = "correct-horse-battery-71"


class _Forms(HTMLParser):
    """Collects each form's action and the fields that it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append((found.get("action", ""), {}))
        elif tag == "input" and self.forms and found.get("name"):
            kind = found.get("type", "text")
            if kind in ("radio", "checkbox") and "checked" not in found:
                return
            if kind not in ("submit", "file"):
                self.forms[-1][1][found["name"]] = found.get("value", "")


class Visitor:
    """One browser session at one address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET, redirects followed unless told otherwise."""
        return self.http.get(self.url + path, timeout=30, **options)

    def post(self, path: str, data: dict[str, Any], **options: Any) -> requests.Response:
        """POST of just these fields; a token is the caller's business."""
        return self.http.post(self.url + path, data=data, timeout=30, **options)

    def submit(
        self, page: str, fields: dict[str, Any], *, action: str | None = None, **options: Any
    ) -> requests.Response:
        """Opens `page`, fills in the form that posts to `action` (default: the page itself), and sends it."""
        parser = _Forms()
        parser.feed(self.get(page).text)
        wanted = action if action is not None else ""
        found = [form for target, form in parser.forms if target == wanted and "csrfmiddlewaretoken" in form]
        assert found, f"{page} has no form for {wanted!r}: {[target for target, _ in parser.forms]}"
        options.setdefault("headers", {})["Referer"] = self.url + page
        return self.post(action or page, {**found[0], **fields}, **options)

    def register(self, name: str) -> None:
        """Becomes a new customer, who is logged in from then on."""
        fields = {"username": name, "email": f"{name}@example.com", "password1": PASSWORD, "password2": PASSWORD}
        answer = self.submit("/accounts/register/", fields)
        assert answer.status_code == 200, answer.status_code
        assert "sessionid" in self.http.cookies

    def log_in(self, name: str, password: str) -> requests.Response:
        """Through the login form."""
        return self.submit("/accounts/login/", {"username": name, "password": password})

    def add_to_cart(self, product: int) -> None:
        """From the product's own page."""
        slug = self.get(f"/api/products/{product}/").json()["slug"]
        answer = self.submit(f"/products/{slug}/", {"quantity": "1"}, action=f"/cart/add/{product}/")
        assert answer.status_code == 200, answer.status_code

    def buy(self, card: str = "tok_4242") -> requests.Response:
        """Address, checkout, payment; the last answer is the order's page, or the form with what went wrong."""
        if not re.search(r'name="address"', self.get("/checkout/").text):
            address = {"name": "Ada", "street": "Main 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}
            assert self.submit("/accounts/addresses/add/", address).status_code == 200
        return self.submit("/checkout/", {"card": card})
