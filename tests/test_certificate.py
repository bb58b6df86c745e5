"""The page's certificate: usable or not, and until when."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from bot import certificate
from bot.core.errors import SetupError
from tests.web.certificates import made, needs_openssl

pytestmark = needs_openssl


@pytest.mark.parametrize("days", [1, 400, 36_500])
def test_its_end_is_what_openssl_reads(tmp_path: Path, days: int) -> None:
    """Near ends are written with two digits of the year, those from 2050 on with four."""
    chain, key = made(tmp_path, days=days)
    told = subprocess.run(
        ["openssl", "x509", "-in", chain, "-noout", "-enddate"], check=True, capture_output=True, text=True
    ).stdout.removeprefix("notAfter=")
    month, day, clock, year, _zone = told.split()
    expected = parsedate_to_datetime(f"{day} {month} {year} {clock} +0000")
    end = certificate.require(chain, key)
    assert end == expected.astimezone(UTC)
    assert end > datetime(2024, 1, 1, tzinfo=UTC)


def test_the_first_of_a_chain_is_the_page_s_own(tmp_path: Path) -> None:
    chain, key = made(tmp_path, days=3)
    other, _key = made(tmp_path, "authority", 3000)
    end = certificate.require(chain, key)
    chain.write_text("a comment\n" + chain.read_text() + other.read_text())
    assert certificate.require(chain, key) == end


def test_every_fault_names_its_file_and_what_to_do(tmp_path: Path) -> None:
    chain, key = made(tmp_path)
    _chain, foreign = made(tmp_path, "foreign")
    _sealed, sealed = made(tmp_path, "sealed", 30, "-passout", "pass:geheim")
    (tmp_path / "empty.pem").write_text("")
    (tmp_path / "torn.pem").write_text(chain.read_text()[:300] + "\n-----END CERTIFICATE-----\n")
    cases = {
        (tmp_path / "none.pem", key): ("none.pem", "cannot be read", "web.tls_cert"),
        (chain, tmp_path / "none.key"): ("none.key", "cannot be read", "web.tls_key"),
        (tmp_path, key): (str(tmp_path), "cannot be read", "web.tls_cert"),
        (tmp_path / "empty.pem", key): ("empty.pem", "is no certificate", "web.tls_cert"),
        (tmp_path / "torn.pem", key): ("torn.pem", "is no certificate", "web.tls_cert"),
        (key, key): ("page.key", "is no certificate", "web.tls_cert"),
        (chain, foreign): ("foreign.key", "does not fit", "web.tls_key"),
        (chain, chain): ("page.pem", "does not fit", "web.tls_key"),
        (chain, sealed): ("sealed.key", "does not fit", "without a passphrase"),
    }
    for files, parts in cases.items():
        with pytest.raises(SetupError) as caught:
            certificate.require(*files)
        told = str(caught.value)
        assert [part for part in parts if part not in told] == [], told
        assert "\n" not in told
