"""What Django draws anew for each answer: CSRF tokens and CSP nonces."""

import re

from strangler_proxy.compare.normalise.normaliser import Example, Normaliser

_TOKEN = r"(?:[A-Za-z0-9]{64}|[A-Za-z0-9]{32})"
"""A masked token has 64 characters, a secret 32. Source: django/middleware/csrf.py."""
_TOKEN_ALONE = re.compile(_TOKEN)
_TOKEN_IN_TEXT = re.compile(
    rf"""(csrf[\w-]{{0,40}}["']?\s{{0,8}}(?:[:=]|value=|content=)\s{{0,8}}["']?(?:\s{{0,8}}(?:value|content)=["'])?){_TOKEN}(?![A-Za-z0-9])""",
    re.IGNORECASE,
)
_NONCE_IN_TEXT = re.compile(r"""('nonce-|\bnonce=["'])[A-Za-z0-9+/_=-]+""")


def fold_csrf(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Put a mark in place of a CSRF token: the whole of a member called so, or one named so within a text."""
    if "csrf" in name.lower() and _TOKEN_ALONE.fullmatch(text):
        return "<csrf token>"
    return _TOKEN_IN_TEXT.sub(r"\1<csrf token>", text) if "csrf" in text.lower() else text


_TOKEN_IN_FORM = re.compile(rf'name="csrfmiddlewaretoken" value="{_TOKEN}"'.encode())
"""As `{% csrf_token %}` writes it. Source: django/template/defaulttags.py."""


def without_form_tokens(page: bytes) -> bytes:
    """The page without the tokens of its forms. `fold_csrf` takes each of them for equal to any other, wherever in the
    page it stands; so pages that are equal without them are equal by it, and need not be parsed to see that."""
    return _TOKEN_IN_FORM.sub(b"<csrf token field>", page) if b"csrfmiddlewaretoken" in page else page


def fold_nonce(text: str, name: str, base: re.Pattern[str] | None) -> str:
    """Put a mark in place of a CSP nonce: the whole of an attribute called so, or one within a policy."""
    if name.lower() in ("nonce", "@nonce") and text:
        return "<nonce>"
    return _NONCE_IN_TEXT.sub(r"\1<nonce>", text) if "nonce" in text else text


_A, _B = "a1B2c3D4" * 8, "Z9y8X7w6" * 8

CSRF_TOKENS = Normaliser(
    name="csrf-tokens",
    explains="Django masks the CSRF token anew in each answer. A token of Django's shape (64 or 32 letters and "
    "digits) in a member, field or variable whose name has csrf in it is set aside; a token "
    "against none is a difference.",
    equal=(
        Example(_A, _B, "json:csrfToken"),
        Example(
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{_A}">',
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{_B}">',
            "html:",
        ),
        Example(f'<script>const csrfToken = "{_A}";</script>', f'<script>const csrfToken = "{_B}";</script>', "html:"),
        Example(f'<meta name="csrf-token" content="{_A}">', f'<meta name="csrf-token" content="{_B}">', "html:"),
    ),
    differ=(
        Example(_A, "", "json:csrfToken"),
        Example(_A, _B, "json:token"),
        Example(f'<input name="csrfmiddlewaretoken" value="{_A}">', '<input name="csrfmiddlewaretoken">', "html:"),
    ),
    fold=fold_csrf,
)
CSP_NONCES = Normaliser(
    name="csp-nonces",
    explains="A nonce of a Content Security Policy is drawn anew for each answer. The attribute's value and the one in "
    "the policy are set aside; a nonce against none is a difference.",
    equal=(
        Example("script-src 'nonce-abc123=='", "script-src 'nonce-xyz789=='", "header:content-security-policy"),
        Example('<script nonce="abc">f()</script>', '<script nonce="xyz">f()</script>', "html:"),
    ),
    differ=(
        Example("script-src 'nonce-abc123=='", "script-src 'self'", "header:content-security-policy"),
        Example('<script nonce="abc">f()</script>', "<script>f()</script>", "html:"),
    ),
    fold=fold_nonce,
)
