"""Names that give away that what they hold is private: of headers, parameters, members, fields, columns, elements."""

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

STEMS = (
    "password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey", "privatekey",
    "signingkey", "encryptionkey", "csrf", "xsrf", "session", "sessid", "credential", "authorization", "cardnumber",
    "cardno", "creditcard", "securitycode", "iban", "accountnumber", "taxid", "passport", "signature",
)  # fmt: skip
"""A name is telling that has one of these in it, case, `_`, `-`, `.` and blanks aside."""
WORDS = frozenset(
    {
        "pass", "pwd", "pw", "pin", "otp", "totp", "mfa", "ssn", "cvv", "cvv2", "cvc", "cvc2", "csc", "card", "cards",
        "pan", "jwt", "sid", "sig", "auth", "bearer", "bic", "dob",
    }
)  # fmt: skip
"""A name is telling of which one of these is a whole word: they are too short to be looked for within words."""
HEADERS = frozenset(
    {
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-forwarded-for", "x-real-ip", "forwarded",
        "true-client-ip", "cf-connecting-ip", "x-client-ip", "x-forwarded-user", "x-forwarded-email", "remote-user",
    }
)  # fmt: skip
"""Headers that hold who somebody is; besides those with a telling name (X-Api-Key, X-CSRFToken, X-Auth-Token)."""

LABELS = frozenset(
    {
        "name", "key", "field", "fieldname", "label", "param", "parameter", "property", "attribute", "header",
        "variable", "setting",
    }
)  # fmt: skip
"""Members whose value may be the name of what another member holds: `{"name": "password", "value": …}`."""
VALUES = frozenset(
    {"value", "values", "val", "content", "contents", "data", "old", "new", "oldvalue", "newvalue", "defaultvalue"}
)
"""Members that hold it."""

_NAME = re.compile(r"\s*(?:[^\s.!?,;]\S*\s+){0,2}[^\s.!?,;]\S*(?<![.!?,;])\s*")
"""One to three words that are no sentence."""
_NOT_PLAIN = re.compile(r"[^0-9a-z]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_LONGEST = 200


@lru_cache(maxsize=4096)
def is_telling(name: str) -> bool:
    """Whether a member, parameter or field of that name is taken for private."""
    if len(name) > _LONGEST:
        return False
    plain = _NOT_PLAIN.sub("", name.lower())
    if any(stem in plain for stem in STEMS):
        return True
    return not WORDS.isdisjoint(word.lower() for word in _WORD.findall(name))


def is_first_of_pair(text: str) -> bool:
    """Whether a list of two texts of which this is the first pairs a name with what is private."""
    return is_telling(text) and _NAME.fullmatch(text) is not None


class Role(Enum):
    """What a member is in an object that pairs a name with a value."""

    LABEL = "label"
    VALUE = "value"
    NONE = ""


@lru_cache(maxsize=4096)
def role_of(name: str) -> Role:
    """The role of a member of that name, case, `_`, `-`, `.` and blanks aside."""
    if len(name) > 20:
        return Role.NONE
    plain = _NOT_PLAIN.sub("", name.lower())
    return Role.LABEL if plain in LABELS else Role.VALUE if plain in VALUES else Role.NONE


def tells_its_values(members: Mapping[str, object]) -> bool:
    """Whether an object's own values include the telling name of what it holds."""
    return any(
        isinstance(one, str) and role_of(name) is Role.LABEL and is_telling(one) for name, one in members.items()
    )


def is_private_header(name: str) -> bool:
    """Whether a header of that name is taken for private."""
    return name.lower() in HEADERS or is_telling(name)
