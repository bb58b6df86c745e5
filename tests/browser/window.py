"""A browser window that keeps what it has to complain of: errors, failed requests, and any call beyond loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, WebError, expect

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DESK, PHONE = (1440, 900), (390, 844)
PATIENCE_MS = 15_000
"""How long a page may take for what it should show at once: the machine may be busy."""
LEFT = "net::ERR_ABORTED"
"""What a request ends with when its page is left: a stream always does."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Complaints:
    """What was wrong in the window, in the browser's own words. `forgiven` are parts of what a test causes."""

    said: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()

    def note(self, complaint: str) -> None:
        if not any(part in complaint for part in self.forgiven):
            self.said.append(complaint)

    def console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.note(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def script(self, error: WebError) -> None:
        self.note(f"script: {error.error}")

    def failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.note(f"request: {request.url} {request.failure}")

    async def guard(self, route: Route) -> None:
        """Nothing leaves this machine."""
        host = urlsplit(route.request.url).hostname
        if host in LOOPBACK:
            await route.continue_()
        else:
            self.note(f"beyond loopback: {route.request.url}")
            await route.abort()


@asynccontextmanager
async def window(
    browser: Browser,
    link: str,
    *,
    size: tuple[int, int] = DESK,
    scheme: Literal["light", "dark"] = "light",
    forgiven: tuple[str, ...] = (),
) -> AsyncIterator[Page]:
    """A window of somebody who has opened the link that `run` prints; it must end without a complaint."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    complaints = Complaints(forgiven=forgiven)
    await _listen(context, complaints)
    try:
        page = await context.new_page()
        await page.goto(link)
        await page.wait_for_url(lambda url: urlsplit(url).path in ("/sandbox", "/console"))
        yield page
        assert not complaints.said, complaints.said
    finally:
        await context.close()


async def _listen(context: BrowserContext, complaints: Complaints) -> None:
    context.on("console", complaints.console)
    context.on("weberror", complaints.script)
    context.on("requestfailed", complaints.failed)
    await context.route("**/*", complaints.guard)
