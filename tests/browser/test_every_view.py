"""Every view, empty and full, wide and narrow, in light and dark: nothing in anybody's way, nothing sticking out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.browser.axe import NO_NPM, grave
from tests.browser.chromium import in_chromium
from tests.browser.evenings import live, lose_a_post
from tests.browser.photo import photographed
from tests.browser.screenshots import settled
from tests.browser.views import CONSOLE, VIEWS
from tests.browser.window import DESK, PHONE, window
from tests.web.house import DOGS, House, visited

pytestmark = [
    *in_chromium("views"),
    pytest.mark.skipif(NO_NPM is not None, reason=f"axe-core: {NO_NPM}"),
    pytest.mark.timeout(300),
]


@asynccontextmanager
async def full(folder: Path, browser: Browser) -> AsyncIterator[House]:
    """A house after an evening and a half, with a post that nobody knows about."""
    async with visited(folder) as house:
        await live(house, 2, "19:45:00", await photographed(browser))
        await lose_a_post(house, DOGS)
        yield house


async def test_views_with_much_to_show(browser: Browser, tmp_path: Path) -> None:
    async with full(tmp_path, browser) as house, window(browser, house.links[-1]) as page:
        faults = [fault for name, path in VIEWS.items() for fault in await _faults(page, house, name, path)]
        assert not faults, "\n".join(faults)


async def test_views_with_nothing_to_show_yet(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        places = {name: path for name, path in VIEWS.items() if name != "member"}
        faults = [fault for name, path in places.items() for fault in await _faults(page, house, name, path)]
        assert not faults, "\n".join(faults)


async def test_every_place_of_the_console_is_among_the_views(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console")
        links = await page.locator(".console-nav a").all()
        assert {await link.get_attribute("href") for link in links} <= set(CONSOLE.values())


async def _faults(page: Page, house: House, name: str, path: str) -> list[str]:
    """What axe-core finds in a view, with what can be opened in it, and whether it sticks out of a phone."""
    await _resize(page, DESK)
    await page.emulate_media(color_scheme="light")
    await page.goto(f"{house.origin}{path}")
    await _open(page)
    found = [f"{name} in the light: {issue}" for issue in await grave(page)]
    await page.emulate_media(color_scheme="dark")
    found += [f"{name} in the dark: {issue}" for issue in await grave(page, "color-contrast")]
    await _resize(page, PHONE)
    found += await _too_wide(page, name)
    for tab in await page.locator(".view-tabs [data-show]").all():
        await tab.click()
        found += await _too_wide(page, f"{name}, {await tab.inner_text()}")
    return found + [f"{name} on a phone: {issue}" for issue in await grave(page, "link-name")]


async def _resize(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})


async def _too_wide(page: Page, name: str) -> list[str]:
    widths = "({scrollWidth, clientWidth}) => [scrollWidth, clientWidth]"
    wide, window_width = await page.evaluate(f"() => ({widths})(document.scrollingElement)")
    return [f"{name}: {wide} wide in a window of {window_width}"] if wide > window_width else []


async def _open(page: Page) -> None:
    """Open the first few of what can be opened."""
    await settled(page)
    await page.evaluate("() => [...document.querySelectorAll('details')].slice(0, 4).forEach(item => item.open = true)")
    await settled(page)
