"""Takes pictures of the page: two for the READMEs, or every view in every size and light, to be looked at.

`make screenshots` draws docs/sandbox.png and docs/console.png; `python -m tests.browser.screenshots FOLDER` draws all.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page

from tests.browser.chromium import launched
from tests.browser.evenings import live, lose_a_post
from tests.browser.photo import photographed
from tests.browser.views import CONSOLE, SANDBOX, VIEWS
from tests.browser.window import DESK, PHONE, window
from tests.web.house import DOGS, House, visited

DOCS = Path(__file__).parents[2] / "docs"
TALK = (3, "19:41:30")
"""An evening on which somebody has just checked in, with a picture."""

DAYS = (12, "19:05:00")
"""An evening that has its posts still before it, and enough behind it to show how they were mixed."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def draw(folder: Path | None) -> None:
    """The two pictures of the READMEs, or all of them into a folder."""
    async with launched() as browser:
        if folder is None:
            async with _shop(browser, *TALK) as house:
                await _one(browser, house, SANDBOX["sandbox-cats"], DOCS / "sandbox.png")
            async with _shop(browser, *DAYS) as house:
                await _one(browser, house, CONSOLE["overview"], DOCS / "console.png", (DESK[0], 980))
        else:
            async with _shop(browser, *TALK) as house:
                await lose_a_post(house, DOGS)
                await _everything(browser, house, folder)


@asynccontextmanager
async def _shop(browser: Browser, evenings: int, until: str) -> AsyncIterator[House]:
    with tempfile.TemporaryDirectory() as place:
        async with visited(Path(place)) as house:
            await live(house, evenings, until, await photographed(browser))
            yield house


async def _one(browser: Browser, house: House, path: str, file: Path, size: tuple[int, int] = DESK) -> None:
    async with window(browser, house.links[-1], size=size) as page:
        await shot(page, f"{house.origin}{path}", file)


async def _everything(browser: Browser, house: House, folder: Path) -> None:
    for width, size in (("1440", DESK), ("390", PHONE)):
        for scheme in SCHEMES:
            async with window(browser, house.links[-1], size=size, scheme=scheme) as page:
                for name, path in VIEWS.items():
                    file = folder / f"{name}-{width}-{scheme}.png"
                    await shot(page, f"{house.origin}{path}", file, whole=path.startswith("/console"))


async def shot(page: Page, address: str, file: Path, *, whole: bool = False) -> None:
    """What a window shows once everything has been fetched; `whole` pages are drawn to their end."""
    await page.goto(address)
    await settled(page)
    await page.screenshot(path=file, full_page=whole)


async def settled(page: Page) -> None:
    """Wait until nothing is being fetched or swapped any more, and every picture is there."""
    await page.wait_for_function(
        "() => document.readyState === 'complete'"
        " && [...document.images].every(image => image.complete || image.loading === 'lazy')"
        " && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
    )


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
