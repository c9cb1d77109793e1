"""What can be wrong with a recorded answer; codes STR601 and STR602."""

from strangler_proxy.errors import StranglerError


class AnswerUnreadable(StranglerError):
    """A file with a recorded answer is not there, or cannot be read."""

    code = "STR601"
    exit_code = 2
    usual_remedy = "Name two files that are there and that this user may read."


class AnswerInvalid(StranglerError):
    """A file does not hold a recorded answer."""

    code = "STR602"
    exit_code = 2
    usual_remedy = 'Write {"status": 200, "headers": [["Content-Type", "text/html"]], "body": "…"}, or "body_base64".'
