"""IPv6 on both sides, from the client's connection to what the backend is told of it."""

from proxy_harness import ScriptedBackend, answering, config, plain


def test_a_client_and_a_backend_on_ipv6_meet(proxied):
    with ScriptedBackend(answering(plain(b"six")), "::1") as monolith:
        proxy = proxied(config(monolith.url).replace("127.0.0.1:0", "[::1]:0", 1))
        with proxy.client() as client:
            client.send(b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")
            answer = client.answer()
    assert (answer.status, answer.body) == (200, b"six")
    head = monolith.heads[0].decode()
    assert "\r\nHost: [::1]:80\r\n" in head
    assert "\r\nX-Forwarded-For: ::1\r\n" in head
    assert '\r\nForwarded: for="[::1]";host="[::1]:80";proto=http\r\n' in head


def test_a_trusted_network_on_ipv6_is_believed(proxied):
    with ScriptedBackend(answering(plain(b"")), "::1") as monolith:
        toml = config(monolith.url, proxy='trusted_proxies = ["::1"]').replace("127.0.0.1:0", "[::1]:0", 1)
        proxied(toml).get("/", "X-Forwarded-For: 2001:db8::7\r\n")
    head = monolith.heads[0].decode()
    assert "\r\nX-Real-IP: 2001:db8::7\r\n" in head
    assert "\r\nX-Forwarded-For: 2001:db8::7, ::1\r\n" in head
