"""The page's own certificate: whether it can be used, and until when it is good."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import SetupError


def require(chain: Path, key: Path) -> datetime:
    """Until when the certificate is good, aware UTC; `SetupError` unless chain and key can be read and fit together."""
    end = _end(chain)
    _text(key, "tls_key")
    try:
        # A key with a passphrase would ask for it on the terminal, with everybody waiting.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password="")
    except (OSError, ValueError) as error:
        hint = "set web.tls_key to the key, in PEM and without a passphrase, that this certificate was made for"
        what = f"the key does not fit the certificate {chain}"
        reason = getattr(error, "reason", None)
        raise SetupError(f"{what}: {reason}" if reason else what, where=str(key), hint=hint) from None
    return end


def _text(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        hint = f"correct web.{name}, or let this user read the file"
        raise SetupError(f"cannot be read: {error.strerror}", where=str(file), hint=hint) from None


def _end(chain: Path) -> datetime:
    """The end of the first certificate in the file, which is the page's own."""
    text = _text(chain, "tls_cert")
    begin, end = text.find(ssl.PEM_HEADER), text.find(ssl.PEM_FOOTER)
    try:
        certificate = ssl.PEM_cert_to_DER_cert(text[begin : end + len(ssl.PEM_FOOTER)])
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificate)
        return _not_after(certificate)
    except (ssl.SSLError, ValueError, IndexError):
        hint = "set web.tls_cert to the certificate in PEM, with those of its authorities below it"
        raise SetupError("is no certificate", where=str(chain), hint=hint) from None


def _not_after(der: bytes) -> datetime:
    """The end of the validity of an X.509 certificate (RFC 5280, 4.1): Python's ssl tells it of peers only."""
    certificate, _rest = _inside(der)
    fields, _signature = _inside(certificate)
    if fields[0] == 0xA0:  # the version, which the oldest certificates lack
        fields = _inside(fields)[1]
    for _serial_algorithm_issuer in range(3):
        fields = _inside(fields)[1]
    validity, _subject = _inside(fields)
    _not_before, after = _inside(validity)
    said = _inside(after)[0].decode("ascii")
    # UTCTime has two digits of the year, which end with 2049; GeneralizedTime has four.
    century = "" if after[0] == 0x18 else "20" if said[:2] < "50" else "19"
    return datetime.strptime(century + said, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _inside(der: bytes) -> tuple[bytes, bytes]:
    """What the first element holds, and what comes after it."""
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    return der[start : start + length], der[start + length :]
