"""Two answers to one request held against each other. Pure: same answers and rules, same comparison."""

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.body import compare_bodies
from strangler_proxy.compare.difference import EQUAL, Comparison, Kind
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.fingerprint import ETAG_NAME, are_fingerprints
from strangler_proxy.compare.headers import compare_headers, differ_in_volatile_alone, unlike_names
from strangler_proxy.compare.rules import PLAIN, Rules


def compare(primary: Answer, candidate: Answer, rules: Rules = PLAIN) -> Comparison:
    """Find all that differs between the answers: status, headers, cookies, body.

    Never raises, whatever the bytes; what cannot be compared is said so, and is never equal.
    """
    same_body = primary.body == candidate.body and primary.body_size == candidate.body_size
    same_headers = primary.headers == candidate.headers
    if same_body and same_headers and primary.status == candidate.status and primary.body_size is None:
        return EQUAL
    findings = Findings(rules)
    if primary.status != candidate.status:
        findings.found("status", Kind.VALUE, primary.status, candidate.status)
    if not same_headers and not differ_in_volatile_alone(primary.headers, candidate.headers):
        told_by_bodies = (ETAG_NAME,) if not same_body and are_fingerprints(primary, candidate) else ()
        compare_headers(primary.headers, candidate.headers, findings, besides=told_by_bodies)
    if (
        not same_body
        or primary.truncated
        or not (same_headers or b"content-encoding" not in unlike_names(primary.headers, candidate.headers))
    ):
        compare_bodies(primary, candidate, findings)
    return findings.comparison()
