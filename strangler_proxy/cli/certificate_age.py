"""How long the certificate that users are served with still holds, and whether it can serve at all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from strangler_proxy.cli.oddities import Oddity
from strangler_proxy.config.model import Tls
from strangler_proxy.proxy.certificate import read_certificate
from strangler_proxy.proxy.errors import BadCertificate
from strangler_proxy.proxy.validity import holds_until

WARN_DAYS = 21
"""Certificates of Let's Encrypt hold 90 days and are renewed 30 before their end: with 21 left, renewing has failed."""

_RENEW = "Renew it; the running proxy takes the new files by itself."


def certificate_oddities(tls: Tls | None, directory: Path, now: datetime) -> Iterator[Oddity]:
    """What is wrong with the certificate, or will be within `WARN_DAYS`; relative paths begin at `directory`."""
    if tls is None:
        return
    try:
        end = holds_until(read_certificate(tls, directory))
    except BadCertificate as error:
        yield Oddity(what=f"{error.what} The proxy cannot start by this file here.", remedy=error.remedy or "")
        return
    except ValueError as error:
        yield Oddity(what=f"{tls.certificate} does not say how long it holds: {error}.", remedy=_RENEW)
        return
    left = end - now
    day = f"{end:%Y-%m-%d %H:%M} UTC"
    if left <= timedelta(0):
        yield Oddity(what=f"the certificate {tls.certificate} ended on {day}: browsers refuse it.", remedy=_RENEW)
    elif left < timedelta(days=WARN_DAYS):
        days = "today or tomorrow" if left.days < 1 else f"in {left.days} days"
        yield Oddity(what=f"the certificate {tls.certificate} ends {days}, on {day}.", remedy=_RENEW)
