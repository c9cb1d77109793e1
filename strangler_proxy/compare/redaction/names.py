"""Names that give away that what they hold is private: of headers, parameters, members, fields, columns, elements."""

import re
from collections.abc import Mapping
from enum import Enum, IntEnum
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
TEXTS = frozenset({"content", "contents"})
"""Those of them that hold the text under a title as well: `{"name": "Gift cards", "content": …}`."""

_NAME = re.compile(r"\s*(?:[^\s.!?,;]\S*\s+){0,2}[^\s.!?,;]\S*(?<![.!?,;])\s*")
"""One to three words that are no sentence."""
_NOT_PLAIN = re.compile(r"[^0-9a-z]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_LONGEST = 200


@lru_cache(maxsize=4096)
def is_telling(name: str) -> bool:
    """Whether a member, parameter or field of that name is taken for private."""
    return len(name) <= _LONGEST and (_has_stem(name) or bool(_telling_words(name)))


def _has_stem(name: str) -> bool:
    plain = _NOT_PLAIN.sub("", name.lower())
    return any(stem in plain for stem in STEMS)


def _telling_words(name: str) -> frozenset[str]:
    return WORDS.intersection(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=4096)
def is_title(label: str) -> bool:
    """Whether a telling label is the title of a text rather than a field's name, as "Gift cards" is: several words,
    the first with a capital, in which the plural `cards` alone tells. No field holds several cards, and the number of
    one is private by its shape."""
    several = len(label.split()) > 1 and label.lstrip()[:1].isupper()
    return several and _telling_words(label) == {"cards"} and not _has_stem(label)


def is_first_of_pair(text: str) -> bool:
    """Whether a list of two texts of which this is the first pairs a name with what is private."""
    return telling(text) is Telling.NAME and _NAME.fullmatch(text) is not None


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


class Telling(IntEnum):
    """What a label gives away of what is held beside it; of several labels the greatest counts."""

    NOTHING = 0
    TITLE = 1
    """That it is private, unless it is a text in one of `TEXTS`."""
    NAME = 2
    """That it is private."""

    def hides(self, member: str, *, is_text: bool) -> bool:
        """Whether what a member of the role VALUE holds is private."""
        return self is Telling.NAME or (self is Telling.TITLE and not (is_text and member.lower() in TEXTS))


def telling(label: str) -> Telling:
    """What the label gives away."""
    if not is_telling(label):
        return Telling.NOTHING
    return Telling.TITLE if is_title(label) else Telling.NAME


def telling_of(members: Mapping[str, object]) -> Telling:
    """What the labels among an object's own values give away of its other members."""
    labels = (one for name, one in members.items() if isinstance(one, str) and role_of(name) is Role.LABEL)
    return max(map(telling, labels), default=Telling.NOTHING)


def is_private_header(name: str) -> bool:
    """Whether a header of that name is taken for private."""
    return name.lower() in HEADERS or is_telling(name)
