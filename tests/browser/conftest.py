"""One browser for all tests of the worker that has them; each opens windows of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import launched


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window manager."""
    async with launched() as chromium:
        yield chromium
