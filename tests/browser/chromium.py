"""Debian's chromium, driven by Playwright: whether it is here, and how the tests start it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
"""It may run as root in a container, and it calls nobody of its own accord."""
FOUND = shutil.which("chromium")


def in_chromium(group: str = "browser") -> list[pytest.MarkDecorator]:
    """`pytestmark` of every module here: one worker has the browser, and whoever talks to it is on its one loop.

    Modules of one group share a browser; another group may have its own on another worker.
    """
    return [
        pytest.mark.browser,
        pytest.mark.asyncio(loop_scope="session"),
        pytest.mark.xdist_group(group),
        pytest.mark.skipif(FOUND is None, reason="the browser: chromium is not installed"),
    ]


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A browser without windows, for the length of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=FOUND, args=list(QUIET))
        try:
            yield browser
        finally:
            await browser.close()
