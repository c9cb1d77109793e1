"""One try to tell a webhook."""

import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from strangler_proxy.config.model import Webhook
from strangler_proxy.control.audit_log import Line
from strangler_proxy.control.webhooks.message import body_of, headers_of

ANSWER_SECONDS = 5.0


class NotDelivered(Exception):
    """The try failed; the message says why, and holds neither a secret nor an address that may be one."""


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer that is no success: what was signed for one place is not sent to another."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Unfollowed)


def deliver(webhook: Webhook, line: Line, now: float, environment: Mapping[str, str] = os.environ) -> None:
    """Sends the entry once. Raises: NotDelivered unless the answer is 2xx within `ANSWER_SECONDS`."""
    url = webhook.url or _from(environment, webhook.url_env)
    secret = _from(environment, webhook.secret_env).encode() if webhook.secret_env else None
    body = body_of(webhook, line)
    try:
        request = urllib.request.Request(url, body, headers_of(line, body, secret, now), method="POST")
        with _OPENER.open(request, timeout=ANSWER_SECONDS):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise NotDelivered(f"it answers {error.code}") from None
    except urllib.error.URLError as error:
        raise NotDelivered(str(error.reason)) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotDelivered(type(error).__name__) from None


def _from(environment: Mapping[str, str], name: str | None) -> str:
    value = environment.get(name or "")
    if not value:
        raise NotDelivered(f"the environment variable {name} is not set where `strangler up` runs")
    return value
