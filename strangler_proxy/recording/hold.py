"""A recorded answer held against a fresh one: what was taken out of the recording is no difference. Pure."""

import re
from dataclasses import replace

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Comparison
from strangler_proxy.compare.encoding import Undecodable
from strangler_proxy.compare.redaction.mark import MARK
from strangler_proxy.compare.rules import Rules
from strangler_proxy.recording.exchange import plain

_MARKS = re.compile(MARK.pattern.encode())
_NUMBER_MARKS = re.compile(rb"(?<![\w.])-9990[0-9]{9}(?:\.5)?(?![\w.])")
_BLANK, _BLANK_NUMBER = b"redacted-00000000", b"-9990000000000"


def hold(recorded: Answer, fresh: Answer, rules: Rules) -> Comparison:
    """Find what differs between two answers out of which private data was taken.

    A value that was taken out of both is equal, whatever it was; one that only one side has is a difference. Bodies are
    held decoded where they can be.
    """
    return compare(blind(recorded), blind(fresh), rules)


def blind(answer: Answer) -> Answer:
    """The answer with one and the same mark for everything that was taken out."""
    answer = decoded(answer)
    return replace(
        answer,
        headers=tuple((name, _MARKS.sub(_BLANK, value)) for name, value in answer.headers),
        body=_NUMBER_MARKS.sub(_BLANK_NUMBER, _MARKS.sub(_BLANK, answer.body)),
    )


def decoded(answer: Answer) -> Answer:
    """The answer as a recording would hold it; as it is where its encoding cannot be undone."""
    try:
        return plain(answer)
    except Undecodable:
        return answer
