"""The certificate that users are served with: read, tried out, and noticed when it is renewed.

The supervisor alone reads the files and hands their content to the workers. So a worker that starts anew while a broken
file lies there still has the last good one, and never sees half of a renewal.
"""

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from strangler_proxy.config.model import Tls
from strangler_proxy.proxy.errors import BadCertificate
from strangler_proxy.proxy.validity import holds_until

LOOK_SECONDS: Final = 0.25
SETTLED_SECONDS: Final = 1.0
"""Seconds for which both files must have been the same: they are renewed one after the other."""


def read_certificate(tls: Tls, directory: Path) -> bytes:
    """Key and certificate chain as one PEM text that serves; relative paths begin at `directory`.

    Raises:
        BadCertificate: a file can't be read, is no PEM, has a passphrase, or the two don't belong together.
    """
    parts = []
    for name, path in (("key", tls.key), ("certificate", tls.certificate)):
        try:
            parts.append((directory / path).read_bytes())
        except OSError as error:
            raise BadCertificate(name, str(directory / path), error.strerror or str(error)) from None
    pem = b"\n".join(parts)
    try:
        context_of(pem)
    except (ssl.SSLError, ValueError, OSError) as error:
        raise BadCertificate("certificate", str(directory / tls.certificate), _why(error)) from None
    return pem


def context_of(pem: bytes) -> ssl.SSLContext:
    """What serves TLS 1.2 and later with this key and chain, and speaks HTTP/1.1 alone.

    Raises:
        ssl.SSLError: they can't serve.
        ValueError: the key has a passphrase.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    with _as_file(pem) as path:
        context.load_cert_chain(path, password=_no_passphrase)
    return context


class ServedCertificate:
    """The certificate in use: the last one that was good."""

    def __init__(self, tls: Tls | None, directory: Path) -> None:
        """Raises `BadCertificate` as `read_certificate` does."""
        self._directory = directory
        self._tls = tls
        self._taken = self._seen = _signature_of(tls, directory)
        self._since = 0.0
        self._look_at = 0.0
        self.pem = None if tls is None else read_certificate(tls, directory)
        """None for good where the proxy began without TLS."""

    @property
    def ends(self) -> float | None:
        """Unix time at which the first certificate of the chain ends; None where there is none that can be read."""
        with suppress(ValueError):
            return None if self.pem is None else holds_until(self.pem).timestamp()
        return None

    def act_by(self, tls: Tls | None) -> None:
        """Uses the files that a changed config names. Whether there is TLS at all stays as it was at the start.

        Raises:
            BadCertificate: they can't serve; nothing changed.
        """
        if self.pem is None or tls is None:
            return
        signature = _signature_of(tls, self._directory)
        self.pem = read_certificate(tls, self._directory)
        self._tls, self._taken, self._seen = tls, signature, signature

    def renewed(self, now: float) -> bool:
        """Whether the files have changed to another certificate, which is in use from now on. To be asked often: it
        looks every `LOOK_SECONDS`. `now` is monotonic seconds.

        Raises:
            BadCertificate: they changed to what can't serve, which is told once; the one before is kept.
        """
        if self.pem is None or self._tls is None or now < self._look_at:
            return False
        self._look_at = now + LOOK_SECONDS
        signature = _signature_of(self._tls, self._directory)
        if signature != self._seen:
            self._seen, self._since = signature, now
        if signature == self._taken or now - self._since < SETTLED_SECONDS:
            return False
        self._taken = signature
        before, self.pem = self.pem, read_certificate(self._tls, self._directory)
        return self.pem != before


_Signature = tuple[tuple[int, int, int, int] | None, ...]


def _signature_of(tls: Tls | None, directory: Path) -> _Signature:
    return () if tls is None else (_stamp(directory / tls.certificate), _stamp(directory / tls.key))


def _stamp(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase")


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    if reason == "KEY_VALUES_MISMATCH":
        return "certificate and key don't belong together"
    if isinstance(error, ssl.SSLError):
        return f"not a PEM certificate chain with its key ({reason or error})"
    return str(error)


@contextmanager
def _as_file(content: bytes) -> Iterator[str]:
    """A path under which OpenSSL, which takes nothing else, reads `content`; it lies in memory where that can be."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, content)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.NamedTemporaryFile() as file:  # readable by this user alone
            file.write(content)
            file.flush()
            yield file.name
