"""A certificate that ends soon is warned of in time, and one that cannot serve as well."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from strangler_proxy.cli.certificate_age import WARN_DAYS, certificate_oddities
from strangler_proxy.config.model import Tls
from tests.unit.cli.conftest import Run

END = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
TLS = Tls(certificate="chain.pem", key="key.pem")


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """A certificate that ends at `END`, and its key."""
    issued = trustme.CA().issue_cert("localhost", not_before=END - timedelta(days=90), not_after=END)
    (tmp_path / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")


def said(directory: Path, now: datetime) -> list[str]:
    return [odd.what for odd in certificate_oddities(TLS, directory, now)]


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=WARN_DAYS), []),
        (timedelta(days=20, hours=23), ["the certificate chain.pem ends in 20 days, on 2027-03-01 12:30 UTC."]),
        (timedelta(hours=1), ["the certificate chain.pem ends today or tomorrow, on 2027-03-01 12:30 UTC."]),
        (timedelta(0), ["the certificate chain.pem ended on 2027-03-01 12:30 UTC: browsers refuse it."]),
    ],
)
def test_the_end_is_told_from_three_weeks_before_on(tmp_path: Path, left: timedelta, expected: list[str]) -> None:
    assert said(tmp_path, END - left) == expected


def test_files_that_cannot_serve_are_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "key.pem").unlink()
    (odd,) = certificate_oddities(TLS, tmp_path, END)
    assert "key.pem can't be used: No such file or directory. The proxy cannot start" in odd.what
    assert odd.remedy


def test_without_tls_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert list(certificate_oddities(None, tmp_path, END)) == []


def test_check_warns_of_it_and_goes_on_being_well(run: Run, config: Path) -> None:
    now = datetime.now(UTC)
    issued = trustme.CA().issue_cert("localhost", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))
    (config.parent / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(config.parent / "key.pem")
    config.write_text(config.read_text() + '[proxy.tls]\ncertificate = "chain.pem"\nkey = "key.pem"\n')
    ran = run("check", "--json")
    assert ran.code == 0
    (warning,) = ran.json["warnings"]
    assert "chain.pem ended on" in warning["what"]
