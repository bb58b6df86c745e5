"""Every test of the shell works in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shell.workshop import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)
