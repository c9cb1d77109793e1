"""What users send and get that is private is in no file, export or page of a whole run."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from proxy_harness import RunningProxy, ScriptedBackend, answering, await_true, backend, config, plain, route

from tests.integration.recording.test_record import BEARER, CARD, EMAIL, PASSWORD, SECRETS, SESSION, STRANGLER


def body(**more: object) -> bytes:
    private = {"card_number": CARD, "note": f"paid with {CARD}", "password": PASSWORD, "customer": {"email": EMAIL}}
    return json.dumps(private | more).encode()


def strangler(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [STRANGLER, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={"COLUMNS": "120"}
    )
    return done.stdout + done.stderr


def test_no_planted_secret_is_in_any_file_export_or_page(
    scripted: Callable[..., ScriptedBackend], proxied: Callable[..., RunningProxy]
) -> None:
    extra = f"Content-Type: application/json\r\nSet-Cookie: sessionid={SESSION}; Path=/\r\n".encode()
    monolith = scripted(answering(plain(body(price=1), extra=extra)))
    catalog = scripted(answering(plain(body(price="1", password=f"{PASSWORD}2"), extra=extra + b"X-New: 1\r\n")))
    redact = '[redact]\npaths = ["body:$.customer.email"]'
    proxy = proxied(config(monolith.url, backend("catalog", catalog.url), route("p", "/p/", "shadow"), redact))

    def is_compared() -> bool:
        target = f"/p/?token={BEARER}"
        headers = f"Authorization: Bearer {BEARER}\r\nCookie: sessionid={SESSION}\r\n"
        assert proxy.get(target, headers).status == 200
        return '"price"' in strangler(proxy.directory, "diff", "p", "--sample", "1")

    await_true(is_compared, 30, "a sample of a comparison")
    said = [
        strangler(proxy.directory, "diff", "p", *words)
        for words in ((), ("--json",), ("--markdown",), ("--sample", "1", "--json"), ("--sample", "1"))
    ]
    said.append(strangler(proxy.directory, "diff", "p", "--html", "diff.html", "--junit", "diff.xml"))
    said.append(strangler(proxy.directory, "ignore", "p", "body:$.price", "--dry-run"))
    assert "body:$.price" in said[0]
    page = (proxy.directory / "diff.html").read_text()
    assert "redacted-" in page, "the page shows the exchange"
    assert proxy.stop() == 0
    files = {str(path): path.read_bytes() for path in proxy.directory.rglob("*") if path.is_file()}
    del files[str(proxy.directory / "access.log")]  # has addresses as they came, like that of every server
    assert len(files) > 5
    for secret in SECRETS:
        assert not [text for text in said if secret in text]
        assert not [name for name, content in files.items() if secret.encode() in content]
