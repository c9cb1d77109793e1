"""Tokens by which programs read and change what a user may: made, taken back, recognised.

A token is 256 random bits, so its plain SHA-256 tells nobody what it is; a slow hash, as passwords need, would be paid
with each request. It is found by that digest, and nothing of the token itself is compared.
"""

import hashlib
import secrets
import time
from typing import Any

from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import ApiToken
from strangler_proxy.control.users import user_named

PREFIX = "strangler_"
"""By which a program that looks for leaked secrets recognises one."""
BYTES = 32
DAY = 86_400.0
"""Seconds."""


def token_make(*, name: str, days: int | None = None, now: float | None = None) -> str:
    """A new token of the user, in place of the one before; this is the only time that it is shown. It ends after so
    many days, or never by itself.

    Raises: NoSuchUser, StoreUnreachable.
    """
    user = user_named(name)
    token = PREFIX + secrets.token_urlsafe(BYTES)
    made_at = time.time() if now is None else now
    expires_at = None if days is None else made_at + days * DAY
    values = {"digest": digest_of(token), "made_at": made_at, "expires_at": expires_at}
    with reached():
        ApiToken.objects.update_or_create(user=user, defaults=values)
    return token


def token_revoke(*, name: str) -> bool:
    """Afterwards the user has no token; says whether there was one. Raises: NoSuchUser, StoreUnreachable."""
    user = user_named(name)
    with reached():
        return bool(ApiToken.objects.filter(user=user).delete()[0])


def user_of_token(token: str, now: float | None = None) -> Any | None:
    """The user whose token it is; None: nobody's, one that has ended, or of one who may not log in.

    Raises: StoreUnreachable.
    """
    at = time.time() if now is None else now
    with reached():
        found = ApiToken.objects.filter(digest=digest_of(token), user__is_active=True).select_related("user").first()
    if found is None or (found.expires_at is not None and at >= found.expires_at):
        return None
    return found.user


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
