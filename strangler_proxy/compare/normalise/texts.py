"""All normalisers, and whether two texts say the same by them."""

import re
from functools import lru_cache

from strangler_proxy.compare.normalise.cookie_values import DJANGO_COOKIES, SIGNED_COOKIES
from strangler_proxy.compare.normalise.error_answers import DEBUG_PAGES, NOT_FOUND
from strangler_proxy.compare.normalise.normaliser import Fold, Normaliser
from strangler_proxy.compare.normalise.one_time import CSP_NONCES, CSRF_TOKENS
from strangler_proxy.compare.normalise.times import MILLISECONDS, SAME_MOMENT, same_milliseconds
from strangler_proxy.compare.normalise.urls import BACKEND_URLS, QUERY_ORDER
from strangler_proxy.compare.rules import Rules

IN_TEXTS: tuple[Normaliser, ...] = (BACKEND_URLS, QUERY_ORDER, SAME_MOMENT, CSRF_TOKENS, CSP_NONCES, NOT_FOUND)
"""Those that fold the strings of a body and the values of headers, in this order."""
IN_COOKIES: tuple[Normaliser, ...] = (DJANGO_COOKIES, SIGNED_COOKIES)
"""Those that fold the values of cookies."""
NORMALISERS: tuple[Normaliser, ...] = (*IN_TEXTS, MILLISECONDS, *IN_COOKIES, DEBUG_PAGES)

_SIGNS = re.compile("[:=?']")
"""Of a text that has none of these, in a member that has none of `_NAMES`, no normaliser changes anything: no URL with
a host, no query, time, assignment or policy is without."""
_NAMES = re.compile("csrf|nonce|detail", re.IGNORECASE)


def same_text(primary: str, candidate: str, name: str, rules: Rules) -> bool:
    """Whether two texts in a member or header called `name` are equal, or would be after normalising."""
    if primary == candidate:
        return True
    if not (_SIGNS.search(primary) or _SIGNS.search(candidate) or _NAMES.search(name)):
        return False
    if folded(primary, name, rules.bases.primary, rules) == folded(candidate, name, rules.bases.candidate, rules):
        return True
    return MILLISECONDS.name not in rules.without and same_milliseconds(primary, candidate)


def folded(text: str, name: str, base: re.Pattern[str] | None, rules: Rules, *, is_cookie: bool = False) -> str:
    """The text without what means nothing; a cookie's value is folded by what holds for cookies first."""
    for fold in _folds(is_cookie, rules.without):
        text = fold(text, name, base)
    return text


@lru_cache(maxsize=256)
def _folds(is_cookie: bool, without: frozenset[str]) -> tuple[Fold, ...]:
    """The folds of the normalisers that are on."""
    normalisers = (*IN_COOKIES, *IN_TEXTS) if is_cookie else IN_TEXTS
    return tuple(one.fold for one in normalisers if one.fold is not None and one.name not in without)
