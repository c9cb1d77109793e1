"""What users send and get that is private is in no file, log, export or page of a whole run.

Each secret is planted in one place alone, so that one that is found tells where it came through.
"""

import gzip
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from evidence import await_comparer
from proxy_harness import RunningProxy, ScriptedBackend, await_true, backend, config, plain, route

from tests.integration.recording.test_record import BEARER, CARD, EMAIL, SECRETS, SESSION, STRANGLER

JSON, HTML, CSV, FORM, XML, TEXT = (
    "application/json",
    "text/html; charset=utf-8",
    "text/csv",
    "application/x-www-form-urlencoded",
    "application/xml",
    "text/plain",
)
CARD_EXPONENT = f"{CARD[0]}.{CARD[1:].replace(' ', '')}e15"
PARTS = "multipart/form-data; boundary=X"


def planted(place: str) -> str:
    """The secret of a place: words, so that no shape of its own gives it away."""
    return f"planted-{place}-hush"


def document(**more: object) -> dict[str, object]:
    return {
        "card_number": CARD,
        "note": f"paid with {CARD}",
        "password": planted("member"),
        "customer": {"email": EMAIL},
        "sessions": [{"key": planted("in-list")}],
        "tokens": {planted("as a key"): 1},
        "fields": [{"name": "password", "value": planted("pair")}, {"val": [planted("pair-before")], "key": "token"}],
        "paid": {"with": float(CARD.replace(" ", ""))},
        "payload": json.dumps({"secret": planted("json-in-json"), "name": "pin", "value": planted("pair-in-json")}),
    } | more


def part(name: str, value: str) -> str:
    return f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


def bodies(side: str) -> dict[str, tuple[str, bytes, bytes]]:
    """By path: content type, more header lines, body. `side` makes the sides differ."""
    whole = json.dumps(document(price=side))
    field = '<input type="{}" name="{}" value="{}">'
    page = (
        field.format("hidden", "csrfmiddlewaretoken", planted("hidden-input"))
        + field.format("password", "x", planted("password-input"))
        + f'<meta name="csrf-token" content="{planted("meta")}"><div data-token="{planted("attribute")}"></div>'
        + f'<select name="card"><option value="{planted("option")}">{planted("option-text")}</option></select>'
        + f'<textarea name="secret">{planted("textarea")}</textarea>'
        + f'<script>var password = "{planted("script")}"</script>{side}'
    )
    texts: dict[str, tuple[str, str]] = {
        "json": (JSON, whole),
        "broken-json": (JSON, f'{{"price": "{side}", "password": "{planted("broken")}", "x": '),
        "html": (HTML, f"<p>{page}</p>"),
        "csv": (CSV, f"id,password,price\n1,{planted('csv')},{side}\n"),
        "form": (FORM, f"price={side}&password={planted('form')}"),
        "xml": (
            XML,
            f'<a><password>{planted("xml")}</password><b token="{planted("xml-attribute")}"/>{side}'
            f'<param name="password" value="{planted("xml-param")}"/><item name="password">{planted("xml-item")}</item>'
            f"<entry><key>token</key><value>{planted('xml-pair')}</value></entry></a>",
        ),
        "exponent": (JSON, f'{{"paid": {CARD_EXPONENT}, "price": "{side}"}}'),
        "text": (TEXT, f"price: {side}\npassword: {planted('text')}\nAuthorization: Bearer {BEARER}"),
        "multipart": (PARTS, part("price", side) + part("password", planted("multipart")) + "--X--\r\n"),
        "long": (JSON, json.dumps({"password": planted("long"), "price": side, "z": "z" * 1_500_000})),
        "unknown": ("application/octet-stream", f'\x00\x01{{"password": "{planted("binary")}", "price": "{side}"}}'),
    }
    made = {path: (kind, b"", text.encode()) for path, (kind, text) in texts.items()}
    made["gzip"] = (JSON, b"Content-Encoding: gzip\r\n", gzip.compress(whole.encode(), mtime=0))
    made["cut-gzip"] = (JSON, b"Content-Encoding: gzip\r\n", gzip.compress(whole.encode(), mtime=0)[:-12])
    made["no-gzip"] = (JSON, b"Content-Encoding: gzip\r\n", whole.encode())
    made["redirect"] = (TEXT, f"Location: /in/?token={planted('location')}&to={side}\r\n".encode(), b"")
    return made


def serving(side: str):
    """Answers by the path."""
    answers = bodies(side)

    async def serve(reader, writer, backend):
        while True:
            method, target = (await backend.read_head(reader)).decode("latin-1").split()[:2]
            kind, lines, body = answers.get(target.split("/")[2].partition("?")[0], answers["json"])
            cookies = f"Set-Cookie: sessionid={SESSION}; Path=/\r\nSet-Cookie: basket={planted('set-cookie')}{side}\r\n"
            extra = f"Content-Type: {kind}\r\n{cookies}X-Api-Key: {planted('header')}{side}\r\n".encode() + lines
            answer = plain(body, "302 Found" if b"Location" in lines else "200 OK", extra=extra)
            writer.write(answer.removesuffix(body) if method == "HEAD" else answer)
            await writer.drain()

    return serve


