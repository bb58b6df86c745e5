"""Every test of the shell works in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shell.warm import Warm
from tests.shell.workshop import Workshop


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    process = Warm()
    yield process
    process.close()


@pytest.fixture
def workshop(tmp_path: Path, warm: Warm) -> Workshop:
    return Workshop(tmp_path, warm)
