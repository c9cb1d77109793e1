"""A recorded answer as JSON: `{"status", "headers": [[name, value]], "body": text, or "body_base64"}`.

`headers` and the body may be left out. `body_size`, the bytes of the whole body, says that the body was cut.
"""

import base64
import binascii
import json
from typing import Any

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.errors import AnswerInvalid

MEMBERS = frozenset({"status", "headers", "body", "body_base64", "body_size"})


def read_answer(data: bytes, *, where: str) -> Answer:
    """The answer that the document records; `where` names it in errors.

    Raises:
        AnswerInvalid: it is no such document.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _invalid(f"it is not UTF-8: {error.reason} at byte {error.start}.", where) from None
    except (ValueError, RecursionError) as error:
        raise _invalid(f"it is no JSON: {error}.", where) from None
    if not isinstance(document, dict):
        raise _invalid("it is no JSON object.", where)
    unknown = ", ".join(sorted(set(document) - MEMBERS))
    if unknown:
        raise _invalid(f"it has members that a recorded answer has not: {unknown}.", where)
    body = _body(document, where)
    return Answer(
        status=_status(document, where),
        headers=_headers(document, where),
        body=body,
        body_size=_body_size(document, len(body), where),
    )


def recorded(answer: Answer) -> dict[str, Any]:
    """The document that `read_answer` reads back as the same answer."""
    document: dict[str, Any] = {
        "status": answer.status,
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers],
    }
    try:
        document["body"] = answer.body.decode()
    except UnicodeDecodeError:
        document["body_base64"] = base64.b64encode(answer.body).decode()
    if answer.body_size is not None:
        document["body_size"] = answer.body_size
    return document


def _status(document: dict[str, Any], where: str) -> int:
    status = document.get("status")
    if type(status) is not int or not 100 <= status <= 599:
        raise _invalid('"status" is no HTTP status: a number from 100 to 599.', where)
    return status


def _headers(document: dict[str, Any], where: str) -> tuple[tuple[bytes, bytes], ...]:
    headers = document.get("headers", [])
    if not isinstance(headers, list):
        raise _invalid('"headers" is no list of [name, value].', where)
    found = []
    for index, header in enumerate(headers):
        if not (isinstance(header, list) and len(header) == 2 and all(isinstance(part, str) for part in header)):
            raise _invalid(f'"headers"[{index}] is no [name, value] of two strings.', where)
        found.append((_field(header[0]), _field(header[1])))
    return tuple(found)


def _field(text: str) -> bytes:
    """A header's bytes: Latin-1 as `recorded` writes them, UTF-8 for what that has not."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _body(document: dict[str, Any], where: str) -> bytes:
    if "body" in document and "body_base64" in document:
        raise _invalid('it has both "body" and "body_base64".', where)
    text = document.get("body", document.get("body_base64", ""))
    if not isinstance(text, str):
        raise _invalid("its body is no string; a JSON body is the string that came over the wire.", where)
    if "body_base64" not in document:
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _invalid('"body_base64" is no base64.', where) from None


def _body_size(document: dict[str, Any], here: int, where: str) -> int | None:
    size = document.get("body_size")
    if size is not None and (type(size) is not int or size < here):
        raise _invalid('"body_size" is no number of bytes, or less than the body has.', where)
    return size


def _invalid(what: str, where: str) -> AnswerInvalid:
    return AnswerInvalid(what, where=where, remedy=AnswerInvalid.usual_remedy)
