"""All normalisers, and whether two texts say the same by them."""

import re
from collections.abc import Sequence

from strangler_proxy.compare.normalise.cookie_values import DJANGO_COOKIES, SIGNED_COOKIES
from strangler_proxy.compare.normalise.error_answers import DEBUG_PAGES, NOT_FOUND
from strangler_proxy.compare.normalise.normaliser import Normaliser
from strangler_proxy.compare.normalise.one_time import CSP_NONCES, CSRF_TOKENS
from strangler_proxy.compare.normalise.times import MILLISECONDS, SAME_MOMENT, same_milliseconds
from strangler_proxy.compare.normalise.urls import BACKEND_URLS, QUERY_ORDER
from strangler_proxy.compare.rules import Rules

IN_TEXTS: tuple[Normaliser, ...] = (BACKEND_URLS, QUERY_ORDER, SAME_MOMENT, CSRF_TOKENS, CSP_NONCES, NOT_FOUND)
"""Those that fold the strings of a body and the values of headers, in this order."""
IN_COOKIES: tuple[Normaliser, ...] = (DJANGO_COOKIES, SIGNED_COOKIES)
"""Those that fold the values of cookies."""
NORMALISERS: tuple[Normaliser, ...] = (*IN_TEXTS, MILLISECONDS, *IN_COOKIES, DEBUG_PAGES)


def same_text(primary: str, candidate: str, name: str, rules: Rules) -> bool:
    """Whether two texts in a member or header called `name` are equal, or would be after normalising."""
    if primary == candidate:
        return True
    if folded(primary, name, rules.bases.primary, rules) == folded(candidate, name, rules.bases.candidate, rules):
        return True
    return MILLISECONDS.name not in rules.without and same_milliseconds(primary, candidate)


def folded(
    text: str, name: str, base: re.Pattern[str] | None, rules: Rules, normalisers: Sequence[Normaliser] = IN_TEXTS
) -> str:
    """The text without what means nothing."""
    for normaliser in normalisers:
        if normaliser.fold is not None and normaliser.name not in rules.without:
            text = normaliser.fold(text, name, base)
    return text
