"""A photo of a cat at its bowl, for whoever checks in; drawn by the browser itself."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser

DRAWING = Path(__file__).with_name("cat.svg")


async def photographed(browser: Browser) -> bytes:
    """The picture as a PNG."""
    page = await browser.new_page(viewport={"width": 480, "height": 360})
    try:
        await page.set_content(f"<style>body{{margin:0}}</style>{DRAWING.read_text(encoding='utf-8')}")
        return await page.screenshot()
    finally:
        await page.close()
