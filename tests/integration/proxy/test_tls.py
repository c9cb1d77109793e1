"""TLS at the listener, proven with real clients, and certificates renewed under them."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
import requests
import trustme
from proxy_harness import answering, await_true, config, plain, start_proxy

_CURL_SAYS = "%{http_version} %{size_download}"
TLS = '[proxy.tls]\ncertificate = "chain.pem"\nkey = "key.pem"\n'


class Authority:
    """A certificate authority of our own, and what it issues in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._authority = trustme.CA()
        self.root = directory / "root.pem"
        self._authority.cert_pem.write_to_path(self.root)

    def issue(self, name: str = "localhost", *, key_too: bool = True) -> None:
        """Writes a new pair as an ACME client does: beside the old files, then renamed over them, one by one."""
        issued = self._authority.issue_cert(name, "127.0.0.1")
        new = self.directory / "new.pem"
        if key_too:
            issued.private_key_pem.write_to_path(new)
            new.rename(self.directory / "key.pem")
        new.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
        new.rename(self.directory / "chain.pem")

    def served(self, address: tuple[str, int]) -> bytes:
        """The certificate that a new connection gets."""
        context = ssl.create_default_context(cafile=str(self.root))
        with (
            socket.create_connection(address, 5) as sock,
            context.wrap_socket(sock, server_hostname="127.0.0.1") as secure,
        ):
            return secure.getpeercert(binary_form=True)


@pytest.fixture
def authority(tmp_path):
    authority = Authority(tmp_path)
    authority.issue()
    return authority


@pytest.fixture
def secured(scripted, proxied, authority):
    """Starts a proxy with TLS before a backend that answers `serve`."""

    def start(serve=None, more=""):
        monolith = scripted(serve or answering(plain(b"ok" * 500_000)))
        return proxied(config(monolith.url, TLS + more)), monolith

    return start


def test_requests_and_curl_are_served_and_the_backend_is_told_https(secured, authority):
    proxy, monolith = secured()
    url = f"https://localhost:{proxy.address[1]}/"
    assert f"proxy ready on https://127.0.0.1:{proxy.address[1]}" in proxy.said()
    with requests.Session() as session:
        session.verify, session.trust_env = str(authority.root), False
        for _ in range(3):
            assert session.get(url, timeout=10).content == b"ok" * 500_000
        assert session.post(url, data=b"x" * 300_000, timeout=10).status_code == 200
    assert monolith.connections == 1
    assert b"\r\nX-Forwarded-Proto: https\r\n" in monolith.heads[0]
    assert b";proto=https\r\n" in monolith.heads[0]
    curl = shutil.which("curl")
    assert curl
    said = subprocess.run(
        [curl, "-sS", "--cacert", authority.root, "--http2", "-o", os.devnull, "-w", _CURL_SAYS, url],
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert said.stdout == "1.1 1000000"


def test_a_body_that_is_refused_over_tls_is_told_so(secured, authority):
    proxy, _ = secured(more="[proxy.limits]\nbody_bytes = 1000\n")
    context = ssl.create_default_context(cafile=str(authority.root))
    with (
        socket.create_connection(proxy.address, 5) as sock,
        context.wrap_socket(sock, server_hostname="127.0.0.1") as secure,
    ):
        secure.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000)
        assert secure.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_old_versions_and_plain_http_get_nothing_and_are_no_fault(secured, authority):
    proxy, _ = secured()
    old = ssl.create_default_context(cafile=str(authority.root))
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with (
        socket.create_connection(proxy.address, 5) as sock,
        pytest.raises((ssl.SSLError, ConnectionResetError)),
    ):
        old.wrap_socket(sock, server_hostname="127.0.0.1")
    with proxy.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.at_end()
    assert proxy.metric("strangler_faults_total") == 0
    assert authority.served(proxy.address)


def test_a_renewed_certificate_serves_new_connections_and_open_ones_go_on(secured, authority):
    proxy, _ = secured(answering(plain(b"ok")))
    before = authority.served(proxy.address)
    with requests.Session() as session:
        session.verify, session.trust_env = str(authority.root), False
        url = f"https://localhost:{proxy.address[1]}/"
        assert session.get(url, timeout=5).status_code == 200
        authority.issue()
        await_true(lambda: authority.served(proxy.address) != before, 10, "the new certificate")
        assert session.get(url, timeout=5).status_code == 200
    assert "the certificate was renewed" in proxy.said()
    assert proxy.metric("strangler_certificate_end_seconds") > time.time()
    (worker,) = proxy.workers()
    os.kill(worker, 9)
    assert authority.served(proxy.address) != before


def test_a_broken_certificate_changes_nothing_and_is_told_once(secured, authority):
    proxy, _ = secured()
    before = authority.served(proxy.address)
    authority.issue(key_too=False)
    proxy.await_said(r"STR405 the certificate \S*chain.pem can't be used: certificate and key don't belong together")
    assert authority.served(proxy.address) == before
    (worker,) = proxy.workers()
    os.kill(worker, 9)
    proxy.await_said("worker 1 died")
    assert authority.served(proxy.address) == before, "a worker that starts anew has the last good one"
    time.sleep(0.5)
    assert proxy.said().count("STR405") == 1
    authority.issue()
    await_true(lambda: authority.served(proxy.address) != before, 10, "the mended certificate")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "the key .*key.pem can't be used: No such file"),
        ({"key.pem": "x", "chain.pem": "y"}, "not a PEM certificate chain"),
        ({"key.pem": None, "chain.pem": ""}, "not a PEM certificate chain"),
    ],
)
def test_a_start_with_a_bad_certificate_is_refused(tmp_path, authority, files, why):
    for name in ("key.pem", "chain.pem"):
        if files.get(name, "") is not None:
            (tmp_path / name).unlink()
    for name, content in files.items():
        if content is not None:
            (tmp_path / name).write_text(content)
    (tmp_path / "strangler.toml").write_text(config("http://127.0.0.1:1", TLS))
    process = start_proxy(tmp_path)
    assert process.wait(10) == 4
    said = (tmp_path / "stderr").read_text()
    assert "STR405" in said
    assert re.search(why, said), said


def test_taking_tls_in_or_out_waits_for_the_next_start(secured, authority):
    proxy, monolith = secured()
    proxy.save(config(monolith.url))
    proxy.await_said(r"\[proxy\] tls: takes effect at the next start")
    assert authority.served(proxy.address)
