"""A browser reads pages through the proxy's own TLS."""

from pathlib import Path

import trustme
from proxy_harness import ScriptedBackend, answering, config, plain, running_proxy

from tests.acceptance.browser import browser_page

_PAGE = plain(b"<!doctype html><title>Shop</title><h1>Teapots</h1>", extra=b"Content-Type: text/html\r\n")


def test_a_browser_reads_a_page_over_tls(tmp_path: Path) -> None:
    issued = trustme.CA().issue_cert("localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    tls = '[proxy.tls]\ncertificate = "both.pem"\nkey = "both.pem"'
    with (
        ScriptedBackend(answering(_PAGE)) as monolith,
        running_proxy(tmp_path, config(monolith.url, tls)) as proxy,
        browser_page(any_certificate=True) as page,
    ):
        answer = page.goto(f"https://localhost:{proxy.address[1]}/")
        assert answer is not None
        security = answer.security_details()
        assert security is not None
        assert security["protocol"] == "TLS 1.3"
        assert page.inner_text("h1") == "Teapots"
