"""The end of a certificate is read as another library reads it."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509

from strangler_proxy.proxy.validity import holds_until


def issued(end):
    leaf = trustme.CA().issue_cert("shop.test", not_before=end - timedelta(days=1), not_after=end)
    return leaf.cert_chain_pems[0].bytes()


@pytest.mark.parametrize(
    "end",
    [
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 24, 12, tzinfo=UTC),
        datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2050, 1, 1, tzinfo=UTC),
        datetime(2121, 6, 1, 1, 2, 3, tzinfo=UTC),
    ],
)
def test_the_end_is_the_one_that_another_library_reads(end):
    pem = issued(end)
    assert holds_until(pem) == x509.load_pem_x509_certificate(pem).not_valid_after_utc == end


def test_of_a_chain_the_first_end_counts():
    late, early = datetime(2030, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert holds_until(issued(late) + issued(early)) == early


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", b"nonsense"])
def test_what_is_no_certificate_is_refused(pem):
    with pytest.raises(ValueError, match="certificate"):
        holds_until(pem)


def test_a_certificate_that_is_cut_anywhere_is_refused():
    der = base64.b64decode(issued(datetime(2030, 1, 1, tzinfo=UTC)).split(b"-----")[2])
    for length in range(0, len(der), 7):
        cut = base64.b64encode(der[:length])
        with pytest.raises(ValueError, match="certificate"):
            holds_until(b"-----BEGIN CERTIFICATE-----" + cut + b"-----END CERTIFICATE-----")