TARGETS = [f"/p/{path}/" for path in bodies("x")] + [
    f"/p/json/?token={planted('query')}&page=2",
    f"/p/json/?user%5Bpass%77ord%5D={planted('encoded-query')}",
    f"/p/json/?q={CARD.replace(' ', '%20')}",
    f"/p/json/?q={CARD.replace(' ', '+')}",
    f"/p/json/?mail={EMAIL.replace('@', '%40')}",
    f"/p/CUST-{planted('path')}/",
    f"/p/json/?next=%2Fin%2F%3Ftoken%3D{planted('inner-url')}",
]
HEADERS = (
    f"Authorization: Bearer {BEARER}\r\nCookie: sessionid={SESSION}; other={planted('cookie')}\r\n"
    f"X-CSRFToken: {planted('csrf-header')}\r\nReferer: http://shop.test/in/?token={planted('referer')}\r\n"
    f"X-Forwarded-For: 198.51.100.77\r\nX-Customer: {planted('configured-header')}\r\n"
)
PLACES = (
    "planted-",
    CARD_EXPONENT,
    str(float(CARD.replace(" ", ""))),
    CARD.replace(" ", "%20"),
    CARD.replace(" ", "+"),
    "lovelace",
    "198.51.100.77",
)


def strangler(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [STRANGLER, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={"COLUMNS": "120"}
    )
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def compared(folder: Path) -> int:
    """Comparisons of the route that are stored."""
    command = [STRANGLER, "diff", "p", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return int(json.loads(done.stdout)["comparisons"])


def test_no_planted_secret_is_in_any_file_log_export_or_page(
    scripted: Callable[..., ScriptedBackend], proxied: Callable[..., RunningProxy]
) -> None:
    monolith, catalog = scripted(serving("1")), scripted(serving("2"))
    redact = (
        '[redact]\nheaders = ["X-Customer"]\npaths = ["body:$.customer.email"]\n'
        "patterns = ['CUST-[a-z-]+', '[\\w.]+@[\\w.]+']\n[evidence]\nsamples_per_group = 1000"
    )
    shadowed = [
        route("quiet", "/q/", "shadow"),
        route("p", "/p/<str:what>/", "shadow", more="[routes.compare]\nrecheck = false\nnoise_percent = 50\n"),
    ]
    proxy = proxied(config(monolith.url, backend("catalog", catalog.url), *shadowed, redact))
    await_comparer(proxy, "/q/", 2)
    har = subprocess.Popen(
        [STRANGLER, "record", "--route", "p", "-o", "out.har", "--seconds", "6"],
        cwd=proxy.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert har.stdout is not None
    assert "recording" in har.stdout.readline()
    for target in TARGETS:
        for method in ("GET", "HEAD"):
            assert proxy.get(target, HEADERS, method=method).status in (200, 302)
    with proxy.client() as client:  # broken off: not compared, and no less private
        client.send(f"GET /p/long/?token={planted('broken-off')} HTTP/1.1\r\nHost: a\r\n{HEADERS}\r\n".encode())
    post = f"password={planted('posted')}"
    with proxy.client() as client:
        head = f"POST /p/json/?token={planted('post-query')} HTTP/1.1\r\nHost: a\r\n{HEADERS}"
        client.send(f"{head}Content-Length: {len(post)}\r\n\r\n{post}".encode())
        assert client.answer("POST").status == 200
    await_true(lambda: compared(proxy.directory) >= 2 * len(TARGETS), 60, "all that is compared")
    said = [
        strangler(proxy.directory, "diff", "p", *words)
        for words in ((), ("--json",), ("--markdown",), ("--sample", "30", "--json"), ("--sample", "30"))
    ]
    said.append(strangler(proxy.directory, "diff", "p", "--html", "diff.html", "--junit", "diff.xml"))
    said.append(strangler(proxy.directory, "ignore", "p", "body:$.price", "--dry-run"))
    said += [strangler(proxy.directory, *words) for words in (("verdict", "p"), ("check",), ("audit",), ("routes",))]
    assert "body:$.price" in said[0], said[0]
    page = (proxy.directory / "diff.html").read_text()
    assert "redacted-" in page, "the page shows the exchange"
    said.append(har.communicate(timeout=30)[0])
    assert har.returncode == 0, said[-1]
    said.append(strangler(proxy.directory, "replay", "out.har", "--against", "catalog", "--compare-with", "monolith"))
    said += [proxy.metrics(), proxy.said(), (proxy.directory / "stdout").read_text()]
    time.sleep(0.3)  # the log is written in batches
    running = _files(proxy.directory)
    assert any(name.endswith("-wal") for name in running), "the store is open"
    assert proxy.stop() == 0
    files = running | {f"{name} (at the end)": content for name, content in _files(proxy.directory).items()}
    assert {"access.log", "out.har", "diff.html", "diff.xml", "stderr"} <= {Path(name).name for name in running}
    assert b"redacted" in running[str(proxy.directory / "access.log")]
    found = [
        (place, content[max(at - 60, 0) : at + 60])
        for place, content in [(f"output {at}", text.encode()) for at, text in enumerate(said)] + list(files.items())
        for secret in (*SECRETS, *PLACES)
        if (at := content.find(secret.encode())) >= 0
    ]
    assert not found


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_socket()}
