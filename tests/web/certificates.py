"""Certificates for the tests, made by openssl."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes certificates; not installed")


def made(folder: Path, name: str = "page", days: int = 30, *more: str) -> tuple[Path, Path]:
    """The files of a certificate for localhost and its key."""
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    words = "openssl req -x509 -newkey rsa:2048 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    passphrase = more or ("-nodes",)
    command = [*words.split(), *passphrase, "-days", str(days), "-keyout", str(key), "-out", str(chain)]
    subprocess.run(command, check=True, capture_output=True)
    return chain, key
